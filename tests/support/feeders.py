"""Threads that send events as fast as they are answered, and remember what was taken."""

import datetime
import itertools
import threading

from processes import Client

BATCH_EVENTS = 20
ITEM_BATCHES = 5  # so that an item stays far below the limits of its history
TEXT = "x" * 900


def instant(at):
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def events(item, first, now):
    """So many updates of a task, with long texts: about 3 KB each."""
    for number in range(first, first + BATCH_EVENTS):
        yield {
            "specversion": "1.0",
            "type": "vn.kip.work.v1",
            "id": f"{item}.{number}",
            "source": "urn:kip:test:feeder",
            "subject": item,
            "time": instant(now + datetime.timedelta(milliseconds=number)),
            "datacontenttype": "application/json",
            "data": {
                "kind": "WORK_KIND_TASK",
                "status": "WORK_STATUS_IN_PROGRESS",
                "progress_percent": number % 100,
                "title": TEXT,
                "authority": TEXT,
                "expected_result": TEXT,
            },
        }


class Feeders:
    """`name` makes their items others than those of other feeders of the same data."""

    def __init__(self, port, count, name=""):
        self.accepted = []  # (item, event id), appended by all threads
        self.unanswered = 0  # requests
        self.refused = 0  # events
        self.stopping = threading.Event()
        self.threads = [
            threading.Thread(target=self._feed, args=(port, f"{name}-{n}")) for n in range(count)
        ]
        for thread in self.threads:
            thread.start()

    def _feed(self, port, name):
        client = Client(port)
        now = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=5)
        for turn in itertools.count():
            item = f"feeder{name}-{turn // ITEM_BATCHES}"
            first = turn % ITEM_BATCHES * BATCH_EVENTS
            if self.stopping.is_set():
                return
            batch = list(events(item, first, now))
            statuses = client.send(batch)
            if statuses is None:
                self.unanswered += 1
                return
            taken = [e["id"] for e, status in zip(batch, statuses) if status == 202]
            self.accepted += [(item, event_id) for event_id in taken]
            self.refused += len(batch) - len(taken)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def missing(client, accepted):
    """Those of the accepted events that are not in the history of their item."""
    by_item = {}
    for item, event_id in accepted:
        by_item.setdefault(item, set()).add(event_id)
    lost = []
    for item, ids in by_item.items():
        lost += sorted(ids - client.history(item))
    return lost
