"""The spine on Kafka as processes: sources, ingest, engine; its alerts, read by another client."""

import glob
import hashlib
import json
import os
import random
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
        import confluent_kafka.admin
        import google.protobuf.json_format
    except ImportError as missing:
        raise Skipped(f"{missing.name} is not installed: tests/install --tests") from None
    return confluent_kafka, google.protobuf.json_format


def key_of(alert):
    names = ("alert_id", "revision", "level", "change", "onset")
    return tuple(alert.get(name) for name in names)


class Spine:
    def __init__(self, checks, name, partitions=4, broker=None):
        self.kip, self.folder, self.partitions = checks.kip, checks.path(name), partitions
        checkout = os.path.dirname(os.path.dirname(self.kip.config))
        self.kafka, self.json = reader()
        self.roles = []
        self.checkout = checkout
        os.makedirs(self.folder)
        self.broker = (broker or Broker)(checkout, os.path.join(self.folder, "broker"))
        self.decides = [*DECIDING, "--config", self.kip.config]
        self.said = os.path.join(self.folder, "said")
        generated = os.path.join(self.folder, "messages")
        os.makedirs(generated)
        protos = [os.path.join(checkout, "proto/kip/v1", f"{n}.proto") for n in ("event", "alert")]
        compile_ = ["protoc", "-I", os.path.join(checkout, "proto"), f"--python_out={generated}"]
        subprocess.run([*compile_, *protos], check=True)
        sys.path.insert(0, generated)
        import kip.v1.alert_pb2
        import kip.v1.event_pb2

        self.messages, self.events = kip.v1.alert_pb2, kip.v1.event_pb2

    def __enter__(self):
        self.broker.__enter__()
        try:
            self.make_topics()
        except BaseException:
            self.print_last_words()
            self.broker.__exit__()
            raise
        return self

    def make_topics(self):
        plan = ["--keep-all", "--partitions", str(self.partitions), *self.at()]
        plan += self.replication()
        create = ["topics", "create", *plan]
        made = self.kip.run(*create)
        if made.returncode != 0:
            print(f"  {made.stderr[-2000:]}", flush=True)
            if not self.start_unaware(("kip.work.v1", "kip.links.v1")):
                raise SystemExit("the topics cannot be made")
            self.must(*create)
        check = lambda: self.kip.run("topics", "check", *plan).returncode == 0  # noqa: E731
        wait_until("the topics are as planned", check, 60, 0.3)

    def start_unaware(self, topics):
        """Starts brokers again that say to another client than ours, too, that they do not know
        these topics, and how many: one of three was seen to learn of nothing for 90 s."""
        unaware = []
        for node in self.broker.nodes():
            known = self.admin(node.address).list_topics(timeout=30).topics
            if not all(topic in known for topic in topics):
                unaware.append(node)
        if len(unaware) == len(self.broker.nodes()):
            return 0  # then they were not made
        if unaware:
            self.print_last_words()
        for node in unaware:
            print(f"  broker {node.node} does not learn of new topics: started again", flush=True)
            node.kill()
            node.start()
        return len(unaware)

    def __exit__(self, *error):
        if error[0] is not None:
            self.print_last_words()
        for role in self.roles:  # a test that broke off has left them
            if role.poll() is None:
                role.kill()
                role.wait()
        self.broker.__exit__(*error)

    def print_last_words(self):
        """Of a test that breaks off: else they are gone with its folder."""
        logs = os.path.join(self.folder, "broker", "**", "broker.log")
        for path in [self.said, *glob.glob(logs, recursive=True)]:
            if not os.path.exists(path):
                continue
            with open(path, encoding="utf-8", errors="replace") as said:
                print(f"  the last of {os.path.relpath(path, self.folder)}:")
                last = [line.rstrip()[:300] for line in said.readlines()[-40:]]
                print("\n".join(f"    {line}" for line in last))

    def replication(self):
        return ["--replication", str(self.broker.address.count(",") + 1)]

    def at(self):
        return ["--kafka", self.broker.address]

    def must(self, *args):
        done = self.kip.run(*args)
        if done.returncode != 0:
            raise SystemExit(f"{args}: exit {done.returncode}: {done.stderr[-2000:]}")
        return done

    def popen(self, *args, crash=None, program=None, **more):
        """`more` goes into the environment; what it says on stderr into self.said."""
        env = {**os.environ, **more, **({"KIP_CRASH_AT": crash} if crash else {})}
        with open(self.said, "ab") as said:
            process = subprocess.Popen(
                [program or self.kip.program, *args],
                env=env,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )
        self.roles.append(process)
        return process

    def times_said(self, words):
        with open(self.said, encoding="utf-8", errors="replace") as said:
            return sum(words in line for line in said)

    def publish(self, log):
        """The log as its sources would have sent it; how many events."""
        self.must("import", *self.at(), *self.decides, log)
        return self.count("kip.work.v1")

    def ends(self, topic, group="reader"):
        """The group's client, the partitions, and first and last offset of each."""
        client = self.kafka.Consumer(
            {
                "bootstrap.servers": self.broker.address,
                "group.id": group,
                "log_level": 2,  # brokers that are away are what some tests are about
                # Offsets count although a transaction of a killed process is still open.
                "isolation.level": "read_uncommitted",
            }
        )
        names = client.list_topics(topic, 10).topics[topic].partitions
        partitions = [self.kafka.TopicPartition(topic, p) for p in names]
        return client, partitions, [client.get_watermark_offsets(p, 10) for p in partitions]

    def count(self, topic):
        client, _, marks = self.ends(topic)
        client.close()
        return sum(high - low for low, high in marks)

    def admin(self, address=None):
        settings = {"bootstrap.servers": address or self.broker.address, "log_level": 4}
        return self.kafka.admin.AdminClient(settings)

    def members(self, group="kip-engine"):
        """The partitions of each member of the group, by the name that it was given; none: also
        where nobody can say."""
        admin = self.admin()  # it must outlive the answer
        asked = admin.describe_consumer_groups([group], request_timeout=30)[group]
        try:
            found = asked.result(60)
        except self.kafka.KafkaException:  # the group's coordinator is only coming up
            return {}
        return {
            member.group_instance_id: [p.partition for p in member.assignment.topic_partitions]
            for member in found.members
        }

    def partitions_of(self, topic):
        """By number: their leaders and the brokers that are in sync."""
        return self.admin().list_topics(topic, timeout=30).topics[topic].partitions

    def in_sync(self):
        """The least number of copies that a partition has, Kafka's own topics included."""
        topics = self.admin().list_topics(timeout=30).topics.values()
        return min(len(p.isrs) for topic in topics for p in topic.partitions.values())

    def waiting(self, topic, group):
        """How many records the group has not committed yet; None: nobody can say."""
        client, partitions, marks = self.ends(topic, group)
        try:
            committed = client.committed(partitions, 30)
        except self.kafka.KafkaException:  # the group's coordinator is only coming up
            return None
        finally:
            client.close()
        return sum(high - max(c.offset, low) for c, (low, high) in zip(committed, marks))

    def is_through(self, topic, group):
        return self.waiting(topic, group) == 0

    def ingest_args(self):
        return ["ingest", *self.at(), *self.decides, "--member", "ingest"]

    def ingest(self):
        """Until everything is through."""
        running = self.popen(*self.ingest_args())
        through = lambda: self.is_through("kip.work.v1", "kip-ingest")  # noqa: E731
        wait_until("ingest has read all", through, 300, 0.2)
        running.terminate()
        if running.wait(60) != 0:
            raise SystemExit(f"ingest: exit {running.returncode}")

    def engine_args(self, folder, end=("--until", UNTIL, "--drain")):
        data = os.path.join(self.folder, folder)
        # A member of a name of its own takes over at once from the one that was killed.
        args = ["engine", *self.at(), *self.decides, "--data", data, "--member", folder]
        return [*args, *end]

    def engine(self, folder="engine", seconds=600, **more):
        """Until all is told."""
        running = self.popen(*self.engine_args(folder), **more)
        if running.wait(seconds) != 0:
            raise SystemExit(f"engine: exit {running.returncode}")

    def read(self, topic, isolation="read_committed"):
        """Every message, of itself the committed ones, read by another client than ours."""
        client = self.kafka.Consumer(
            {
                "bootstrap.servers": self.broker.address,
                "group.id": "reader",
                "isolation.level": isolation,
                "enable.auto.commit": False,
                "enable.partition.eof": True,
            }
        )
        partitions = client.list_topics(topic, 10).topics[topic].partitions
        client.assign([self.kafka.TopicPartition(topic, p, 0) for p in partitions])
        left, out = len(partitions), []
        while left:
            message = client.poll(90)  # a transaction that nobody ends is over after 60 s
            if message is None:
                raise SystemExit(f"{topic} cannot be read")
            if not message.error():
                out.append(message)
            elif message.error().code() == self.kafka.KafkaError._PARTITION_EOF:
                left -= 1
            else:
                raise SystemExit(str(message.error()))
        client.close()
        return out

    def produce(self, topic, key, value):
        """One message without headers."""
        packed = {"compression.codec": "lz4", "message.max.bytes": 16 << 20}
        producer = self.kafka.Producer({"bootstrap.servers": self.broker.address, **packed})
        producer.produce(topic, value, key=key)
        if producer.flush(60) != 0:
            raise SystemExit(f"{topic} cannot be written to")

    def send(self, topic, value, headers):
        """One message, as a source would publish it."""
        producer = self.kafka.Producer({"bootstrap.servers": self.broker.address})
        producer.produce(topic, value, headers=list(headers.items()))
        if producer.flush(60) != 0:
            raise SystemExit(f"{topic} cannot be written to")

    def alerts(self):
        """Every committed AlertEvent."""
        out = []
        for message in self.read("kip.alerts.v1"):
            alert = self.messages.AlertEvent()
            alert.ParseFromString(message.value())
            if message.key().decode() != alert.unit_id:
                raise SystemExit(f"key {message.key()} of an alert of {alert.unit_id}")
            out.append(alert)
        return out

    def as_line(self, message):
        return self.json.MessageToJson(message, preserving_proto_field_name=True, indent=None)

    def as_json(self, alert):
        return json.loads(self.as_line(alert))

    def embedded(self, log):
        """The alerts of the same log in virtual time, embedded."""
        path = os.path.join(self.folder, "embedded.jsonl")
        decides = ["--calendar", "always", "--registry", "open", "--config", self.kip.config]
        self.must("replay", *decides, "--until", UNTIL, "--alerts", path, log)
        with open(path, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def difference(self, told, log):
        """What is missing and what is too much, beside the embedded run."""
        got = sorted(key_of(self.as_json(alert)) for alert in told)
        want = sorted(map(key_of, self.embedded(log)))
        return sorted(set(want) - set(got), key=str), sorted(set(got) - set(want), key=str), want

    def compare(self, checks, log):
        told = self.alerts()
        missing, more, want = self.difference(told, log)
        checks.expect(f"{len(told)} alerts, as embedded", not missing and not more and want)
        if missing or more:
            print("missing:", missing[:3], "more:", more[:3])
        self.check_revisions(checks, told)
        return told

    @staticmethod
    def check_revisions(checks, told):
        revisions, contents = {}, {}
        for alert in told:
            revisions.setdefault(alert.alert_id, []).append(alert.revision)
            alert.ClearField("detected_at")
            content = alert.SerializeToString(deterministic=True)
            contents.setdefault((alert.alert_id, alert.revision), set()).add(content)
        gaps = sum(set(r) != set(range(1, max(r) + 1)) for r in revisions.values())
        checks.equal("alerts with a gap in their revisions", gaps, 0)
        checks.equal("revisions told twice", len(told) - len(contents), 0)
        checks.equal("revisions of two contents", sum(len(c) > 1 for c in contents.values()), 0)

    def undisturbed(self, log):
        """The audit of the same log, embedded."""
        data = os.path.join(self.folder, "undisturbed")
        decides = [*DECIDING, "--config", self.kip.config]
        self.must("import", "--data", data, *decides, "--until", UNTIL, log)
        return json.loads(self.must("audit", "--json", "--data", data).stdout)

    def audit(self, folder):
        """Of an engine's partitions."""
        data = os.path.join(self.folder, folder)
        decides = ["--calendar", "always", "--registry", "open", "--config", self.kip.config]
        done = self.kip.run("audit", "--json", "--data", data, *decides)
        if done.returncode != 0:
            raise SystemExit(f"audit: exit {done.returncode}: {done.stderr[-2000:]}")
        return json.loads(done.stdout)

    def compare_digests(self, checks, told, log, folder="engine"):
        calm, here = self.undisturbed(log), self.audit(folder)
        checks.expect(f"audit of {here['items']} items clean", here["differences"] == 0)
        checks.equal("items", here["items"], calm["items"])
        here["alerts_digest"] = alerts_digest(told)
        for name in ("state_digest", "totals_digest", "alerts_digest"):
            checks.expect(f"{name} {here[name][:16]}, as undisturbed", here[name] == calm[name])


def alerts_digest(told):
    """As `kip audit` takes it: the sum of SHA-256 of each revision without detected_at."""
    total = 0
    for alert in told:
        alert.ClearField("detected_at")
        content = alert.SerializeToString(deterministic=True)
        total += int.from_bytes(hashlib.sha256(content).digest(), "big")
    return f"{total % 2**256:064x}"


def public_log(checks, name):
    checkout = os.path.dirname(os.path.dirname(checks.kip.config))
    path = os.path.join(checkout, "..", "shared", "data", name + ".csv.gz")
    if not os.path.exists(path):
        raise Skipped(f"there is no {name} beside this tree")
    return path


def rng_of(seed):
    print(f"  seed {seed}", flush=True)
    return random.Random(seed)
