"""The events of the crash tests: lines of `kip sample`, in pieces and as CloudEvents."""

import json
import subprocess


def sample(kip, until):
    """The lines that the door takes, in the order of their record times."""
    text = subprocess.run(
        [kip.program, "sample", "--months", "2", "--scale", "0.3", "--end", until]
        + ["--config", kip.config],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    lines = [line for line in text.splitlines() if line]
    return sorted((line for line in lines if is_whole(line)), key=record_time)


def body(line):
    stamped = json.loads(line)
    return stamped.get("event", stamped), stamped.get("ingested_at")


def is_whole(line):
    """The sample holds a few lines that are broken on purpose; they never reach an item."""
    try:
        event, _ = body(line)
    except ValueError:
        return False
    return all(event.get(name) for name in ("event_id", "source", "item_id", "occurred_at"))


def record_time(line):
    event, ingested = body(line)
    return ingested or event["occurred_at"]


def pieces(lines, count):
    size = -(-len(lines) // count)
    return [lines[at : at + size] for at in range(0, len(lines), size)]


def cloud_event(line):
    event, _ = body(line)
    return {
        "specversion": "1.0",
        "type": "vn.kip.work.v1",
        "id": event["event_id"],
        "source": event["source"],
        "subject": event["item_id"],
        "time": event["occurred_at"],
        "recordedtime": record_time(line),
        "datacontenttype": "application/json",
        "data": event,
    }


def batches(lines, size):
    for at in range(0, len(lines), size):
        yield json.dumps([cloud_event(line) for line in lines[at : at + size]])
