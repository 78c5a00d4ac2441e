#!/usr/bin/env python3
"""The rules about Kịp itself: promtool takes them and their tests; each alert says what to do.

rules.py CHECKOUT
"""

import os
import re
import shutil
import subprocess
import sys

import yaml

RULES, TESTS = "deploy/prometheus/kip.rules.yml", "deploy/prometheus/kip.rules.test.yml"
RUNBOOK = "deploy/prometheus/RUNBOOK.md"
PARTS = ("Nghĩa là gì", "Xem gì", "Làm gì")
SEVERITIES = {"critical", "warning", "none"}


def read(checkout, path):
    with open(os.path.join(checkout, path), encoding="utf-8") as file:
        return file.read()


def alerts_of(rules):
    return [rule for group in rules["groups"] for rule in group["rules"] if "alert" in rule]


def sections_of(runbook):
    """Heading → text."""
    pieces = re.split(r"(?m)^## (.+)$", runbook)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def findings_of(rules, sections):
    alerts = alerts_of(rules)
    for alert in alerts:
        name, notes = alert["alert"], alert.get("annotations", {})
        if alert.get("labels", {}).get("severity") not in SEVERITIES:
            yield f"{name}: no severity"
        if "for" not in alert:
            yield f"{name}: no `for`"
        for word in ("summary", "description"):
            if not notes.get(word):
                yield f"{name}: no {word}"
        if notes.get("runbook_url") != f"{RUNBOOK}#{name.lower()}":
            yield f"{name}: runbook_url is {notes.get('runbook_url')}"
        for words in PARTS:
            if f"- **{words}**: " not in sections.get(name, ""):
                yield f"{name}: the runbook does not say '{words}'"
    for name in sorted(set(sections) - {alert["alert"] for alert in alerts}):
        yield f"{name}: has a section of the runbook and is no alert"


def untested(rules, tests):
    """promtool passes what no test names: each alert must be seen firing, and not firing."""
    seen = set()
    for test in tests["tests"]:
        for expected in test.get("promql_expr_test", []):
            name = re.search(r'alertname="(\w+)"', expected["expr"]).group(1)
            seen.add((name, bool(expected["exp_samples"])))
    for alert in alerts_of(rules):
        for fires in (True, False):
            if (alert["alert"], fires) not in seen:
                yield f"{alert['alert']}: no test sees it {'firing' if fires else 'silent'}"


def main():
    checkout = sys.argv[1]
    if shutil.which("promtool") is None:
        print("skipped: promtool is not here: tests/install --tests")
        return 77
    findings = []
    for command in (["check", "rules", RULES], ["test", "rules", TESTS]):
        done = subprocess.run(
            ["promtool", *command], cwd=checkout, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            findings.append(f"promtool {' '.join(command)}: {done.stdout}{done.stderr}")
    rules = yaml.safe_load(read(checkout, RULES))
    sections = sections_of(read(checkout, RUNBOOK))
    findings += findings_of(rules, sections)
    findings += untested(rules, yaml.safe_load(read(checkout, TESTS)))
    # The check can fail: an alert that nobody wrote about.
    planted = {"groups": [{"rules": [{"alert": "KipNew", "expr": "vector(1)"}]}]}
    if len(list(findings_of(planted, {}))) < 7:
        findings.append("a bare alert without section is not found")
    print(f"{len(alerts_of(rules))} alerts, {len(findings)} findings")
    for finding in findings:
        print("finding:", finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
