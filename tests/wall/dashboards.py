"""The shipped dashboards as data: their panels, their queries, and the names that stand in them."""

import json
import os
import re

import yaml

FOLDER = "deploy/grafana/dashboards"
WALL, HEALTH, FORECAST = "kip-wall.json", "kip-health.json", "kip-forecast.json"

# Only with --kafka: an embedded service has no such thing.
ON_KAFKA_ONLY = {
    "kip_fenced_total",
    "kip_owned_partitions",
    "kip_restore_progress_ratio",
    "kip_shard_reopened_total",
}

# Of forecasts that time has judged: a service of some minutes has none.
JUDGED_ONLY = {"kip_forecast_auc", "kip_forecast_brier"}

METRIC = re.compile(r"\bkip_[a-z0-9_]+\b")
RECORDED = re.compile(r"\bkip:[a-z0-9_:]+\b")


def load(checkout, name):
    with open(os.path.join(checkout, FOLDER, name), encoding="utf-8") as file:
        return json.load(file)


def all_of(checkout):
    found = sorted(os.listdir(os.path.join(checkout, FOLDER)))
    return {name: load(checkout, name) for name in found}


def load_yaml(checkout, path):
    with open(os.path.join(checkout, path), encoding="utf-8") as file:
        return yaml.safe_load(file)


def filled(expr, rate_interval="1m"):
    """A query as Grafana sends it: its variables filled in."""
    return expr.replace("$__rate_interval", rate_interval).replace("$ward", ".*")


def metrics_of(expr):
    """The names of Kịp's metrics; a histogram's series count as the histogram."""
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in METRIC.findall(expr)}


def mapping(pairs):
    """A value mapping of Grafana: what a label says → the word on the screen."""
    options = {key: {"text": text, "index": n} for n, (key, text) in enumerate(pairs)}
    return {"type": "value", "options": options}


def names(checkout):
    """Column → the mapping that its names must have: those of the directory."""
    units = load_yaml(checkout, "deploy/config/units.yaml")["units"]
    sources = load_yaml(checkout, "deploy/config/sources.yaml")["sources"]
    places = [(unit["id"], unit["name"]) for unit in units]
    places += [("unassigned", "Chưa rõ đơn vị"), ("other", "Ngoài danh bạ")]
    return {
        "Đơn vị": mapping(places),
        "source": mapping([(source["id"], short(source["name"])) for source in sources]),
    }


def short(name):
    """The name of a source on the wall, where there is little room: "Một cửa"."""
    name = name.removeprefix("Hệ thống ")
    return name[:1].upper() + name[1:]


def named(dashboard):
    """(column, property) of each override that maps names."""
    for panel in dashboard["panels"]:
        for override in panel["fieldConfig"]["overrides"]:
            for prop in override["properties"]:
                column = override["matcher"]["options"]
                if prop["id"] == "mappings" and override["matcher"]["id"] == "byName":
                    yield column, prop


def text_of(dashboard):
    return json.dumps(dashboard, ensure_ascii=False, indent=2) + "\n"
