#!/usr/bin/env python3
"""kill -9 of ingest and engine at each named point and at random: the alerts are those of an
undisturbed run, each once, and so are the digests. A planted apply before the commit is caught."""

import os
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import FULL, main, part  # noqa: E402
from spine import Spine, public_log, rng_of  # noqa: E402

ROUNDS, AT_RANDOM = (10, 100) if FULL else (1, 10)
INGEST = ("produced", "flushed")
ENGINE = (
    "read",
    "folded",
    "before_commit",
    "produced",
    "offsets_sent",
    "committing",
    "committed_unapplied",
    "committed",
    "applied",
)
# So that input always waits: a commit takes few records, and comes seldom.
FEW, SELDOM = {"KIP_RECORDS_MAX": "20"}, ["--commit-ms", "300"]


class Kills:
    def __init__(self, spine, rng):
        self.spine, self.rng, self.counts = spine, rng, {}

    def note(self, name, process, waits):
        """The process has been killed there, and `waits` says whether work waited."""
        if process.wait(120) != -signal.SIGKILL:
            raise SystemExit(f"{name}: exit {process.returncode}, it was to be killed there")
        kills, waiting = self.counts.get(name, (0, 0))
        self.counts[name] = (kills + 1, waiting + bool(waits()))

    def ingest_waits(self):
        return self.spine.waiting("kip.work.v1", "kip-ingest") != 0

    def engine_waits(self):
        return self.spine.waiting("kip.events.v1", "kip-engine") != 0

    def ingest_at(self, point):
        args = self.spine.ingest_args()
        running = self.spine.popen(*args, crash=f"{point}:{self.rng.randint(1, 3)}", **FEW)
        self.note(f"ingest {point}", running, self.ingest_waits)

    def engine_at(self, point, folder="engine", commits=3, **more):
        """Killed there in one of its first commits: the last of `commits` at the latest."""
        after = f"+{self.rng.randint(0, 40)}" if point == "committing" else ""
        crash = f"{point}:{self.rng.randint(1, 3) + commits - 3}{after}"
        args = [*self.spine.engine_args(folder), *SELDOM]
        running = self.spine.popen(*args, crash=crash, **FEW, **more)
        self.note(f"engine {point}", running, self.engine_waits)

    def at_random(self, what, args, waits):
        running = self.spine.popen(*args, **FEW)
        try:
            running.wait(self.rng.uniform(0.5, 2.5))
        except subprocess.TimeoutExpired:
            running.kill()
        self.note(f"{what} random", running, waits)

    def check(self, checks, names):
        print(f"  {'point':<28}{'kills':>6}{'work waiting':>14}")
        for name, (kills, waiting) in self.counts.items():
            print(f"  {name:<28}{kills:>6}{waiting:>14}")
        for name in names:
            checks.expect(f"{name}: killed", self.counts.get(name, (0, 0))[0] > 0)
        all_kills = sum(kills for kills, _ in self.counts.values())
        waiting = sum(waiting for _, waiting in self.counts.values())
        checks.expect(f"work waited at {waiting} of {all_kills} kills", waiting > 0.9 * all_kills)


def kill_ingest(spine, kills):
    for _ in range(ROUNDS):
        for point in INGEST:
            kills.ingest_at(point)
    for _ in range(AT_RANDOM // 5):
        kills.at_random("ingest", spine.ingest_args(), kills.ingest_waits)


def kill_engine(spine, kills):
    for _ in range(ROUNDS):
        for point in ENGINE:
            kills.engine_at(point)
    for _ in range(AT_RANDOM):
        kills.at_random("engine", [*spine.engine_args("engine"), *SELDOM], kills.engine_waits)
    for _ in range(ROUNDS):
        shutil.rmtree(os.path.join(spine.folder, "engine"))
        kills.engine_at("restoring")


def lose_answers(spine, checks):
    """Every third commit succeeds and nobody is told: opened anew, it goes on where it is."""
    planted = {"program": planted_program(checks), "KIP_PLANTED": "commit_answer_lost"}
    before = spine.times_said("opened anew")
    running = spine.popen(*spine.engine_args("engine"), *SELDOM, **planted, **FEW)
    try:
        running.wait(60 if FULL else 8)
    except subprocess.TimeoutExpired:
        running.terminate()
    checks.equal("engine that lost answers: exit", running.wait(60), 0)
    lost = spine.times_said("opened anew") - before
    checks.expect(f"{lost} commits whose answer was lost", lost > 0)


def kill_timers(spine, kills, checks):
    for _ in range(ROUNDS):
        # All input is read by then; what waits are the timers that it fires, before their commit.
        running = spine.popen(*spine.engine_args("engine"), crash="timer_fired:1")
        kills.note("engine timer_fired", running, lambda: True)
    before = spine.count("kip.alerts.v1")
    spine.engine()
    more = spine.count("kip.alerts.v1") - before
    checks.expect(f"{more} alerts and marks waited at timer_fired", more > 0)


def planted_program(checks):
    return os.path.join(os.path.dirname(checks.kip.program), "kip_planted")


def catch_planted(checks, log):
    """The same kills of a program that writes its store, and a WAL, before the commit: they must
    show it."""
    planted = {"program": planted_program(checks), "KIP_PLANTED": "apply_before_commit"}
    with Spine(checks, "planted") as spine:
        spine.publish(log)
        spine.ingest()
        kills = Kills(spine, rng_of(5))
        for point in ("produced", "offsets_sent"):
            # Not the first ones: what a commit of theirs loses must be some alert.
            kills.engine_at(point, commits=20, **planted)
        spine.engine(**planted)
        missing, _, _ = spine.difference(spine.alerts(), log)
        checks.expect(f"planted apply before commit: {len(missing)} alerts lost", missing)


def test(checks):
    log = public_log(checks, "bpic15_dev" if FULL else "receipt_dev")
    with Spine(checks, "kills") as spine:
        events = spine.publish(log)
        kills = Kills(spine, rng_of(4))
        part("ingest, killed")
        kill_ingest(spine, kills)
        spine.ingest()
        stamped = spine.count("kip.events.v1")
        checks.expect(f"{stamped} stamped events of {events}: some came twice", stamped > events)
        part("engine, killed")
        kill_engine(spine, kills)
        lose_answers(spine, checks)
        kill_timers(spine, kills, checks)
        names = [f"ingest {p}" for p in (*INGEST, "random")]
        names += [f"engine {p}" for p in (*ENGINE, "random", "restoring", "timer_fired")]
        kills.check(checks, names)
        told = spine.compare(checks, log)
        spine.compare_digests(checks, told, log)
    part("planted")
    catch_planted(checks, log if not FULL else public_log(checks, "receipt_dev"))


if __name__ == "__main__":
    main(__doc__, test)
