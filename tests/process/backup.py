#!/usr/bin/env python3
"""A backup beside a running `kip up`, and a life that goes on from it: nothing is told twice.

    backup.py KIP CHECKOUT

Events are fed over HTTP under the log's clock while `kip backup` copies. Each restored copy must
be clean, must hold every event that had been answered when the backup began, and its alert log
must be a part of the original's, revision by revision. Then it is fed the rest, and both must end
with the same alerts.
"""

import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import FULL, main, part
from processes import Audit, Up, wait_until
from story import batches, sample

UNTIL = "2026-11-23T02:36:00Z"
BATCH = 5
BACKUPS = 8 if FULL else 3


class Feeder:
    """Sends batches in order from a thread, up to the `limit`th; so many have been answered."""

    def __init__(self, up, all_batches):
        self.answered, self.total, self.gone = 0, len(all_batches), False
        self.limit = self.share(1)
        self.thread = threading.Thread(target=self._feed, args=(up, all_batches), daemon=True)
        self.thread.start()

    def _feed(self, up, all_batches):
        for batch in all_batches:
            wait_until("it may go on", lambda: self.answered < self.limit, 600)
            if not up.post(batch):
                self.gone = True
                return
            self.answered += 1

    def share(self, number):
        """So many batches when backup `number` begins, at least."""
        return (number + 1) * self.total // (BACKUPS + 2)


def revisions(checks, data):
    """What an alert log says: (alert_id, revision) -> all of it but the moment of finding out."""
    with Up(checks.kip, data) as up:
        rows = up.client().alerts()
        checks.equal("exit after SIGTERM", up.stop(), 0)
    out = {}
    for row in rows:
        row.pop("detected_at", None)
        key = row["alert_id"], row["revision"]
        if key in out:
            checks.expect(f"{key} is told once", False)
        out[key] = row
    return out


def kip(checks, *args):
    done = checks.kip.run(*args)
    if done.returncode != 0:
        raise SystemExit(f"kip {args[0]}: exit {done.returncode}: {done.stderr[-2000:]}")


def back_up(checks, number, feeder, data):
    """Takes one while it is fed; returns how many batches it must hold."""
    begin, end = feeder.share(number), feeder.share(number + 1)
    feeder.limit = end
    wait_until("it is fed", lambda: feeder.answered >= begin or feeder.gone)
    before = feeder.answered
    kip(checks, "backup", "--data", data, "--to", checks.path(f"backup-{number}"))
    after = feeder.answered
    words = f"backup {number}: begun after {before} batches of {feeder.total}, done after {after}"
    checks.expect(words, before < after < feeder.total)
    feeder.limit = feeder.total if number + 1 == BACKUPS else end
    return before


def not_in(part_of, whole):
    """Those rows of an alert log that another has not, or has otherwise."""
    return [key for key, row in part_of.items() if whole.get(key) != row]


def goes_on(checks, number, before, all_batches, whole):
    """Restores one, looks at it, feeds it the rest; its alerts at the end are the original's."""
    part(f"backup {number} restored")
    data = checks.path(f"restored-{number}")
    kip(checks, "restore", "--from", checks.path(f"backup-{number}"), "--data", data)
    audit = Audit(checks.kip, data)
    checks.clean("restored", audit)
    held = sum(audit.figures["ends"])
    checks.expect(f"{held} records for {before} answered batches", held >= before * BATCH)
    kept = revisions(checks, data)  # may hold more: time goes on after a quiet second
    checks.expect(f"{audit.alerts} revisions, all listed", 0 < audit.alerts <= len(kept))
    checks.equal(f"of {len(kept)} revisions not in the original's log", not_in(kept, whole), [])
    gaps = [key for key in kept if key[1] > 1 and (key[0], key[1] - 1) not in kept]
    checks.equal("revisions without the one before", gaps, [])
    with Up(checks.kip, data) as up:
        taken = sum(up.post(batch) for batch in all_batches[before:])
        checks.equal("batches fed to it", taken, len(all_batches) - before)
        checks.equal("exit after SIGTERM", up.stop(), 0)
    checks.kip.must_import(data, checks.kip.file("empty.jsonl", []), "log", UNTIL)
    checks.clean("at the end", Audit(checks.kip, data))
    end = revisions(checks, data)
    checks.expect(f"{len(end)} revisions at the end, as the original's", end == whole)
    lost = not_in(kept, end)
    checks.equal(f"of its {len(kept)} told again or otherwise", lost, [])


def test(checks):
    data = checks.path("data")
    all_batches = list(batches(sample(checks.kip, UNTIL), BATCH))
    part(f"{len(all_batches)} batches of {BATCH} events, {BACKUPS} backups meanwhile")
    with Up(checks.kip, data) as up:
        feeder = Feeder(up, all_batches)
        befores = [back_up(checks, number, feeder, data) for number in range(BACKUPS)]
        feeder.thread.join()
        checks.expect(f"{feeder.answered} batches were taken", not feeder.gone)
        checks.equal("exit after SIGTERM", up.stop(), 0)
    checks.kip.must_import(data, checks.kip.file("empty.jsonl", []), "log", UNTIL)
    checks.clean("the original at the end", Audit(checks.kip, data))
    whole = revisions(checks, data)
    checks.expect(f"{len(whole)} revisions in the original's log", len(whole) > 100)
    for number, before in enumerate(befores):
        goes_on(checks, number, before, all_batches, whole)


if __name__ == "__main__":
    main(__doc__, test)
