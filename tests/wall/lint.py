#!/usr/bin/env python3
"""What a dashboard of ours must be, and that each fault in one is found.

lint.py CHECKOUT             checks the dashboards and the provisioning
lint.py CHECKOUT --update    writes the names of units and sources into the dashboards anew
"""

import copy
import os
import re
import sys

import dashboards

WORDS = ["Quá hạn", "Nguy cơ trễ", "Tạm dừng", "Trong hạn"]
COLUMNS, ROW, GAP = 24, 30, 8  # Grafana's grid
# The wall is zoomed to 200 %.
HEIGHT = {dashboards.WALL: 1080 / 2, dashboards.HEALTH: 1080, dashboards.FORECAST: 1080}
PANELS = 8
TYPES = {"stat", "bargauge", "table", "timeseries"}
UNITS = {"none", "short", "percentunit", "s", "bytes", "cps", "clocks"}
REDS = {"#c41a35", "#ff9aa2"}
# The tokens of the design, dark. The orange of fills is a little lighter than there, so that
# Grafana writes on it in black: it takes white below a brightness of 180.
ORANGES = {"#f8ac3b", "#ffb65c"}
BLUES = {"#2f7fd6", "#7cbcff"}
CALM = {"#66768d", "#b3bfd1", "#4a586b", "#1d2a3d", "transparent"}
IDS = re.compile(r"\b(item_id|item|subject|assignee\w*|procedure_code)\b")


def walk(value, key=""):
    """(key, text) of every text in a JSON value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from walk(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, key)
    elif isinstance(value, str):
        yield key, value


def properties(panel):
    """(name, value) of the defaults and of each override."""
    yield from panel["fieldConfig"]["defaults"].items()
    for override in panel["fieldConfig"]["overrides"]:
        for prop in override["properties"]:
            yield prop["id"], prop["value"]


def of_whole(file, dashboard):
    if dashboard.get("id") is not None:
        yield "id is not null"
    if dashboard.get("uid") != file.removesuffix(".json"):
        yield f"uid is {dashboard.get('uid')!r}"
    for key, want in (("refresh", "30s"), ("timezone", "Asia/Ho_Chi_Minh")):
        if dashboard.get(key) != want:
            yield f"{key} is {dashboard.get(key)!r} instead of {want!r}"
    if not dashboard.get("title") or not dashboard.get("description"):
        yield "no title or description"
    kinds = {one["name"]: one for one in dashboard["templating"]["list"]}
    source = kinds.get("datasource", {})
    if (source.get("type"), source.get("query")) != ("datasource", "prometheus"):
        yield "the data source is no variable"
    ids = [panel["id"] for panel in dashboard["panels"]]
    if len(ids) != len(set(ids)):
        yield "an id twice"
    if len(ids) > PANELS:
        yield f"{len(ids)} panels, at most {PANELS}"
    for key, text in walk(dashboard):
        if re.search(r"https?://", text):
            yield f"an address of one network: {text}"
        if key in ("title", "description") and text != text.strip():
            yield f"blanks around {text!r}"


def of_grid(file, dashboard):
    taken = {}
    for panel in dashboard["panels"]:
        grid, title = panel["gridPos"], panel["title"]
        if grid["x"] < 0 or grid["x"] + grid["w"] > COLUMNS:
            yield f"{title}: wider than the screen"
        if GAP + (grid["y"] + grid["h"]) * (ROW + GAP) > HEIGHT[file]:
            yield f"{title}: ends below the screen"
        for x in range(grid["x"], grid["x"] + grid["w"]):
            for y in range(grid["y"], grid["y"] + grid["h"]):
                other = taken.setdefault((x, y), title)
                if other != title:
                    yield f"{title}: lies over {other}"
                    return


def of_target(target, variables):
    expr = target["expr"]
    if target.get("datasource", {}).get("uid") != "${datasource}":
        yield "a query has a data source of its own"
    for window in re.findall(r"\brate\([^\[]*\[([^\]]+)\]", expr):
        if window != "$__rate_interval":
            yield f"rate over {window} instead of $__rate_interval"
    for name in re.findall(r"\$\{?(\w+)", expr):
        if name not in variables | {"__rate_interval"}:
            yield f"no variable ${name}"
    if IDS.search(expr):
        yield f"asks for what is no label: {IDS.search(expr).group()}"
    if "kip_items" in expr and "ward" in variables and 'ward=~"$ward"' not in expr:
        yield "is not of the ward that is chosen"
    if target["instant"] == target["range"]:
        yield "is neither instant nor a range"


def of_panel(panel, variables):
    if panel["type"] not in TYPES:
        yield f"type {panel['type']}: draw.py cannot draw it"
    if not panel.get("title") or not panel.get("description"):
        yield "no title or description"
    if panel.get("datasource") != {"type": "prometheus", "uid": "${datasource}"}:
        yield "does not use the variable of the data source"
    if not panel["targets"]:
        yield "no query"
    defaults = panel["fieldConfig"]["defaults"]
    if "noValue" not in defaults:
        yield "does not say what stands where there is no data"
    units = [value for name, value in properties(panel) if name == "unit"]
    if not defaults.get("unit"):
        yield "no unit"
    for unit in units:
        if unit not in UNITS and not unit.startswith("suffix: "):
            yield f"unit {unit!r} is none that we know"
    if panel["type"] == "timeseries" and defaults.get("min") != 0:
        yield "the axis does not begin at 0"
    for target in panel["targets"]:
        yield from of_target(target, variables)


def of_colours(panel):
    for key, text in walk(panel):
        if key in ("color", "fixedColor") and text not in REDS | ORANGES | BLUES | CALM:
            yield f"colour {text} is none of ours"
    for name, value in properties(panel):
        if name == "mappings":
            words = [one for one in value if one["type"] == "special"]
            for one in words:
                if one["options"]["result"]["color"] not in CALM:
                    yield "no data is not grey"


def of_words(file, dashboard):
    if file != dashboards.WALL:
        return
    said = [target["legendFormat"] for target in dashboard["panels"][0]["targets"]]
    if said != WORDS:
        yield f"the states are called {said}"


def of_names(checkout, dashboard):
    want = dashboards.names(checkout)
    for column, prop in dashboards.named(dashboard):
        if column in want and prop["value"] != [want[column]]:
            yield f"the names in column '{column}' are not those of the directory: --update"


def findings_of(checkout, file, dashboard):
    variables = {one["name"] for one in dashboard["templating"]["list"]}
    for part in (of_whole, of_grid, of_words):
        yield from part(file, dashboard)
    yield from of_names(checkout, dashboard)
    for panel in dashboard["panels"]:
        for finding in [*of_panel(panel, variables), *of_colours(panel)]:
            yield f"{panel['title']}: {finding}"


def of_provisioning(checkout):
    folder = "deploy/grafana/provisioning"
    sources = dashboards.load_yaml(checkout, f"{folder}/datasources/prometheus.yaml")
    boards = dashboards.load_yaml(checkout, f"{folder}/dashboards/kip.yaml")
    if sources["apiVersion"] != 1 or boards["apiVersion"] != 1:
        yield "apiVersion is not 1"
    if [one["type"] for one in sources["datasources"]] != ["prometheus"]:
        yield "the data source is no Prometheus"
    for one in boards["providers"]:
        path = one["options"]["path"]
        with open(os.path.join(checkout, "deploy/grafana/README.md"), encoding="utf-8") as file:
            if one["type"] != "file" or path not in file.read():
                yield f"README.md does not say what lies in {path}"


def planted():
    """(the fault, what breaks a sound wall, words of the finding)."""
    def panel(n, **changes):
        return lambda d: d["panels"][n].update(changes)

    def target(n, **changes):
        return lambda d: d["panels"][n]["targets"][0].update(changes)

    def default(n, **changes):
        return lambda d: d["panels"][n]["fieldConfig"]["defaults"].update(changes)

    return [
        (lambda d: d.update(id=7), "id is not null"),
        (lambda d: d.update(uid="x"), "uid is"),
        (lambda d: d.update(refresh="5m"), "refresh is"),
        (lambda d: d["templating"]["list"].pop(0), "the data source is no variable"),
        (panel(1, id=1), "an id twice"),
        (lambda d: d["panels"].extend(copy.deepcopy(d["panels"][:2])), "9 panels"),
        (panel(1, gridPos={"x": 20, "y": 0, "w": 5, "h": 4}), "wider than the screen"),
        (panel(6, gridPos={"x": 6, "y": 9, "w": 6, "h": 6}), "ends below the screen"),
        (panel(1, gridPos={"x": 0, "y": 0, "w": 5, "h": 4}), "lies over"),
        (panel(2, description=""), "no title or description"),
        (panel(2, description="see http://10.0.0.1/"), "an address of one network"),
        (panel(2, datasource={"type": "prometheus", "uid": "abc"}), "does not use the variable"),
        (panel(2, targets=[]), "no query"),
        (panel(2, type="piechart"), "cannot draw it"),
        (default(0, unit="parsecs"), "unit 'parsecs'"),
        (lambda d: d["panels"][0]["fieldConfig"]["defaults"].pop("noValue"), "no data"),
        (default(0, color={"mode": "fixed", "fixedColor": "green"}), "colour green"),
        (target(0, expr="sum(rate(kip_x_total[5m]))"), "rate over 5m"),
        (target(0, expr='sum(kip_items{ward=~"$word"})'), "no variable $word"),
        (target(0, expr="sum(kip_items)"), "not of the ward"),
        (target(0, expr='sum by (item_id) (kip_items{ward=~"$ward"})'), "what is no label"),
        (target(0, legendFormat="Trễ"), "the states are called"),
        (lambda d: next(dashboards.named(d))[1].update(value=[]), "not those of the directory"),
    ]


def self_test(checkout):
    """Each planted fault is found."""
    sound = dashboards.load(checkout, dashboards.WALL)
    for harm, words in planted():
        broken = copy.deepcopy(sound)
        harm(broken)
        found = list(findings_of(checkout, dashboards.WALL, broken))
        if not any(words in one for one in found):
            yield f"a planted fault is not found: {words} ({found})"


def update(checkout):
    want = dashboards.names(checkout)
    for name, dashboard in dashboards.all_of(checkout).items():
        for column, prop in dashboards.named(dashboard):
            prop["value"] = [want[column]] if column in want else prop["value"]
        path = os.path.join(checkout, dashboards.FOLDER, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(dashboards.text_of(dashboard))


def main():
    checkout = sys.argv[1]
    if "--update" in sys.argv[2:]:
        update(checkout)
    findings = [f"provisioning: {one}" for one in of_provisioning(checkout)]
    for name, dashboard in dashboards.all_of(checkout).items():
        findings += [f"{name}: {one}" for one in findings_of(checkout, name, dashboard)]
    findings += self_test(checkout)
    print(f"{len(planted())} planted faults, {len(findings)} findings")
    for finding in findings:
        print("finding:", finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
