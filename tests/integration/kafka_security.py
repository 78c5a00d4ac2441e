#!/usr/bin/env python3
"""TLS, passwords, client certificates and rights against a real Kafka: what is right works from end
to end, what is wrong ends with its own sentence in bounded time, and no secret is in any output."""

import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import main, part  # noqa: E402
from processes import Client, wait_until  # noqa: E402
from secured import CLIENT, KEY_PASSWORD, PASSWORDS  # noqa: E402
from secured import Certificates, Rights, SecuredBroker  # noqa: E402
from spine import reader  # noqa: E402

DONE, FINDINGS, USAGE, STOPPED = 0, 1, 2, 3
SAID_WITHIN = 30  # seconds: fifteen of asking, and a start on a busy machine
WRONG = "canary-wrong-password-c2e9"
CANARY = "canary-"

LOSSY = {
    "partition.assignment.strategy": "cooperative-sticky",
    "enable.auto.commit": "true",
    "enable.auto.offset.store": "true",
    "acks": "1",
    "enable.idempotence": "false",
    "isolation.level": "read_uncommitted",
    "auto.offset.reset": "latest",
    "transactional.id": "mine",
    "ssl.endpoint.identification.algorithm": "none",
    "enable.ssl.certificate.verification": "false",
    "debug": "all",
}
TOPICS = [f"kip.{n}.v1" for n in ("work", "indicators", "events", "alerts", "items", "dead")]
TOPICS += [f"kip.{n}.v1" for n in ("changelog", "acks", "desks", "sources", "links")]


class Site:
    """A broker, kafka.yaml files, and the program; everything that it prints is kept."""

    def __init__(self, checks):
        self.checks, self.kip, self.printed, self.files = checks, checks.kip, [], 0
        checkout = os.path.dirname(os.path.dirname(self.kip.config))
        reader()  # or it is skipped, before anything is begun
        self.certificates = Certificates(checks.path("certificates"))
        self.broker = SecuredBroker(checkout, checks.path("broker"), self.certificates)
        for name, text in {**PASSWORDS, "wrong": WRONG, "key": KEY_PASSWORD}.items():
            self.secret(name, text)
        self.decides = ["--config", self.kip.config, "--registry", "open"]

    def secret(self, name, text, mode=0o600):
        path = self.checks.path(name + ".secret")
        with open(path, "w", encoding="utf-8") as out:
            out.write(text + "\n")
        os.chmod(path, mode)
        return path

    def settings(self, **changes):
        """A kafka.yaml for SCRAM; keys with _ for a dot, None takes one out."""
        named = {
            "security.protocol": "sasl_ssl",
            "ssl.ca.location": self.certificates.path("ca.pem"),
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": "kip",
            "sasl.password_file": "kip.secret",
        }
        for key, value in changes.items():
            named[key if key == "acks" else key.replace("__", ".")] = value
        return self.file({key: value for key, value in named.items() if value is not None})

    def client_certificate(self, certificate, key, password="key.secret"):
        return self.file(
            {
                "security.protocol": "ssl",
                "ssl.ca.location": self.certificates.path("ca.pem"),
                "ssl.certificate.location": certificate and self.certificates.path(certificate),
                "ssl.key.location": key and self.certificates.path(key),
                "ssl.key.password_file": password,
            }
        )

    def file(self, settings):
        self.files += 1
        lines = [f"{key}: {value}" for key, value in settings.items() if value is not None]
        return self.kip.file(f"kafka-{self.files}.yaml", lines)

    def args(self, command, where, settings):
        """The arguments of a command; `where`: a listener, None for the one without TLS."""
        address = self.broker.addresses[where] if where else self.broker.address
        kafka = ["--kafka", address] + (["--kafka-config", settings] if settings else [])
        if command == "engine":
            data = self.checks.path("engine")
            return ["engine", *kafka, *self.decides, "--data", data, "--drain"]
        if command == "notifier":
            data = self.checks.path("notifier")
            http = ["--http", "127.0.0.1:0"]
            return ["notifier", *kafka, *self.decides, "--data", data, *http]
        if command == "import":
            return ["import", *kafka, *self.decides, self.checks.path("sample.jsonl")]
        return [*command.split(), *kafka, *(self.decides if command == "ingest" else [])]

    def start(self, *args):
        self.files += 1
        log = open(self.checks.path(f"said-{self.files}"), "w", encoding="utf-8")
        process = subprocess.Popen([self.kip.program, *args], stdout=log, stderr=log)
        process.log = log
        return process

    def said(self, process):
        with open(process.log.name, encoding="utf-8") as text:
            return text.read()

    def end(self, process, seconds):
        """(exit code, what it said); None: it did not end in time, and is killed."""
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = None
        process.log.close()
        words = self.said(process)
        self.printed.append(words)
        return code, words

    def expect(self, what, args, code, *sentences, within=SAID_WITHIN):
        began = time.monotonic()
        got, words = self.end(self.start(*args), within)
        took = time.monotonic() - began
        good = got == code and all(s in words for s in sentences)
        self.checks.expect(f"{what}: {took:.1f} s", good)
        if not good:
            print(f"    exit {got} instead of {code}, {words[-1500:]!r}, wanted {sentences}")
        return words


def refusals(site):
    part("settings that lose messages")
    nobody = ["--kafka", "127.0.0.1:1", "--kafka-config"]
    for name, value in LOSSY.items():
        wrong = site.file({name: value})
        words = f"{wrong}:1: {name}: refused: "
        check = ["topics", "check", *nobody, wrong]
        site.expect(f"{name}: {value}", check, USAGE, words, within=15)
    sticky = site.file({"partition.assignment.strategy": "cooperative-sticky"})
    for command in ("ingest", "engine", "import", "topics create"):
        site.expect(f"kip {command}", site.args(command, None, sticky), USAGE, "loses", within=15)
    part("secrets")
    site.secret("open", "canary-open", 0o644)
    for what, settings, sentence in (
        ("open to others", {"sasl__password_file": "open.secret"}, "open to other users"),
        ("in the file itself", {"sasl__password": "canary-inline"}, "a secret does not stand in"),
        ("in place of a file's name", {"sasl__password_file": "canary-name"}, "no such file"),
        ("under a wrong key", {"sasl__pasword": "canary-key"}, "unknown key; nearest: sasl.pass"),
    ):
        args = site.args("topics check", "SASL", site.settings(**settings))
        site.expect(what, args, USAGE, sentence, within=15)


def waits(site):
    part("a broker that is away")
    process = site.start(*site.args("ingest", "SASL", site.settings()))
    away = "nobody listens there (connection refused); waiting for it"
    wait_until("ingest says that nobody listens", lambda: away in site.said(process), SAID_WITHIN)
    site.checks.expect("ingest waits", process.poll() is None)
    process.terminate()
    site.checks.equal("and ends by SIGTERM", site.end(process, 5)[0], DONE)
    args = site.args("topics check", None, None)
    site.expect("topics check does not wait", args, STOPPED, "nobody listens there")
    waiting = site.start(*site.args("ingest", None, None))
    wait_until("ingest waits", lambda: away in site.said(waiting), SAID_WITHIN)
    return waiting


def missing_topics(site, waiting):
    part("a missing topic")
    no_topic = "there is no topic kip.work.v1: kip topics create makes it"
    code, words = site.end(waiting, SAID_WITHIN + 30)
    site.checks.expect("ingest that waited for the broker", code == STOPPED and no_topic in words)
    site.expect("import", site.args("import", None, None), STOPPED, no_topic)
    other = "there is no topic kip.events.v1"
    site.expect("engine", site.args("engine", None, None), STOPPED, other)


def wrong_settings(site):
    ca = site.certificates.path("other-ca.pem")
    locked = CLIENT + "-locked.key"
    table = [
        ("wrong password", "SASL", site.settings(sasl__password_file="wrong.secret"),
         "the user or the password is wrong"),
        ("unknown user", "SASL", site.settings(sasl__username="nobody"),
         "the user or the password is wrong"),
        ("wrong mechanism", "SASL", site.settings(sasl__mechanism="SCRAM-SHA-256"),
         "does not take this sasl.mechanism, but SCRAM-SHA-512"),
        ("wrong CA", "SASL", site.settings(ssl__ca__location=ca),
         "signed by nobody whom we trust: name the file of its authority with ssl.ca.location"),
        ("wrong host name", "ELSEWHERE", site.settings(), "certificate is for another host name"),
        ("expired certificate", "EXPIRED", site.settings(), "certificate has expired"),
        ("no client certificate", "MTLS", site.client_certificate(None, None, None),
         "the broker wants to see a certificate of ours"),
        ("a foreign one", "MTLS", site.client_certificate("stranger.pem", "stranger.key", None),
         "the broker does not accept our certificate"),
        ("no TLS to a listener with it", "SASL", None, "hangs up on a connection without TLS"),
        ("TLS to one without", None, site.settings(), "it speaks no TLS"),
        ("no user to who wants one", "SASL", site.client_certificate(None, None, None),
         "hangs up on who shows no user"),
    ]  # fmt: skip
    part("wrong settings")
    for what, where, settings, sentence in table:
        site.expect(what, site.args("topics check", where, settings), STOPPED, sentence)
    wrong = table[0]
    for command in ("ingest", "engine", "import", "topics create"):
        args = site.args(command, "SASL", wrong[2])
        site.expect(f"wrong password, kip {command}", args, STOPPED, wrong[3])
    for what, settings, sentence in (
        ("wrong password of the key", site.client_certificate(CLIENT + ".pem", locked,
         "wrong.secret"), "does not open the key"),
        ("none", site.client_certificate(CLIENT + ".pem", locked, None), "has a password"),
        ("another certificate's key", site.client_certificate("broker.pem", locked),
         "is not that of the certificate"),
    ):  # fmt: skip
        site.expect(what, site.args("topics check", "MTLS", settings), USAGE, sentence, within=15)


def rights_of_topics(site, rights):
    part("rights: topics")
    weak = site.settings(sasl__username="weak", sasl__password_file="weak.secret")
    args = site.args("topics create", "SASL", weak)
    site.expect("create", args, STOPPED, "no right to create the topic kip.work.v1")
    rights.grant("kip", "CLUSTER", "kafka-cluster", "CREATE")
    args = site.args("topics create", "SASL", site.settings())
    unseen = "no right to describe the topic kip.work.v1"
    site.expect("create, granted, but not to see them", args, STOPPED, unseen)
    for topic in TOPICS:
        rights.grant("kip", "TOPIC", topic, "DESCRIBE")
    site.expect("create, granted", args, DONE, "Đã có đủ.")
    hidden = "kip.work.v1: is not there, or this user has no right to describe it"
    site.expect("check", site.args("topics check", "SASL", weak), FINDINGS, hidden)
    configs = "no right to describeconfigs the topic kip.work.v1"
    settings = site.settings()
    site.expect("check, without their settings", site.args("topics check", "SASL", settings),
                STOPPED, configs)  # fmt: skip
    for topic in TOPICS:
        rights.grant("kip", "TOPIC", topic, "DESCRIBE_CONFIGS")
        for operation in ("DESCRIBE", "DESCRIBE_CONFIGS"):
            rights.grant(f"CN={CLIENT}", "TOPIC", topic, operation)
    site.expect("check, granted", site.args("topics check", "SASL", settings), DONE)
    certificate = site.client_certificate(CLIENT + ".pem", CLIENT + "-locked.key")
    site.expect("check by certificate", site.args("topics check", "MTLS", certificate), DONE)
    for command, topic in (("ingest", "work"), ("engine", "events"), ("import", "work")):
        sentence = f"no right to describe the topic kip.{topic}.v1"
        site.expect(command, site.args(command, "SASL", weak), STOPPED, sentence)


def step_by_step(site, rights, command, steps):
    """Each step: the right that is missing as Kip says it, and what grants it."""
    settings = site.settings()
    for kind, name, operation, pattern in steps:
        words = "transactional-id" if kind == "TRANSACTIONAL_ID" else kind.lower()
        sentence = f"no right to {operation.lower()} the {words} {name}"
        site.expect(f"{command}: {operation} on {words} {name}",
                    site.args(command, "SASL", settings), STOPPED, sentence, within=40)  # fmt: skip
        rights.grant("kip", kind, name, operation, pattern)


def end_to_end(site, rights):
    part("rights, step by step")
    settings = site.settings()
    step_by_step(site, rights, "import", [("TOPIC", "kip.work.v1", "WRITE", "LITERAL")])
    site.expect("import", site.args("import", "SASL", settings), DONE, "gửi", within=120)
    rights.grant("kip", "TOPIC", "kip.indicators.v1", "READ")
    step_by_step(
        site,
        rights,
        "ingest",
        [
            ("TOPIC", "kip.work.v1", "READ", "LITERAL"),
            ("GROUP", "kip-ingest", "READ", "LITERAL"),
            ("TOPIC", "kip.events.v1", "WRITE", "LITERAL"),
        ],
    )
    rights.grant("kip", "TOPIC", "kip.dead.v1", "WRITE")
    ingest = site.start(*site.args("ingest", "SASL", settings))
    sent = rights.count("kip.work.v1")
    wait_until("ingest is through", lambda: rights.count("kip.events.v1") >= sent, 120, 0.2)
    with open(f"/proc/{ingest.pid}/cmdline", encoding="utf-8") as argv:
        site.printed.append(argv.read())
    ingest.terminate()
    code, words = site.end(ingest, 60)
    site.checks.equal(f"ingest of {sent} events", code, DONE)
    for topic in ("kip.events.v1", "kip.alerts.v1", "kip.links.v1"):
        rights.grant("kip", "TOPIC", topic, "READ")
    for topic in ("kip.items.v1", "kip.sources.v1", "kip.links.v1"):
        rights.grant("kip", "TOPIC", topic, "WRITE")
    step_by_step(
        site,
        rights,
        "engine",
        [
            ("TOPIC", "kip.changelog.v1", "READ", "LITERAL"),
            ("GROUP", "kip-engine", "READ", "LITERAL"),
            ("TRANSACTIONAL_ID", "kip-engine/", "WRITE", "PREFIXED"),
            ("TOPIC", "kip.changelog.v1", "WRITE", "LITERAL"),
            ("TOPIC", "kip.alerts.v1", "WRITE", "LITERAL"),
        ],
    )
    site.expect("engine", site.args("engine", "SASL", settings), DONE, "cảnh báo", within=120)
    alerts = rights.count("kip.alerts.v1")
    site.checks.expect(f"{alerts} offsets of alerts", alerts > 0)
    os.rename(site.checks.path("engine"), site.checks.path("engine-before"))
    args = site.args("engine", "SASL", settings)
    words = site.expect("engine, restored from the changelog", args, DONE, within=120)
    site.checks.equal("what it read anew", words, "0 bản ghi, 0 lần cảnh báo\n")
    site.checks.equal("offsets of alerts", rights.count("kip.alerts.v1"), alerts)
    bench = "bench --topic kip.events.v1 --stamped --events 100 --config " + site.kip.config
    admin = site.settings(sasl__username="admin", sasl__password_file="admin.secret")
    site.expect("bench", site.args(bench, "SASL", admin), DONE, "100 sự kiện của ", within=120)


def desks_end_to_end(site, rights):
    part("rights of the notifier, step by step")
    for topic in ("kip.acks.v1", "kip.items.v1", "kip.sources.v1"):
        rights.grant("kip", "TOPIC", topic, "READ")
    step_by_step(
        site,
        rights,
        "notifier",
        [
            ("TOPIC", "kip.desks.v1", "READ", "LITERAL"),
            ("GROUP", "kip-notifier", "READ", "LITERAL"),
            ("TRANSACTIONAL_ID", "kip-notifier/", "WRITE", "PREFIXED"),
            ("TOPIC", "kip.desks.v1", "WRITE", "LITERAL"),
        ],
    )
    notifier = site.start(*site.args("notifier", "SASL", site.settings()))

    def ready():
        served = re.search(r"ready http://[^:]+:(\d+)/", site.said(notifier))
        return served and Client(int(served.group(1))).ask("GET", "/readyz")[0] == 200

    wait_until("it has the desks", ready, 60, 0.2)
    notifier.terminate()
    site.checks.equal("notifier", site.end(notifier, 60)[0], DONE)


def test(checks):
    site = Site(checks)
    sample = checks.kip.run("sample", "--seed", "4")
    checks.kip.file("sample.jsonl", sample.stdout.splitlines()[:2000])
    refusals(site)
    waiting = waits(site)
    with site.broker:
        missing_topics(site, waiting)
        wrong_settings(site)
        rights = Rights(site.broker)
        rights_of_topics(site, rights)
        end_to_end(site, rights)
        desks_end_to_end(site, rights)
    everything = "".join(site.printed)
    checks.expect(f"no secret in {len(everything)} bytes of output", CANARY not in everything)
    checks.expect("and much was said", len(everything) > 5000)


if __name__ == "__main__":
    main(__doc__, test)
