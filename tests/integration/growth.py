#!/usr/bin/env python3
"""What a million open items cost an engine on Kafka, and what events more of them add.

usage: growth.py KIP CHECKOUT [MILLIONS_OF_EVENTS ...]

For each number (1 and 10, if none is given) on a broker of its own: a million items, one event
each, then progress of items drawn at random up to that number of events; ingest and engine read
all; then memory and files are measured, and the engine is killed and restored on an empty disk.
Not a test: it takes a quarter of an hour and some 20 GB, and prints a table.
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))

from checks import Checks  # noqa: E402
from ports import free_port  # noqa: E402
from processes import Kip, wait_until  # noqa: E402
from spine import Spine  # noqa: E402

ITEMS, PARTITIONS = 1_000_000, 4
REST_SECONDS = 60
LONG = 3600


def memory_mb(process, line):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return int(next(text.split()[1] for text in status if text.startswith(line))) / 1024


def bytes_in(*patterns):
    files = [path for pattern in patterns for path in glob.glob(pattern, recursive=True)]
    return sum(os.path.getsize(path) for path in files if os.path.isfile(path))


def role(spine, name, *more):
    decides = ["--calendar", "always", "--registry", "open", "--config", spine.kip.config]
    return spine.popen(name, *spine.at(), *decides, "--member", name, *more)


def engine(spine):
    """And where it tells its metrics."""
    port = free_port()
    data = ["--data", os.path.join(spine.folder, "engine")]
    return role(spine, "engine", *data, "--http", f"127.0.0.1:{port}"), port


def restored(port):
    """Whether all partitions are, as the metrics say."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
    except OSError:
        return False
    told = [line.split() for line in text.splitlines() if line.startswith("kip_restore_progress")]
    return len(told) == PARTITIONS and all(float(value) == 1 for _, value in told)


def fill(spine, events):
    """As the second load of `kip bench --kafka`, but for the topic's name."""
    admin = spine.admin()
    admin.delete_topics(["kip.work.v1"])["kip.work.v1"].result(60)
    gone = lambda: "kip.work.v1" not in admin.list_topics(timeout=10).topics  # noqa: E731
    wait_until("the topic is gone", gone, 60, 0.2)
    load = [os.path.join(HERE, "open_load.py"), spine.broker.address, "kip.work.v1"]
    load += [str(ITEMS), str(events - ITEMS), "1", str(PARTITIONS)]
    subprocess.run([sys.executable, *load], check=True)


def read_all(spine, role, topic, group):
    began = time.monotonic()
    wait_until(f"{role} has all", lambda: spine.is_through(topic, group), LONG, 0.5)
    return time.monotonic() - began


def measured(spine, events):
    fill(spine, events)
    ingest = role(spine, "ingest")
    read_all(spine, "ingest", "kip.work.v1", "kip-ingest")
    ingest.terminate()
    ingest.wait(60)
    out = {}
    one, port = engine(spine)
    read_all(spine, "the engine", "kip.events.v1", "kip-engine")
    time.sleep(REST_SECONDS)  # what is compacted then is
    out["most memory of the engine, MB"] = memory_mb(one, "VmHWM")
    out["memory at rest, MB"] = memory_mb(one, "VmRSS")
    folder = os.path.join(spine.folder, "engine")
    broker = os.path.join(spine.folder, "broker", "data")
    out["stores of the engine, MB"] = bytes_in(f"{folder}/**") / 1e6
    for topic in ("kip.events.v1", "kip.changelog.v1", "kip.items.v1"):
        out[f"{topic}, one copy, not compacted, MB"] = bytes_in(f"{broker}/{topic}-*/*.log") / 1e6
    one.kill()
    one.wait()
    shutil.rmtree(folder)
    began = time.monotonic()
    one, port = engine(spine)
    wait_until("all partitions are restored", lambda: restored(port), LONG, 0.2)
    out["restored on an empty disk, s"] = time.monotonic() - began
    one.terminate()
    one.wait(120)
    return out


def main():
    kip, checkout, *millions = sys.argv[1:]
    columns = {}
    for number in [int(m) for m in millions] or [1, 10]:
        with tempfile.TemporaryDirectory(prefix="kip-growth-") as folder:
            checks = Checks(Kip(os.path.abspath(kip), os.path.abspath(checkout), folder), folder)
            with Spine(checks, "growth") as spine:
                columns[number] = measured(spine, number * 1_000_000)
                print(number, columns[number], flush=True)
    print("|", *(f"| {n} million events" for n in columns), "|")
    for name in next(iter(columns.values())):
        print(f"| {name}", *(f"| {column[name]:.0f}" for column in columns.values()), "|")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main()
