#!/usr/bin/env python3
"""Public logs through a real Kafka give exactly the alerts of the embedded run."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import FULL, main, part  # noqa: E402
from processes import wait_until  # noqa: E402
from spine import Spine, public_log  # noqa: E402


def by_three(checks, spine):
    """They share the partitions before the first event comes; at last, each to the end of time."""
    names = ("one", "two", "three")
    engines = [spine.popen(*spine.engine_args(name, end=[])) for name in names]
    shares = lambda: sorted(map(len, spine.members().values()))  # noqa: E731
    wait_until("the partitions are shared", lambda: shares() == [1, 1, 2], 60, 0.1)
    spine.ingest()
    through = lambda: spine.is_through("kip.events.v1", "kip-engine")  # noqa: E731
    wait_until("the engines have all", through, 600, 0.3)
    checks.equal("partitions of the three", shares(), [1, 1, 2])
    for engine in engines:
        engine.terminate()
    codes = [engine.wait(120) for engine in engines]
    engines = [spine.popen(*spine.engine_args(name)) for name in names]
    codes += [engine.wait(600) for engine in engines]
    checks.equal("exit codes of the engines", codes, [0] * 6)


def bench(checks, spine, events):
    """`kip bench` of the topics that are there: all that one holds, and only so many."""
    plan = (
        ("the engine alone, all", "kip.events.v1", events, ["--stamped"]),
        ("the engine alone, 1001", "kip.events.v1", 1001, ["--stamped", "--events", "1001"]),
        ("ingest and engine, 1001", "kip.work.v1", 1001, ["--events", "1001", "--no-views"]),
    )
    before = set(spine.admin().list_topics(timeout=30).topics)
    told = []
    for what, topic, want, more in plan:
        args = ["bench", *spine.at(), "--topic", topic, "--json", "--config", spine.kip.config]
        figures = json.loads(spine.must(*args, *more).stdout)
        checks.equal(f"bench, {what}: events", figures["events"], want)
        busy = "ingest" in figures["stages"]
        checks.expect("  ingest at work only where asked", busy == ("--stamped" not in more))
        checks.expect("  it committed and told", figures["commits"] and figures["alerts"])
        told.append(figures["items"])
    checks.expect(f"items of all and of the first: {told}", told[0] > told[1] > 0)
    gone = lambda: set(spine.admin().list_topics(timeout=30).topics) <= before  # noqa: E731
    wait_until("the topics of the runs are deleted", gone, 60, 0.2)


def test(checks):
    names = ["receipt_dev", "bpic15_dev"] + (["boston311_dev"] if FULL else [])
    for name in names:
        log = public_log(checks, name)
        part(f"{name}, one engine")
        with Spine(checks, f"{name}-1") as spine:
            events = spine.publish(log)
            spine.ingest()
            spine.engine()
            checks.expect(f"{events} events went through", events > 0)
            spine.compare(checks, log)
            if name == names[0]:
                bench(checks, spine, events)
        if not FULL and name != names[0]:
            continue
        part(f"{name}, three engines")
        with Spine(checks, f"{name}-3") as spine:
            spine.publish(log)
            by_three(checks, spine)
            spine.compare(checks, log)


if __name__ == "__main__":
    main(__doc__, test)
