#!/usr/bin/env python3
"""The desks on a real Kafka: one of two notifiers has them, tells the ward's alerts, takes answers
from kip.acks.v1 and over HTTP, and hands everything on to the other one."""

import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import main, part  # noqa: E402
from notify_webhook import Sink  # noqa: E402
from notifying import Notifying  # noqa: E402
from processes import wait_until  # noqa: E402

LETTER = 3 << 20  # bytes
PACKED = b'{"' + b"x" * (6 << 20)
ANSWERED = "2026-11-23T01:05:00Z"


def ack_event(spine, ack_id, alert, person, disposition, **more):
    ack = spine.messages.AckEvent()
    ack.ack_id, ack.person_id, ack.channel = ack_id, person, "other-system"
    ack.alert_ids.append(alert)
    ack.disposition = spine.messages.AckDisposition.Value("ACK_DISPOSITION_" + disposition)
    ack.at.FromJsonString(ANSWERED)
    for name, value in more.items():
        setattr(ack, name, value)
    return ack


def told_alerts(messages):
    """Of whoever was told first: the alert, its item, who was told."""
    for message in messages:
        for alert in message["alerts"] if message["kind"] == "alerts" else []:
            yield alert["alert_id"], message["person"], message["desk"]


def test(checks):
    with Sink() as sink, Notifying(checks, "notify", sink, random.Random(5)) as spine:
        spine.answers.well = True
        spine.feed()
        first = spine.notifier("first")
        first.await_ready()
        other = spine.notifier("other")

        part("what is decided is sent")
        alerts = lambda: list(told_alerts(spine.decided("first")))  # noqa: E731
        wait_until("alerts are told", lambda: len(alerts()) >= 3, 120, 0.2)
        wait_until("all is sent", lambda: not spine.unsent("first"), 120, 0.2)
        checks.equal("the one that stands by", wait_until(
            "it answers", lambda: other.ask("GET", "/readyz")[0], 60, 0.1), 503)
        # Whoever joins late takes the desks from their owner for a moment.
        settled = lambda: spine.members("kip-notifier") == {"first": [0], "other": []}  # noqa: E731
        wait_until("both are in the group", settled, 60, 0.5)
        first.await_ready()
        told, sent = alerts(), {r["headers"]["Idempotency-Key"] for r in sink.requests}
        unsent = [m for m in spine.decided("first") if m["id"] not in sent]
        checks.equal(f"messages of {len(told)} alerts that did not arrive", len(unsent), 0)
        (alert, person, desk), (second, _, _), (third, _, _) = told[0], told[1], told[2]

        part("answers of other systems, on the topic")
        help_wanted = ack_event(spine, "k-1", alert, person, "NEED_HELP", plan="Chờ ý kiến")
        spine.produce("kip.acks.v1", desk, help_wanted.SerializeToString())
        spine.produce("kip.acks.v1", desk, help_wanted.SerializeToString())
        as_json = spine.as_line(ack_event(spine, "k-2", second, person, "MINE")).encode()
        spine.produce("kip.acks.v1", desk, as_json)

        def helped():
            status, body = first.ask("GET", "/v1/help")
            return status == 200 and [h for h in body["help"] if h["alert_id"] == alert]

        wait_until("the vướng mắc is listed", helped, 60, 0.1)
        checks.equal("listed", len(helped()), 1)
        bad = [
            (b"\xff\xfe no message", "bad_answer"),
            (ack_event(spine, "k-3", "nobody-raised-this", person, "MINE").SerializeToString(),
             "unknown_alert"),
            (ack_event(spine, "k-4", alert, "", "MINE").SerializeToString(), "bad_answer"),
            (b'{"ack_id":"k-5","disposition":"ACK_DISPOSITION_PERHAPS"}', "unknown_enum"),
            (PACKED, "not_json"),  # it came packed, and is larger than a letter may be
        ]
        spine.produce("kip.alerts.v1", desk, b"\x12\x01x")  # no engine wrote it
        for value, _ in bad:
            spine.produce("kip.acks.v1", desk, value)

        part("an answer over HTTP")
        body = {"ack_id": "h-1", "person_id": person, "disposition": "ACK_DISPOSITION_MINE"}
        for _ in range(2):
            status, said = first.ask("POST", f"/v1/alerts/{third}/ack", body)
            checks.equal("taken", status, 202)
        refused = first.ask("POST", "/v1/alerts/nobody-raised-this/ack", body)
        checks.equal("of an alert that nobody raised", refused[0], 404)
        elsewhere = other.ask("POST", f"/v1/alerts/{third}/ack", body)
        checks.equal("where the desks are not", elsewhere[0], 503)

        part("what is on the topics")
        acks = spine.read("kip.acks.v1")
        published = [m for m in acks if b"h-1" in (m.value() or b"")]
        checks.equal("the answer over HTTP is published", len(published), 1)
        checks.equal("keyed by its unit", published[0].key().decode(), said["unit"])
        dead = lambda: [m for m in spine.read("kip.dead.v1")  # noqa: E731
                        if (b"kip.acks.v1" in dict(m.headers())["kip.channel"])]
        wait_until("the bad ones are dead letters", lambda: len(dead()) >= len(bad), 60, 0.5)
        codes = {m.value(): dict(m.headers())["kip.code"].decode() for m in dead()}
        kept = {value[:LETTER]: code for value, code in bad}
        checks.expect("each with its bytes and its reason", codes == kept)
        cut = [dict(m.headers()).get("kip.cut") for m in dead() if len(m.value()) == LETTER]
        checks.equal("of the one that is too long, how long it was", cut, [b"%d" % len(PACKED)])

        checks.equal("copies of the desks opened while another was open",
                     spine.times_said("already open"), 0)

        part("the other one takes over")
        before = {m["id"]: m for m in spine.decided("first")}
        first.kill()
        other.await_ready()
        after = {m["id"]: m for m in spine.decided("other")}
        lost = [key for key in before if key not in after]
        checks.equal(f"of {len(before)} messages not handed on", len(lost), 0)
        status, body = other.ask("GET", "/v1/help")
        listed = [h["answer"]["ack_id"] for h in body["help"] if h["alert_id"] == alert]
        checks.equal("the answer was handed on", listed, ["k-1"])
        status, _ = other.ask("POST", f"/v1/alerts/{third}/ack",
                              {**body_of(person), "ack_id": "h-1"})
        checks.equal("an answer that is known", status, 202)
        again = [m for m in spine.read("kip.acks.v1") if b"h-1" in (m.value() or b"")]
        checks.equal("is not published again", len(again), 1)
        checks.equal("exit", other.stop(), 0)


def body_of(person):
    return {"person_id": person, "disposition": "ACK_DISPOSITION_MINE"}


if __name__ == "__main__":
    main(__doc__, test)
