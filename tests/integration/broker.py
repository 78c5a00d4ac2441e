"""A real Kafka for one test, in a folder of its own, on free loopback ports; it ends with it.
Or behind a wire of its own, which can be cut."""

import glob
import os
import shutil
import signal
import socket
import subprocess

from checks import Skipped
from ports import free_ports
from processes import wait_until

CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg"
START_SECONDS = 120
# What a broker says of itself, for the words that a test that breaks off leaves.
SAYS = """log4j.rootLogger=WARN, out
log4j.logger.org.apache.kafka.raft=INFO
log4j.logger.org.apache.kafka.image.loader=INFO
log4j.logger.kafka.server.BrokerLifecycleManager=INFO
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d{HH:mm:ss.SSS} %p %c{1}: %m%n
"""


def classpath(checkout):
    jars = os.path.join(checkout, "build", "tools", "kafka")
    if not glob.glob(os.path.join(jars, "kafka_2.13-*.jar")):
        raise Skipped("Kafka's jars are not in build/tools/kafka: tests/install --tests")
    if shutil.which("java") is None:
        raise Skipped("there is no java here")
    return os.path.join(jars, "*")


class Broker:
    """One node, broker and controller; alone, or one of several. It can be killed and started
    again, and stopped and sent on its way. Clients come in on `address`, without TLS or password;
    `secured.py` has one with more listeners."""

    def __init__(self, checkout, folder, node=1, voters=None, net=None):
        self.folder, self.classpath, self.process = folder, classpath(checkout), None
        self.node, self.net = node, net
        voters = voters or {node: free_ports(2)}
        host = net.inside if net else "127.0.0.1"
        self.port, controller = voters[node]
        self.address = f"{host}:{self.port}"
        os.makedirs(folder)
        self.config = os.path.join(folder, "server.properties")
        quorum = ",".join(f"{number}@{host}:{ports[1]}" for number, ports in voters.items())
        copies = len(voters)
        settings = {
            **self.settings_of_listeners(host, controller),
            "process.roles": "broker,controller",
            "node.id": node,
            "controller.quorum.voters": quorum,
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": os.path.join(folder, "data"),
            "offsets.topic.replication.factor": copies,
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.min.isr": max(1, copies - 1),
            "min.insync.replicas": max(1, copies - 1),
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.num.partitions": 4,
            "group.initial.rebalance.delay.ms": 0,
            "auto.create.topics.enable": "false",
            "message.max.bytes": 2097152,
            # The logs that are replayed have the times of other years.
            "log.message.timestamp.before.max.ms": 2**63 - 1,
            # Else half of a small heap.
            "log.cleaner.dedupe.buffer.size": 16 << 20,
        }
        self.says = os.path.join(folder, "log4j.properties")
        with open(self.says, "w", encoding="utf-8") as out:
            out.write(SAYS)
        with open(self.config, "w", encoding="utf-8") as out:
            out.writelines(f"{name}={value}\n" for name, value in settings.items())

    def settings_of_listeners(self, host, controller):
        advertised = f"PLAINTEXT://{self.address}"
        return {
            "listeners": f"{advertised},CONTROLLER://{host}:{controller}",
            "advertised.listeners": advertised,
        }

    def java(self, *command):
        heap = "-Xmx512m" if self.node == 1 else "-Xmx256m"
        within = self.net.within if self.net else []
        says = "-Dlog4j.configuration=file:" + self.says
        return [*within, "java", heap, says, "-cp", self.classpath, *command, self.config]

    def format(self):
        with open(os.path.join(self.folder, "format.log"), "w", encoding="utf-8") as out:
            users = self.scram_users()
            command = self.java("kafka.tools.StorageTool", "format", "-t", CLUSTER, *users, "-c")
            subprocess.run(command, stdout=out, stderr=out, check=True)

    def scram_users(self):
        """Arguments that make users at format time."""
        return []

    def __enter__(self):
        self.format()
        self.start()
        return self

    def start(self, wait=True):
        with open(os.path.join(self.folder, "broker.log"), "a", encoding="utf-8") as out:
            self.process = subprocess.Popen(self.java("kafka.Kafka"), stdout=out, stderr=out)
        if wait:
            wait_until("the broker listens", self.listens, START_SECONDS, 0.1)

    def listens(self):
        if self.process.poll() is not None:
            raise SystemExit(f"the broker ended: see {self.folder}/broker.log")
        with socket.socket() as one:
            return one.connect_ex((self.address.partition(":")[0], self.port)) == 0

    def nodes(self):
        return [self]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def __exit__(self, *_):
        if self.process is not None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Cluster:
    """Three of them, each with a copy of everything."""

    def __init__(self, checkout, folder):
        voters = {node: free_ports(2) for node in (1, 2, 3)}
        self.brokers = {
            node: Broker(checkout, os.path.join(folder, str(node)), node, voters) for node in voters
        }
        self.address = ",".join(broker.address for broker in self.brokers.values())

    def nodes(self):
        return list(self.brokers.values())

    def __enter__(self):
        for broker in self.brokers.values():
            broker.format()
        for broker in self.brokers.values():
            broker.start(wait=False)
        for broker in self.brokers.values():
            wait_until("the brokers listen", broker.listens, START_SECONDS, 0.1)
        return self

    def __exit__(self, *_):
        for broker in self.brokers.values():
            broker.__exit__()
