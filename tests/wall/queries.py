#!/usr/bin/env python3
"""Every query of every panel and rule, put to a real Prometheus that scraped the running service,
embedded and on a real Kafka.

queries.py KIP CHECKOUT
"""

import os
import re
import sys

import dashboards
from dashboards import JUDGED_ONLY, ON_KAFKA_ONLY, RECORDED
from observed import Observed
from on_kafka import OnKafka
from rules import RULES, alerts_of

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "integration"))

from checks import main, part  # its folder is on the path since `observed`
from spine import Spine


class Metrics:
    """What a service has been scraped for, and what it `lacks`: a query of that alone is empty."""

    def __init__(self, observed, lacks):
        self.families = {re.sub(r"_(bucket|count|sum)$", "", name) for name in observed.names()}
        self.lacks = lacks

    def unknown(self, expr):
        """The metrics that an expression names and that are nowhere."""
        return dashboards.metrics_of(expr) - self.families

    def are_lacked(self, expr):
        named = dashboards.metrics_of(expr)
        fallback = re.search(r"\bor vector\(", expr)
        return bool(named) and named <= self.lacks and not fallback


def look_at_query(checks, observed, what, expr, metrics, answers=True):
    try:
        answer = observed.query(expr)
    except ValueError as error:
        checks.expect(f"{what}: {error}", False)
        return
    lost = metrics.unknown(expr) - metrics.lacks
    checks.expect(f"{what}: no metric is unknown {sorted(lost) or ''}", not lost)
    series = [one for one in answer if one["value"][1] != "NaN"]
    if answers:
        checks.expect(f"{what}: {len(series)} series", (not series) == metrics.are_lacked(expr))


def look_at_panels(checks, observed, metrics):
    for file, dashboard in dashboards.all_of(observed.checkout).items():
        part(file)
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                what = f"{panel['title']} {target['refId']}"
                look_at_query(checks, observed, what, dashboards.filled(target["expr"]), metrics)


def look_at_rules(checks, observed, metrics):
    part(RULES)
    rules = dashboards.load_yaml(observed.checkout, RULES)
    every = [rule for group in rules["groups"] for rule in group["rules"]]
    recorded = {rule["record"] for rule in every if "record" in rule}
    for rule in every:
        name, expr = rule.get("record") or rule["alert"], rule["expr"]
        look_at_query(checks, observed, name, expr, metrics, answers="record" in rule)
        lost = set(RECORDED.findall(expr)) - recorded
        checks.expect(f"{name}: nothing recorded is unknown {sorted(lost) or ''}", not lost)


def look_at_alerts(checks, observed):
    """A service that is well: Prometheus has loaded every alert, and only the dead man breathes."""
    part("alerts of a service that is well")
    groups = observed.ask("rules")["groups"]
    loaded = {rule["name"]: rule for group in groups for rule in group["rules"]}
    rules = dashboards.load_yaml(observed.checkout, RULES)
    for alert in alerts_of(rules):
        health = loaded.get(alert["alert"], {}).get("health", "absent")
        checks.expect(f"{alert['alert']}: {health}", health == "ok")
    # A source of the sample may be silent at the hour of the test.
    holding = {one["labels"]["alertname"] for one in observed.ask("alerts")["alerts"]}
    checks.equal("what holds", holding - {"KipSourceSilent"}, {"Watchdog"})


def look_at(checks, observed, lacks):
    part("the check can fail")
    metrics = Metrics(observed, lacks)
    checks.equal(
        "a metric that is not there",
        metrics.unknown("rate(kip_no_such_total[1m]) + kip_items"),
        {"kip_no_such_total"},
    )
    look_at_panels(checks, observed, metrics)
    look_at_rules(checks, observed, metrics)
    look_at_alerts(checks, observed)


def test(checks):
    part("EMBEDDED")
    with Observed(checks) as observed:
        look_at(checks, observed, ON_KAFKA_ONLY | JUDGED_ONLY)
    part("ON KAFKA")
    with Spine(checks, "on-kafka") as spine, OnKafka(checks, spine) as observed:
        look_at(checks, observed, JUDGED_ONLY)


if __name__ == "__main__":
    main(__doc__, test)
