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
REBALANCES = 1000 if FULL else 100
RATE = 4000
LINE = r"(\d+) rebalances, (\d+) sent, (\d+) read, (\d+) missing, (\d+) twice, (\d+) failed"


class Arm:
    def __init__(self, checks, spine, name, seconds):
        program = os.path.join(os.path.dirname(checks.kip.program), "kip_soak")
        self.out = os.path.join(spine.folder, name)
        figures = [str(n) for n in (seconds, REBALANCES, RATE)]
        with open(self.out, "wb") as out, open(self.out + ".err", "wb") as err:
            command = [program, name, spine.broker.address, *figures]
            self.process = subprocess.Popen(command, stdout=out, stderr=err)

    def figures(self):
        """How it stood at last."""
        with open(self.out, encoding="utf-8") as out:
            found = re.findall(LINE, out.read())
        return tuple(map(int, found[-1])) if found else (0,) * 6

    def wait(self):
        self.process.wait(3 * SECONDS + 300)
        return self.figures()


def test(checks):
    with Spine(checks, "soak", partitions=8) as spine:
        topic, admin = spine.kafka.admin.NewTopic("soak.losing.v1", 8, 1), spine.admin()
        admin.create_topics([topic])["soak.losing.v1"].result(60)
        losing = Arm(checks, spine, "losing", SECONDS // 3)
        engine = Arm(checks, spine, "engine", SECONDS)
        rebalances, sent, read, missing, twice, failed = engine.wait()
        checks.equal("as engine: exit", engine.process.returncode, 0)
        checks.expect(f"as engine: {rebalances} rebalances", rebalances >= REBALANCES)
        checks.equal("as engine: missing", missing, 0)
        checks.equal("as engine: read twice", twice, 0)
        checks.expect(f"as engine: {read} of {sent} read", read == sent > 0)
        print(f"  {failed} times opened anew")
        rebalances, sent, read, missing, _, _ = losing.wait()
        print(f"  known to lose: {rebalances} rebalances, {read} of {sent} read")
        checks.expect(f"known to lose: {missing} missing, the soak can see it", missing > 0)


if __name__ == "__main__":
    main(__doc__, test)
