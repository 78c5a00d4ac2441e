#!/usr/bin/env python3
"""Forecasts on a real Kafka, in a clock of an hour a second: an engine learns from what has ended,
says of each open item how likely it is to be late, and warns. A kill and a start by what the
changelog holds say nothing anew; a second engine takes half of the partitions, and both go on.
Items that wait for one of another partition are told when that is late, and when it is over."""

import datetime
import json
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import main, part  # noqa: E402
from ports import free_port  # noqa: E402
from processes import Client, wait_until  # noqa: E402
from spine import Spine  # noqa: E402

END = "2026-11-23T01:00:00Z"  # of the sample: 08:00 on a Monday in Vietnam
FACTOR = 3600
RULE = "likely_late"
SOURCE = "urn:kip:sample:nhiemvu"


class Ward(Spine):
    def __init__(self, checks):
        super().__init__(checks, "forecast", partitions=2)
        self.decides = ["--config", self.kip.config]
        self.began = None

    def feed(self):
        """Three months of a ward, as its sources would have sent them, taken in."""
        sample = self.kip.run("sample", "--months", "3", "--end", END)
        log = self.kip.file("log.jsonl", sample.stdout.splitlines())
        self.must("import", *self.at(), *self.decides, log)
        running = self.popen(*self.ingest_args(), "--clock", f"at:{END}")
        through = lambda: self.is_through("kip.work.v1", "kip-ingest")  # noqa: E731
        wait_until("ingest has read all", through, 300, 0.2)
        running.terminate()
        running.wait(60)

    def now(self):
        self.began = self.began or time.monotonic()
        passed = datetime.timedelta(seconds=FACTOR * (time.monotonic() - self.began))
        return datetime.datetime.fromisoformat(END) + passed

    def clock(self):
        return f"x{FACTOR}@{self.now().strftime('%Y-%m-%dT%H:%M:%SZ')}"

    def told(self, rule, of):
        """What was told by the rule, in the order of revisions, by that field of its alerts."""
        told = {}
        for alert in self.alerts():
            if alert.rule_id == rule:
                change = self.messages.AlertChange.Name(alert.change)
                by = told.setdefault(getattr(alert, of), {})
                by[alert.alert_id, alert.revision] = change.split("_")[-1]
        return {key: [by[r] for r in sorted(by)] for key, by in told.items()}

    def warned(self):
        return self.told(RULE, "alert_id")

    def say(self, item, **facts):
        """A task, as a source would publish it now."""
        at = self.now()
        event = self.events.WorkEvent(
            item_id=item,
            event_id=f"{item}/{at.timestamp()}",
            source=SOURCE,
            kind=self.events.WORK_KIND_TASK,
            unit_id="van-phong",
            status=facts.get("status", self.events.WORK_STATUS_IN_PROGRESS),
        )
        event.occurred_at.FromDatetime(at)
        if "hours" in facts:
            event.due_at.FromDatetime(at + datetime.timedelta(hours=facts["hours"]))
        event.depends_on.ids.extend(facts.get("waits_for", []))
        self.produce("kip.work.v1", item.encode(), event.SerializeToString())

    def outlooks(self):
        """The newest number that each partition's changelog holds."""
        found = {}
        for message in self.read("kip.changelog.v1"):
            if message.key() and message.key().startswith(b"moutlook/") and message.value():
                number = int.from_bytes(message.value()[:8], "big")
                found[message.partition()] = (number, len(message.value()) == 8)
        return found


class Engine:
    def __init__(self, ward, folder):
        self.port, self.ward = free_port(), ward
        args = ["engine", *ward.at(), *ward.decides, "--member", folder]
        args += ["--data", os.path.join(ward.folder, folder)]
        args += ["--clock", ward.clock(), "--http", f"127.0.0.1:{self.port}"]
        self.process = ward.popen(*args)

    def view(self, item):
        """None: it is not here."""
        status, body = Client(self.port).ask("GET", f"/v1/items/{item}")[:2]
        return json.loads(body)["item"] if status == 200 else None

    def has(self, item):
        return self.view(item) is not None

    def items(self):
        """The open ones that a chance is said of, by id; none where nobody answers yet."""
        try:
            client = Client(self.port)
            if client.ask("GET", "/readyz")[0] != 200:
                return {}
            first = json.loads(client.get("/v1/items?sort=chance&limit=1000"))
        except OSError:
            return {}
        return {i["item_id"]: i["forecast"] for i in first["items"] if i.get("forecast")}


def raised_twice(changes):
    """RAISED without a RESOLVED between."""
    return any(a == b == "RAISED" for a, b in zip(changes, changes[1:]))


def wait_for_each_other(checks, ward, first, second):
    part("items that wait for one of another partition")
    ingest = ward.popen(*ward.ingest_args(), "--clock", ward.clock())
    waiting = [f"WAITS-{n}" for n in range(8)]
    for item in waiting:
        ward.say(item, hours=9000, waits_for=["AWAITED", "NOWHERE"])
    ward.say("AWAITED", hours=3)
    raised = {item: ["RAISED"] for item in waiting}
    wait_until("all are told", lambda: ward.told("blocked", "subject_id") == raised, 90, 0.5)
    owners = [sum(engine.has(item) for item in waiting) for engine in (first, second)]
    checks.expect(f"{owners[0]} and {owners[1]} of them at the two engines", all(owners))
    view = next(filter(None, (engine.view(waiting[0]) for engine in (first, second))))
    known = {d["item_id"]: d["state"] for d in view["depends_on"]}
    checks.equal("what one knows", known, {"AWAITED": "overdue", "NOWHERE": "unknown"})
    faults = lambda: all(  # noqa: E731
        "dependency_unknown" in (first.view(i) or second.view(i)).get("faults", []) for i in waiting
    )
    wait_until("one that is nowhere is a fault", faults, 90, 0.5)

    part("killed while they wait, and there is news of the one that is late")
    for engine in (first, second):
        engine.process.kill()
        engine.process.wait()
    ward.say("AWAITED", hours=1)
    first, second = Engine(ward, "first"), Engine(ward, "second")
    wait_until("both say chances again", lambda: first.items() and second.items(), 180, 0.3)
    read = lambda: ward.is_through("kip.events.v1", "kip-engine")  # noqa: E731
    wait_until("the news is taken", read, 90, 0.3)
    checks.equal("nothing more is told", ward.told("blocked", "subject_id"), raised)
    ward.say("AWAITED", status=ward.events.WORK_STATUS_COMPLETED)
    over = {item: ["RAISED", "RESOLVED"] for item in waiting}
    wait_until("it is over", lambda: ward.told("blocked", "subject_id") == over, 90, 0.5)
    ingest.terminate()
    checks.equal("exit code of ingest", ingest.wait(60), 0)
    return first, second


def test(checks):
    with Ward(checks) as ward:
        ward.feed()
        part("one engine has both partitions")
        first = Engine(ward, "first")
        wait_until("it says chances", first.items, 180, 0.3)
        wait_until("it warns", ward.warned, 120, 0.5)
        through = lambda: [p for p, (_, done) in ward.outlooks().items() if done]  # noqa: E731
        both = lambda: sorted(through()) == [0, 1]  # noqa: E731
        wait_until("both partitions are through with it", both, 60, 0.3)
        items = first.items()
        checks.expect(f"{len(items)} open items with a chance", len(items) > 50)
        whole = all({"chance", "expected"} <= set(f) for f in items.values())
        checks.expect("each with the expected finish", whole)

        part("killed, and from the changelog alone")
        first.process.kill()
        first.process.wait()
        shutil.rmtree(os.path.join(ward.folder, "first"))
        warned, outlooks = ward.warned(), ward.outlooks()
        first = Engine(ward, "first")
        wait_until("it says chances again", first.items, 180, 0.3)
        later = ward.outlooks()
        upwards = all(later[p][0] >= n for p, (n, _) in outlooks.items())
        checks.expect("outlooks go upwards", upwards)
        again = [a for a, changes in ward.warned().items() if raised_twice(changes)]
        checks.equal("alerts raised twice", again, [])
        lost = [a for a, changes in warned.items() if ward.warned()[a][: len(changes)] != changes]
        checks.equal("alerts of which something else is told now", lost, [])

        part("a second engine takes one of them")
        second = Engine(ward, "second")
        halves = lambda: sorted(map(len, ward.members().values())) == [1, 1]  # noqa: E731
        wait_until("the partitions are shared", halves, 90, 0.3)
        before = ward.outlooks()

        def further():
            return all(n > before[p][0] for p, (n, _) in ward.outlooks().items())

        wait_until("each goes on with outlooks of its own", further, 180, 0.5)
        mine, theirs = first.items(), second.items()
        checks.expect(f"{len(mine)} and {len(theirs)} items with a chance", mine and theirs)
        checks.equal("items that both speak of", sorted(set(mine) & set(theirs)), [])
        again = [a for a, changes in ward.warned().items() if raised_twice(changes)]
        checks.equal("alerts raised twice", again, [])
        first, second = wait_for_each_other(checks, ward, first, second)
        for engine in (first, second):
            engine.process.terminate()
        codes = [engine.process.wait(120) for engine in (first, second)]
        checks.equal("exit codes", codes, [0, 0])
        for folder in ("first", "second"):
            data = os.path.join(ward.folder, folder)
            audit = json.loads(ward.must("audit", "--json", "--data", data, *ward.decides).stdout)
            checks.equal(f"differences that an audit finds in {folder}", audit["differences"], 0)


if __name__ == "__main__":
    main(__doc__, test)
