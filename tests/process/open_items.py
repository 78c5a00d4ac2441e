#!/usr/bin/env python3
"""Many open items: a restart is quick, and doing nothing costs nothing.

    open_items.py KIP CHECKOUT

`kip bench --open` makes them and measures inside one process; then a real `kip up` starts on the
same data, and its CPU time is read from the kernel. The bench rests once the store has nothing left
to flush or compact.
"""

import datetime
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import FULL, main, part
from processes import Up

ITEMS = 1_000_000 if FULL else 20_000
READY_SECONDS_MAX = 10
IDLE_MS_MAX = 20  # of CPU, a second
REST_SECONDS = 10
RESTS_MAX = 3  # there too, in the first one
BENCH_NOW = datetime.datetime(2026, 11, 23, 2, 42, tzinfo=datetime.timezone.utc)


def cpu_ms(pid):
    """Of all threads of a process so far."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def rss_mb(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        line = next(line for line in file if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def bench(checks, data):
    part(f"kip bench --open {ITEMS}")
    config = ["--config", checks.kip.config]
    done = checks.kip.run("bench", "--open", str(ITEMS), "--json", "--data", data, *config)
    if done.returncode != 0:
        raise SystemExit(f"bench: exit {done.returncode}: {done.stderr[-2000:]}")
    figures = json.loads(done.stdout)
    print("  " + done.stdout.strip())
    checks.equal("open items", figures["open_items"], ITEMS)
    ready = figures["ready_seconds"]
    checks.expect(f"ready after {ready:.2f} s", ready < READY_SECONDS_MAX)
    settled = figures["settle_seconds"]
    checks.expect(f"the store at rest {settled:.2f} s after that", figures["settled"])
    idle = figures["idle_cpu_ms_per_s"]
    checks.expect(f"at rest {idle:.2f} ms of CPU a second", idle < IDLE_MS_MAX)


def rest(pid):
    """CPU ms a second over each period of rest, until one is idle."""
    seen = []
    while len(seen) < RESTS_MAX and not (seen and seen[-1] < IDLE_MS_MAX):
        began, cpu = time.monotonic(), cpu_ms(pid)
        time.sleep(REST_SECONDS)  # this is the measuring itself
        seen.append((cpu_ms(pid) - cpu) / (time.monotonic() - began))
    return seen


def up_again(checks, data):
    part("kip up on these data")
    clock = "x1@" + BENCH_NOW.isoformat().replace("+00:00", "Z")
    with Up(checks.kip, data, clock=clock) as up:
        client = up.client()
        seconds = up.ready_seconds
        checks.expect(f"ready {seconds:.2f} s after it began", seconds < READY_SECONDS_MAX)
        checks.equal("/readyz", client.ask("GET", "/readyz")[0], 200)
        checks.equal("open items", int(client.metric("kip_items")), ITEMS)
        pid = up.process.pid
        before = cpu_ms(pid)
        seen = rest(pid)
        words = ", ".join(f"{ms:.2f}" for ms in seen)
        checks.expect(f"at rest {words} ms of CPU a second", seen[-1] < IDLE_MS_MAX)
        print(f"  {before:.0f} ms of CPU until then, {rss_mb(pid):.0f} MB")
        began = time.monotonic()
        code = up.stop()
        checks.equal(f"exit after SIGTERM, in {time.monotonic() - began:.2f} s", code, 0)


def test(checks):
    data = checks.path("open")
    bench(checks, data)
    up_again(checks, data)


if __name__ == "__main__":
    main(__doc__, test)
