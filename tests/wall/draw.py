#!/usr/bin/env python3
"""The dashboards' panels, drawn with Grafana's own panel components (@grafana/ui) in Chromium.

Not loaded in a Grafana server. The figures are those of a real Prometheus that scraped the running
service; what the picture says is held against them.

draw.py KIP CHECKOUT
"""

import json
import os
import shutil
import subprocess
import time

import dashboards
from observed import Observed

from checks import Skipped, main, part
from processes import wait_until

STATES = ["Quá hạn", "Nguy cơ trễ", "Tạm dừng", "Trong hạn"]
# Device scale: the wall is zoomed to 200 %.
SCREENS = {dashboards.WALL: 2, dashboards.HEALTH: 1, dashboards.FORECAST: 1}
TEXT = 26  # what can be read from six metres at 1920 pixels on 75 inches
CHROMIUM = "/usr/bin/chromium"


def answers_of(observed, dashboard, began, now):
    answers = {}
    for panel in dashboard["panels"]:
        answers[panel["id"]] = []
        for target in panel["targets"]:
            expr = dashboards.filled(target["expr"], "10s")
            if target["instant"]:
                result = observed.query(expr, time=now)
            else:
                span = {"start": began, "end": now, "step": 1}
                result = observed.ask("query_range", query=expr, **span)["result"]
            answers[panel["id"]].append({"target": target, "result": result})
    return answers


def custom_of(dashboard):
    """The custom properties of fields that a dashboard sets."""
    found = set()
    for panel in dashboard["panels"]:
        found |= set(panel["fieldConfig"]["defaults"].get("custom", {}))
        for override in panel["fieldConfig"]["overrides"]:
            for prop in override["properties"]:
                if prop["id"].startswith("custom."):
                    found.add(prop["id"].removeprefix("custom."))
    return sorted(found)


def draw(checks, observed, file, began, pictures):
    dashboard = dashboards.load(observed.checkout, file)
    now = time.time()
    answers = answers_of(observed, dashboard, began, now)
    given = os.path.join(pictures, file)
    picture = given.replace(".json", ".png")
    with open(given, "w", encoding="utf-8") as out:
        drawn = {"dashboard": dashboard, "answers": answers, "range": [began, now]}
        json.dump({**drawn, "custom": custom_of(dashboard), "timeZone": dashboard["timezone"]}, out)
    here = os.path.dirname(os.path.abspath(__file__))
    node = os.path.join(observed.checkout, "build", "tools", "node")
    command = ["node", os.path.join(here, "draw.mjs"), node, given, picture, str(SCREENS[file])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{file}: {done.stderr[-3000:]}")
    said = json.loads(done.stdout)
    part(f"{file}: {picture}")
    checks.equal("errors of the page", said["errors"], [])
    checks.equal("size", said["size"], list(said["viewport"].values()))
    if file == dashboards.WALL:
        checks.expect(f"no text under {TEXT} px: {said['smallest']}", said["smallest"] >= TEXT)
    for panel in dashboard["panels"]:
        text = said["panels"].get(str(panel["id"]), "")
        checks.expect(f"{panel['title']} is drawn", panel["title"] in text)
    return answers, {int(panel): text for panel, text in said["panels"].items()}


def after(text, word):
    """What stands on the line behind a word."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[lines.index(word) + 1] if word in lines[:-1] else None


def agrees(observed):
    """Has Prometheus scraped what the service says now?"""
    seen = observed.query("sum by (state) (kip_items)")
    client = observed.client()
    return len(seen) == len(STATES) and all(
        float(one["value"][1]) == client.metric("kip_items", state=one["metric"]["state"])
        for one in seen
    )


def figures(checks, observed, answers, said):
    """What the wall says is what Prometheus said, whose figures are those of the service."""
    for panel in (1, 3):
        for answer in answers[panel]:
            word, want = answer["target"]["legendFormat"], answer["result"][0]["value"][1]
            checks.equal(f"panel {panel}: {word}", after(said[panel], word), want)
    checks.equal("states", [one["target"]["legendFormat"] for one in answers[1]], STATES)
    checks.equal("the service", after(said[7], "Trạng thái"), "Sẵn sàng")
    names = dashboards.names(observed.checkout)
    ranks = {one["metric"]["unit"]: float(one["value"][1]) for one in answers[5][3]["result"]}
    units, most = names["Đơn vị"]["options"], max(ranks.values())
    worst = {units[unit]["text"] for unit, rank in ranks.items() if rank == most}
    first = [line for line in said[5].splitlines() if line.strip()][5]
    checks.expect(f"of the units at greatest risk one stands first: {first}", first in worst)
    for source in names["source"]["options"].values():
        checks.expect(f"{source['text']} is there", after(said[6], source["text"]) is not None)


def test(checks):
    checkout = os.path.abspath(os.path.join(checks.kip.config, "..", ".."))
    if not os.path.isdir(os.path.join(checkout, "build", "tools", "node", "node_modules")):
        raise Skipped("Grafana's components are not in build/tools/node: tests/install --tests")
    for program in ("node", os.environ.get("KIP_CHROMIUM", CHROMIUM)):
        if shutil.which(program) is None:
            raise Skipped(f"there is no {program} here: tests/install --tests")
    pictures = os.path.join(checkout, "build", "wall")
    os.makedirs(pictures, exist_ok=True)
    began = time.time()
    with Observed(checks) as observed:
        wait_until("Prometheus has what the service says", lambda: agrees(observed), 60, 0.1)
        for file in SCREENS:
            answers, said = draw(checks, observed, file, began, pictures)
            if file == dashboards.WALL:
                figures(checks, observed, answers, said)


if __name__ == "__main__":
    main(__doc__.splitlines()[0], test)
