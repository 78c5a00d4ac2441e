#!/usr/bin/env python3
"""Fills a topic with many open items, then single events of items at random: the second load of
`kip bench --kafka`.

usage: open_load.py BROKERS TOPIC ITEMS EVENTS SEED [PARTITIONS]

Each item has one event that opens it, due within 30 days from now; each of EVENTS then says some
progress of an item drawn at random, so that nothing is near anything. The same SEED draws the same
items. Prints the number of messages produced. Needs protoc, and Python's confluent-kafka and
protobuf.
"""

import os
import random
import subprocess
import sys
import tempfile
import time

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

CHECKOUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
HOUR_MS = 3_600_000
DAYS = [1, 2, 3, 5, 7, 10, 15, 20, 30]


def contract():
    """The module of event.proto, made by protoc as it is in the checkout."""
    out = tempfile.mkdtemp()
    proto = os.path.join(CHECKOUT, "proto")
    file = os.path.join("kip", "v1", "event.proto")
    subprocess.run(["protoc", f"--proto_path={proto}", f"--python_out={out}", file], check=True)
    sys.path.insert(0, out)
    from kip.v1 import event_pb2

    return event_pb2


def stamp(message, millis):
    message.seconds, message.nanos = millis // 1000, millis % 1000 * 1_000_000


class Load:
    def __init__(self, seed, loaded):
        self.kip, self.draw = contract(), random.Random(seed)
        self.loaded = loaded  # when the items are there and their progress begins

    def event(self, index, number, at):
        e = self.kip.WorkEvent(
            event_id=f"{index:x}-{number}",
            source="/bench/one-stop",
            item_id=f"H19.{index % 97:02d}-{index:09d}",
            kind=self.kip.WORK_KIND_DOSSIER,
            status=self.kip.WORK_STATUS_IN_PROGRESS,
        )
        stamp(e.occurred_at, at)
        return e

    def opening(self, index):
        allowed = self.draw.choice(DAYS) * 24 * HOUR_MS
        received = self.loaded - int(self.draw.random() * allowed * 0.2)
        e = self.event(index, 0, received)
        unit = f"unit-{self.draw.randrange(40):02d}"
        stamp(e.received_at, received)
        stamp(e.due_at, received + allowed)
        e.unit_id, e.assignee_id = unit, f"{unit}-{self.draw.randrange(8)}"
        e.procedure_code, e.field = "land-1", "land"
        e.title, e.authority = "Giải quyết hồ sơ land-1", "QĐ 15/2026"
        e.expected_result = "Giấy chứng nhận"
        return e

    def progress(self, index, number):
        e = self.event(index, number, self.loaded + number)
        e.sequence = number
        e.progress_percent = self.draw.randrange(5, 100)
        return e


def main(brokers, topic, items, events, seed, partitions=4):
    load = Load(seed, int(time.time() * 1000) - events)
    admin = AdminClient({"bootstrap.servers": brokers})
    for future in admin.create_topics([NewTopic(topic, partitions, 1)]).values():
        future.result()
    producer = Producer(
        {
            "bootstrap.servers": brokers,
            "linger.ms": 50,
            "compression.type": "lz4",
            "acks": "all",
            "queue.buffering.max.messages": 2_000_000,
        }
    )

    def produce(event):
        while True:
            try:
                producer.produce(topic, event.SerializeToString(), event.item_id)
                return
            except BufferError:
                producer.poll(0.1)

    for index in range(items):
        produce(load.opening(index))
        producer.poll(0)
    for number in range(1, events + 1):
        produce(load.progress(load.draw.randrange(items), number))
        producer.poll(0)
    producer.flush()
    print(items + events)


if __name__ == "__main__":
    if len(sys.argv) not in (6, 7):
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
