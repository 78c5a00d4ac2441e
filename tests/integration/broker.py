"""A real Kafka for one test, in a folder of its own, on free loopback ports; it ends with it."""

import glob
import os
import shutil
import signal
import socket
import subprocess

from checks import Skipped
from processes import wait_until

CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg"
START_SECONDS = 120


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def classpath(checkout):
    jars = os.path.join(checkout, "build", "tools", "kafka")
    if not glob.glob(os.path.join(jars, "kafka_2.13-*.jar")):
        raise Skipped("Kafka's jars are not in build/tools/kafka: tests/install --tests")
    if shutil.which("java") is None:
        raise Skipped("there is no java here")
    return os.path.join(jars, "*")


class Broker:
    """One node, broker and controller."""

    def __init__(self, checkout, folder):
        self.folder, self.classpath, self.process = folder, classpath(checkout), None
        self.port, controller = free_ports(2)
        self.address = f"127.0.0.1:{self.port}"
        os.makedirs(folder)
        self.config = os.path.join(folder, "server.properties")
        settings = {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": os.path.join(folder, "data"),
            "offsets.topic.replication.factor": 1,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.num.partitions": 4,
            "group.initial.rebalance.delay.ms": 0,
            "auto.create.topics.enable": "false",
            "message.max.bytes": 2097152,
            # The logs that are replayed have the times of other years.
            "log.message.timestamp.before.max.ms": 2**63 - 1,
        }
        with open(self.config, "w", encoding="utf-8") as out:
            out.writelines(f"{name}={value}\n" for name, value in settings.items())

    def __enter__(self):
        log = os.path.join(self.folder, "broker.log")
        java = ["java", "-Xmx512m", "-cp", self.classpath]
        with open(log, "w", encoding="utf-8") as out:
            storage = ["kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", self.config]
            subprocess.run([*java, *storage], stdout=out, stderr=out, check=True)
            self.process = subprocess.Popen(
                [*java, "kafka.Kafka", self.config], stdout=out, stderr=out
            )
        wait_until("the broker listens", self.listens, START_SECONDS, 0.1)
        return self

    def listens(self):
        if self.process.poll() is not None:
            raise SystemExit(f"the broker ended: see {self.folder}/broker.log")
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
