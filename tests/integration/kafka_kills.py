#!/usr/bin/env python3
"""kill -9 of ingest and engine at each named point and at random: the alerts are those of an
undisturbed run, each once."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import FULL, main, part  # noqa: E402
from spine import Spine, public_log, rng_of  # noqa: E402

INGEST = ("produced", "flushed")
ENGINE = (
    "read",
    "folded",
    "before_commit",
    "produced",
    "offsets_sent",
    "committed_unapplied",
    "committed",
    "applied",
    "timer_fired",
)


def test(checks):
    log = public_log(checks, "receipt_dev")
    rounds, at_random = (10, 100) if FULL else (1, 10)
    with Spine(checks, "kills") as spine:
        events = spine.publish(log)
        part("ingest, killed")
        crashes = [f"{point}:1" for point in INGEST for _ in range(rounds)]
        spine.ingest(crashes)
        stamped = spine.count("kip.events.v1")
        checks.expect(f"{stamped} stamped events of {events}: some came twice", stamped > events)
        part("engine, killed")
        for _ in range(rounds):
            for point in ENGINE:
                spine.engine(crash=f"{point}:1")
        rng = rng_of(4)
        killed = sum(spine.engine_killed_after(rng) for _ in range(at_random))
        named = rounds * len(ENGINE)
        checks.expect(f"{named} kills at named points, {killed} at random", killed > 0)
        spine.engine()
        spine.compare(checks, log)


if __name__ == "__main__":
    main(__doc__, test)
