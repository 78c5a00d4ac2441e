#!/usr/bin/env python3
"""All roles in one process on a real Kafka: what was answered 202 is shown, told and counted as the
embedded service does it, also after a kill, and by a gateway of its own."""

import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import main, part  # noqa: E402
from processes import Client, Up, wait_until  # noqa: E402
from spine import Spine, key_of  # noqa: E402
from story import batches, sample  # noqa: E402

UNTIL = "2026-03-01T00:00:00Z"
DECIDES = ["--registry", "open", "--until", UNTIL]


class Gateway:
    """kip gateway as a process, on a free port."""

    def __init__(self, spine):
        args = ["gateway", *spine.at(), "--clock", "log", "--registry", "open"]
        args += ["--config", spine.kip.config, "--http", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            [spine.kip.program, *args], stdout=subprocess.PIPE, text=True
        )
        for line in self.process.stdout:
            found = re.match(r"ready http://[^:]+:(\d+)/", line)
            if found:
                self.client = Client(int(found.group(1)))
                return
        raise SystemExit("the gateway did not start")

    def stop(self):
        self.process.terminate()
        return self.process.wait(60)


def views_on_topic(spine):
    """The last view of each item on kip.items.v1."""
    views = {}
    for message in spine.read("kip.items.v1"):
        if message.value() is None:
            views.pop(message.key().decode(), None)
        else:
            views[message.key().decode()] = json.loads(message.value())
    return views


def timeless(views):
    """Without what runs on while nothing is written: those on the topic are of their commit."""
    running = ("used_working_minutes", "remaining_working_minutes", "sub_clocks")
    return {
        item: {key: value for key, value in view.items() if key not in running}
        for item, view in views.items()
    }


def test(checks):
    lines = sample(checks.kip, UNTIL)
    with Spine(checks, "up") as spine:
        data = checks.path("data")
        options = ("--kafka", spine.broker.address, "--until", UNTIL)

        part("half of a sample over HTTP, a kill, the other half")
        half = list(batches(lines[: len(lines) // 2], 100))
        rest = list(batches(lines[len(lines) // 2 :], 100))
        with Up(checks.kip, data, options=options) as up:
            taken = all(up.post(batch) for batch in half)
            checks.expect(f"{len(half)} batches were taken", taken)
            up.kill()
            up.exit()
        with Up(checks.kip, data, options=options) as up:
            taken = all(up.post(batch) for batch in rest)
            checks.expect(f"{len(rest)} batches were taken", taken)

            part("as replayed")
            alerts, items = checks.path("alerts.jsonl"), checks.path("items.jsonl")
            file = checks.kip.file("story.jsonl", lines)
            spine.must("replay", *DECIDES, "--config", checks.kip.config, "--alerts", alerts,
                       "--items", items, file)  # fmt: skip
            with open(alerts, encoding="utf-8") as rows:
                wanted_alerts = sorted(key_of(json.loads(row)) for row in rows)
            client = up.client()
            told = lambda: sorted(map(key_of, client.alerts()))  # noqa: E731
            wait_until("all is told", lambda: len(told()) >= len(wanted_alerts), 120, 0.5)
            same = told() == wanted_alerts
            checks.expect(f"{len(wanted_alerts)} alerts in the API, as replayed", same)
            with open(items, encoding="utf-8") as rows:
                wanted = {view["item_id"]: view for view in map(json.loads, rows)}
            shown = {view["item_id"]: view for view in client.pages("/v1/items", "items")}
            checks.expect(f"{len(wanted)} items in the API, as replayed", shown == wanted)
            topic = views_on_topic(spine)
            same = timeless(topic) == timeless(wanted)
            checks.expect(f"{len(topic)} views on kip.items.v1, as replayed", same)
            if not same:
                print([(topic.get(k), v) for k, v in timeless(wanted).items()
                       if timeless(topic).get(k) != v][:2])  # fmt: skip
            open_items = sum(1 for view in wanted.values() if "state" in view)
            checks.equal("kip_items", client.metric("kip_items"), open_items)
            checks.equal("kip_owned_partitions", client.metric("kip_owned_partitions"), 4)
            checks.expect("commits are measured", client.metric("kip_commit_seconds_count") > 0)

            part("what no engine wrote, on kip.alerts.v1")
            for value in (b"\xff no alert", None):
                spine.send("kip.alerts.v1", value, {})
            said = lambda: up.last_words().count("is no alert; passed over")  # noqa: E731
            wait_until("it is said", lambda: said() > 0, 60, 0.1)
            checks.expect("the alerts in the API are the same", told() == wanted_alerts)

            part("a gateway of its own, and ingest within the process")
            gateway = Gateway(spine)
            event = {"specversion": "1.0", "type": "vn.kip.work.v1", "id": "g1", "subject": "G-1",
                     "source": "urn:kip:sample:motcua", "time": "2026-02-27T03:00:00Z",
                     "data": {"kind": "WORK_KIND_TASK", "unit_id": "van-phong"}}  # fmt: skip
            checks.equal("POST to the gateway", gateway.client.send([event]), [202])
            broken = {**event, "id": "g2", "specversion": "0.3"}
            checks.equal("POST of a broken event", gateway.client.send([broken]), [400])
            spine.send("kip.work.v1", json.dumps({**event, "id": "k1"}),
                       {"content-type": "application/cloudevents+json"})  # fmt: skip
            both = lambda: client.history("G-1") == {"g1", "k1"}  # noqa: E731
            checks.expect("both are in the history", wait_until("both", both, 60, 0.2))
            ids = [f"{n:0190d}" for n in range(5_350)]  # a client alone takes 1,000,000 bytes
            large = {**event, "id": "g3", "subject": "G-2", "data": {**event["data"], "voids": ids}}
            checks.equal("POST of nearly 1 MiB", gateway.client.send([large]), [202])
            there = lambda: client.history("G-2") == {"g3"}  # noqa: E731
            checks.expect("it is in the history", wait_until("it", there, 60, 0.2))
            dead = [dict(m.headers())["kip.code"] for m in spine.read("kip.dead.v1")]
            checks.equal("its dead letter", dead.count(b"specversion"), 1)
            status, _ = gateway.client.ask("GET", "/v1/items")
            checks.equal("a gateway knows no items", status, 404)
            checks.equal("the gateway's exit", gateway.stop(), 0)
            checks.equal("exit", up.stop(), 0)


if __name__ == "__main__":
    main(__doc__, test)
