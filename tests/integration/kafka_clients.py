#!/usr/bin/env python3
"""kafkajs, which has nothing of librdkafka: what it publishes is read as what it is, and it reads
what Kafka's Python client reads, to the byte; nothing of what was aborted."""

import datetime
import glob
import hashlib
import json
import os
import shutil
import signal
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import Skipped, main, part  # noqa: E402
from kafka_up import timeless  # noqa: E402
from spine import UNTIL, Spine  # noqa: E402
from story import body, cloud_event, sample  # noqa: E402

WORK, ALERTS, ITEMS, DEAD = "kip.work.v1", "kip.alerts.v1", "kip.items.v1", "kip.dead.v1"
ALONE, BATCH = 300, 100  # events in a send of their own, and then so many in one
GZIP, LZ4 = 1, 3
IN_ENVELOPE = ("event_id", "source", "item_id", "occurred_at")
GIVEN_UP = 20  # records on each topic


class Node:
    """kafkajs in a process of its own."""

    def __init__(self, checkout):
        self.folder = os.path.join(checkout, "build", "tools", "node")
        for package in ("kafkajs", "lz4js"):
            if not os.path.isdir(os.path.join(self.folder, "node_modules", package)):
                raise Skipped(f"{package} is not in build/tools/node: tests/install --tests")
        if shutil.which("node") is None:
            raise Skipped("there is no node here")

    def run(self, spine, *args):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kafka_clients.mjs")
        command = ["node", script, self.folder, spine.broker.address, *args]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{args}: exit {done.returncode}: {done.stderr[-3000:]}")
        return done.stdout.splitlines()

    def read(self, spine, topic, isolation="committed"):
        return in_order(map(json.loads, self.run(spine, "read", topic, isolation)))


def in_order(rows):
    return sorted(rows, key=lambda row: (row["partition"], row["offset"]))


def message_of(number, line):
    """One to send. Its record time is Kafka's timestamp, its identity in the envelope only."""
    event = cloud_event(line)
    at = datetime.datetime.fromisoformat(event.pop("recordedtime").replace("Z", "+00:00"))
    event["data"] = {n: value for n, value in event["data"].items() if n not in IN_ENVELOPE}
    form = ("structured", "binary")[number % 2]
    return {"form": form, "timestamp": round(at.timestamp() * 1000), "event": event}


def publish(checks, node, spine, lines):
    """In sends of one and of many; what was sent, as (key, timestamp)."""
    messages = [message_of(number, line) for number, line in enumerate(lines)]
    sends = [[message] for message in messages[:ALONE]]
    sends += [messages[at : at + BATCH] for at in range(ALONE, len(messages), BATCH)]
    node.run(spine, "publish", WORK, checks.kip.file("sends.json", [json.dumps(sends)]))
    spine.ingest()
    print(f"  {len(messages)} events in {len(sends)} sends")
    return [(message["event"]["subject"].encode(), message["timestamp"]) for message in messages]


def codecs_of(spine, topic):
    """What the batches in the broker's own files say."""
    found = set()
    for path in glob.glob(os.path.join(spine.broker.folder, "data", topic + "-*", "*.log")):
        with open(path, "rb") as file:
            batches = file.read()
        at = 0
        while at < len(batches):
            found.add(struct.unpack_from(">h", batches, at + 21)[0] & 7)
            at += 12 + struct.unpack_from(">i", batches, at + 8)[0]
    return found


def rows_of(messages):
    """What the Python client read, as kafka_clients.mjs puts it."""
    hexed = lambda value: None if value is None else value.hex()  # noqa: E731
    return in_order(
        {
            "partition": message.partition(),
            "offset": message.offset(),
            "timestamp": message.timestamp()[1],
            "key": hexed(message.key()),
            "sha256": None if message.value() is None else sha256(message.value()),
            "headers": [[name, hexed(value)] for name, value in message.headers() or []],
            "view": json.loads(message.value() or "null") if message.topic() == ITEMS else None,
        }
        for message in messages
    )


def sha256(value):
    return hashlib.sha256(value).hexdigest()


def aborted(spine, topic):
    """Where the messages lie that are not shown, or not yet; as the Python client has it."""
    shown = {(m.partition(), m.offset()) for m in spine.read(topic)}
    stored = {(m.partition(), m.offset()) for m in spine.read(topic, "read_uncommitted")}
    return stored - shown


def give_up(spine):
    """A transaction that wrote to both topics and is aborted, over before another one begins."""
    asked = {"bootstrap.servers": spine.broker.address, "transactional.id": "given up"}
    producer = spine.kafka.Producer(asked)
    producer.init_transactions(60)
    producer.begin_transaction()
    for topic in (ALERTS, ITEMS):
        for number in range(GIVEN_UP):
            producer.produce(topic, b"{}", f"given-up-{number}")
    if producer.flush(60) != 0:
        raise SystemExit("the broker takes nothing")
    producer.abort_transaction(60)


def interrupt(spine):
    """An engine killed in a transaction: what had gone out by then is aborted by the next one."""
    args = [*spine.engine_args("engine", end=()), "--commit-ms", "300"]
    running = spine.popen(*args, crash="offsets_sent:2", KIP_RECORDS_MAX="50")
    if running.wait(60) != -signal.SIGKILL:
        raise SystemExit(f"engine: exit {running.returncode}, it was to be killed")


def compare(checks, node, spine, topic):
    """Both clients' rows of a topic: they are the same; those of kafkajs."""
    rows = node.read(spine, topic)
    mine = rows_of(spine.read(topic))
    checks.expect(f"{len(rows)} records of {topic}, those of the Python client", rows == mine)
    if rows != mine:
        print("   ", len(mine), [pair for pair in zip(rows, mine) if pair[0] != pair[1]][:1])
    return rows


def check_aborted(checks, node, spine, topic, rows):
    """That there was something to hide, and that kafkajs shows it to who asks for it."""
    shown, stored = (
        {(row["partition"], row["offset"]) for row in one}
        for one in (rows, node.read(spine, topic, "uncommitted"))
    )
    more = f"{len(stored - shown)} more, all aborted, where what is uncommitted is asked for"
    checks.expect(more, stored > shown and stored - shown == aborted(spine, topic))


def check_views(checks, rows, log):
    views, gone = {}, 0
    for row in rows:
        item = bytes.fromhex(row["key"]).decode()
        gone += row["sha256"] is None
        views.pop(item, None)
        if row["sha256"] is not None:
            views[item] = row["view"]
    items = checks.path("items.jsonl")
    decides = ["--calendar", "always", "--registry", "open", "--config", checks.kip.config]
    done = checks.kip.run("replay", *decides, "--until", UNTIL, "--items", items, log)
    if done.returncode != 0:
        raise SystemExit(f"replay: exit {done.returncode}: {done.stderr[-2000:]}")
    with open(items, encoding="utf-8") as lines:
        wanted = {view["item_id"]: view for view in map(json.loads, lines)}
    same = timeless(views) == timeless(wanted)
    checks.expect(f"{len(views)} items as kafkajs has them last, as replayed", same)
    checks.expect(f"{gone} tombstones", gone > 0)


def by_murmur2(spine, topic, keys):
    """The partition that librdkafka's murmur2 chooses for each, on a topic of their own."""
    admin = spine.admin()  # it must outlive the answer
    new = spine.kafka.admin.NewTopic(topic, spine.partitions, 1)
    admin.create_topics([new])[topic].result(60)
    asked = {"bootstrap.servers": spine.broker.address, "partitioner": "murmur2_random"}
    producer = spine.kafka.Producer(asked)
    for key in keys:
        producer.produce(topic, b"", key)
    if producer.flush(60) != 0:
        raise SystemExit(f"{topic} cannot be written to")
    return {message.key(): message.partition() for message in spine.read(topic)}


def check_partitions(checks, spine, topic, rows):
    chosen = {(bytes.fromhex(row["key"]), row["partition"]) for row in rows}
    wanted = by_murmur2(spine, topic + ".keys", {key for key, _ in chosen})
    same = chosen == set(wanted.items())
    checks.expect(f"{topic}: {len(wanted)} keys in the partitions of murmur2", same)


def feed(checks, node, spine, lines):
    """The items of one partition first, and a kill while that one alone works: kafkajs 2.2.4 shows
    aborted records if transactions ran side by side and did not end as they began. README.md."""
    items = [body(line)[0]["item_id"].encode() for line in lines]
    partition = by_murmur2(spine, "items", set(items))
    first = [line for item, line in zip(items, lines) if partition[item] == 0]
    others = [line for item, line in zip(items, lines) if partition[item] != 0]
    sent = publish(checks, node, spine, first)
    give_up(spine)
    interrupt(spine)
    sent += publish(checks, node, spine, others)
    spine.engine()
    came = [(message.key(), message.timestamp()[1]) for message in spine.read(WORK)]
    checks.expect(f"{len(came)} events, by their items", sorted(came) == sorted(sent))
    checks.equal("compressions of their batches", codecs_of(spine, WORK), {GZIP})


def test(checks):
    node = Node(os.path.dirname(os.path.dirname(checks.kip.config)))
    lines = sample(checks.kip, "2015-12-01T00:00:00Z")
    log = checks.kip.file("story.jsonl", lines)
    with Spine(checks, "clients") as spine:
        part("events by kafkajs")
        feed(checks, node, spine, lines)
        spine.compare(checks, log)

        part("read by kafkajs")
        rows = {topic: compare(checks, node, spine, topic) for topic in (WORK, ALERTS, ITEMS, DEAD)}
        for topic in (ALERTS, ITEMS):
            checks.expect(f"{topic} is in LZ4", LZ4 in codecs_of(spine, topic))
            check_aborted(checks, node, spine, topic, rows[topic])
        check_views(checks, rows[ITEMS], log)
        names = [dict(row["headers"]).keys() for row in rows[DEAD]]
        checks.expect("headers of dead letters", names and all("kip.code" in n for n in names))
        checks.equal("headers of alerts", sum(len(row["headers"]) for row in rows[ALERTS]), 0)
        for topic in (WORK, ITEMS, ALERTS):
            check_partitions(checks, spine, topic, rows[topic])
        used = len({row["partition"] for row in rows[WORK]})
        checks.equal("partitions in use", used, spine.partitions)


if __name__ == "__main__":
    main(__doc__, test)
