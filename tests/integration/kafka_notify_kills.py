#!/usr/bin/env python3
"""Notifiers on a real Kafka are killed again and again, at the points of a commit too, while they
send to a webhook that sometimes fails and sometimes loses its answer: every message arrives, twice
only where an answer was lost, and then the same; also where another one takes the desks over."""

import collections
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import FULL, main, part  # noqa: E402
from notify_kills import LATER, check_arrived  # noqa: E402
from notify_webhook import Sink  # noqa: E402
from notifying import Notifying  # noqa: E402
from processes import wait_until  # noqa: E402

KILLS = 200 if FULL else 12
TAKEOVERS = 10 if FULL else 2
POINTS = ("sent", "noted", "produced", "committing", "committed_unapplied", "restoring", "random")
UNNOTED = ("sent", "produced", "committing", "restoring", "random")


def kill_once(spine, rng, tally, folder):
    """The same member comes back at once; the group need not wait for the dead one."""
    point = rng.choice(POINTS)
    crash = None if point == "random" else f"{point}:{rng.randint(1, 4)}"
    running = spine.notifier(folder, f"x{rng.choice([600, 3600])}@{spine.later()}", crash)
    if not running.ended(rng.uniform(1, 4) if point == "random" else 6):
        running.kill()
        point = "random"
    tally[point] += 1


def test(checks):
    rng = random.Random(11)
    with Sink() as sink, Notifying(checks, "kills", sink, rng) as spine:
        spine.feed()
        part("killed while it decides and sends")
        tally, folders = collections.Counter(), ["first", "second"]
        taken = []
        while tally.total() < KILLS or spine.answers.lost == 0:
            if tally.total() >= len(taken) * KILLS // TAKEOVERS:
                folders.reverse()
                print(f"  {tally.total()} killed, {folders[0]} has the desks", flush=True)
                standing = spine.notifier(folders[0], member=folders[0])
                standing.await_ready()
                standing.kill()
                taken.append(folders[0])
                tally["random"] += 1
            kill_once(spine, rng, tally, folders[0])
        print("  " + ", ".join(f"{n} at {point}" for point, n in sorted(tally.items())), flush=True)
        answers = spine.answers
        checks.expect(f"{answers.failed} answers failed, {answers.lost} were lost",
                      answers.lost > 0)

        part("left alone until nothing waits")
        answers.well = True
        last = spine.notifier(folders[0], f"at:{LATER}")
        last.await_ready()
        done = lambda: spine.decided(folders[0]) and not spine.unsent(folders[0])  # noqa: E731
        wait_until("all is sent", done, 120, 0.3)
        checks.equal("exit", last.stop(), 0)
        texts = [request["body"].decode() for request in sink.requests]
        lists = [text for text in texts if "Bản tin sáng thứ" in text]
        counted = sum("nguy cơ trễ, " in text for text in lists)
        checks.equal(f"of {len(lists)} morning lists with the unit's figures", counted, len(lists))
        checks.expect("there were some", lists)
        unnoted = sum(tally[point] for point in UNNOTED)
        check_arrived(checks, sink, spine.decided(folders[0]),
                      answers.failed + answers.lost + unnoted)


if __name__ == "__main__":
    main(__doc__, test)
