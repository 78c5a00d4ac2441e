#!/usr/bin/env python3
"""What is said at an instant depends on nothing after it.

    leak.py KIP [DATA_DIR]

A log is cut at T and asked about: every score up to T must be that of the whole log, byte for byte,
and none may be missing or more; with --online too, and with --recorded, where the cut is by
recorded_at. And finished_at, which gives the label away, may be anything. Without DATA_DIR on a
generated log, with it on the public ones.
"""

import datetime
import os
import random
import subprocess
import sys
import tempfile

import backtest

HEADER = ["item_id", "kind", "procedure", "unit", "owner", "step", "status", "occurred_at"]
HEADER += ["received_at", "due_at", "finished_at", "recorded_at"]
BEGIN = datetime.datetime(2026, 1, 5, 8, tzinfo=datetime.timezone.utc)
DAY = datetime.timedelta(days=1)


def generated(prefix, count, chance):
    """Rows of items, some of which are late, more often so in one unit and when they are idle."""
    rows = []
    for number in range(count):
        received = BEGIN + chance.random() * 100 * DAY
        term = chance.choice((5, 10, 20)) * DAY
        slow = chance.random() < 0.5
        life = term * chance.uniform(0.2, 1.7 if slow else 1.1)
        times = sorted(chance.random() for _ in range(chance.randrange(1, 7)))
        statuses = ["received"] + ["complete"] * len(times)
        at = [received] + [received + life * share for share in times]
        if chance.random() < 0.9:
            statuses.append("closed")
            at.append(received + life)
        for step, (when, status) in enumerate(zip(at, statuses)):
            row = dict.fromkeys(HEADER, "")
            row.update(item_id=f"{prefix}{number}", kind="dossier", status=status)
            row.update(procedure=f"p.{number % 3}", unit="slow" if slow else "fast")
            row.update(owner=chance.choice(("", "x", "y")), step=f"s_{step % 4}")
            row.update(occurred_at=when.isoformat(), received_at=received.isoformat())
            row.update(due_at=(received + term).isoformat())
            row.update(recorded_at=(when + chance.choice((0, 0, 3, -1)) * DAY).isoformat())
            rows.append(row)
    return sorted(rows, key=lambda row: row["occurred_at"])


class Logs:
    """One train log, and what the program says of test logs."""

    def __init__(self, kip, folder, header, train):
        self.kip, self.folder, self.header = kip, folder, header
        self.train = os.path.join(folder, "train.csv.gz")
        backtest.write(self.train, header, train, {row["item_id"] for row in train})

    def scores(self, test, *more):
        """{scored_at: lines}"""
        paths = [os.path.join(self.folder, name) for name in ("test.csv.gz", "scores.csv")]
        backtest.write(paths[0], self.header, test, {row["item_id"] for row in test})
        command = [self.kip, "backtest", "--train", self.train, "--test", paths[0]]
        command += ["--scores", paths[1], *more]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with open(paths[1], encoding="utf-8") as lines:
            return sorted(line for line in lines.read().splitlines()[1:])


def scored_at(line):
    return backtest.instant(line.rsplit(",", 2)[1])


def known_at(row, more):
    """When the program may know of it: recorded before it happened is a slip of the clock."""
    occurred, recorded = (backtest.instant(row[c]) for c in ("occurred_at", "recorded_at"))
    return max(occurred, recorded or occurred) if "--recorded" in more else occurred


def check(name, logs, test, cuts, *more):
    whole = logs.scores(test, *more)
    chances = {line.rsplit(",", 1)[1] for line in whole}
    bad = []
    if len(chances) < 10:
        bad.append(f"{name}: only {len(chances)} different chances: nothing is tested")
    times = sorted({scored_at(line) for line in whole})
    # At looks themselves, and one in between.
    picked = [times[(2 * i + 1) * len(times) // (2 * cuts)] for i in range(cuts)]
    for at in picked + [picked[0] + datetime.timedelta(seconds=1)]:
        cut = [row for row in test if known_at(row, more) <= at]
        got = [line for line in logs.scores(cut, *more) if scored_at(line) <= at]
        want = [line for line in whole if scored_at(line) <= at]
        if got != want:
            odd = sorted(set(got) ^ set(want))
            bad.append(f"{name}: cut at {at}: {len(odd)} of {len(want)} differ, as {odd[0]}")
    given_away = [{**row, "finished_at": row["received_at"]} for row in test]
    if logs.scores(given_away, *more) != whole:
        bad.append(f"{name}: finished_at changes what is said")
    print(f"{name} {' '.join(more)}: {len(whole)} scores, {len(picked) + 1} cuts")
    return bad


def on_generated(kip, folder):
    chance = random.Random(20261126)
    train, test = generated("a", 400, chance), generated("b", 300, chance)
    logs = Logs(kip, folder, HEADER, train)
    bad = check("generated", logs, test, 12) + check("generated", logs, test, 12, "--online")
    return bad + check("generated", logs, test, 6, "--online", "--recorded")


def on_public(kip, folder, data):
    bad = []
    for name in ("receipt_dev", "bpic15_dev", "boston311_dev"):
        header, rows, items = backtest.read(os.path.join(data, name + ".csv.gz"))
        early, late = backtest.split(items, None)
        logs = Logs(kip, folder, header, [row for row in rows if row["item_id"] in early])
        test = [row for row in rows if row["item_id"] in late]
        bad += check(name, logs, test, 3) + check(name, logs, test, 2, "--online")
        if name == "bpic15_dev":
            bad += check(name, logs, test, 2, "--recorded")
    return bad


def main():
    kip, data = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    if data and not os.path.isdir(data):
        print(f"skipped: the public logs are not here ({data})")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        bad = on_public(kip, folder, data) if data else on_generated(kip, folder)
    for line in bad:
        print("FAILED " + line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
