#!/usr/bin/env python3
"""Mail over a real SMTP server (aiosmtpd): what arrives is what was sent, each kind of refusal is
told apart, TLS and password are held to, and no address or secret is said."""

import asyncio
import email
import email.policy
import logging
import os
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import Skipped, main, part  # noqa: E402
from notify import AT, CANARY, HTML, SUBJECT, TEXT, Site, delivery  # noqa: E402
from ports import free_port  # noqa: E402
from secured import Certificates, tls_context  # noqa: E402

PASSWORD = CANARY + "mail-password-51c7"
FROM = {"from": "kip@ward.example", "from_name": "Kịp, phường Hồ Nai"}
PATIENCE = 2  # seconds, of the slow server


class Handler:
    """What a mailbox is called says what becomes of its mail."""

    def __init__(self):
        self.mails, self.holds = [], []

    async def held(self):
        self.holds.append(asyncio.Event())
        await self.holds[-1].wait()

    async def handle_RCPT(self, server, session, envelope, address, options):
        replies = {"bounce": "550 5.1.1 <%s> unknown", "defer": "451 4.7.1 <%s> later"}
        name = address.partition("@")[0]
        if name in replies:
            return replies[name] % address
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content))
        name = envelope.rcpt_tos[0].partition("@")[0]
        if name == "drop" and len(self.mails) == 1:
            server.transport.abort()  # taken, and the answer is lost
            return "250 never seen"
        if name == "slow":
            await self.held()
        if name == "lingers":
            session.lingers = True
        if name == "full":
            return "552 5.2.2 mailbox full"
        return "250 2.0.0 queued"

    async def handle_QUIT(self, server, session, envelope):
        if hasattr(session, "lingers"):
            await self.held()
        return "221 2.0.0 bye"


class Server:
    def __init__(self, **options):
        from aiosmtpd.controller import Controller

        self.handler = Handler()
        self.controller = Controller(
            self.handler, hostname="127.0.0.1", port=free_port(), ready_timeout=30, **options
        )
        self.port = self.controller.port

    @property
    def mails(self):
        return self.handler.mails

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *_):
        for hold in self.handler.holds:
            self.controller.loop.call_soon_threadsafe(hold.set)
        self.controller.stop()


def hangs_up(listener):
    """Says go on to DATA, and is gone at the first bytes of the mail."""
    connection, _ = listener.accept()
    with connection, connection.makefile("rwb", buffering=0) as lines:
        lines.write(b"220 hangs up\r\n")
        for line in lines:
            lines.write(b"354 go on\r\n" if line.startswith(b"DATA") else b"250 ok\r\n")
            if line.startswith(b"DATA"):
                lines.readline()
                return


def turns_away(listener, greeting, then):
    """Will not have us, from the greeting on or at EHLO and HELO."""
    connection, _ = listener.accept()
    with connection, connection.makefile("rwb", buffering=0) as lines:
        lines.write(greeting)
        for line in lines:
            lines.write(b"221 bye\r\n" if line.startswith(b"QUIT") else then)


def smtp(name, server, **options):
    shape = {"name": name, "type": "smtp", "host": "127.0.0.1", "port": server.port}
    return {**shape, "security": "none", **FROM, "timeout_s": 20, **options}


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def lines(text):
    return text.replace("\r\n", "\n")


def arrives(checks, site):
    part("what arrives is what was sent")
    with Server() as server, site.probe([smtp("mail", server)]) as probe:
        two = ["nam@ward.example", "lan@ward.example"]
        probe.expect("two recipients", delivery("k-1", "mail", two), "delivered", "250", "2.0.0")
        probe.send(delivery("k-1", "mail", two))
        sender, recipients, raw = server.mails[0]
        checks.equal("envelope", (sender, recipients), ("kip@ward.example", two))
        mail = parsed(raw)
        checks.equal("defects", mail.defects, [])
        checks.equal("subject", mail["Subject"], SUBJECT)
        checks.equal("From", mail["From"].addresses[0].display_name, FROM["from_name"])
        checks.equal("To", [a.addr_spec for a in mail["To"].addresses], two)
        date = mail["Date"].datetime.astimezone(tz=None)
        checks.expect("date", date.timestamp() == parsed_time(AT))
        checks.equal("Message-ID", mail["Message-ID"], "<k-1@ward.example>")
        checks.equal("Auto-Submitted", mail["Auto-Submitted"], "auto-generated")
        checks.equal("kind", mail.get_content_type(), "multipart/alternative")
        plain = lines(mail.get_body(("plain",)).get_content())
        html = lines(mail.get_body(("html",)).get_content())
        checks.expect("the plain body is the text", plain == TEXT)
        checks.expect("the HTML body is the HTML", html == HTML)
        checks.expect("every line is short and ASCII", fits(raw))
        checks.expect("the repeat is the same bytes", server.mails[1][2] == raw)
        one = delivery("k-2", "mail", "nam@ward.example", html="", subject="late: 3")
        probe.expect("plain only", one, "delivered", "250")
        mail = parsed(server.mails[2][2])
        checks.equal("kind", mail.get_content_type(), "text/plain")
        checks.expect("its body is the text", lines(mail.get_content()) == TEXT)


def timely(checks, sends):
    began = time.monotonic()
    sends()
    took = time.monotonic() - began
    checks.expect(f"within its timeout of {PATIENCE} s: {took:.1f} s", took < PATIENCE + 3)


def fits(raw):
    return all(len(line) <= 78 and line.isascii() for line in raw.split(b"\r\n"))


def parsed_time(text):
    import datetime

    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def refusals(checks, site):
    part("each kind of refusal")
    with Server() as server:
        channels = [smtp("mail", server), smtp("hasty", server, timeout_s=PATIENCE)]
        with site.probe(channels) as probe:

            def to(key, address, channel="mail", **other):
                return delivery(key, channel, address, **other)

            probe.expect("550", to("r1", "bounce@ward.example"), "permanent", "550", "5.1.1")
            probe.expect("451", to("r2", "defer@ward.example"), "transient", "451", "4.7.1")
            both = ["nam@ward.example", "bounce@ward.example"]
            probe.expect("one of two", to("r3", both), "permanent", "550")
            checks.equal("and nobody got it", server.mails, [])
            probe.expect("dropped", to("r4", "drop@ward.example"), "transient", "dropped_in_data")
            probe.expect("again", to("r4", "drop@ward.example"), "delivered", "250")
            ids = {parsed(raw)["Message-ID"] for _, _, raw in server.mails}
            checks.equal("the repeat is known by its id", (len(server.mails), len(ids)), (2, 1))
            probe.expect("552 after DATA", to("r5", "full@ward.example"), "permanent", "552")
            slow = to("r6", "slow@ward.example", "hasty")
            timely(checks, lambda: probe.expect("slow", slow, "transient", "timeout", "may have"))
            lingers = to("r7", "lingers@ward.example", "hasty")
            timely(checks, lambda: probe.expect("no goodbye", lingers, "delivered", "250"))
            count = len(server.mails)
            for bad in ("nobody", "a@b\r\nRCPT TO:<x@y.example>", "đạo@ward.example"):
                got = probe.send(to("r8", bad))
                checks.equal("no address", got["code"], "bad_recipient")
            injected = to("r9", "nam@ward.example", subject="x\r\nBcc: y@z.example")
            probe.expect("a line break in the subject", injected, "permanent", "bad_header")
            checks.equal("and nothing of that was sent", len(server.mails), count)
        port = server.port
    gone = {**smtp("mail", server), "port": port}
    with socket.create_server(("127.0.0.1", port)) as listener, site.probe([gone]) as probe:
        thread = threading.Thread(target=hangs_up, args=(listener,))
        thread.start()
        large = to("r11", "nam@ward.example", html="x" * 1_000_000)
        probe.expect("hangs up", large, "transient", "dropped_in_data", "may have arrived")
        thread.join()
    closed = b"554 5.7.1 not from you\r\n"
    for words, greeting in (("greeting", closed), ("EHLO", b"220 ready\r\n")):
        with socket.create_server(("127.0.0.1", port)) as listener, site.probe([gone]) as probe:
            thread = threading.Thread(target=turns_away, args=(listener, greeting, closed))
            thread.start()
            away = to("r12", "nam@ward.example")
            probe.expect(f"554 to {words}", away, "transient", "554", "no mail from us now")
            thread.join()
    with site.probe([gone]) as probe:
        probe.expect("nobody there", to("r10", "nam@ward.example"), "transient", "connect")
    said = "".join(site.said)
    checks.expect("no address is said in full", not any(n in said for n in ("nam@", "bounce@")))


def tls(checks, site, certificates):
    part("STARTTLS and TLS")
    ca, other = certificates.path("ca.pem"), certificates.path("other-ca.pem")
    to = delivery("t1", "mail", "nam@ward.example")

    def attempt(server, *expected, **options):
        with site.probe([smtp("mail", server, **options)]) as probe:
            probe.expect(*expected[:1], to, *expected[1:])

    good = tls_context(certificates, "broker")
    with Server(tls_context=good, require_starttls=True) as server:
        right = ("delivered", "250")
        attempt(server, "our own CA", *right, security="starttls", ca_file=ca)
        wrong = ("transient", "tls_certificate", "nobody whom we trust")
        attempt(server, "another CA", *wrong, security="starttls", ca_file=other)
        attempt(server, "the system's CAs", *wrong, security="starttls")
        checks.equal("one mail came through", len(server.mails), 1)
        sender = "EHLO without STARTTLS"
        attempt(server, sender, "transient", "auth", security="none")  # 530
    for name, words in (("elsewhere", "another host"), ("expired", "expired")):
        with Server(tls_context=tls_context(certificates, name)) as server:
            wrong = ("transient", "tls_certificate", words)
            attempt(server, f"certificate {name}", *wrong, security="starttls", ca_file=ca)
            checks.equal("nothing was sent", server.mails, [])
    with Server() as server:
        attempt(server, "no STARTTLS", "transient", "tls", security="starttls", ca_file=ca)
        checks.equal("nothing was sent in the clear", server.mails, [])
    with Server(ssl_context=good) as server:
        attempt(server, "implicit TLS", "delivered", "250", security="tls", ca_file=ca)


def auth(checks, site, certificates):
    part("user and password")
    from aiosmtpd.smtp import AuthResult

    seen = []

    def authenticator(server, session, envelope, mechanism, data):
        seen.append(data.login)
        fine = (data.login, data.password) == (b"kip", PASSWORD.encode())
        return AuthResult(success=fine, handled=False)

    ca = certificates.path("ca.pem")
    site.secret("mail", PASSWORD)
    site.secret("wrong", CANARY + "wrong")
    rules = {"authenticator": authenticator, "auth_required": True}
    with Server(tls_context=tls_context(certificates, "broker"), **rules) as server:
        as_kip = {"security": "starttls", "ca_file": ca, "user": "kip"}
        channels = [
            smtp("right", server, **as_kip, password_file="mail"),
            smtp("wrong", server, **as_kip, password_file="wrong"),
            smtp("none", server, security="starttls", ca_file=ca),
        ]
        with site.probe(channels) as probe:
            to = "nam@ward.example"
            probe.expect("right", delivery("a1", "right", to), "delivered", "250")
            probe.expect("wrong", delivery("a2", "wrong", to), "transient", "auth")
            probe.expect("none", delivery("a3", "none", to), "transient", "auth", "530")
            site.secret("wrong", PASSWORD)
            probe.expect("mended, no restart", delivery("a2", "wrong", to), "delivered", "250")
        checks.equal("mails", len(server.mails), 2)
        checks.expect("the user came", b"kip" in seen)


def addresses(checks, site):
    part("where mail may go")
    with Server() as server:
        to = delivery("p1", "mail", "nam@ward.example")
        host = {"host": "localhost"}  # a name: only what it resolves to can be judged
        with site.probe([smtp("mail", server, **host)], networks=["10.0.0.0/8"]) as probe:
            probe.expect("loopback", to, "permanent", "address_refused", "loopback")
        with site.probe([smtp("mail", server, **host)]) as probe:
            probe.expect("allowed", to, "delivered", "250")
        checks.equal("one mail", len(server.mails), 1)


def test(checks):
    try:
        import aiosmtpd  # noqa: F401
    except ImportError:
        raise Skipped("aiosmtpd is not installed: tests/install --tests") from None
    logging.disable()  # the server tells of each handshake that we refuse, as it should
    certificates = Certificates(checks.path("certificates"))
    site = Site(checks)
    arrives(checks, site)
    refusals(checks, site)
    tls(checks, site, certificates)
    auth(checks, site, certificates)
    addresses(checks, site)
    site.keeps_secrets()


if __name__ == "__main__":
    main(__doc__, test)
