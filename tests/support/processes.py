"""The program under test as processes: imports, the running service, the audit."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.parse

BATCH = "application/cloudevents-batch+json; charset=utf-8"
READY_SECONDS = 600  # a start that takes longer is none
STOP_SECONDS = 120


def wait_until(what, holds, seconds=60, look=0.005):
    """Returns what `holds` gives as soon as that is true; ends the test where it never is."""
    end = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        if time.monotonic() > end:
            raise SystemExit(f"not within {seconds} s: {what}")
        time.sleep(look)


class Kip:
    registry = "open"  # the logs have units and sources of their own
    records_max = None  # of a commit, in what is to be killed: so that work waits then

    def __init__(self, program, checkout, folder):
        self.program, self.folder = program, folder
        self.config = os.path.join(checkout, "deploy", "config")

    def file(self, name, lines):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.writelines(line + "\n" for line in lines)
        return path

    def changed_config(self, percent):
        """The shipped configuration, but `due_soon` warns when so much of the time is left."""
        folder = os.path.join(self.folder, f"config-{percent}")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.config, folder)
        rules = os.path.join(folder, "rules.yaml")
        with open(rules, encoding="utf-8") as file:
            text = file.read()
        changed = re.sub(r"(?m)^(\s+remaining: \{share: )0\.20\}", rf"\g<1>0.{percent}}}", text)
        assert changed != text
        with open(rules, "w", encoding="utf-8") as file:
            file.write(changed)
        return folder

    def environment(self, crash=None, killed=False):
        """`killed`: it will be, though not by itself at a point."""
        env = dict(os.environ)
        for name in ("KIP_CRASH_AT", "KIP_RECORDS_MAX"):
            env.pop(name, None)
        if crash:
            env["KIP_CRASH_AT"] = crash
        if self.records_max and (crash or killed):
            env["KIP_RECORDS_MAX"] = str(self.records_max)
        return env

    def run(self, *args, crash=None):
        return subprocess.run(
            [self.program, *args],
            env=self.environment(crash),
            capture_output=True,
            text=True,
            errors="replace",
        )

    def imports(self, data, file, clock, crash=None, config=None, until=None):
        """True: it ended; False: it was killed."""
        args = ["import", "--data", data, "--clock", clock, "--registry", self.registry]
        args += ["--config", config or self.config] + (["--until", until] if until else [])
        done = self.run(*args, file, crash=crash)
        if done.returncode not in (0, -signal.SIGKILL):
            raise SystemExit(f"import: exit {done.returncode}: {done.stderr[-2000:]}")
        return done.returncode == 0

    def must_import(self, data, file, clock, until=None, config=None):
        assert self.imports(data, file, clock, None, config, until)


class Audit:
    def __init__(self, kip, data, config=None):
        done = kip.run("audit", "--json", "--data", data, "--config", config or kip.config)
        self.exit, self.words = done.returncode, done.stderr[-2000:]
        if "no data of kip" in self.words or "no store" in self.words:
            self.figures = {"differences": 0, "items": 0, "positions": [], "ends": []}
            return
        try:
            self.figures = json.loads(done.stdout)
        except ValueError:
            raise SystemExit(f"audit: exit {done.returncode}: {self.words}") from None
        self.words = "\n".join(line for line in self.words.splitlines() if "sai khác" in line)

    @property
    def differences(self):
        return self.figures["differences"]

    @property
    def items(self):
        return self.figures["items"]

    @property
    def alerts(self):
        """How many revisions."""
        return self.figures["alerts"]

    @property
    def clean(self):
        return self.exit == 0 and self.differences == 0 and self.figures["skipped"] == ""

    def digest(self, name):
        return self.figures.get(name, "")

    def uncommitted(self):
        return sum(self.figures["positions"]) < sum(self.figures["ends"])


class Client:
    """One connection to a running service; not for several threads."""

    def __init__(self, port, timeout=60):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def ask(self, method, path, body=None, kind=None):
        """(status, bytes); OSError or HTTPException where nobody answers."""
        self.connection.request(method, path, body, {"Content-Type": kind} if kind else {})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def get(self, path):
        status, body = self.ask("GET", path)
        if status != 200:
            raise SystemExit(f"GET {path}: {status}: {body[:500]}")
        return body.decode()

    def send(self, events):
        """The status of each of these CloudEvents; None: nobody answered."""
        try:
            status, body = self.ask("POST", "/v1/events", json.dumps(events).encode(), BATCH)
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return None
        if status not in (202, 207):
            return [status] * len(events)
        return [result["status"] for result in json.loads(body)["results"]]

    def pages(self, path, name):
        """All of a list, page by page."""
        cursor = ""
        while True:
            page = json.loads(self.get(f"{path}{'&' if '?' in path else '?'}limit=1000{cursor}"))
            yield from page[name]
            if "next" not in page:
                return
            cursor = "&cursor=" + urllib.parse.quote(page["next"], safe="")

    def alerts(self):
        return list(self.pages("/v1/alerts", "alerts"))

    def history(self, item):
        """The ids of its events; none: there is no such item."""
        path = "/v1/items/" + urllib.parse.quote(item, safe="")
        status, body = self.ask("GET", path)
        if status == 404:
            return set()
        if status != 200:
            raise SystemExit(f"GET {path}: {status}: {body[:500]}")
        return {stamped["event"]["event_id"] for stamped in json.loads(body)["history"]}

    def metric(self, name, **labels):
        """The sum over the series of that name which have these labels."""
        total = 0.0
        for line in self.get("/metrics").splitlines():
            series, _, value = line.rpartition(" ")
            if series.partition("{")[0] != name:
                continue
            if all(f'{key}="{text}"' in series for key, text in labels.items()):
                total += float(value)
        return total


class Up:
    """A running `kip up`. It is there once the object is: ready, or ended (`port` is None)."""

    count = 0

    def __init__(
        self, kip, data, crash=None, clock="log", config=None, options=(), killed=False, **popen
    ):
        Up.count += 1
        base = os.path.join(kip.folder, f"up-{Up.count}")
        self.out, self.err, self.port = base + ".out", base + ".err", None
        began = time.monotonic()
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.process = subprocess.Popen(
                [kip.program, "up", "--data", data, "--clock", clock, "--http", "127.0.0.1:0"]
                + ["--config", config or kip.config, "--registry", kip.registry, *options],
                env=kip.environment(crash, killed),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                **popen,
            )
        wait_until("ready", self._ready, READY_SECONDS, 0.002)
        self.ready_seconds = time.monotonic() - began

    def _ready(self):
        ended = self.process.poll() is not None
        found = re.search(r"(?m)^ready http://[^:]+:(\d+)/$", self.said())
        self.port = int(found.group(1)) if found else None
        return ended or found

    def said(self):
        return read_text(self.out)

    def last_words(self):
        return read_text(self.err)[-2000:]

    def client(self):
        if self.port is None:
            raise SystemExit(f"up did not start: {self.last_words()}")
        return Client(self.port)

    def post(self, batch):
        """True: it was taken; False: the process is gone."""
        if self.port is None:
            return False
        try:
            client = Client(self.port)
            status, text = client.ask("POST", "/v1/events", batch.encode(), BATCH)
            client.connection.close()
        except (OSError, http.client.HTTPException):
            return False
        # 207: some of them are broken on purpose, and refused.
        taken = status == 202 or (
            status == 207
            and all(result["status"] in (202, 400) for result in json.loads(text)["results"])
        )
        if not taken:
            raise SystemExit(f"POST: {status}: {text[:2000]}")
        return True

    def kill(self):
        self.process.kill()

    def died_by_kill(self):
        return self.exit() == -signal.SIGKILL

    def exit(self, seconds=STOP_SECONDS):
        """Its exit code, once it has ended by itself."""
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise SystemExit(f"up has not ended within {seconds} s") from None

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.exit()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Whatever becomes of the test, the process does not stay."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def read_text(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
