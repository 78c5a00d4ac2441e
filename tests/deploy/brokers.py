#!/usr/bin/env python3
"""The three brokers of the compose file, started as it says but for names, ports and folders: each
has the settings that stand there, the topics are made, and one that dies stops nobody from writing.

brokers.py KIP CHECKOUT
"""

import concurrent.futures
import os
import re
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", name) for name in ("support", "integration")]

from broker import classpath  # noqa: E402
from checks import Skipped, main, part  # noqa: E402
from city import City, filled_in  # noqa: E402
from ports import free_ports  # noqa: E402
from processes import wait_until  # noqa: E402

NAMES = ("kafka-1", "kafka-2", "kafka-3")
ANSWER_SECONDS, ANSWERED_SECONDS = 15, 240  # asked once; asked again and again
ELSEWHERE = ("KAFKA_HEAP_OPTS", "CLUSTER_ID")  # not of the broker's own file


def here(text, ports):
    """The services' names and ports as they are on this machine."""
    for (name, port), free in ports.items():
        text = re.sub(rf"\b{name}:{port}\b", f"127.0.0.1:{free}", text)
    return text


class Broker:
    def __init__(self, checks, jars, name, service, ports):
        self.java = ["java", "-Xmx384m", "-cp", jars]
        self.process = None
        self.said = checks.path(name + ".log")
        self.environment = {k: filled_in(str(v)) for k, v in service["environment"].items()}
        self.settings = {
            key.removeprefix("KAFKA_").lower().replace("_", "."): here(value, ports)
            for key, value in self.environment.items()
            if key not in ELSEWHERE
        }
        own = {port: free for (of, port), free in ports.items() if of == name}
        listeners = self.settings["listeners"]
        for port, free in own.items():
            listeners = listeners.replace(f"://:{port}", f"://127.0.0.1:{free}")
        advertised = self.settings["advertised.listeners"]
        for port, free in own.items():
            advertised = advertised.replace(f"127.0.0.1:{port}", f"127.0.0.1:{free}")
        self.settings["listeners"] = listeners
        self.settings["advertised.listeners"] = advertised
        self.settings["log.dirs"] = checks.path(name)
        self.file = checks.path(name + ".properties")
        with open(self.file, "w", encoding="utf-8") as out:
            out.writelines(f"{key}={value}\n" for key, value in self.settings.items())

    def start(self):
        with open(self.said, "w", encoding="utf-8") as out:
            cluster = ["-t", self.environment["CLUSTER_ID"], "-c", self.file]
            storage = ["kafka.tools.StorageTool", "format", *cluster]
            subprocess.run([*self.java, *storage], stdout=out, stderr=out, check=True)
            self.process = subprocess.Popen(
                [*self.java, "kafka.Kafka", self.file], stdout=out, stderr=out
            )

    def kill(self):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def client():
    try:
        import confluent_kafka.admin
    except ImportError:
        raise Skipped("confluent-kafka is not installed: tests/install --tests") from None
    return confluent_kafka


def written(kafka, to):
    """True: a message a partition is on all replicas that are in sync, and they are enough."""
    producer = kafka.Producer({**to, "acks": "all", "message.timeout.ms": 60_000})
    answers = []
    for partition in range(8):
        told = lambda error, _: answers.append(error)  # noqa: E731
        producer.produce("kip.work.v1", b"{}", partition=partition, on_delivery=told)
    producer.flush(90)
    return len(answers) == 8 and not any(answers)


def is_whole(kafka, admin):
    try:
        return len(admin.list_topics(timeout=5).brokers) == len(NAMES)
    except kafka.KafkaException:
        return False


def settings_of(kafka, to, node):
    """What the broker itself says it runs with; a broker that is only coming up is asked again."""
    resource, found = kafka.admin.ConfigResource(kafka.admin.RESOURCE_BROKER, str(node)), {}

    def answers():
        admin = kafka.admin.AdminClient(to)  # a new one: it tries to connect at once
        asked = admin.describe_configs([resource], request_timeout=ANSWER_SECONDS)
        try:
            found.update(asked[resource].result(2 * ANSWER_SECONDS))
        except (kafka.KafkaException, concurrent.futures.TimeoutError):
            return False
        return True

    wait_until(f"node {node} tells its settings", answers, ANSWERED_SECONDS, 0.2)
    return found


def look(checks, city, kafka, brokers, addresses):
    to = {"bootstrap.servers": addresses, "log_level": 0}
    admin = kafka.admin.AdminClient(to)
    wait_until("three brokers are one cluster", lambda: is_whole(kafka, admin), 120, 0.2)
    part("the settings")
    for node, broker in enumerate(brokers, 1):
        found = settings_of(kafka, to, node)
        wrong = {
            key: (found[key].value if key in found else "no setting of Kafka's")
            for key, value in broker.settings.items()
            if key not in found or found[key].value != value
        }
        checks.equal(f"{len(broker.settings)} of node {node}; others", wrong, {})
    part("the topics, as the compose file makes them")
    command = [filled_in(word) for word in city.services()["topics"]["command"]]
    command[command.index("--kafka") + 1] = addresses
    made = checks.kip.run(*command)
    checks.expect("kip topics create " + made.stderr.strip(), made.returncode == 0)
    command[1] = "check"
    # Made is not yet known to every broker.
    is_right = lambda: checks.kip.run(*command).returncode == 0  # noqa: E731
    checks.expect("kip topics check", wait_until("the topics are as they must be", is_right, 120))
    command[command.index("--partitions") + 1] = "9"
    found = checks.kip.run(*command)
    told = found.returncode == 1 and "has 8 partitions, not 9" in found.stdout
    checks.expect("another number of partitions is told", told)
    part("a broker dies")
    brokers[0].kill()
    checks.expect("all partitions are still written to", written(kafka, to))


def test(checks):
    city, kafka = City(checks), client()
    jars, services = classpath(city.checkout), city.services()
    used = [(name, port) for name in NAMES for port in (9092, 9093, f"{name[-1]}9092")]
    ports = dict(zip(used, free_ports(len(used))))
    brokers = [Broker(checks, jars, name, services[name], ports) for name in NAMES]
    addresses = ",".join(f"127.0.0.1:{ports[name, 9092]}" for name in NAMES)
    try:
        for broker in brokers:
            broker.start()
        look(checks, city, kafka, brokers, addresses)
    finally:
        for broker in brokers:
            broker.kill()


if __name__ == "__main__":
    main(__doc__, test)
