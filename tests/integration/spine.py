"""The spine on Kafka as processes: sources, ingest, engine; its alerts, read by another client."""

import json
import os
import random
import signal
import subprocess
import sys

from broker import Broker
from checks import Skipped
from processes import wait_until

UNTIL = "2016-01-01T00:00:00Z"  # after the last record of every public log
DECIDING = ["--calendar", "always", "--registry", "open", "--clock", "log"]


def reader():
    """Kafka's Python client and the messages; skipped where they are not installed."""
    try:
        import confluent_kafka
        import google.protobuf.json_format
    except ImportError as missing:
        raise Skipped(f"{missing.name} is not installed: tests/install --tests") from None
    return confluent_kafka, google.protobuf.json_format


def key_of(alert):
    names = ("alert_id", "revision", "level", "change", "onset")
    return tuple(alert.get(name) for name in names)


class Spine:
    def __init__(self, checks, name):
        self.kip, self.folder = checks.kip, checks.path(name)
        checkout = os.path.dirname(os.path.dirname(self.kip.config))
        self.kafka, self.json = reader()
        self.broker = Broker(checkout, os.path.join(self.folder, "broker"))
        self.decides = [*DECIDING, "--config", self.kip.config]
        generated = os.path.join(self.folder, "messages")
        os.makedirs(generated)
        protos = [os.path.join(checkout, "proto/kip/v1", f"{n}.proto") for n in ("event", "alert")]
        compile_ = ["protoc", "-I", os.path.join(checkout, "proto"), f"--python_out={generated}"]
        subprocess.run([*compile_, *protos], check=True)
        sys.path.insert(0, generated)
        import kip.v1.alert_pb2

        self.messages = kip.v1.alert_pb2

    def __enter__(self):
        self.broker.__enter__()
        self.must("topics", "create", "--keep-all", *self.at())
        self.must("topics", "check", "--keep-all", *self.at())
        return self

    def __exit__(self, *error):
        self.broker.__exit__(*error)

    def at(self):
        return ["--kafka", self.broker.address]

    def must(self, *args):
        done = self.kip.run(*args)
        if done.returncode != 0:
            raise SystemExit(f"{args}: exit {done.returncode}: {done.stderr[-2000:]}")
        return done

    def popen(self, *args, crash=None):
        env = {**os.environ, **({"KIP_CRASH_AT": crash} if crash else {})}
        return subprocess.Popen(
            [self.kip.program, *args], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def publish(self, log):
        """The log as its sources would have sent it; how many events."""
        self.must("import", *self.at(), *self.decides, log)
        return self.count("kip.work.v1")

    def ends(self, topic, group="reader"):
        """The group's client, the partitions, and first and last offset of each."""
        client = self.kafka.Consumer({"bootstrap.servers": self.broker.address, "group.id": group})
        names = client.list_topics(topic, 10).topics[topic].partitions
        partitions = [self.kafka.TopicPartition(topic, p) for p in names]
        return client, partitions, [client.get_watermark_offsets(p, 10) for p in partitions]

    def count(self, topic):
        client, _, marks = self.ends(topic)
        client.close()
        return sum(high - low for low, high in marks)

    def is_through(self, topic, group):
        client, partitions, marks = self.ends(topic, group)
        try:
            committed = client.committed(partitions, 30)
        except self.kafka.KafkaException:  # the group's coordinator is only coming up
            return False
        finally:
            client.close()
        return all(max(c.offset, 0) >= high for c, (_, high) in zip(committed, marks))

    def ingest_args(self):
        return ["ingest", *self.at(), *self.decides, "--member", "ingest"]

    def ingest(self, crashes=()):
        """Until everything is through; killed at these points on the way."""
        for crash in crashes:
            self.end_by_crash(self.popen(*self.ingest_args(), crash=crash), crash)
        running = self.popen(*self.ingest_args())
        through = lambda: self.is_through("kip.work.v1", "kip-ingest")  # noqa: E731
        wait_until("ingest has read all", through, 300, 0.2)
        running.terminate()
        if running.wait(60) != 0:
            raise SystemExit(f"ingest: exit {running.returncode}")

    @staticmethod
    def end_by_crash(process, crash):
        if process.wait(120) != -signal.SIGKILL:
            raise SystemExit(f"{crash}: exit {process.returncode}, it was to be killed there")

    def engine_args(self, folder):
        data = os.path.join(self.folder, folder)
        # A member of a name of its own takes over at once from the one that was killed.
        args = ["engine", *self.at(), *self.decides, "--data", data, "--member", folder]
        return [*args, "--until", UNTIL, "--drain"]

    def engine(self, folder="engine", crash=None):
        """Until all is told, or it is killed."""
        running = self.popen(*self.engine_args(folder), crash=crash)
        if crash:
            self.end_by_crash(running, crash)
        elif running.wait(600) != 0:
            raise SystemExit(f"engine: exit {running.returncode}")

    def engine_killed_after(self, rng, folder="engine"):
        """True: it was killed at work; False: it had ended by then."""
        running = self.popen(*self.engine_args(folder))
        try:
            running.wait(rng.uniform(0.1, 2.5))
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
            return True
        return False

    def read(self, topic):
        """Every committed message of the topic, partition by partition in order."""
        client = self.kafka.Consumer(
            {
                "bootstrap.servers": self.broker.address,
                "group.id": "reader",
                "isolation.level": "read_committed",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
            }
        )
        partitions = client.list_topics(topic, 10).topics[topic].partitions
        client.assign([self.kafka.TopicPartition(topic, p, 0) for p in partitions])
        left = len(partitions)
        while left:
            message = client.poll(60)
            if message is None:
                raise SystemExit(f"{topic} cannot be read")
            if not message.error():
                yield message
            elif message.error().code() == self.kafka.KafkaError._PARTITION_EOF:
                left -= 1
            else:
                raise SystemExit(str(message.error()))
        client.close()

    def send(self, topic, value, headers):
        """One message, as a source would publish it."""
        producer = self.kafka.Producer({"bootstrap.servers": self.broker.address})
        producer.produce(topic, value, headers=list(headers.items()))
        if producer.flush(60) != 0:
            raise SystemExit(f"{topic} cannot be written to")

    def alerts(self):
        """Every committed AlertEvent, as JSON."""
        out = []
        for message in self.read("kip.alerts.v1"):
            alert = self.messages.AlertEvent()
            alert.ParseFromString(message.value())
            if message.key().decode() != alert.unit_id:
                raise SystemExit(f"key {message.key()} of an alert of {alert.unit_id}")
            text = self.json.MessageToJson(alert, preserving_proto_field_name=True)
            out.append(json.loads(text))
        return out

    def embedded(self, log):
        """The alerts of the same log in virtual time, embedded."""
        path = os.path.join(self.folder, "embedded.jsonl")
        decides = ["--calendar", "always", "--registry", "open", "--config", self.kip.config]
        self.must("replay", *decides, "--until", UNTIL, "--alerts", path, log)
        with open(path, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def compare(self, checks, log):
        told, wanted = self.alerts(), self.embedded(log)
        got, want = sorted(map(key_of, told)), sorted(map(key_of, wanted))
        doubles = len(got) - len(set(got))
        checks.expect(f"{len(got)} alerts, as embedded", got == want and len(want) > 0)
        checks.equal("told twice", doubles, 0)
        if got != want:
            print("missing:", sorted(set(want) - set(got), key=str)[:3])
            print("more:", sorted(set(got) - set(want), key=str)[:3])


def public_log(checks, name):
    checkout = os.path.dirname(os.path.dirname(checks.kip.config))
    path = os.path.join(checkout, "..", "shared", "data", name + ".csv.gz")
    if not os.path.exists(path):
        raise Skipped(f"there is no {name} beside this tree")
    return path


def rng_of(seed):
    print(f"  seed {seed}", flush=True)
    return random.Random(seed)
