#!/usr/bin/env python3
"""Alerts to Debian's Alertmanager: taken, labelled, one alert for a repeat, and routed on by it."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import Skipped, main, part  # noqa: E402
from notify import SUBJECT, TEXT, Site, delivery  # noqa: E402
from ports import free_port  # noqa: E402
from processes import wait_until  # noqa: E402

TEMPLATES = "/usr/share/prometheus/alertmanager/default.tmpl"  # Debian's looks nowhere else
CONFIG = {"route": {"receiver": "nobody"}, "receivers": [{"name": "nobody"}]}


def command_of(program):
    """Unpacked and not installed (tests/install) it sees its own /usr/share, by a mount."""
    share = os.path.join(os.path.dirname(os.path.realpath(program)), "..", "share")
    if os.path.exists(TEMPLATES):
        return [program]
    mounted = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    mounted += ['mount --bind "$0" /usr/share && exec "$@"', os.path.realpath(share)]
    trial = subprocess.run([*mounted, "test", "-e", TEMPLATES], capture_output=True, check=False)
    if trial.returncode != 0:
        raise Skipped(f"{TEMPLATES} is not here, and no mount may be made for it")
    return [*mounted, program]


class Alertmanager:
    def __init__(self, program, folder):
        os.makedirs(folder)
        config = os.path.join(folder, "alertmanager.yml")
        with open(config, "w", encoding="utf-8") as out:
            json.dump(CONFIG, out)
        self.url = f"http://127.0.0.1:{free_port()}"
        self.log = os.path.join(folder, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [
                    *command_of(program),
                    f"--config.file={config}",
                    f"--storage.path={os.path.join(folder, 'data')}",
                    f"--web.listen-address={self.url.removeprefix('http://')}",
                    "--cluster.listen-address=",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until("Alertmanager is ready", self.ready)

    def ready(self):
        if self.process.poll() is not None:
            with open(self.log, encoding="utf-8") as log:
                raise SystemExit(f"Alertmanager has ended: {log.read()[-2000:]}")
        try:
            return self.get("/-/ready")
        except OSError:
            return False

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return answer.read()

    def alerts(self):
        return json.loads(self.get("/api/v2/alerts"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


def test(checks):
    program = shutil.which("prometheus-alertmanager")
    if not program:
        raise Skipped("prometheus-alertmanager is not here: tests/install --tests")
    site = Site(checks)
    with Alertmanager(program, checks.path("alertmanager")) as server:
        part("taken by Alertmanager")
        shape = {"name": "am", "type": "alertmanager", "url": server.url + "/"}
        channel = {**shape, "labels": ["receiving-unit", "level"]}
        fields = {"receiving-unit": "kinh-te", "level": "critical", "link": "https://kip.example/x"}
        # Of now, for Alertmanager shows nothing that has ended.
        at = {"at": now(), "fields": fields}
        with site.probe([channel]) as probe:
            for _ in range(2):
                probe.expect("sent", delivery("am-1", "am", "u1", **at), "delivered", "http_200")
            found = wait_until("the alert is there", server.alerts)
            checks.equal("alerts of one message sent twice", len(found), 1)
            labels = {"alertname": "KipMessage", "channel": "am", "level": "critical"}
            checks.equal("labels", found[0]["labels"], {**labels, "receiving_unit": "kinh-te"})
            notes = {"summary": SUBJECT, "description": TEXT, "key": "am-1"}
            checks.expect("annotations", found[0]["annotations"] == notes)
            checks.equal("link", found[0]["generatorURL"], fields["link"])
            checks.expect("start", found[0]["startsAt"].startswith(at["at"][:19]))
            checks.equal("state", found[0]["status"]["state"], "active")
            fields["link"] = "no link: \x7f://"  # what Alertmanager refuses
            broken = delivery("am-2", "am", "u1", **at)
            probe.expect("refused", broken, "permanent", "http_422")
    with site.probe([channel]) as probe:
        gone = delivery("am-3", "am", "u1", **at)
        probe.expect("stopped", gone, "transient", "connect")


def now():
    import datetime

    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    main(__doc__, test)
