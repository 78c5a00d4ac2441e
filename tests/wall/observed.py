"""A running service with a year of sample data, scraped by a real Prometheus that has our rules."""

import datetime
import json
import os
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import Skipped
from ports import free_port
from processes import Up, wait_until

SCRAPES = 5
TASKS = 4
SOON = datetime.timedelta(seconds=5)
MORE = 20
SOURCE = "urn:kip:sample:nhiemvu"


def instant(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def right_now():
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def task(n, now, due):
    """Overdue when it comes, its event brings an alert; later, time alone does."""
    return {
        "specversion": "1.0",
        "type": "vn.kip.work.v1",
        "id": f"wall-{n}.1",
        "source": SOURCE,
        "subject": f"wall-{n}",
        "time": instant(now),
        "datacontenttype": "application/json",
        "data": {
            "kind": "WORK_KIND_TASK",
            "status": "WORK_STATUS_IN_PROGRESS",
            "title": "Sửa đường",
            "unit_id": "van-phong",
            "received_at": instant(now - datetime.timedelta(days=20)),
            "due_at": instant(due),
        },
    }


class Observed:
    """`with` it: the service and Prometheus run; both end with it."""

    topics = ("kip.events.v1",)  # what it reads

    def __init__(self, checks):
        if shutil.which("prometheus") is None:
            raise Skipped("prometheus is not here: tests/install --tests")
        self.checks, self.kip, self.folder = checks, checks.kip, checks.folder
        self.checkout = os.path.abspath(os.path.join(self.kip.config, "..", ".."))
        self.processes = []

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.kill()
            process.wait()

    def _start(self):
        now = right_now()
        sample, data = self.path("sample.jsonl"), self.path("data")
        with open(sample, "wb") as out:
            command = [self.kip.program, "sample", "--months", "12", "--end", instant(now)]
            command += ["--config", self.kip.config]
            subprocess.run(command, stdout=out, check=True)
        self.kip.registry = "config"  # the sample is of the directory as shipped
        options = self._lived(data, sample, instant(now))
        self.up = Up(self.kip, data, clock="wall", options=options)
        self.processes.append(self.up.process)
        self._scrape()
        self._scraped(SCRAPES)
        for topic in self.topics:
            lag = f'kip_consumer_lag{{topic="{topic}"}}'
            wait_until(f"{topic} is read", lambda q=lag: self.query(q), 60, 0.1)
        for n in range(TASKS):
            late = task(n, now, due=now - datetime.timedelta(days=1))
            self._send(late, f"max(kip_event_to_alert_seconds_count) > {n}")
        now = right_now()
        soon = task(TASKS, now, due=now + SOON)
        self._send(soon, "max(kip_timer_lateness_seconds_count) > 0")
        self._scraped(MORE)

    def _send(self, event, told):
        self.checks.equal("a task sent", self.client().send([event]), [202])
        wait_until("its alert is scraped", lambda: self.query(told), 60, 0.1)

    def _lived(self, data, sample, until):
        """Puts the sample's year behind the service; with what options it goes on from there."""
        self.kip.must_import(data, sample, "log", until=until)
        return []

    def _scraped(self, times):
        done = "sum_over_time(up[1h])"
        wait_until(f"{times} scrapes", lambda: self.number(done) >= times, 60, 0.1)

    def path(self, name):
        return os.path.join(self.folder, name)

    def client(self):
        return self.up.client()

    def _scrape(self):
        port, config = free_port(), self.path("prometheus.yml")
        rules = os.path.join(self.checkout, "deploy", "prometheus", "kip.rules.yml")
        settings = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [rules],
            "scrape_configs": [
                {"job_name": "kip", "static_configs": [{"targets": [f"127.0.0.1:{self.up.port}"]}]}
            ],
        }
        with open(config, "w", encoding="utf-8") as out:
            json.dump(settings, out)  # JSON is YAML
        self.address = f"http://127.0.0.1:{port}"
        with open(self.path("prometheus.log"), "wb") as log:
            self.processes.append(
                subprocess.Popen(
                    [
                        "prometheus",
                        f"--config.file={config}",
                        f"--web.listen-address=127.0.0.1:{port}",
                        f"--storage.tsdb.path={self.path('tsdb')}",
                    ],
                    stdout=log,
                    stderr=log,
                )
            )
        wait_until("Prometheus answers", self._answers, 60, 0.1)

    def _answers(self):
        try:
            with urllib.request.urlopen(self.address + "/-/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def ask(self, path, **parameters):
        """The data of an answer of Prometheus; ValueError with its words where it refuses."""
        url = f"{self.address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error)["error"]) from None

    def query(self, expr, **parameters):
        return self.ask("query", query=expr, **parameters)["result"]

    def number(self, expr):
        """The first value, 0 where there is none."""
        result = self.query(expr)
        return float(result[0]["value"][1]) if result else 0.0

    def names(self):
        return set(self.ask("label/__name__/values"))
