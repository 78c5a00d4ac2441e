#!/usr/bin/env python3
"""kip backtest FILE...: its figures are those of `kip replay`, what a changed rule file costs is
said first, and wrong usage is exit 2.

    rule_backtest.py KIP CHECKOUT
"""

import collections
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import main, part

END = "2026-11-23T01:00:00Z"  # of the sample
DONE, FINDINGS, USAGE = 0, 1, 2
AT_RISK = ("behind_plan", "due_soon", "step_overdue")


def figures(checks, command, *args):
    done = checks.kip.run(command, *args, "--json")
    assert done.returncode == DONE, done.stderr
    return json.loads(done.stdout)


def agrees_with_replay(checks, log):
    part("each rule has the figures of kip replay, and the alerts that it writes")
    config = ["--config", checks.kip.config]
    lines = checks.path("alerts")
    replay = figures(checks, "replay", log, *config, "--alerts", lines)
    got = figures(checks, "backtest", log, *config)["after"]
    names = ("items", "judged", "late", "events", "refused")
    checks.equal("the log", [got[n] for n in names], [replay[n] for n in names])
    for rule, want in replay["rules"].items():
        mine = got["rules"][rule]
        lead = mine["lead_days"] and mine["lead_days"]["median"]
        names = ("flagged", "late_flagged", "recall", "precision")
        have = [mine[n] for n in names] + [lead]
        checks.equal(rule, have, [want[n] for n in names] + [want["lead_days_median"]])
    raised = collections.Counter()
    with open(lines, encoding="utf-8") as file:
        for alert in map(json.loads, file):
            raised[alert["rule_id"]] += alert["change"] == "ALERT_CHANGE_RAISED"
    mine = {rule: f["alerts"] for rule, f in got["rules"].items() if f["alerts"]}
    checks.equal("alerts", mine, dict(+raised))
    together = got["together"]
    checks.equal("together", together["alerts"], sum(raised[rule] for rule in AT_RISK))
    checks.equal("over the weeks", sum(together["alerts_by_week"]), together["alerts"])
    checks.expect("a warning flags", replay["rules"]["due_soon"]["flagged"] > 0)


def compares(checks, log):
    part("a changed rule file against the old one: what it gains, what it loses, on one page")
    new, page = checks.kip.changed_config(30), checks.path("page.html")
    args = ["backtest", log, "--config", new, "--against", checks.kip.config]
    done = checks.kip.run(*args, "--html", page)
    checks.equal("exit", done.returncode, DONE)
    first, second = done.stdout.splitlines()[:2]
    checks.expect(first, "Được: báo sớm hơn" in first and "Mất: thêm" in first)
    checks.expect(second, "due_soon: remaining.share 0.2 → 0.3" in second)
    with open(page, encoding="utf-8") as file:
        html = file.read()
    checks.expect("the page has both curves", html.count("<polyline") == 3)
    outside = re.findall(r"(?:https?:|url\(|<script|<link|src=)[^>]{0,40}", html)
    checks.equal("it fetches nothing", outside, [])
    told = figures(checks, *args)
    alone = figures(checks, "backtest", log, "--config", new)
    checks.expect("the new one as by itself", told["after"] == alone["after"])
    by = told["after"]["together"]["false_alarms"] - told["before"]["together"]["false_alarms"]
    checks.equal("false alarms", told["difference"]["together"]["false_alarms"], by)
    same = checks.kip.run("backtest", log, "--config", new, "--against", new).stdout
    first = same.splitlines()[0]
    checks.expect(f"against itself: {first}", first.endswith("cũ: không khác gì."))


def wrong_usage(checks, log):
    part("wrong usage is 2")
    for args, words in (
        ([], "name either FILE"),
        ([log, "--train", log], "--train is of the other form"),
        ([log, "--scores", "s"], "--scores is of the other form"),
        ([log, "--recorded"], "--recorded is of the other form"),
        (["--train", log, "--test", log, "--against", "x"], "--against is of the other form"),
        (["--train", log, "--test", log, "--config", "x"], "--config is of the other form"),
        (["/nonexistent"], "/nonexistent"),
        ([log, "--against", "/nonexistent"], "--against: there is no folder '/nonexistent'"),
        ([log, "--config", "/nonexistent"], "/nonexistent"),
        ([log, "--html", "-"], "stdout"),
        ([log, "--html", log], "is read"),
        ([log, "--html", "/nonexistent/p"], "cannot write '/nonexistent/p'"),
        ([log, "--until", "soon"], "soon"),
    ):
        done = checks.kip.run("backtest", *args)
        shown = " ".join(args).replace(checks.folder + "/", "")
        ok = done.returncode == USAGE and words in done.stderr
        checks.expect(f"kip backtest {shown}: {done.returncode}: {done.stderr.strip()[-120:]}", ok)
    done = checks.kip.run("backtest", log, "--until", "1999-01-01T00:00:00Z")
    checks.equal("a log without an event is a finding", done.returncode, FINDINGS)


def test(checks):
    made = checks.kip.run("sample", "--config", checks.kip.config, "--months", "3", "--end", END)
    log = checks.kip.file("sample.jsonl", made.stdout.splitlines())
    agrees_with_replay(checks, log)
    compares(checks, log)
    wrong_usage(checks, log)


if __name__ == "__main__":
    main(__doc__, test)
