#!/usr/bin/env python3
"""Kills kip again and again; at the end the digests are those of an undisturbed run.

    crash.py KIP CHECKOUT [--seed N] [--public-log]

What it does and why: README.md. Prints the kills by point; exit 1 on any finding.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from processes import Audit, Kip, Up
from story import batches, pieces, sample

UNTIL = "2026-11-23T02:36:00Z"
POINTS = ["read", "folded", "before_commit", "committed", "applied", "timer_fired"]
WRITER_POINTS = ["append", "appended"]
# Time runs on only where a feed is quiet for a while: no timer fires under this one.
FEED_POINTS = [point for point in POINTS if point != "timer_fired"] + WRITER_POINTS
FULL = os.environ.get("KIP_FULL") == "1"
EACH = 20 if FULL else 2
RANDOM = 100 if FULL else 10
RECORDS_MAX = 4  # a commit of what is to be killed: fewer than a batch has, so that work waits
TRIES_MAX = 200 * EACH  # so that a point that is never reached ends the test
FEEDS_MAX = 40 + 20 * EACH


class Tally:
    """The kills by point, and how many of them found input that was not committed."""

    def __init__(self):
        self.kills, self.fed, self.waiting, self.findings = {}, {}, {}, []

    def add(self, point, audit, fed):
        self.kills[point] = self.kills.get(point, 0) + 1
        self.fed[point] = self.fed.get(point, 0) + (1 if fed else 0)
        waits = audit.uncommitted() or audit.figures.get("waiting", 0)
        self.waiting[point] = self.waiting.get(point, 0) + (1 if waits else 0)
        if audit.differences:
            self.findings.append(f"after a kill at {point}: {audit.words}")

    def count(self, point):
        return self.kills.get(point, 0)

    def expect(self, what, ok):
        print(f"  {'ok  ' if ok else 'FAIL'} {what}", flush=True)
        if not ok:
            self.findings.append(what)

    def print(self):
        print(f"\n{'point':<16}{'kills':>7}{'of up':>7}{'work waiting':>15}")
        for point in sorted(self.kills):
            print(f"{point:<16}{self.kills[point]:>7}{self.fed[point]:>7}{self.waiting[point]:>15}")
        total, waiting = sum(self.kills.values()), sum(self.waiting.values())
        print(f"{'all':<16}{total:>7}{sum(self.fed.values()):>7}{waiting:>15}\n")

    def expect_enough(self):
        total, waiting = sum(self.kills.values()), sum(self.waiting.values())
        for point in POINTS + WRITER_POINTS + ["settled", "resettled"]:
            self.expect(f"{point}: at least {EACH} kills", self.count(point) >= EACH)
        self.expect(f"at random moments: {RANDOM} kills", self.count("random") >= RANDOM)
        self.expect("work waited in at least half of the kills", 2 * waiting >= total)


class Crash:
    def __init__(self, kip, folder, seed):
        self.kip, self.folder, self.rng = kip, folder, random.Random(seed)
        kip.records_max = RECORDS_MAX
        self.tally, self.tries = Tally(), 0

    def data(self, name):
        return os.path.join(self.folder, name)

    def audit(self, data):
        return Audit(self.kip, data)

    def killed(self, point, data, fed=False):
        """Counts the kill that has just happened."""
        self.tally.add(point, self.audit(data), fed)

    def import_with_kills(self, data, file, schedule, kills, clock, config=None):
        """Imports `file`, killed up to `kills` times by what is next in `schedule`, then whole."""
        for _ in range(kills):
            if not schedule:
                break
            self.tries += 1
            point, n = schedule[-1]
            if self.kip.imports(data, file, clock, f"{point}:{n}", config):
                if n == 1 and self.tries > TRIES_MAX:
                    raise SystemExit(f"'{point}' is never reached")
                schedule[-1] = (point, 1)  # it came less often than that
                break
            self.killed(point, data)
            schedule.pop()
        if not self.kip.imports(data, file, clock, None, config):
            raise SystemExit(f"import of {file} did not end well")

    def schedule(self, points, times, n_max):
        out = [(p, self.rng.randint(1, n_max)) for p in points for _ in range(times)]
        self.rng.shuffle(out)
        return out

    def compare(self, what, calm, crashed, alerts=True):
        a, b = self.audit(calm), self.audit(crashed)
        for name in ["state_digest", "totals_digest"] + (["alerts_digest"] if alerts else []):
            equal = a.digest(name) == b.digest(name)
            self.tally.expect(f"{what}: {name} {b.digest(name)[:16]}", equal)
        clean = not a.differences and not b.differences and 0 < a.items == b.items
        self.tally.expect(f"{what}: {a.items} items, audit clean", clean)

    # The parts.

    def sample_ward(self):
        lines = sample(self.kip, UNTIL)
        print(f"{len(lines)} events", flush=True)
        self.import_in_pieces(lines)
        self.feed(lines)
        self.clock_stands(lines)
        self.policy_changes()
        self.tally.print()
        self.tally.expect_enough()

    def import_in_pieces(self, lines):
        calm, crashed = self.data("calm"), self.data("import")
        whole = self.kip.file("whole.jsonl", lines)
        self.kip.must_import(calm, whole, "log", UNTIL)
        schedule = self.schedule(FEED_POINTS, (EACH + 1) // 2, 3)
        schedule += self.schedule(["timer_fired"], EACH, 3)
        self.rng.shuffle(schedule)
        parts = pieces(lines, 10)
        while schedule:
            shutil.rmtree(crashed, ignore_errors=True)
            for part in parts:
                file = self.kip.file("part.jsonl", part)
                self.import_with_kills(crashed, file, schedule, 1 + len(schedule) // 5, "log")
        self.kip.must_import(crashed, whole, "log", UNTIL)  # again, and time to its end
        self.compare("import", calm, crashed)

    def import_public_log(self, log):
        calm, crashed = self.data("calm-log"), self.data("log")
        self.kip.must_import(calm, log, "log")
        schedule = self.schedule(POINTS + WRITER_POINTS, 1, 2)
        while schedule:
            shutil.rmtree(crashed, ignore_errors=True)  # what is done has no timers left to fire
            self.import_with_kills(crashed, log, schedule, len(schedule), "log")
        self.compare("public log", calm, crashed)

    def feed(self, lines):
        calm, crashed = self.data("calm"), self.data("feed")
        for _ in range(FEEDS_MAX):
            needed = [p for p in FEED_POINTS if self.tally.fed.get(p, 0) < EACH // 2]
            randoms = RANDOM - self.tally.count("random")
            if not needed and randoms <= 0:
                break
            shutil.rmtree(crashed, ignore_errors=True)
            self.feed_once(crashed, lines, needed, randoms)
            self.kip.must_import(crashed, self.kip.file("empty.jsonl", []), "log", UNTIL)
            self.compare("feed", calm, crashed)
        for point in FEED_POINTS:
            self.tally.expect(f"feed: killed at {point}", self.tally.fed.get(point, 0) > 0)

    def feed_once(self, data, lines, needed, randoms):
        """All of `lines` over HTTP; killed at points and at random moments on the way."""
        todo = [(p, self.rng.randint(1, 6)) for p in needed]
        todo += [None] * max(randoms, 0)  # a random moment
        self.rng.shuffle(todo)
        up = None
        for batch in batches(lines, 10):
            while True:
                if up is None:
                    point = todo.pop() if todo else None
                    random_next = point is None and randoms > 0
                    crash = f"{point[0]}:{point[1]}" if point else None
                    up = Up(self.kip, data, crash, killed=random_next)
                    kind = point[0] if point else "random"
                    wait = self.rng.uniform(0.005, 0.15)
                    kill_at = time.monotonic() + wait if random_next else None
                if kill_at and time.monotonic() > kill_at:
                    up.kill()
                if up.post(batch):
                    break
                if not up.died_by_kill():
                    raise SystemExit("up ended by itself: " + up.last_words())
                self.killed(kind, data, fed=True)
                randoms -= 1 if kind == "random" else 0
                up = None
        if up is not None:
            up.stop()

    def clock_stands(self, lines):
        calm, crashed = self.data("calm-at"), self.data("at")
        clock = "at:" + UNTIL
        whole = self.kip.file("whole.jsonl", lines)
        self.kip.must_import(calm, whole, clock)
        schedule = self.schedule(["settled", "backlog_taken"], EACH, 2)
        schedule += self.schedule(["folded", "applied"], 1, 2)
        parts = pieces(lines, 5)
        while schedule:
            shutil.rmtree(crashed, ignore_errors=True)
            for part in parts:
                file = self.kip.file("part.jsonl", part)
                self.import_with_kills(crashed, file, schedule, 1 + len(schedule) // 3, clock)
        self.compare("clock stands", calm, crashed, alerts=False)

    def policy_changes(self):
        """The data of the first part under other rules: everything is settled anew."""
        calm, crashed = self.data("calm-policy"), self.data("policy")
        for data in (calm, crashed):
            shutil.copytree(self.data("import"), data)
        empty = self.kip.file("empty.jsonl", [])
        schedule = self.schedule(["resettled"], EACH, 1)
        share = 25
        while schedule:
            config = self.kip.changed_config(share)
            self.kip.must_import(calm, empty, "log", UNTIL, config)
            self.import_with_kills(crashed, empty, schedule, 2, "log", config)
            self.kip.must_import(crashed, empty, "log", UNTIL, config)
            share = 25 if share == 30 else 30
        self.compare("policy changed", calm, crashed)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kip")
    parser.add_argument("checkout")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--public-log", action="store_true", help="the public log and nothing else")
    args = parser.parse_args()
    log = os.path.join(args.checkout, "..", "shared", "data", "receipt_dev.csv.gz")
    if args.public_log and not os.path.exists(log):
        print(f"skipped: the public log is not here ({log})")
        return 77
    began = time.monotonic()
    print(f"seed {args.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="kip-crash-") as folder:
        crash = Crash(Kip(args.kip, args.checkout, folder), folder, args.seed)
        if args.public_log:
            crash.import_public_log(log)
            crash.tally.print()
        else:
            crash.sample_ward()
    print(f"{time.monotonic() - began:.0f} s")
    for finding in crash.tally.findings:
        print("finding:", finding)
    return 1 if crash.tally.findings else 0


if __name__ == "__main__":
    sys.exit(main())
