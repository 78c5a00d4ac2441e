"""Feeds a log to kip.work.v1 at a given pace, as its sources would have sent it."""

import threading
import time

from processes import wait_until

TOPIC = "kip.work.v1"


def reservoir(spine, log):
    """The messages of the log in the order of their times; the topic is empty again afterwards."""
    spine.publish(log)
    by_time = lambda m: (m.timestamp()[1], m.partition(), m.offset())  # noqa: E731
    messages = sorted(spine.read(TOPIC), key=by_time)
    admin = spine.admin()
    admin.delete_topics([TOPIC])[TOPIC].result(60)
    gone = lambda: TOPIC not in admin.list_topics(timeout=10).topics  # noqa: E731
    wait_until("the topic is gone", gone, 60, 0.2)
    at = ["--keep-all", "--partitions", str(spine.partitions), *spine.at()]
    spine.must("topics", "create", *at, *spine.replication())
    # Every broker must know of it, or a producer is told that there is none.
    for address in spine.broker.address.split(","):
        admin = spine.admin(address)
        wait_until("the topic is known", lambda a=admin: is_known(a, spine.partitions), 60, 0.2)
    return messages


def is_known(admin, partitions):
    found = admin.list_topics(timeout=10).topics.get(TOPIC)
    return found is not None and len(found.partitions) == partitions


class Feeder:
    def __init__(self, spine, messages, rate):
        self.messages, self.rate, self.sent, self.failed = messages, rate, 0, 0
        self.producer = spine.kafka.Producer(
            {
                "bootstrap.servers": spine.broker.address,
                "enable.idempotence": True,
                "message.timeout.ms": 600_000,
                "log_level": 2,
            }
        )
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def delivered(self, error, _):
        self.failed += error is not None

    def send(self, message):
        self.producer.produce(
            TOPIC,
            message.value(),
            message.key(),
            message.partition(),
            on_delivery=self.delivered,
            timestamp=message.timestamp()[1],
        )
        self.sent += 1

    def run(self):
        began = time.monotonic()
        for number, message in enumerate(self.messages):
            while (time.monotonic() - began) * self.rate < number:
                self.producer.poll(0.02)
            self.send(message)

    def is_at_work(self):
        return self.thread.is_alive()

    def finish(self):
        """As fast as it goes; how many have not arrived."""
        self.rate = 1e9
        self.thread.join()
        return self.failed + self.producer.flush(300)
