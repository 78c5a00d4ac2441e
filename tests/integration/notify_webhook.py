#!/usr/bin/env python3
"""Signed webhooks, token refresh, SMS and Zalo's shape against a real HTTP server: what is sent is
what a receiver expects, each answer means what it should, and nothing goes where it may not."""

import email.utils
import hashlib
import hmac
import http.server
import json
import os
import socket
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import main, part  # noqa: E402
from notify import CANARY, SUBJECT, TEXT, Site, delivery  # noqa: E402
from ports import free_port  # noqa: E402
from secured import Certificates, tls_context  # noqa: E402

SECRET = CANARY + "hook-secret-9e11"
PATIENCE = 2  # seconds, of the hasty channel
SLOW_TOKEN = 3  # seconds, of a slow issuer
MORE = 3  # what a channel may take beyond its timeout, on a busy machine


class Sink(http.server.ThreadingHTTPServer):
    """Every request is kept; `answers` by path: (status, headers, body), or a function."""

    daemon_threads = True

    def __init__(self, tls=None):
        self.requests, self.answers, self.ended = [], {}, threading.Event()
        super().__init__(("127.0.0.1", free_port()), Request)
        self.scheme = "https" if tls else "http"
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.thread = threading.Thread(target=self.serve_forever, args=(0.05,))

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, address):
        """That a client hangs up on a huge or endless answer is what it should do."""

    def of(self, path):
        return [request for request in self.requests if request["path"] == path]

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.shutdown()
        self.server_close()
        self.thread.join()


class Request(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):  # noqa: N802
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(
            {"path": self.path, "headers": dict(self.headers), "body": body}
        )
        answer = self.server.answers.get(self.path, (200, {}, "{}"))
        if callable(answer):
            answer = answer(self, body)
        if answer is None:  # it has answered itself, or never will
            self.close_connection = True
            return
        status, headers, text = answer
        self.send_response(status)
        for name, value in {"Content-Length": str(len(text.encode())), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST  # noqa: N815

    def dribble(self, _):
        """A status at once, a byte every now and then, no end."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while not self.server.ended.wait(0.1):
            try:
                self.wfile.write(b" ")
            except OSError:
                return

    def silent(self, _):
        self.server.ended.wait()


def hook(name, sink, path, **options):
    body = (
        '{"to":"{{recipient}}","title":"{{subject}}","text":"{{text}}",'
        '"unit":"{{fields.unit}}","count":"{{fields.count}}"}'
    )
    shape = {"name": name, "type": "webhook", "url": sink.url + path, "secret_file": "hook"}
    return {**shape, "body": body, "timeout_s": 20, **options}


def signed(checks, site, sink):
    part("what a receiver gets")
    with site.probe([hook("hook", sink, "/signed")]) as probe:
        probe.expect("taken", delivery("w-1", "hook", "u1"), "delivered", "http_200")
        probe.send(delivery("w-1", "hook", "u1"))
    first, second = sink.of("/signed")
    headers = first["headers"]
    body = json.loads(first["body"])
    want = {"to": "u1", "title": SUBJECT, "text": TEXT, "unit": 'Phòng "KT" & HT', "count": "3"}
    checks.equal("the body survives a JSON parser", body == want, True)
    stamp = headers["Kip-Timestamp"]
    mac = hmac.new(SECRET.encode(), stamp.encode() + b"." + first["body"], hashlib.sha256)
    checks.equal("signature", headers["Kip-Signature"] == "v1=" + mac.hexdigest(), True)
    checks.expect("its time is now", abs(int(stamp) - time.time()) < 60)
    keys = [request["headers"]["Idempotency-Key"] for request in (first, second)]
    checks.equal("the key at both attempts", keys, ["w-1", "w-1"])
    checks.equal("kind", headers["Content-Type"], "application/json")
    checks.equal("agent", headers["User-Agent"], "Kip")
    checks.expect("no 100-continue, no cookie", not {"Expect", "Cookie"} & set(headers))


def answers(checks, site, sink):
    part("what an answer means")
    date = email.utils.formatdate(time.time() + 90, usegmt=True)
    zalo = {"success_when": "$.error == 0", "retry_when": ["$.error == -100"]}
    sink.answers.update(
        {
            "/ok": (200, {}, '{"error":0}'),
            "/inside": (200, {}, '{"error":-118,"message":"84912345678"}'),
            "/later": (200, {}, '{"error":-100}'),
            "/html": (200, {}, "<html>"),
            "/400": (400, {}, "no"),
            "/408": (408, {}, ""),
            "/425": (425, {}, ""),
            "/429": (429, {"Retry-After": "17"}, ""),
            "/503": (503, {"Retry-After": date}, ""),
            "/500": (500, {}, "oops"),
            "/301": (301, {"Location": sink.url + "/elsewhere"}, ""),
            "/307": (307, {"Location": "http://169.254.169.254/"}, ""),
            "/nothing": lambda request, body: request.connection.close(),
            "/silent": Request.silent,
            "/dribble": Request.dribble,
            "/huge": (200, {}, '{"error":0,"x":"' + "a" * 5_000_000 + '"}'),
        }
    )
    expected = [
        ("/ok", zalo, "delivered", "http_200"),
        ("/inside", zalo, "permanent", "refused_by_body"),
        ("/inside", {}, "delivered", "http_200"),
        ("/later", zalo, "transient", "retry_by_body"),
        ("/html", zalo, "transient", "bad_answer"),
        ("/400", {}, "permanent", "http_400"),
        ("/408", {}, "transient", "http_408"),
        ("/425", {}, "transient", "http_425"),
        ("/429", {}, "transient", "http_429"),
        ("/503", {}, "transient", "http_503"),
        ("/500", zalo, "transient", "http_500"),
        ("/301", {}, "permanent", "redirect"),
        ("/307", {}, "permanent", "redirect"),
        ("/nothing", {}, "transient", "no_answer"),
        ("/silent", {"timeout_s": PATIENCE}, "transient", "timeout"),
        ("/dribble", {"timeout_s": PATIENCE, **zalo}, "transient", "timeout"),
        ("/dribble", {"timeout_s": PATIENCE}, "delivered", "http_200"),
        ("/huge", zalo, "transient", "answer_too_large"),
        ("/huge", {}, "delivered", "http_200"),
    ]
    channels = [hook(f"c{i}", sink, path, **more) for i, (path, more, *_) in enumerate(expected)]
    with site.probe(channels) as probe:
        for i, (path, more, kind, code) in enumerate(expected):
            began = time.monotonic()
            got = probe.expect(path, delivery(f"a-{i}", f"c{i}", "u1"), kind, code)
            if "timeout_s" in more:
                took = time.monotonic() - began
                checks.expect(f"  within its timeout: {took:.1f} s", took < PATIENCE + MORE)
            if path == "/429":
                checks.equal("  to wait", got.get("retry_after"), 17)
            if path == "/503":
                checks.expect("  to wait, by a date", 60 <= got.get("retry_after", 0) <= 90)
    checks.equal("no redirect was followed", sink.of("/elsewhere"), [])
    checks.expect("no answer is repeated", not any("84912345678" in line for line in site.said))


class Issuer:
    """Gives access tokens for refresh tokens that work once; the gateway knows the last one."""

    def __init__(self, sink, first):
        self.sink, self.refresh, self.given, self.down, self.late = sink, first, [], None, 0
        self.refused = (401, {}, "{}")
        sink.answers["/token"] = self.token
        sink.answers["/gate"] = self.gate

    def token(self, request, body):
        self.sink.ended.wait(self.late)
        if self.down:
            return self.down
        form = urllib.parse.parse_qs(body.decode())
        if form["refresh_token"] != [self.refresh] or form["app_id"] != ["77"]:
            return 200, {}, '{"error":-14014,"error_name":"Invalid refresh token"}'
        self.refresh = f"{CANARY}refresh-{len(self.given) + 1}&=+"
        self.given.append(f"{CANARY}access-{len(self.given) + 1}")
        answer = {"access_token": self.given[-1], "refresh_token": self.refresh}
        hours = "90000" if len(self.given) == 1 else 90000.0  # as a text, as a number
        return 200, {}, json.dumps({**answer, "expires_in": hours})

    def gate(self, request, body):
        if not self.given or request.headers["access_token"] != self.given[-1]:
            return self.refused
        return 200, {}, '{"error":0,"data":{"msg_id":"m1"}}'


def tokens(checks, site, sink):
    part("a token that is refreshed, Zalo's shape")
    issuer = Issuer(sink, CANARY + "refresh-0")
    site.secret("refresh", issuer.refresh)
    site.secret("app", CANARY + "app-secret")
    token = {
        "name": "zalo",
        "url": sink.url + "/token",
        "form": "refresh_token={{refresh_token}}&app_id=77&grant_type=refresh_token",
        "headers": [{"name": "secret_key", "value_file": "app"}],
        "refresh_token_file": "refresh",
        "refused_when": ["$.error == -124"],
    }
    pairs = {"don_vi": "{{fields.unit}}", "so": "{{fields.count}}"}
    data = [{"name": name, "value": value} for name, value in pairs.items()]
    zns = {"name": "zns", "type": "zalo_zns", "token": "zalo", "template_id": "301"}
    channel = {**zns, "url": sink.url + "/gate", "template_data": data}

    def probe(**other):
        return site.probe([channel], tokens=[{**token, **other}])

    def send(one, key, kind, code, says=""):
        to = delivery(key.replace(" ", "-").replace("'", ""), "zns", "0912 345 678")
        one.expect(key, to, kind, code, says)

    with probe() as one:
        send(one, "first", "delivered", "http_200")
        send(one, "second", "delivered", "http_200")
        checks.equal("one token was asked for", len(issuer.given), 1)
        secret = sink.of("/token")[0]["headers"]["secret_key"]
        checks.equal("with the secret", secret, CANARY + "app-secret")
        want = {
            "phone": "84912345678",
            "template_id": "301",
            "template_data": {"don_vi": 'Phòng "KT" & HT', "so": "3"},
            "tracking_id": "first",
        }
        checks.equal("Zalo's body", json.loads(sink.of("/gate")[0]["body"]), want)
        issuer.given.append("taken back")
        send(one, "third", "delivered", "http_200")
        issuer.given.append("taken back")
        issuer.refused = (200, {}, '{"error":-124}')
        send(one, "fourth", "delivered", "http_200")
        checks.equal("two more, after 401 and by the body", len(sink.of("/token")), 3)
    state = site.path("refresh.state")
    checks.equal("the state is nobody else's", os.stat(state).st_mode & 0o777, 0o600)
    with probe() as one:
        send(one, "after a restart", "delivered", "http_200")
        checks.equal("needs no new token", len(sink.of("/token")), 3)
        issuer.given.append("taken back")
        issuer.down = (503, {"Retry-After": "30"}, "")
        send(one, "issuer down", "transient", "token_unreachable")
        asked = len(sink.of("/token"))
        send(one, "and left alone", "transient", "token_unreachable")
        checks.equal("for a while", len(sink.of("/token")), asked)
        issuer.down = None
    issuer.refresh = CANARY + "another"
    with probe() as one:
        send(one, "refresh token invalid", "transient", "token_refused", "still valid?")
    site.secret("refresh", issuer.refresh)
    with probe() as one:
        send(one, "the operator's new one", "delivered", "http_200")
        asked = len(sink.of("/token"))
        issuer.given.append("taken back")
        with probe() as other:  # as another process of the machine
            for each in (one, other):
                each.begin(delivery("at-once", "zns", "0912 345 678"))
            codes = [each.end()["code"] for each in (one, other)]
        checks.equal("two at once", codes, ["http_200", "http_200"])
        checks.equal("share one new token", len(sink.of("/token")) - asked, 1)
        sink.answers["/gate"] = (401, {}, "")
        send(one, "fresh and refused", "transient", "token_refused")
    issuer.late = SLOW_TOKEN
    sink.answers["/gate"] = Request.silent
    channel["timeout_s"] = SLOW_TOKEN + 1
    with probe(state_file="slow") as one:  # nothing is known there
        site.secret("refresh", issuer.refresh)
        began = time.monotonic()
        send(one, "slow token and silent gate", "transient", "timeout")
        took = time.monotonic() - began
    checks.expect(f"in one timeout, not two: {took:.1f} s", took < 2 * SLOW_TOKEN)
    asked = len(sink.of("/token"))
    with probe(state_file="none/state") as one:
        send(one, "nowhere to write", "transient", "token_state")
    checks.equal("no refresh token is used up", len(sink.of("/token")), asked)
    checks.expect("no draft is left", not [n for n in os.listdir(site.folder) if ".new-" in n])


def tls(checks, site, certificates):
    part("certificates, of a gateway and of an issuer")
    ca, other = certificates.path("ca.pem"), certificates.path("other-ca.pem")
    context = tls_context(certificates, "broker")
    with Sink(context) as gateway, Sink(context) as issuer:
        issuer.answers["/token"] = (200, {}, '{"access_token":"a1"}')
        token = {"name": "t", "url": issuer.url + "/token", "form": "a=1", "secret_file": "hook"}
        right = hook("right", gateway, "/x", ca_file=ca)
        wrong = hook("wrong", gateway, "/x", ca_file=other)
        both = {**right, "name": "both", "token": "t"}
        for trusted, kind, code in (
            (ca, "delivered", "http_200"),
            (other, "transient", "token_unreachable"),
        ):
            trusting = [{**token, "ca_file": trusted, "state_file": code}]
            with site.probe([right, wrong, both], tokens=trusting) as probe:
                probe.expect("right", delivery("c-1", "right", "u1"), "delivered", "http_200")
                refused = ("transient", "tls_certificate", "nobody whom we trust")
                probe.expect("wrong", delivery("c-2", "wrong", "u1"), *refused)
                probe.expect("issuer", delivery("c-3", "both", "u1"), kind, code)
        bearer = gateway.requests[1]["headers"]["Authorization"]
        checks.equal("the token in its header", bearer, "Bearer a1")
        checks.equal("what came through", len(gateway.requests), 3)


def sms(checks, site, sink):
    part("SMS without accents")
    channel = {
        "name": "sms",
        "type": "sms",
        "url": sink.url + "/sms",
        "body": "phone={{recipient}}&msg={{text_plain}}&id={{key}}",
        "form": "form",
        "phone": "0",
        "characters": 100,
        "headers": [{"name": "Authorization", "value_file": "app"}],
    }
    with site.probe([channel]) as probe:
        to = delivery("s-1", "sms", "+84912345678")
        probe.expect("sent", to, "delivered", "http_200", "SMS parts: 1")
        bad = delivery("s-2", "sms", "nam@ward.example")
        probe.expect("no number", bad, "permanent", "bad_recipient", "n***@ward.example")
    (request,) = sink.of("/sms")
    form = urllib.parse.parse_qs(request["body"].decode())
    checks.equal("phone", form["phone"], ["0912345678"])
    text = form["msg"][0]
    checks.expect(f"plain, cut, with its link: {text!r}", text.isascii() and len(text) <= 100)
    checks.expect("the link is whole", text.endswith("... https://kip.example/x"))
    checks.equal("header", request["headers"]["Authorization"], CANARY + "app-secret")


def addresses(checks, site, sink):
    part("where a request may go")
    here = hook("hook", sink, "/ssrf", url=sink.url.replace("127.0.0.1", "localhost") + "/ssrf")
    to = delivery("p-1", "hook", "u1")
    with site.probe([here], networks=["10.0.0.0/8"]) as probe:
        probe.expect("a name of loopback", to, "permanent", "address_refused", "loopback")
    checks.equal("nothing came", sink.of("/ssrf"), [])
    with site.probe([here]) as probe:
        probe.expect("allowed", to, "delivered", "http_200")
    port = free_port()
    nobody = hook("hook", sink, "/", url=f"http://127.0.0.1:{port}/")
    unknown = hook("lost", sink, "/", url="https://nowhere.invalid/")
    with site.probe([nobody, unknown], hosts=["127.0.0.1", "nowhere.invalid"]) as probe:
        probe.expect("nobody there", to, "transient", "connect")
        lost = delivery("p-2", "lost", "u1")
        probe.expect("no such host", lost, "transient", "dns")
    with socket.create_server(("127.0.0.1", port)):  # takes connections and says nothing
        tls = hook("hook", sink, "/", url=f"https://127.0.0.1:{port}/", timeout_s=PATIENCE)
        with site.probe([tls]) as probe:
            probe.expect("a handshake that never ends", to, "transient", "timeout")


def test(checks):
    certificates = Certificates(checks.path("certificates"))
    site = Site(checks)
    site.secret("hook", SECRET)
    with Sink() as sink:
        signed(checks, site, sink)
        answers(checks, site, sink)
        tokens(checks, site, sink)
        sms(checks, site, sink)
        addresses(checks, site, sink)
    tls(checks, site, certificates)
    site.keeps_secrets()


if __name__ == "__main__":
    main(__doc__, test)
