#!/usr/bin/env python3
"""Members join and leave every second: as the engine is made nothing is missing; the combination
that is known to lose must show it, else the soak could not have seen it."""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import FULL, main  # noqa: E402
from spine import Spine  # noqa: E402

SECONDS = 1800 if FULL else 180
RATE = 8000
LINE = r"(\d+) rebalances, (\d+) sent, (\d+) read, (\d+) missing, (\d+) twice, (\d+) failed"


def test(checks):
    program = os.path.join(os.path.dirname(checks.kip.program), "kip_soak")
    with Spine(checks, "soak", partitions=8) as spine:
        topic, admin = spine.kafka.admin.NewTopic("soak.losing.v1", 8, 1), spine.admin()
        admin.create_topics([topic])["soak.losing.v1"].result(60)
        command = [program, spine.broker.address, str(SECONDS), str(RATE)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS + 600)
        print(done.stdout, end="", flush=True)
        figures = [tuple(map(int, found)) for found in re.findall(LINE, done.stdout)]
        if done.returncode != 0 or len(figures) != 2:
            raise SystemExit(f"soak: exit {done.returncode}: {done.stderr[-3000:]}")
        rebalances, sent, read, missing, twice, _ = figures[0]
        checks.expect(f"{rebalances} rebalances", rebalances >= 100)
        checks.equal("as engine: missing", missing, 0)
        checks.equal("as engine: read twice", twice, 0)
        checks.expect(f"as engine: {read} of {sent} read", read == sent > 0)
        missing = figures[1][3]
        checks.expect(f"known to lose: {missing} missing, the soak can see it", missing > 0)


if __name__ == "__main__":
    main(__doc__, test)
