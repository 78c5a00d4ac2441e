#!/usr/bin/env python3
"""Two engines: one is killed, or stopped for three session timeouts and goes on. The other takes
over, and the alerts are those of an undisturbed run, each once."""

import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import main, part  # noqa: E402
from processes import wait_until  # noqa: E402
from spine import Spine, public_log  # noqa: E402

SESSION_SECONDS = 10  # of the engine's group
FEW = {"KIP_RECORDS_MAX": "20"}
PARTITIONS = [0, 1, 2, 3]


class Engines:
    def __init__(self, spine):
        self.spine, self.running = spine, {}

    def start(self, name, **more):
        args = self.spine.engine_args(name, end=[])
        self.running[name] = self.spine.popen(*args, "--commit-ms", "500", **FEW, **more)

    def share(self):
        """Until the two have two partitions each."""
        halves = lambda: [len(p) for p in self.spine.members().values()] == [2, 2]  # noqa: E731
        wait_until("the partitions are shared", halves, 60, 0.1)

    def taken_over(self, name):
        """How long until it has all partitions and goes on in them."""
        began = time.monotonic()
        has_all = lambda: sorted(self.spine.members().get(name, [])) == PARTITIONS  # noqa: E731
        wait_until("the other one has all partitions", has_all, 120, 0.1)
        before = self.waiting()
        wait_until("it goes on", lambda: self.waiting() < before, 60, 0.1)
        return time.monotonic() - began

    def waiting(self):
        return self.spine.waiting("kip.events.v1", "kip-engine")

    def end(self, checks):
        """Stopped; then to the end of time, as fast as it goes, each with what it had."""
        for process in self.running.values():
            process.terminate()
        codes = [process.wait(120) for process in self.running.values()]
        checks.equal("exit codes of the engines", codes, [0] * len(codes))
        last = [self.spine.popen(*self.spine.engine_args(name)) for name in self.running]
        codes = [process.wait(300) for process in last]
        checks.equal("and at the end of time", codes, [0] * len(codes))


def killed(checks, log):
    with Spine(checks, "killed") as spine:
        spine.publish(log)
        spine.ingest()
        engines = Engines(spine)
        engines.start("one")
        engines.start("two")
        engines.share()
        victim = engines.running.pop("one")
        victim.kill()
        victim.wait()
        checks.expect(f"{engines.waiting()} events wait at the kill", engines.waiting() > 0)
        seconds = engines.taken_over("two")
        checks.expect(f"{seconds:.1f} s until the other has all", seconds < 3 * SESSION_SECONDS)
        engines.end(checks)
        spine.compare(checks, log)


def stopped(checks, log):
    with Spine(checks, "stopped") as spine:
        spine.publish(log)
        spine.ingest()
        engines = Engines(spine)
        engines.start("two")
        has_all = lambda: sorted(spine.members().get("two", [])) == PARTITIONS  # noqa: E731
        wait_until("the first one has all partitions", has_all, 60, 0.1)
        # Stopped in the middle of a transaction, with its offsets sent.
        engines.start("one", KIP_STOP_AT="offsets_sent:12")
        zombie = engines.running["one"]
        wait_until("it is stopped", lambda: is_stopped(zombie), 60, 0.05)
        checks.equal("partitions that are stopped", len(spine.members()["one"]), 2)
        began = time.monotonic()
        seconds = engines.taken_over("two")
        checks.expect(f"{seconds:.1f} s until the other has all", seconds < 3 * SESSION_SECONDS)
        over = lambda: time.monotonic() > began + 3 * SESSION_SECONDS  # noqa: E731
        wait_until("three session timeouts", over, 60, 0.1)
        checks.expect(f"{engines.waiting()} events wait as it goes on", engines.waiting() > 0)
        zombie.send_signal(signal.SIGCONT)
        engines.share()
        fenced = spine.times_said("fenced")
        checks.expect(f"said {fenced} times that it was fenced; it is back", fenced > 0)
        engines.end(checks)
        spine.compare(checks, log)


def is_stopped(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:
        return stat.read().rpartition(")")[2].split()[0] == "T"


def test(checks):
    log = public_log(checks, "receipt_dev")
    part("one of two engines, killed")
    killed(checks, log)
    part("one of two engines, stopped for three session timeouts")
    stopped(checks, log)


if __name__ == "__main__":
    main(__doc__, test)
