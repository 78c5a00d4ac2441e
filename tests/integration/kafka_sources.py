#!/usr/bin/env python3
"""A source falls silent on a real Kafka: engines tell in which hours they heard it, the notifier
with the desks tells its silence, engines hold what only time says of its items, and look again
when it is back. Another source goes on sending and is never told. Two months of hours are laid
into the changelog of the desks, as if they had been heard."""

import datetime
import os
import random
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checks import main, part  # noqa: E402
from notify_webhook import Sink  # noqa: E402
from notifying import Notifying  # noqa: E402
from processes import wait_until  # noqa: E402

DEAD, ALIVE = "urn:kip:sample:motcua", "urn:kip:sample:nhiemvu"
FACTOR = 3600  # an hour a second
WEEKS = 9
MS = 3_600_000
BEGIN = datetime.datetime.fromisoformat("2026-11-17T12:00:00Z")  # a Tuesday evening


def ms(at):
    return int(at.timestamp() * 1000)


def heard_rows():
    """Both were heard in every hour of the office."""
    start = BEGIN - datetime.timedelta(weeks=WEEKS)
    for n in range(WEEKS * 7 * 24):
        at = start + datetime.timedelta(hours=n)
        local = at + datetime.timedelta(hours=7)
        if local.weekday() < 5 and 7 <= local.hour < 17 and local.hour != 12:
            for source in (DEAD, ALIVE):
                key = source.encode() + b"\0" + struct.pack(">II", ms(at) // MS, 0)
                yield b"k" + key, struct.pack(">qq", ms(at) + MS // 2, ms(at))


class Ward(Notifying):
    def clock(self):
        passed = datetime.timedelta(seconds=FACTOR * (time.monotonic() - self.began))
        return f"x{FACTOR}@{(BEGIN + passed).strftime('%Y-%m-%dT%H:%M:%SZ')}"

    def now(self):
        return BEGIN + datetime.timedelta(seconds=FACTOR * (time.monotonic() - self.began))

    def lay_history(self):
        producer = self.kafka.Producer({"bootstrap.servers": self.broker.address})
        for key, value in heard_rows():
            producer.produce("kip.desks.v1", value, key=key)
        # A short stop counts for nothing; the processes take some hours of this clock to start.
        since = BEGIN - datetime.timedelta(weeks=WEEKS)
        until = self.now() + datetime.timedelta(hours=12)
        producer.produce("kip.desks.v1", struct.pack(">q", ms(since)), key=b"msubjects/since")
        producer.produce("kip.desks.v1", struct.pack(">q", ms(until)), key=b"msubjects/until")
        assert producer.flush(60) == 0

    def say(self, source, item, number):
        event = self.events.WorkEvent()
        event.event_id, event.source, event.item_id = f"{item}-{number}", source, item
        event.kind = self.events.WORK_KIND_TASK
        event.status = self.events.WORK_STATUS_REGISTERED
        event.occurred_at.FromMilliseconds(ms(self.now()))
        self.produce("kip.work.v1", item, event.SerializeToString())

    def told(self, rule):
        """(subject, change) of the alerts of a rule so far."""
        changes = self.messages.AlertChange
        return [
            (a.subject_id, changes.Name(a.change).removeprefix("ALERT_CHANGE_"))
            for a in self.alerts()
            if a.rule_id == rule
        ]


class Speaking:
    """The other source sends, each third of a second, while something is waited for."""

    def __init__(self, ward):
        self.ward, self.said = ward, 0

    def until(self, what, holds, seconds=90):
        def look():
            self.said += 1
            self.ward.say(ALIVE, f"BUSY-{self.said % 3}", self.said)
            return holds()

        return wait_until(what, look, seconds, 0.3)


def test(checks):
    with Sink() as sink, Ward(checks, "sources", sink, random.Random(5)) as ward:
        ward.answers.well = True
        ward.began = time.monotonic()
        ward.lay_history()
        data = os.path.join(ward.folder, "engine")
        fast = lambda: ["--clock", ward.clock()]  # noqa: E731
        ward.popen("ingest", *ward.at(), *ward.decides, *fast(), "--member", "ingest")
        ward.popen("engine", *ward.at(), *ward.decides, *fast(), "--data", data)
        notifier = ward.notifier("first", ward.clock())
        speaking = Speaking(ward)
        speaking.until("the notifier has the desks", notifier.is_ready)

        part("one of two sources sends no more")
        ward.say(DEAD, "HELD", 1)
        ward.say(ALIVE, "FREE", 1)
        silent = lambda: (DEAD, "RAISED") in ward.told("source_silent")  # noqa: E731
        speaking.until("its silence is told", silent)
        free = lambda: ("FREE", "RAISED") in ward.told("not_accepted")  # noqa: E731
        speaking.until("an item of the other one is not accepted in time", free)
        later = ward.now() + datetime.timedelta(hours=5)
        speaking.until("five hours more", lambda: ward.now() > later)
        held = ("HELD", "RAISED") not in ward.told("not_accepted")
        checks.expect("an item of the silent one is held", held)
        phases = notifier.metric("kip_source_silent")
        checks.equal("kip_source_silent of the two", (phases(DEAD), phases(ALIVE)), (1.0, 0.0))

        part("it is back")

        def back():
            ward.say(DEAD, "OTHER", speaking.said)
            return (DEAD, "RESOLVED") in ward.told("source_silent")

        speaking.until("its silence is over", back)
        looked = lambda: ("HELD", "RAISED") in ward.told("not_accepted")  # noqa: E731
        speaking.until("what is still true is told", looked)
        others = {subject for subject, _ in ward.told("source_silent")} & {ALIVE}
        checks.equal("silences of the other one", len(others), 0)


if __name__ == "__main__":
    main(__doc__, test)
