#!/usr/bin/env python3
"""An engine on an empty disk: after the restore late events give what an undisturbed run gives; and
how long it is from a kill to the first new alert."""

import functools
import os
import shutil
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import FULL, main, part  # noqa: E402
from processes import wait_until  # noqa: E402
from spine import Spine, public_log, rng_of  # noqa: E402

TOPIC = "kip.work.v1"
LATE = 1000
ITEMS = 1_000_000 if FULL else 20_000
PROBE_SECONDS = 0.05  # between the events that are overdue when they come


def stamped_events(spine):
    for message in spine.read("kip.events.v1"):
        stamped = spine.events.StampedEvent()
        stamped.ParseFromString(message.value())
        yield stamped


def producer_of(spine, **more):
    # Keyed as Java's clients do, so that work and events have the same partition.
    settings = {"bootstrap.servers": spine.broker.address, "partitioner": "murmur2_random"}
    return spine.kafka.Producer({**settings, "queue.buffering.max.messages": 2_000_000, **more})


def send_late(spine, rng):
    """Events of the past for items that are there; how many are below their item's frontier."""
    all_of = list(stamped_events(spine))
    frontier = {}
    for stamped in all_of:
        at = stamped.event.occurred_at.ToMilliseconds()
        frontier[stamped.event.item_id] = max(frontier.get(stamped.event.item_id, 0), at)
    last = max(stamped.ingested_at.ToMilliseconds() for stamped in all_of)
    producer, below = producer_of(spine), 0
    for number in range(LATE):
        event = spine.events.WorkEvent()
        event.CopyFrom(rng.choice(all_of).event)
        at = event.occurred_at.ToMilliseconds() + rng.randint(1, 86_400_000)
        event.event_id = f"late-{number}"
        event.occurred_at.FromMilliseconds(at)
        event.progress_percent = rng.randint(0, 99)
        event.due_at.FromMilliseconds(at + rng.randint(1, 60) * 86_400_000)
        below += at < frontier[event.item_id]
        time_ = last + 1000 * (number + 1)
        producer.produce(TOPIC, event.SerializeToString(), event.item_id, timestamp=time_)
    if producer.flush(60):
        raise SystemExit("not all could be sent")
    return below


def late_events(checks, log):
    with Spine(checks, "late") as spine:
        spine.publish(log)
        spine.ingest()
        running = spine.popen(*spine.engine_args("engine", end=["--drain"]))
        checks.equal("engine: exit", running.wait(300), 0)
        shutil.rmtree(os.path.join(spine.folder, "engine"))
        below = send_late(spine, rng_of(6))
        checks.expect(f"{LATE} late events, {below} below a frontier", below > LATE / 4)
        spine.ingest()
        spine.engine()
        whole = os.path.join(spine.folder, "whole.jsonl")
        with open(whole, "w", encoding="utf-8") as out:
            for stamped in stamped_events(spine):
                out.write(spine.as_line(stamped) + "\n")
        told = spine.compare(checks, whole)
        spine.compare_digests(checks, told, whole)


class Probe:
    """Sends events that are overdue when they come, and notes when each is told."""

    def __init__(self, spine):
        self.spine, self.sent, self.told, self.over = spine, {}, {}, False
        self.threads = [threading.Thread(target=f) for f in (self.send, self.listen)]
        for thread in self.threads:
            thread.start()

    def note(self, item, at, _, message):
        self.sent[item] = (at, message.partition())

    def send(self):
        producer, number = producer_of(self.spine), 0
        while not self.over:
            now = time.time()
            item = f"probe-{number}"
            event = task(self.spine, item, now, due=now - 3600)
            note = functools.partial(self.note, item, now)
            producer.produce(TOPIC, event.SerializeToString(), item, on_delivery=note)
            producer.poll(PROBE_SECONDS)
            time.sleep(PROBE_SECONDS)
            number += 1
        producer.flush(30)

    def listen(self):
        settings = {"group.id": "probe", "isolation.level": "read_committed"}
        settings["bootstrap.servers"] = self.spine.broker.address
        client = self.spine.kafka.Consumer(settings)
        partitions = client.list_topics("kip.alerts.v1", 10).topics["kip.alerts.v1"].partitions
        client.assign([self.spine.kafka.TopicPartition("kip.alerts.v1", p, 0) for p in partitions])
        while not self.over:
            message = client.poll(0.2)
            if message is None or message.error():
                continue
            alert = self.spine.messages.AlertEvent()
            alert.ParseFromString(message.value())
            self.told.setdefault(alert.subject_id, time.time())
        client.close()

    def first_after(self, began, partitions):
        """When the first of those partitions was told that was sent after that; 0: not yet."""
        sent = dict(self.sent).items()
        ours = [item for item, (at, p) in sent if at > began and p in partitions]
        return min((self.told[item] for item in ours if item in self.told), default=0)

    def wait(self, began, partitions):
        told = lambda: self.first_after(began, partitions)  # noqa: E731
        return wait_until("an alert is told", told, 600, 0.05) - began

    def end(self):
        self.over = True
        for thread in self.threads:
            thread.join()


def task(spine, item, now, due):
    event = spine.events.WorkEvent(event_id=item, source="urn:kip:test", item_id=item)
    event.kind = spine.events.WORK_KIND_TASK
    event.status = spine.events.WORK_STATUS_IN_PROGRESS
    event.occurred_at.FromMilliseconds(int(now * 1000))
    event.received_at.FromMilliseconds(int(due * 1000) - 86_400_000)
    event.due_at.FromMilliseconds(int(due * 1000))
    return event


def load_items(spine):
    """So many open items whose due is far away."""
    producer, now = producer_of(spine, **{"linger.ms": 50, "compression.codec": "lz4"}), time.time()
    for number in range(ITEMS):
        event = task(spine, f"item-{number}", now, due=now + 86_400 * 365)
        producer.produce(TOPIC, event.SerializeToString(), f"item-{number}")
        if number % 10_000 == 0:
            producer.poll(0)
    if producer.flush(300):
        raise SystemExit("not all could be sent")


def is_loaded(spine):
    groups = {"kip.work.v1": "kip-ingest", "kip.events.v1": "kip-engine"}
    behind = [spine.waiting(topic, group) for topic, group in groups.items()]
    return all(n is not None and n < 1000 for n in behind)


def wall(spine, *args):
    decides = ["--calendar", "always", "--registry", "open", "--config", spine.kip.config]
    return spine.popen(args[0], *spine.at(), *decides, *args[1:])


def engine(spine, name):
    return wall(spine, "engine", "--data", os.path.join(spine.folder, name), "--member", name)


def killed(process):
    process.kill()
    process.wait()
    return time.time()


def take_over(checks):
    with Spine(checks, "takeover") as spine:
        load_items(spine)
        ingest, one, probe = wall(spine, "ingest"), engine(spine, "one"), Probe(spine)
        try:
            every = range(spine.partitions)
            probe.wait(time.time(), every)
            # The probe is always a few ahead; the items are far more.
            wait_until("all items are there", lambda: is_loaded(spine), 900, 0.5)
            probe.wait(time.time(), every)
            seconds = {}
            began = killed(one)
            one = engine(spine, "one")
            seconds["started again on the same disk"] = probe.wait(began, every)
            began = killed(one)
            shutil.rmtree(os.path.join(spine.folder, "one"))
            one = engine(spine, "one")
            seconds["started again on an empty disk"] = probe.wait(began, every)
            two = engine(spine, "two")
            halves = lambda: [len(p) for p in spine.members().values()] == [2, 2]  # noqa: E731
            wait_until("the partitions are shared", halves, 60, 0.1)
            victims = spine.members()["one"]
            probe.wait(time.time(), victims)
            began = killed(one)
            seconds["taken over by another, its disk empty"] = probe.wait(began, victims)
            for what, took in seconds.items():
                checks.expect(f"{ITEMS} items, {what}: first alert after {took:.1f} s", took > 0)
        finally:
            probe.end()
        for process in (ingest, two):
            process.terminate()
        checks.equal("exit codes", [p.wait(120) for p in (ingest, two)], [0, 0])


def test(checks):
    part("late events after a restore")
    late_events(checks, public_log(checks, "receipt_dev"))
    part("from a kill to the first alert")
    take_over(checks)


if __name__ == "__main__":
    main(__doc__, test)
