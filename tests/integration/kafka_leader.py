#!/usr/bin/env python3
"""Three brokers, and the one that leads dies while events flow: ingest and engine go on by
themselves, and the alerts are those of an undisturbed run, each once."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from broker import Cluster  # noqa: E402
from checks import main  # noqa: E402
from flow import Flow  # noqa: E402
from processes import wait_until  # noqa: E402
from spine import Spine, public_log  # noqa: E402


def test(checks):
    log = public_log(checks, "receipt_dev")
    with Spine(checks, "three", broker=Cluster) as spine:
        flow = Flow(checks, spine, log)
        for topic in ("kip.events.v1", "kip.changelog.v1"):
            leader = spine.partitions_of(topic)[0].leader
            broker = spine.broker.brokers[leader]
            flow.meets(f"the leader of {topic} killed", broker.kill, 5, lambda: None)
            # Two copies of every topic must be left when the next one dies. That this one is away
            # is seen first: else what is said of it may be from before.
            wait_until("it is missed", lambda: spine.in_sync() < 3, 60, 0.3)
            broker.start()
            wait_until("it has caught up", lambda: spine.in_sync() == 3, 240, 0.3)
        flow.end(log)


if __name__ == "__main__":
    main(__doc__, test)
