#!/usr/bin/env python3
"""kip backtest FILE...: its figures are those of `kip replay`, likely_late and how right the
forecast was beside them; what a changed rule file costs is said first, and wrong usage is exit 2.

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
    foreseen = mine.pop("likely_late")
    checks.equal("alerts", mine, dict(+raised))
    together = got["together"]
    at_risk = sum(raised[rule] for rule in AT_RISK) + foreseen
    checks.equal("together", together["alerts"], at_risk)
    checks.equal("over the weeks", sum(together["alerts_by_week"]), together["alerts"])
    checks.expect("a warning flags", replay["rules"]["due_soon"]["flagged"] > 0)


def foresees(checks, log):
    part("it foresees as the service does: likely_late, how right that was, what was saved")
    got = figures(checks, "backtest", log, "--config", checks.kip.config)["after"]
    forecast, late = got["forecast"], got["rules"]["likely_late"]
    told = {n: forecast[n] for n in ("lessons", "models", "cuts")}
    checks.expect(f"it learned: {told}", 1 <= forecast["models"] <= forecast["lessons"] < 70)
    checks.expect("likely_late is judged", late["flagged"] > 0 and late["precision"] > 0.3)
    checks.equal("points", [p["time_used"] for p in forecast["points"]], [0.25, 0.5, 0.75])
    for point in forecast["points"]:
        known = point["open"] - point["not_enough_data"]
        name = f"at {point['time_used']}"
        checks.equal(f"{name}: the bins hold them", sum(b["items"] for b in point["bins"]), known)
        checks.equal(f"{name}: late", sum(b["late"] for b in point["bins"]), point["late"])
        early = point["not_enough_data"]
        checks.expect(f"{name}: {early} came before there was a model", early > 0 and known > 0)
    saved = forecast["saved"]
    whole = [row for row in saved["rows"] if "unit_id" not in row]
    units = [row for row in saved["rows"] if "unit_id" in row]
    for name in ("warned", "late", "false_alarms"):
        sums = [sum(row[name] for row in rows) for rows in (whole, units)]
        checks.equal(f"{name} by month, by unit", sums, [saved["together"][name]] * 2)
    checks.expect("it is no experiment", "không phải thử nghiệm" in saved["note"])
    again = figures(checks, "backtest", log, "--config", checks.kip.config)["after"]
    checks.expect("the same once more", again == got)


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
    checks.expect("the page has both curves", html.count("<polyline") == 5)
    checks.expect("the page says what was saved", "<h2>Việc cứu được</h2>" in html)
    checks.expect("and the terminal", "\nviệc cứu được" in done.stdout)
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
    foresees(checks, log)
    compares(checks, log)
    wrong_usage(checks, log)


if __name__ == "__main__":
    main(__doc__, test)
