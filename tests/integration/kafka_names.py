#!/usr/bin/env python3
"""The name of a member is taken: once, as by its own request to join whose answer was lost, and it
joins again; or by another process, and one of the two gives up and says why."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import main  # noqa: E402
from flow import SLOW, Flow  # noqa: E402
from processes import wait_until  # noqa: E402
from spine import Spine, public_log  # noqa: E402

STOPPED = 3


def take_name(spine, group, member, topics):
    """Joins under that name and goes without a word; a static member is not missed at once."""
    taker = spine.kafka.Consumer(
        {
            "bootstrap.servers": spine.broker.address,
            "group.id": group,
            "group.instance.id": member,
            "session.timeout.ms": 10_000,
            "partition.assignment.strategy": "range",
            # Or what it was just given to read would count as read when it goes.
            "enable.auto.commit": False,
            "log_level": 2,
        }
    )
    taker.subscribe(topics)
    wait_until("the name is taken", lambda: (taker.poll(0.2), taker.assignment())[1], 60)
    taker.close()


def shut_out_once(checks, spine, flow):
    for role, topics in (
        ("engine", ["kip.events.v1"]),
        ("ingest", ["kip.work.v1", "kip.indicators.v1"]),
    ):
        again = "joins again" if role == "engine" else "opened anew"
        before = spine.times_said(again)
        take_name(spine, f"kip-{role}", role, topics)
        wait_until(f"{role}: {again}", lambda: spine.times_said(again) > before, 60, 0.1)
        resumed = flow.moves()
        alive = flow.ingest.poll() is None and flow.engine.poll() is None
        checks.expect(f"{role} shut out: on its way again after {resumed:.1f} s", alive)


def two_of_a_name(checks, spine, flow):
    args = spine.engine_args("second", end=[])
    args[args.index("--member") + 1] = "engine"
    both = [flow.engine, spine.popen(*args, *SLOW, KIP_RECORDS_MAX="1")]
    ended = lambda: [one for one in both if one.poll() is not None]  # noqa: E731
    gone = wait_until("one of the two gives up", ended, 120, 0.1)
    checks.equal("exit codes of who gave up", [one.returncode for one in gone], [STOPPED])
    said = spine.times_said("another process runs as --member engine")
    checks.equal("times it said why", said, 1)
    (flow.engine,) = [one for one in both if one not in gone]
    flow.moves()
    checks.expect("the other goes on", flow.engine.poll() is None)


def test(checks):
    log = public_log(checks, "receipt_dev")
    with Spine(checks, "names") as spine:
        flow = Flow(checks, spine, log)
        shut_out_once(checks, spine, flow)
        two_of_a_name(checks, spine, flow)
        flow.end(log)


if __name__ == "__main__":
    main(__doc__, test)
