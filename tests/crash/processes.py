"""The program under test as processes: imports, the running service, the audit."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess


class Kip:
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

    def run(self, *args, crash=None):
        env = dict(os.environ)
        env.pop("KIP_CRASH_AT", None)
        if crash:
            env["KIP_CRASH_AT"] = crash
        return subprocess.run(
            [self.program, *args], env=env, capture_output=True, text=True, errors="replace"
        )

    def imports(self, data, file, clock, crash=None, config=None, until=None):
        """True: it ended; False: it was killed."""
        args = ["import", "--data", data, "--clock", clock, "--registry", "open"]
        args += ["--config", config or self.config] + (["--until", until] if until else [])
        done = self.run(*args, file, crash=crash)
        if done.returncode not in (0, -signal.SIGKILL):
            raise SystemExit(f"import: exit {done.returncode}: {done.stderr[-2000:]}")
        return done.returncode == 0

    def must_import(self, data, file, clock, until=None, config=None):
        assert self.imports(data, file, clock, None, config, until)


class Audit:
    def __init__(self, kip, data):
        done = kip.run("audit", "--json", "--data", data, "--config", kip.config)
        self.words = done.stderr[-2000:]
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

    def digest(self, name):
        return self.figures.get(name, "")

    def uncommitted(self):
        return sum(self.figures["positions"]) < sum(self.figures["ends"])


class Up:
    """A running `kip up` under the log's clock."""

    def __init__(self, kip, data, crash):
        env = dict(os.environ)
        env.pop("KIP_CRASH_AT", None)
        if crash:
            env["KIP_CRASH_AT"] = crash
        self.errors = open(os.path.join(kip.folder, "up.err"), "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [kip.program, "up", "--data", data, "--clock", "log", "--http", "127.0.0.1:0"]
            + ["--config", kip.config, "--registry", "open"],
            env=env,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            errors="replace",
        )
        self.port = None
        for line in self.process.stdout:
            ready = re.match(r"ready http://[^:]+:(\d+)/", line)
            if ready:
                self.port = int(ready.group(1))
                break

    def post(self, batch):
        """True: it was taken; False: the process is gone."""
        if self.port is None:
            return False
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            kind = {"Content-Type": "application/cloudevents-batch+json; charset=utf-8"}
            connection.request("POST", "/v1/events", batch.encode(), kind)
            answer = connection.getresponse()
            text = answer.read()
            connection.close()
        except (OSError, http.client.HTTPException):
            return False
        # 207: some of them are broken on purpose, and refused.
        taken = answer.status == 202 or (
            answer.status == 207
            and all(result["status"] in (202, 400) for result in json.loads(text)["results"])
        )
        if not taken:
            raise SystemExit(f"POST: {answer.status}: {text[:2000]}")
        return True

    def kill(self):
        self.process.kill()

    def died_by_kill(self):
        self.process.wait(timeout=60)
        self.process.stdout.close()
        self.errors.close()
        return self.process.returncode == -signal.SIGKILL

    def last_words(self):
        with open(self.errors.name, encoding="utf-8", errors="replace") as file:
            return file.read()[-2000:]

    def stop(self):
        self.process.terminate()
        self.process.stdout.read()
        self.died_by_kill()
