#!/usr/bin/env python3
"""SIGHUP takes a right configuration and keeps the old one before a wrong; SIGTERM loses nothing.

signals.py KIP CHECKOUT
"""

import datetime
import os
import random
import re
import shutil
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import BRIEF, FULL, main, part
from feeders import Feeders, instant, missing
from processes import Audit, Up, wait_until

NOW = datetime.datetime(2026, 11, 23, 2, 36, tzinfo=datetime.timezone.utc)
ITEMS = 40  # of each sort
ROUNDS = 10 if FULL else 2 if BRIEF else 4
RELOADS = 20 if FULL else 4 if BRIEF else 8  # under load; every second one is wrong


def task(item, share_left):
    """A task of 100 hours, of which so much is left; nothing else is the matter with it."""
    due = NOW + datetime.timedelta(hours=100 * share_left)
    return {
        "specversion": "1.0",
        "type": "vn.kip.work.v1",
        "id": item + ".1",
        "source": "urn:kip:test:signals",
        "subject": item,
        "time": instant(NOW - datetime.timedelta(hours=1)),
        "datacontenttype": "application/json",
        "data": {
            "kind": "WORK_KIND_TASK",
            "status": "WORK_STATUS_IN_PROGRESS",
            "title": "Sửa đường",
            "assignee_id": "cb-01",
            "unit_id": "van-phong",
            "authority": "QĐ 15/2026",
            "expected_result": "Đường đã sửa",
            "received_at": instant(due - datetime.timedelta(hours=100)),
            "due_at": instant(due),
        },
    }


def send(checks, client, events):
    checks.equal(f"{len(events)} tasks sent", set(client.send(events)), {202})


class Config:
    """A configuration of the test's own: the shipped one, and what rules.yaml says of due_soon."""

    def __init__(self, checks, name="config"):
        self.folder = checks.path(name)
        shutil.copytree(checks.kip.config, self.folder)
        self.rules = os.path.join(self.folder, "rules.yaml")
        with open(self.rules, encoding="utf-8") as file:
            self.text = file.read()

    def say(self, words):
        """Puts `words` where "share: 0.20" stood; returns the line's number."""
        text, count = re.subn(
            r"(?m)^(    remaining: )\{share: 0\.20\}", rf"\g<1>{words}", self.text
        )
        assert count == 1
        with open(self.rules + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(self.rules + ".new", self.rules)
        lines = text.splitlines()
        return 1 + next(n for n, line in enumerate(lines) if line == "    remaining: " + words)


def hang_up(up, words):
    """Sends SIGHUP and gives what it says, once that holds `words`."""
    before = len(up.said())
    up.process.send_signal(signal.SIGHUP)
    wait_until(f"SIGHUP: '{words}'", lambda: words in up.said()[before:])
    return up.said()[before:]


def by_cause(alerts, change, cause):
    return sorted(
        (alert["subject_id"], alert["rule_id"])
        for alert in alerts
        if alert["change"] == "ALERT_CHANGE_" + change and alert.get("cause") == cause
    )


def wrong_config(checks, up, config):
    part("SIGHUP: a wrong configuration")
    client = up.client()
    line = config.say("{shaer: 0.30}")
    said = hang_up(up, "shaer")
    checks.expect("it says: " + " | ".join(said.split("\n")).strip(" |"), True)
    checks.expect(f"file and line: rules.yaml:{line}", f"{config.rules}:{line}" in said)
    checks.expect("the old one is kept", "vẫn dùng cấu hình cũ" in said)
    checks.expect("it runs", up.process.poll() is None)
    late = [f"soon-{n}" for n in range(3)]
    send(checks, client, [task(item, 0.10) for item in late] + [task("not-yet", 0.25)])
    wait_until("they are told", lambda: len(client.alerts()) >= len(late))
    alerts = client.alerts()
    got = sorted((alert["subject_id"], alert["rule_id"]) for alert in alerts)
    checks.equal("raised by the old rule", got, [(item, "due_soon") for item in late])
    changed = [alert for alert in alerts if alert.get("cause") == "ALERT_CAUSE_RULE_CHANGED"]
    checks.equal("with cause RULE_CHANGED", len(changed), 0)


def right_config(checks, up, config):
    part("SIGHUP: a right configuration")
    client = up.client()
    near = sorted([f"near-{n}" for n in range(ITEMS)] + ["not-yet"])
    wanted = [(item, "due_soon") for item in near]
    cause = "ALERT_CAUSE_RULE_CHANGED"
    for words, change in (("{share: 0.30}", "RAISED"), ("{share: 0.20}", "RESOLVED")):
        before = len(client.alerts())
        config.say(words)
        hang_up(up, "Đã nạp lại cấu hình.")
        wait_until("they are settled anew", lambda: len(client.alerts()) >= before + len(near))
        got = by_cause(client.alerts(), change, cause)
        checks.expect(f"{words}: {len(got)} {change} with RULE_CHANGED", got == wanted)
        checks.equal("and nothing else", len(client.alerts()), before + len(near))
    hang_up(up, "không có gì khác")
    checks.expect("the same again: it says that nothing differs", True)


def other_ward(checks, up, config):
    part("SIGHUP: another ward")
    file = os.path.join(config.folder, "kip.yaml")
    with open(file, encoding="utf-8") as kip:
        text = kip.read()
    assert "{id: ho-nai," in text
    for words, told in (("{id: bien-hoa,", "'bien-hoa' is another ward"), ("{id: ho-nai,", "khác")):
        with open(file, "w", encoding="utf-8") as kip:
            kip.write(text.replace("{id: ho-nai,", words))
        said = hang_up(up, told)
        checks.equal(f"{words} kept the old one", "vẫn dùng cấu hình cũ" in said, "bien" in words)


def other_head(checks, up, config):
    part("SIGHUP: another head of a unit")
    file = os.path.join(config.folder, "people.yaml")
    with open(file, encoding="utf-8") as people:
        text = people.read()
    assert "head: tp-van-xa," in text
    before = len(up.client().alerts())
    for words, told in (("head: nobody,", "vẫn dùng cấu hình cũ"), ("head: cvp,", "Đã nạp lại")):
        with open(file, "w", encoding="utf-8") as people:
            people.write(text.replace("head: tp-van-xa,", words))
        said = hang_up(up, told)
        checks.equal(f"{words} 'nothing differs'", "không có gì khác" in said, False)
    hang_up(up, "không có gì khác")
    checks.equal("no item was settled anew", len(up.client().alerts()), before)


def hang_ups(checks):
    part("a service with tasks that have 25 % or 60 % of their time left")
    config, data = Config(checks), checks.path("hup")
    options = ["--calendar", "always"]
    clock = "at:" + instant(NOW)
    with Up(checks.kip, data, clock=clock, config=config.folder, options=options) as up:
        client = up.client()
        tasks = [task(f"near-{n}", 0.25) for n in range(ITEMS)]
        send(checks, client, tasks + [task(f"far-{n}", 0.60) for n in range(ITEMS)])
        wait_until("they are settled", lambda: client.metric("kip_items") >= 2 * ITEMS)
        checks.equal("alerts", len(client.alerts()), 0)
        wrong_config(checks, up, config)
        right_config(checks, up, config)
        other_ward(checks, up, config)
        other_head(checks, up, config)
        checks.equal("exit after SIGTERM", up.stop(), 0)
    checks.clean("afterwards", Audit(checks.kip, data, config.folder))


def more_taken(feeders, events):
    target = len(feeders.accepted) + events
    wait_until(f"{events} more events are taken", lambda: len(feeders.accepted) >= target)


def reload_under_load(checks):
    part(f"SIGHUP {RELOADS} times while four senders send, right and wrong in turn")
    config, data = Config(checks, "config-load"), checks.path("load")
    shares = {0: "{share: 0.30}", 2: "{share: 0.20}"}
    with Up(checks.kip, data, clock="wall", config=config.folder) as up:
        with Feeders(up.port, 4, "load") as feeders:
            more_taken(feeders, 100)
            taken = kept = 0
            for number in range(RELOADS):
                if number % 2 == 0:
                    config.say(shares[number % 4])
                    taken += "Đã nạp lại cấu hình." in hang_up(up, "cấu hình")
                else:
                    config.say("{shaer: 0.30}")
                    kept += "vẫn dùng cấu hình cũ" in hang_up(up, "cấu hình cũ")
                more_taken(feeders, 50)
            feeders.stop()
        checks.equal("right ones taken", taken, RELOADS // 2)
        checks.equal("wrong ones not taken", kept, RELOADS // 2)
        checks.equal("events refused", feeders.refused, 0)
        checks.equal("requests without answer", feeders.unanswered, 0)
        lost = missing(up.client(), feeders.accepted)
        checks.equal(f"of {len(feeders.accepted)} accepted events missing", len(lost), 0)
        config.say(shares[(RELOADS - 2) % 4])  # the last right one
        checks.equal("exit after SIGTERM", up.stop(), 0)
    checks.clean("afterwards", Audit(checks.kip, data, config.folder))


def terminated(checks, data, number, rng):
    target = rng.randint(200, 2_000)
    with Up(checks.kip, data, clock="wall") as up, Feeders(up.port, 4, number) as feeders:
        wait_until("events are taken", lambda: len(feeders.accepted) >= target)
        before = len(feeders.accepted)
        up.process.terminate()
        code = up.exit()
        feeders.stop()
        checks.equal("exit", code, 0)
        after = len(feeders.accepted)
        words = f"{before} events answered with 202 before SIGTERM, {after - before} after it"
        print(
            f"  {words}; {feeders.refused} with 503, {feeders.unanswered} requests without answer"
        )
        said = [line for line in up.last_words().splitlines() if line.startswith("kip:")]
        checks.equal("complaints on stderr", said, [])
    return feeders.accepted, after - before


def terminations(checks):
    part(f"SIGTERM while four senders send, {ROUNDS} times")
    data, rng = checks.path("term"), random.Random(1)
    accepted, late = [], 0
    for number in range(ROUNDS):
        more, after = terminated(checks, data, number, rng)
        accepted += more
        late += after
    checks.expect(f"requests were under way: {late} events answered after SIGTERM", late > 0)
    with Up(checks.kip, data, clock="wall") as up:
        lost = missing(up.client(), accepted)
        checks.equal(f"of {len(accepted)} accepted events missing", len(lost), 0)
        checks.equal("exit after SIGTERM", up.stop(), 0)
    checks.clean("afterwards", Audit(checks.kip, data))


def test(checks):
    hang_ups(checks)
    reload_under_load(checks)
    terminations(checks)


if __name__ == "__main__":
    main(__doc__, test)
