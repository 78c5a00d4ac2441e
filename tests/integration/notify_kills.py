#!/usr/bin/env python3
"""`kip up` is killed again and again while it sends to a webhook that sometimes fails, and
sometimes loses its answer: every message arrives, twice only where an answer was lost, and then
the same."""

import collections
import json
import os
import random
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import FULL, main, part  # noqa: E402
from notify_webhook import Sink  # noqa: E402
from ports import free_port  # noqa: E402
from processes import wait_until  # noqa: E402

END = "2026-11-23T01:00:00Z"  # of the sample; 08:00 in Vietnam
LATER = "2027-01-04T01:00:00Z"  # beyond every retry
KILLS = 200 if FULL else 12
POINTS = ("sent", "noted", "random")
BODY = '{"to":"{{recipient}}","title":"{{subject}}","text":"{{text}}"}'


def configuration(kip, folder, sink):
    shutil.copytree(kip.config, folder)
    with open(os.path.join(folder, "hook"), "w", encoding="utf-8") as file:
        file.write("a secret of this test\n")
    os.chmod(os.path.join(folder, "hook"), 0o600)
    channel = {
        "name": "hook",
        "type": "webhook",
        "url": sink.url + "/kip",
        "secret_file": "hook",
        "allow_plain": True,
        "body": BODY,
        "retry": {"first_s": 60, "attempts": 1000, "give_up_h": 168},
    }
    whole = {
        "version": 1,
        "outgoing": {"hosts": ["127.0.0.1"], "networks": ["127.0.0.0/8"]},
        "channels": [channel],
    }
    with open(os.path.join(folder, "channels.yaml"), "w", encoding="utf-8") as file:
        json.dump(whole, file)  # JSON is YAML
    return folder


class Answers:
    """Some fail, some are lost after the request has been taken."""

    def __init__(self, rng):
        self.rng, self.failed, self.lost, self.well = rng, 0, 0, False

    def __call__(self, *_):
        dice = 1.0 if self.well else self.rng.random()
        if dice < 0.1:
            self.failed += 1
            return (500, {}, "{}")
        if dice < 0.2:
            self.lost += 1
            return None  # the connection closes
        return (200, {}, "{}")


class Ward:
    def __init__(self, checks, sink):
        self.kip = checks.kip
        self.config = configuration(self.kip, checks.path("config"), sink)
        self.data = checks.path("data")
        sample = self.kip.run("sample", "--months", "2", "--end", END)
        log = self.kip.file("log.jsonl", sample.stdout.splitlines())
        done = self.kip.run("import", "--data", self.data, "--clock", "log", "--until", END, log)
        assert done.returncode == 0, done.stderr

    def up(self, clock, crash=None):
        env = {name: value for name, value in os.environ.items() if name != "KIP_CRASH_AT"}
        if crash:
            env["KIP_CRASH_AT"] = crash
        args = ["up", "--data", self.data, "--config", self.config, "--clock", clock]
        args += ["--http", f"127.0.0.1:{free_port()}"]
        return subprocess.Popen(
            [self.kip.program, *args], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )

    def messages(self):
        done = self.kip.run("messages", "list", "--json", "--data", self.data)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


def kill_once(ward, rng, tally):
    point = rng.choice(POINTS)
    crash = None if point == "random" else f"{point}:{rng.randint(1, 3)}"
    running = ward.up(f"x{rng.choice([600, 3600])}@{END}", crash)
    try:
        running.wait(rng.uniform(0.2, 0.8) if point == "random" else 3)
    except subprocess.TimeoutExpired:
        running.kill()
        point = "random"
    said = running.communicate()[1]
    if running.returncode != -signal.SIGKILL:
        raise SystemExit(f"up: exit {running.returncode}: {said.decode(errors='replace')}")
    tally[point] += 1


def check_arrived(checks, sink, decided, excused):
    """Every message, with one content a key; no alert to a person twice for one reason. So many
    repeats have an excuse."""
    part("what arrived")
    arrived = collections.defaultdict(list)
    for request in sink.requests:
        arrived[request["headers"]["Idempotency-Key"]].append(request["body"])
    messages = {m["id"]: m for m in decided}
    missing = [key for key in messages if key not in arrived]
    checks.equal(f"of {len(messages)} messages missing", len(missing), 0)
    checks.equal("that nobody decided", len(set(arrived) - set(messages)), 0)
    undone = [m for m in messages.values() if m["deliveries"][0]["state"] != "delivered"]
    checks.equal("not noted as delivered", len(undone), 0)
    repeats = sum(len(bodies) - 1 for bodies in arrived.values())
    checks.expect(
        f"{repeats} repeats, {excused} answers failed, were lost or not noted",
        0 < repeats <= excused,
    )
    told = collections.Counter(
        (a["alert_id"], a["revision"], a["why"], m["person"])
        for m in messages.values()
        if m["kind"] == "alerts"
        for a in m["alerts"]
    )
    twice = [key for key, n in told.items() if n > 1 and key[2] != "reminder"]
    checks.equal(f"of {len(told)} alerts to a person told twice for one reason", len(twice), 0)
    other = [key for key, bodies in arrived.items() if len(set(bodies)) > 1]
    checks.equal("keys with two contents", len(other), 0)


def still(ward, looks=15):
    """Nothing waits, and nothing more was decided for some looks: desks decide one by one."""
    seen = []

    def holds():
        messages = ward.messages()
        if any(d["state"] == "pending" for m in messages for d in m["deliveries"]):
            seen.clear()
        else:
            seen.append(len(messages))
        return len(seen) >= looks and seen[-1] and len(set(seen[-looks:])) == 1

    return holds


def test(checks):
    rng = random.Random(5)
    with Sink() as sink:
        answers = Answers(rng)
        sink.answers["/kip"] = answers
        ward = Ward(checks, sink)
        part("killed while it decides and sends")
        tally = collections.Counter()
        while sum(tally.values()) < KILLS or min(tally[point] for point in POINTS) == 0:
            kill_once(ward, rng, tally)
        print("  " + ", ".join(f"{n} at {point}" for point, n in sorted(tally.items())), flush=True)
        lost = answers.lost
        checks.expect(f"{answers.failed} answers failed, {lost} were lost", lost > 0)

        part("left alone until nothing waits")
        answers.well = True
        running = ward.up(f"at:{LATER}")
        wait_until("all is sent", still(ward), 120, 0.2)
        running.terminate()
        checks.equal("exit", running.wait(60), 0)
        running.communicate()

        excused = answers.failed + answers.lost + tally["sent"] + tally["random"]
        check_arrived(checks, sink, ward.messages(), excused)


if __name__ == "__main__":
    sys.exit(main(__doc__, test))
