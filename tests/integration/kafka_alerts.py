#!/usr/bin/env python3
"""Public logs through a real Kafka give exactly the alerts of the embedded run."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import FULL, main, part  # noqa: E402
from spine import Spine, public_log  # noqa: E402


def test(checks):
    names = ["receipt_dev", "bpic15_dev"] + (["boston311_dev"] if FULL else [])
    for name in names:
        part(name)
        log = public_log(checks, name)
        with Spine(checks, name) as spine:
            events = spine.publish(log)
            spine.ingest()
            spine.engine()
            checks.expect(f"{events} events went through", events > 0)
            spine.compare(checks, log)


if __name__ == "__main__":
    main(__doc__, test)
