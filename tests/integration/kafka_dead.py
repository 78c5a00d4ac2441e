#!/usr/bin/env python3
"""Messages of every bad kind on kip.work.v1, by independent clients: the good ones between them
pass, and each dead letter is what was sent, to the byte, with the reason beside it."""

import datetime
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import main, part  # noqa: E402
from processes import wait_until  # noqa: E402
from spine import Spine  # noqa: E402

TOPIC = "kip.work.v1"
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
WORDS = "Hồ sơ đất đai, phường Bến Nghé"
JSON = [("content-type", b"application/json")]
ADDED = [
    "__connect.errors.topic",
    "__connect.errors.exception.message",
    "kip.code",
    "kip.field",
    "kip.reason",
    "kip.at",
    "kip.channel",
]


def rfc3339(days):
    return (NOW + datetime.timedelta(days=days)).isoformat().replace("+00:00", "Z")


def event(number, **fields):
    """A sound event in JSON; a field given as None is left out."""
    whole = {
        "event_id": f"e{number}",
        "source": "urn:kip:test",
        "item_id": f"item-{number}",
        "occurred_at": rfc3339(-0.01),
        "kind": "WORK_KIND_TASK",
        "status": "WORK_STATUS_IN_PROGRESS",
        "title": WORDS,
        **fields,
    }
    return {name: value for name, value in whole.items() if value is not None}


def text(number, **fields):
    return json.dumps(event(number, **fields), ensure_ascii=False).encode()


def cloud(**more):
    attributes = {
        "specversion": "1.0",
        "type": "vn.kip.work.v1",
        "id": "c1",
        "source": "urn:kip:test",
        "subject": "cloud-1",
        "time": rfc3339(-0.01),
        **more,
    }
    return [("ce_" + name, value.encode()) for name, value in attributes.items()] + JSON


def wire_bytes(spine, number):
    whole = spine.events.WorkEvent()
    spine.json.ParseDict(event(number), whole)
    return whole.SerializeToString()


def bad_ones(spine):
    """(code, field, value, headers) of each."""
    sound = wire_bytes(spine, 90)
    deep = b'{"x":' * 33 + b"1" + b"}" * 33
    double = text(8)[:-1] + b', "title": "again"}'
    nothing = {"event_id": None, "source": None, "item_id": None}
    cloudless = {**nothing, "occurred_at": None}
    return [
        ("not_protobuf", "body", b"\xff\xfe no protobuf", []),
        ("wrong_type", "title", text(1, title=5), JSON),
        ("unknown_enum", "status", text(2, status="WORK_STATUS_ASLEEP"), JSON),
        ("number_range", "progress_percent", text(3, progress_percent=2**40), JSON),
        ("too_deep", None, deep, JSON),
        ("duplicate_key", "title", double, JSON),
        ("missing", "item_id", text(9, item_id=None), JSON),
        ("missing", "event_id", text(10, event_id=None), JSON),
        ("missing", "source", text(11, source=None), JSON),
        ("missing", "occurred_at", text(12, occurred_at=None), JSON),
        ("time_ahead", "occurred_at", text(13, occurred_at=rfc3339(2)), JSON),
        ("time_range", "occurred_at", text(14, occurred_at="1999-12-31T00:00:00Z"), JSON),
        ("bad_utf8", "item_id", wire_bytes(spine, 15).replace(b"item-15", b"item-\xff\xfe"), []),
        ("id_too_long", "item_id", text(16, item_id="x" * 201), JSON),
        ("too_large", "body", b"x" * (1 << 20) + b"x", JSON),
        ("schema_registry", "body", b"\0\0\0\0\7" + sound, []),
        ("null_value", "body", None, []),
        ("specversion", "ce_specversion", text(20, **nothing), cloud(specversion="0.3")),
        ("type", "ce_type", text(21, **nothing), cloud(type="vn.kip.other.v1")),
        ("contradiction", None, text(22, **{**cloudless, "item_id": "another"}), cloud()),
        ("schema_registry", "__value_schema_id", sound, [("__value_schema_id", b"\0\1")]),
    ]


def publish(spine):
    """All of them, each between two good ones; the bad ones by their keys, and the good items."""
    producer = spine.kafka.Producer(
        {"bootstrap.servers": spine.broker.address, "message.max.bytes": 3_000_000}
    )
    sent, good = {}, []
    odd = [("x-empty", b""), ("x-null", None), ("x-words", WORDS.encode()), ("x-raw", b"\xff\0")]
    for number, (code, field, value, headers) in enumerate(bad_ones(spine)):
        key = f"bad-{number}".encode() + b"\xff\0"
        sent[key] = (code, field, value, headers + odd)
        producer.produce(TOPIC, value, key, headers=headers + odd)
        good.append(f"item-{100 + number}")
        producer.produce(TOPIC, text(100 + number), good[-1], headers=JSON)
    producer.produce(TOPIC, None, None)  # neither key nor value
    sent[None] = ("null_value", "body", None, None)
    if producer.flush(60):
        raise SystemExit("not all could be sent")
    return sent, good


def by_kcat(spine):
    """One good and one bad message by kcat."""
    if shutil.which("kcat") is None:
        print("  without kcat, which is not here")
        return {}, []
    for key, value in (("kcat-good", text(201, item_id="kcat-good")), ("kcat-bad", b"[]")):
        command = ["kcat", "-P", "-b", spine.broker.address, "-t", TOPIC, "-k", key]
        command += ["-H", "content-type=application/json"]
        path = os.path.join(spine.folder, key)
        with open(path, "wb") as out:
            out.write(value)
        subprocess.run([*command, path], check=True, capture_output=True)
    return {b"kcat-bad": (None, None, b"[]", JSON)}, ["kcat-good"]


def by_sdk(spine):
    """CloudEvents of the Python SDK, binary and structured, with Vietnamese text in headers."""
    try:
        from cloudevents.http import CloudEvent
        from cloudevents.kafka import to_binary, to_structured
    except ImportError:
        print("  without the CloudEvents SDK, which is not here")
        return []
    producer = spine.kafka.Producer({"bootstrap.servers": spine.broker.address})
    nothing = {"event_id": None, "source": None, "item_id": None, "occurred_at": None}
    items = []
    # to_structured takes the attribute away and makes it the content type of the whole message.
    kinds = [(301, to_binary, "application/json")]
    kinds += [(302, to_structured, "application/cloudevents+json")]
    for number, make, content_type in kinds:
        items.append(f"{WORDS} {number}")
        attributes = {
            "type": "vn.kip.work.v1",
            "source": "urn:kip:test",
            "subject": items[-1],
            "time": rfc3339(-0.01),
            "datacontenttype": content_type,
            "partitionkey": items[-1],
        }
        message = make(CloudEvent(attributes, event(number, **nothing)))
        value = message.value if isinstance(message.value, bytes) else message.value.encode()
        key = message.key if isinstance(message.key, bytes) else message.key.encode()
        producer.produce(TOPIC, value, key, headers=list(message.headers.items()))
    producer.flush(60)
    return items


def check_letters(checks, letters, sent):
    for letter in letters:
        if letter.key() not in sent:
            checks.expect(f"a letter of {letter.key()}, which nobody sent", False)
            continue
        code, field, value, headers = sent.pop(letter.key())
        came = letter.headers()
        if headers is None:
            headers = []
        added = dict(came[len(headers) :])
        said = added.get("kip.code", b"").decode(), added.get("kip.field", b"").decode()
        same = letter.value() == value and came[: len(headers)] == headers
        same = same and [name for name, _ in came[len(headers) :]] == ADDED
        right = (code is None or said[0] == code) and (field is None or said[1] == field)
        checks.expect(f"{said[0]} {said[1]}: to the byte", same and right)
        if not same or not right:
            print("   ", code, field, came, (letter.value() or b"")[:80])
    checks.equal("bad ones without a letter", sorted(map(str, sent)), [])


def poison(checks, spine):
    """What is no event on the engine's own topic: at the second failure a dead letter."""
    before = spine.count("kip.dead.v1")
    client = spine.kafka.Producer({"bootstrap.servers": spine.broker.address})
    client.produce("kip.events.v1", b"\xff no event", b"nobody", 0)
    if client.flush(60):
        raise SystemExit("not all could be sent")
    engine = spine.popen(*spine.engine_args("engine"))
    checks.equal("engine: exit", engine.wait(120), 0)
    checks.expect("it was opened anew on the way", spine.times_said("opened anew") > 0)
    checks.equal("all is read but", spine.waiting("kip.events.v1", "kip-engine"), 0)
    letters = spine.read("kip.dead.v1")
    last = [m for m in letters if dict(m.headers()).get("kip.code") == b"poison"]
    checks.equal("dead letters more", len(letters) - before, 1)
    checks.expect("to the byte", len(last) == 1 and last[0].value() == b"\xff no event")


def test(checks):
    with Spine(checks, "dead") as spine:
        decides = ["--registry", "open", "--config", spine.kip.config]
        ingest = spine.popen("ingest", *spine.at(), *decides, "--member", "ingest")
        sent, good = publish(spine)
        more, passed = by_kcat(spine)
        sent.update(more)
        good += passed + by_sdk(spine)
        wait_until("ingest has all", lambda: spine.is_through(TOPIC, "kip-ingest"), 120, 0.2)
        ingest.terminate()
        checks.equal("ingest: exit", ingest.wait(60), 0)
        part("dead letters")
        check_letters(checks, spine.read("kip.dead.v1"), sent)
        part("the others")
        items = []
        for message in spine.read("kip.events.v1"):
            stamped = spine.events.StampedEvent()
            stamped.ParseFromString(message.value())
            items.append(stamped.event.item_id)
            if message.key().decode() != items[-1]:
                raise SystemExit(f"key {message.key()} of {items[-1]}")
        checks.equal("good ones that did not pass, or were not sent", set(items) ^ set(good), set())
        checks.expect(f"{len(items)} good ones passed, each once", len(items) == len(good) > 0)
        part("on kip.events.v1")
        poison(checks, spine)


if __name__ == "__main__":
    main(__doc__, test)
