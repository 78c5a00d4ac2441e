#!/usr/bin/env python3
"""`kip test-message` over a real SMTP server (aiosmtpd): what arrives says that it is a test, and
what the gateway answered is told, with the exit code; no store is needed."""

import json
import logging
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import Skipped, main, part  # noqa: E402

UNIT = "van-phong"  # nobody stands in for its head on any day
ARRIVED, MISSED, USAGE = 0, 1, 2


class Ward:
    """The shipped configuration with mail servers of the test."""

    def __init__(self, checks, channels):
        self.checks, self.folder = checks, checks.path("config")
        shutil.copytree(checks.kip.config, self.folder)
        outgoing = {"hosts": ["127.0.0.1"], "networks": ["127.0.0.1"]}
        whole = {"version": 1, "outgoing": outgoing, "channels": channels}
        with open(os.path.join(self.folder, "channels.yaml"), "w", encoding="utf-8") as out:
            json.dump(whole, out)  # JSON is YAML enough

    def change(self, name, pattern, words):
        path = os.path.join(self.folder, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        changed = re.sub(pattern, words, text)
        assert changed != text, f"{name} has no {pattern}"
        with open(path, "w", encoding="utf-8") as file:
            file.write(changed)

    def send(self, what, code, says, *args):
        done = self.checks.kip.run("test-message", "--config", self.folder, *args)
        said = done.stdout + done.stderr
        ok = done.returncode == code and says in said
        self.checks.expect(f"{what}: exit {done.returncode}: {' | '.join(said.splitlines())}", ok)
        return said


def arrives(checks, ward, server, parsed):
    part("what arrives says that it is a test")
    says = "mail  cvp@honai.example: đã chuyển, 250: "
    ward.send("delivered", ARRIVED, says, UNIT, "--channel", "mail")
    sender, recipients, raw = server.mails[0]
    checks.equal("envelope", (sender, recipients), ("kip@w.example", ["cvp@honai.example"]))
    mail = parsed(raw)
    checks.equal("subject", mail["Subject"], "[Kịp] Thư thử: Văn phòng")
    plain = mail.get_body(("plain",)).get_content()
    checks.expect("nothing is to be done", "Không cần làm gì" in plain)
    ward.send("in English", ARRIVED, says, UNIT, "--channel", "mail", "--lang", "en")
    english = parsed(server.mails[1][2])
    checks.expect("it is English", english["Subject"].startswith("[Kịp] Test message"))
    checks.expect("another message, another id", mail["Message-ID"] != english["Message-ID"])


def answers(ward):
    part("what the gateway answers is told")
    to = [UNIT, "--channel", "mail"]
    ward.change("people.yaml", r"email: cvp@", "email: bounce@")
    ward.send("550", MISSED, "mail  bounce@honai.example: bị từ chối, 550: ", *to)
    ward.change("people.yaml", r"email: bounce@", "email: defer@")
    says = "mail  defer@honai.example: tạm thời không chuyển được, 451: "
    ward.send("451", MISSED, says, *to)


def slow(ward):
    ward.change("people.yaml", r"email: defer@", "email: slow@")
    said = ward.send("slow", MISSED, "không chuyển được, timeout: ", UNIT, "--channel", "hasty")
    ward.checks.expect("it says that it waits", "hasty: chờ trả lời, 5/7 giây" in said)


def all_ways(ward):
    part("each way is tried, and one that fails is a finding")
    ward.change("people.yaml", r"email: slow@", "email: nam@")
    said = ward.send("both mails, the outbox", ARRIVED, "outbox  nam@honai.example: đã chuyển",
                     UNIT, "--data", ward.checks.path("data"))
    ward.checks.equal("ways", said.count("đã chuyển"), 3)
    ward.change("people.yaml", r"email: nam@", "email: bounce@")
    said = ward.send("the mails bounce", MISSED, "đã chuyển", UNIT, "--data",
                     ward.checks.path("data"))
    ward.checks.equal("refused", said.count("bị từ chối, 550"), 2)


def shadow(checks, ward, server, parsed):
    part("while messages are only tried it goes to the operator")
    ward.change("notify.yaml", r"(?m)^mode: live\n#operator: .*$", "mode: shadow\noperator: pcvp")
    ward.send("shadow", ARRIVED, "gửi pcvp", UNIT, "--channel", "mail")
    _, recipients, raw = server.mails[-1]
    checks.equal("who gets it", recipients, ["pcvp@honai.example"])
    plain = parsed(raw).get_body(("plain",)).get_content()
    checks.expect("who would", "lẽ ra gửi Chánh Văn phòng" in plain)


def usage(ward):
    part("wrong usage")
    ward.send("no such unit", USAGE, f"nearest: {UNIT}", "van-phogn")
    ward.send("no such channel", USAGE, "nearest: mail", UNIT, "--channel", "mial")
    ward.send("an outbox without data", USAGE, "--data", UNIT, "--channel", "outbox")
    ward.send("a folder that is not there", USAGE, "/nonexistent", UNIT, "--data", "/nonexistent")
    ward.send("no such language", USAGE, "--lang", UNIT, "--lang", "fr")
    ward.send("no unit", USAGE, "UNIT")


def test(checks):
    try:
        import aiosmtpd  # noqa: F401
    except ImportError:
        raise Skipped("aiosmtpd is not installed: tests/install --tests") from None
    from notify_mail import Server, parsed, smtp

    logging.disable()
    os.mkdir(checks.path("data"))
    with Server() as server:
        sender = {"from": "kip@w.example"}
        channels = [
            smtp("mail", server, **sender),
            smtp("hasty", server, **sender, timeout_s=7),
            {"name": "outbox", "type": "outbox"},
        ]
        ward = Ward(checks, channels)
        arrives(checks, ward, server, parsed)
        answers(ward)
        slow(ward)
        all_ways(ward)
        shadow(checks, ward, server, parsed)
        usage(ward)


if __name__ == "__main__":
    main(__doc__, test)
