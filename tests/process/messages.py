#!/usr/bin/env python3
"""While messages are only tried: what leaves goes to the operator alone and names who would have
got it, and `kip messages who` shows how much each person would have got.

    messages.py KIP CHECKOUT
"""

import collections
import datetime
import email
import email.policy
import glob
import json
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import main, part
from processes import Up, wait_until

END = "2026-11-23T01:00:00Z"  # of the sample: Monday, 08:00 in Vietnam
OPERATOR = "pcvp"
DONE, USAGE = 0, 2


def told(kip, data, *args):
    done = kip.run("messages", *args, "--json", "--data", data)
    assert done.returncode == DONE, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def configuration(checks):
    folder = checks.path("config")
    shutil.copytree(checks.kip.config, folder)
    path = os.path.join(folder, "notify.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    changed = re.sub(r"(?m)^mode: live$", f"mode: shadow\noperator: {OPERATOR}", text)
    assert changed != text
    with open(path, "w", encoding="utf-8") as file:
        file.write(changed)
    return folder


def tried(checks, config, data):
    """Messages of one morning, all sent."""
    sample = checks.kip.run("sample", "--months", "2", "--end", END)
    log = checks.kip.file("log.jsonl", sample.stdout.splitlines())
    done = checks.kip.run("import", "--data", data, "--clock", "log", "--until", END, log)
    assert done.returncode == DONE, done.stderr

    def sent():
        all_of_it = told(checks.kip, data, "list")
        waits = [m for m in all_of_it if m["deliveries"][0]["state"] == "pending"]
        return {m["kind"] for m in all_of_it} == {"alerts", "digest"} and not waits

    with Up(checks.kip, data, clock=f"x600@{END}", config=config) as up:
        wait_until("both kinds are sent", sent, 120, 0.2)
        checks.equal("exit after SIGTERM", up.stop(), DONE)
    return told(checks.kip, data, "list")


def day_of(message):
    at = datetime.datetime.fromisoformat(message["at"].replace("Z", "+00:00"))
    return (at + datetime.timedelta(hours=7)).date()


def goes_to_the_operator(checks, data, messages, roles):
    part("all goes to the operator, and names who would have got it")
    mails = {}
    for path in glob.glob(os.path.join(data, "outbox", "*.eml")):
        with open(path, "rb") as file:
            mail = email.message_from_binary_file(file, policy=email.policy.default)
        mails[os.path.basename(path).removesuffix(".eml")] = mail
    sent = [m for m in messages if m["deliveries"][0]["state"] == "delivered"]
    checks.expect(f"{len(sent)} messages are sent", len(sent) > 5)
    checks.equal("not in the outbox", [m["id"] for m in sent if m["id"] not in mails], [])
    checks.equal("to", {mail["To"] for mail in mails.values()}, {f"{OPERATOR}@honai.example"})
    unnamed = []
    for message in sent:
        mail, role = mails[message["id"]], roles[message["person"]]
        plain = mail.get_body(("plain",)).get_content()
        if f"thử cho {role}]" not in mail["Subject"] or f"lẽ ra gửi {role}." not in plain:
            unnamed.append((message["id"], mail["Subject"]))
    checks.equal("that do not name who would have got it", unnamed, [])


def who(checks, config, data, messages):
    part("the table of who would have got what")
    rows = {row["person"]: row for row in told(checks.kip, data, "who")}
    for name, kind in (("messages", "alerts"), ("lists", "digest")):
        counts = collections.Counter(m["person"] for m in messages if m["kind"] == kind)
        checks.equal(name, {p: r[name] for p, r in rows.items() if r[name]}, dict(counts))
    days = collections.Counter((m["person"], day_of(m)) for m in messages if m["kind"] == "alerts")
    most = {p: max(n for (one, _), n in days.items() if one == p) for p, _ in days}
    checks.equal("most a day", {p: r["most_a_day"] for p, r in rows.items() if r["messages"]}, most)
    for person, row in sorted(rows.items()):
        mine = [m for m in messages if m["person"] == person]
        got = {a["alert_id"] for m in mine if m["kind"] == "alerts" for a in m["alerts"]}
        want = (len(got), mine[0]["at"], mine[-1]["at"])
        right = (row["alerts"], row["first"], row["last"]) == want
        right = right and row["role"] and row["subject"].startswith("[Kịp] ")
        checks.expect(f"{person}: {row['alerts']} alerts, {row['subject']}", right)
    said = checks.kip.run("messages", "who", "--data", data).stdout
    checks.expect("in words: who is the operator", f"mọi tin gửi {OPERATOR}; lẽ ra gửi" in said)
    checks.expect("and each person", all(re.search(rf"(?m)^{p} ", said) for p in rows))
    last = max(day_of(m) for m in messages)
    later = (last + datetime.timedelta(days=1)).isoformat()
    checks.equal("since a later day", told(checks.kip, data, "who", "--since", later), [])
    since = told(checks.kip, data, "who", "--since", min(map(day_of, messages)).isoformat())
    checks.equal("since the first day", len(since), len(rows))
    for args, words in (
        (["--data", data, "--since", "monday"], "--since"),
        (["--data", "/nonexistent"], "/nonexistent"),
        (["--data", data, "--config", "/nonexistent"], "/nonexistent"),
    ):
        done = checks.kip.run("messages", "who", *args)
        right = done.returncode == USAGE and words in done.stderr
        checks.expect(f"wrong usage: exit {done.returncode}: {done.stderr.strip()}", right)
    return rows


def test(checks):
    config, data = configuration(checks), checks.path("data")
    messages = tried(checks, config, data)
    roles = {row["person"]: row["role"] for row in told(checks.kip, data, "who")}
    goes_to_the_operator(checks, data, messages, roles)
    who(checks, config, data, messages)


if __name__ == "__main__":
    main(__doc__, test)
