"""The spine with somebody to tell: ingest, engine and notifiers in a fast clock, and a webhook."""

import datetime
import json
import os
import subprocess
import time

from notify_kills import END, Answers, configuration
from ports import free_port
from processes import Client, wait_until
from spine import Spine

FAST = f"x600@{END}"


class Notifying(Spine):
    def __init__(self, checks, name, sink, rng):
        super().__init__(checks, name, partitions=2)
        self.answers, self.began = Answers(rng), time.monotonic()
        sink.answers["/kip"] = self.answers
        self.config = configuration(self.kip, os.path.join(self.folder, "config"), sink)
        key = os.path.join(self.config, "answer-key")
        with open(key, "w", encoding="utf-8") as file:  # one for all that may have the desks
            file.write("the key of links in this test, thirty-two bytes\n")
        os.chmod(key, 0o600)
        notify = os.path.join(self.config, "notify.yaml")
        with open(notify, encoding="utf-8") as file:
            text = file.read()
        with open(notify, "w", encoding="utf-8") as file:
            file.write(text + "\nanswer_key_file: answer-key\n")
        self.decides = ["--config", self.config]

    def feed(self):
        """Two months of a ward, as its sources would have sent them, taken in and watched."""
        sample = self.kip.run("sample", "--months", "2", "--end", END)
        log = self.kip.file("log.jsonl", sample.stdout.splitlines())
        self.must("import", *self.at(), *self.decides, log)
        args = ["ingest", *self.at(), *self.decides, "--clock", f"at:{END}"]
        ingest = self.popen(*args, "--member", "ingest")
        through = lambda: self.is_through("kip.work.v1", "kip-ingest")  # noqa: E731
        wait_until("ingest has read all", through, 300, 0.2)
        ingest.terminate()
        ingest.wait(60)
        data = os.path.join(self.folder, "engine")
        return self.popen("engine", *self.at(), *self.decides, "--clock", FAST, "--data", data)

    def notifier(self, folder, clock=FAST, crash=None, member=None):
        return Notifier(self, folder, clock, crash, member or folder)

    def later(self):
        """Where the fast clock stands: whoever is started next goes on from there."""
        passed = datetime.timedelta(seconds=600 * (time.monotonic() - self.began))
        return (datetime.datetime.fromisoformat(END) + passed).strftime("%Y-%m-%dT%H:%M:%SZ")

    def decided(self, folder):
        data = os.path.join(self.folder, folder)
        done = self.kip.run("messages", "list", "--json", "--data", data)
        if done.returncode != 0:
            return []
        return [json.loads(line) for line in done.stdout.splitlines()]

    def unsent(self, folder):
        pending = lambda m: any(d["state"] == "pending" for d in m["deliveries"])  # noqa: E731
        return [m for m in self.decided(folder) if pending(m)]


class Notifier:
    """kip notifier as a process with HTTP."""

    def __init__(self, spine, folder, clock, crash, member):
        self.port = free_port()
        data = os.path.join(spine.folder, folder)
        args = ["notifier", *spine.at(), *spine.decides, "--data", data, "--member", member]
        args += ["--clock", clock, "--http", f"127.0.0.1:{self.port}"]
        self.process = spine.popen(*args, crash=crash)

    def ask(self, method, path, body=None):
        """(status, object); None: nobody answers."""
        client = Client(self.port)
        try:
            text = json.dumps(body).encode() if body is not None else None
            status, answer = client.ask(method, path, text, "application/json")
        except OSError:
            return None, None
        finally:
            client.connection.close()
        return status, json.loads(answer) if answer else None

    def metric(self, name):
        """Of a source."""
        client = Client(self.port)
        return lambda source: client.metric(name, source=source)

    def is_ready(self):
        return self.ask("GET", "/readyz")[0] == 200

    def await_ready(self, seconds=90):
        wait_until("the notifier has the desks", self.is_ready, seconds, 0.1)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(60)

    def ended(self, seconds):
        """By the point at which it was to be killed."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True
