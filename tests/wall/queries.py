#!/usr/bin/env python3
"""Every query of every panel and rule, put to a real Prometheus that scraped the running service.

queries.py KIP CHECKOUT
"""

import glob
import os
import re

import dashboards
from dashboards import ON_KAFKA_ONLY, RECORDED
from observed import Observed
from rules import RULES, alerts_of

from checks import main, part  # its folder is on the path since `observed`


def in_source(checkout):
    """The names of metrics that the program's text knows."""
    found = set()
    for path in glob.glob(os.path.join(checkout, "libs", "**", "*.cc"), recursive=True):
        with open(path, encoding="utf-8") as file:
            found |= set(re.findall(r'"(kip_[a-z0-9_]+)"', file.read()))
    return found


def unknown(expr, scraped, source):
    """The metrics that an expression names and that are nowhere."""
    families = {re.sub(r"_(bucket|count|sum)$", "", name) for name in scraped}
    return {
        name
        for name in dashboards.metrics_of(expr)
        if name not in (source if name in ON_KAFKA_ONLY else families)
    }


def on_kafka_only(expr):
    named = dashboards.metrics_of(expr)
    return bool(named) and named <= ON_KAFKA_ONLY


def look_at_panels(checks, observed, scraped, source):
    for file, dashboard in dashboards.all_of(observed.checkout).items():
        part(file)
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                what = f"{panel['title']} {target['refId']}"
                expr = dashboards.filled(target["expr"])
                try:
                    series = observed.query(expr)
                except ValueError as error:
                    checks.expect(f"{what}: {error}", False)
                    continue
                lost = unknown(expr, scraped, source)
                checks.expect(f"{what}: no metric is unknown {sorted(lost) or ''}", not lost)
                if not on_kafka_only(expr):
                    checks.expect(f"{what}: {len(series)} series", len(series) > 0)


def look_at_rules(checks, observed, scraped, source):
    part(RULES)
    rules = dashboards.load_yaml(observed.checkout, RULES)
    every = [rule for group in rules["groups"] for rule in group["rules"]]
    recorded = {rule["record"] for rule in every if "record" in rule}
    for rule in every:
        name, expr = rule.get("record") or rule["alert"], rule["expr"]
        try:
            series = observed.query(expr)
        except ValueError as error:
            checks.expect(f"{name}: {error}", False)
            continue
        lost = unknown(expr, scraped, source) | (set(RECORDED.findall(expr)) - recorded)
        checks.expect(f"{name}: no metric is unknown {sorted(lost) or ''}", not lost)
        if "record" in rule and not on_kafka_only(expr):
            checks.expect(f"{name}: {len(series)} series", len(series) > 0)


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


def test(checks):
    with Observed(checks) as observed:
        scraped, source = observed.names(), in_source(observed.checkout)
        part("the check can fail")
        checks.equal(
            "a metric that is not there",
            unknown("rate(kip_no_such_total[1m]) + kip_items", scraped, source),
            {"kip_no_such_total"},
        )
        look_at_panels(checks, observed, scraped, source)
        look_at_rules(checks, observed, scraped, source)
        look_at_alerts(checks, observed)


if __name__ == "__main__":
    main(__doc__, test)
