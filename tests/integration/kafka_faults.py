#!/usr/bin/env python3
"""A broker that is killed, stopped and cut off while events flow: ingest and engine go on by
themselves, and the alerts are those of an undisturbed run, each once."""

import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from broker import Broker  # noqa: E402
from checks import FULL, Skipped, main  # noqa: E402
from flow import Flow  # noqa: E402
from spine import Spine, public_log  # noqa: E402
from wire import Wire  # noqa: E402

STOPPED_SECONDS = 60 if FULL else 15
CUT_SECONDS = 60 if FULL else 15
# Longer than a commit waits for its answer: what became of it is then not known.
ANSWERS_SECONDS = 60 if FULL else 35


def one_broker(checks, log, wire=None):
    make = lambda checkout, folder: Broker(checkout, folder, net=wire)  # noqa: E731
    with Spine(checks, "faults", broker=make) as spine:
        flow, broker = Flow(checks, spine, log), spine.broker
        flow.meets("the broker killed", broker.kill, 2, broker.start)
        halt = lambda: broker.process.send_signal(signal.SIGSTOP)  # noqa: E731
        go = lambda: broker.process.send_signal(signal.SIGCONT)  # noqa: E731
        flow.meets("the broker stopped", halt, STOPPED_SECONDS, go)
        if wire:
            flow.meets("the network cut", wire.cut, CUT_SECONDS, wire.heal)
            flow.meets("answers cut", wire.cut_answers, ANSWERS_SECONDS, wire.heal_answers)
        flow.end(log)


def test(checks):
    log = public_log(checks, "receipt_dev")
    try:
        with Wire() as wire:
            one_broker(checks, log, wire)
    except Skipped as why:
        print(f"  skipped: the network is not cut: {why}")
        one_broker(checks, log)


if __name__ == "__main__":
    main(__doc__, test)
