#!/usr/bin/env python3
"""A backlog that makes items late and then completes them raises nothing for them.

    backlog.py KIP CHECKOUT

The events are all in the log when `kip up` starts: the import that wrote them was killed at the
first read of a shard. The same lives told one step at a time do raise alerts, so the check can see
them; and a few items of the backlog stay late, and are raised once.
"""

import datetime
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import FULL, main, part
from processes import Audit, Up, wait_until
from story import cloud_event

NOW = "2026-11-23T02:36:00Z"  # a Monday, 09:36 in Vietnam
CLOCK = "x1@" + NOW
ITEMS = 100_000 if FULL else 2_000
STAY = 5
TOLD = 20  # items of which each step is told by itself

# A dossier that is due on 16 November, done on the 18th: (day and time, what is said).
STEPS = [
    ("09T01", {"status": "REGISTERED", "due_at": "2026-11-16T10:00:00Z", "unit_id": "van-phong"}),
    ("09T02", {"status": "ACCEPTED", "received_at": "2026-11-09T01:00:00Z"}),
    ("10T02", {"status": "IN_PROGRESS", "progress_percent": 10}),
    ("11T02", {"progress_percent": 25}),
    ("12T02", {"progress_percent": 40}),
    ("13T02", {"progress_percent": 50}),
    ("17T02", {"progress_percent": 60}),  # late from here on
    ("17T08", {"progress_percent": 80}),
    ("18T02", {"status": "COMPLETED"}),
    ("18T03", {"status": "RETURNED"}),
]
ENDS = 8  # the steps from here on are what items that stay late do not get


def event(item, step):
    when, says = STEPS[step]
    at = datetime.datetime.fromisoformat(f"2026-11-{when}:00:00+00:00")
    # In the log each step of all items stands before the next step of any.
    number = int(item.rpartition("-")[2])
    at += datetime.timedelta(milliseconds=number)
    out = {
        "event_id": f"{item}.{step}",
        "source": "urn:kip:test:backlog",
        "item_id": item,
        "kind": "WORK_KIND_DOSSIER",
        "occurred_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        **says,
    }
    if "status" in out:
        out["status"] = "WORK_STATUS_" + out["status"]
    return json.dumps(out)


def unread_log(checks, data):
    """Data whose log holds the whole backlog, of which no shard has read anything."""
    file = checks.path("backlog.jsonl")
    count = 0
    with open(file, "w", encoding="utf-8") as out:
        for step in range(len(STEPS)):
            for item in done_items() + (stay_items() if step < ENDS else []):
                out.write(event(item, step) + "\n")
                count += 1
    killed = not checks.kip.imports(data, file, CLOCK, "read:1")
    checks.expect("the import was killed at the first read", killed)
    audit = Audit(checks.kip, data)
    unread = sum(audit.figures["ends"]) - sum(audit.figures["positions"])
    checks.equal(f"of {count} events in the log unread", unread, count)


def done_items():
    return [f"done-{n}" for n in range(ITEMS)]


def stay_items():
    return [f"stay-{ITEMS + n}" for n in range(STAY)]


def raised(alerts, items):
    wanted = set(items)
    return [
        (alert["subject_id"], alert["rule_id"])
        for alert in alerts
        if alert["subject_id"] in wanted and alert["change"] == "ALERT_CHANGE_RAISED"
    ]


def backlog(checks):
    part(f"{ITEMS} items late and then done, {STAY} that stay late, as a backlog")
    data = checks.path("backlog")
    unread_log(checks, data)
    with Up(checks.kip, data, clock=CLOCK) as up:
        client = up.client()
        checks.expect(f"ready after {up.ready_seconds:.2f} s", True)
        alerts = client.alerts()
        of_done = [alert for alert in alerts if alert["subject_id"].startswith("done-")]
        checks.equal("rows in the alert log of items that were done", len(of_done), 0)
        late = raised(alerts, stay_items())
        overdue = sorted(item for item, rule in late if rule == "overdue")
        checks.expect(f"{len(late)} raised of {STAY} items that stay late", len(late) >= STAY)
        checks.equal("of them overdue", overdue, sorted(stay_items()))
        checks.equal("each rule once an item, so different ones", len(set(late)), len(late))
        checks.equal("all rows are of these", len(alerts), len(late))
        late_done = client.metric("kip_completed_items", kind="dossier", result="late")
        checks.equal("completed late by the counter", int(late_done), ITEMS)
        all_done = client.metric("kip_completed_items")
        checks.equal("completed at all", int(all_done), ITEMS)
        checks.equal("overdue", int(client.metric("kip_items", state="overdue")), STAY)
        checks.equal("open at all", int(client.metric("kip_items")), STAY)
        checks.equal("exit after SIGTERM", up.stop(), 0)
    audit = Audit(checks.kip, data)
    checks.clean("afterwards", audit)
    checks.equal("items", audit.items, ITEMS + STAY)
    checks.equal("revisions", audit.alerts, len(late))


def told_by_steps(checks):
    part(f"{TOLD} such items, each step told by itself")
    items = done_items()[:TOLD]
    with Up(checks.kip, checks.path("steps"), clock=CLOCK) as up:
        client = up.client()
        for step in range(len(STEPS)):
            statuses = client.send([cloud_event(event(item, step)) for item in items])
            if statuses != [202] * TOLD:
                raise SystemExit(f"POST: {statuses}")
            wait_until(
                "the step is folded",
                lambda: client.metric("kip_events_total", result="accepted") >= TOLD * (step + 1),
            )
        overdue = [item for item, rule in raised(client.alerts(), items) if rule == "overdue"]
        checks.equal("of them raised as overdue on the way", len(set(overdue)), TOLD)
        checks.equal("overdue at the end", int(client.metric("kip_items", state="overdue")), 0)
        checks.equal("exit after SIGTERM", up.stop(), 0)


def test(checks):
    backlog(checks)
    told_by_steps(checks)


if __name__ == "__main__":
    main(__doc__, test)
