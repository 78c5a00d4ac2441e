"""Events that flow through ingest and an engine while something is done to the brokers."""

import time

from checks import FULL
from feeder import Feeder, reservoir
from processes import wait_until

RATE = 15 if FULL else 30  # events a second, so that they last
# The engine takes fewer than come, so that it is in a transaction whatever happens.
SLOW = ["--commit-ms", "400" if FULL else "200"]


class Flow:
    """Events, ingest and an engine at work, in the order in which each fault finds them."""

    def __init__(self, checks, spine, log):
        self.checks, self.spine = checks, spine
        self.feeder = Feeder(spine, reservoir(spine, log), RATE)
        self.ingest = spine.popen(*spine.ingest_args())
        # Without an end of time: a silence is none here.
        args = spine.engine_args("engine", end=[])
        self.engine = spine.popen(*args, *SLOW, KIP_RECORDS_MAX="1")
        self.moves()

    def done(self):
        """How much input the engine has committed; None: nobody can say."""
        try:
            client, partitions, _ = self.spine.ends("kip.events.v1", "kip-engine")
            committed = client.committed(partitions, 10)
            client.close()
        except self.spine.kafka.KafkaException:
            return None
        return sum(max(c.offset, 0) for c in committed)

    def moves(self, seconds=180):
        """How long until the engine commits again."""
        began = time.monotonic()
        before = wait_until("the brokers answer", lambda: self.done() is not None, seconds, 0.2)
        before = self.done()
        moved = lambda: (self.done() or 0) > (before or 0)  # noqa: E731
        wait_until("the engine commits", moved, seconds, 0.2)
        return time.monotonic() - began

    def meets(self, what, fault, seconds, heal):
        fault()
        began = time.monotonic()
        over = lambda: time.monotonic() > began + seconds  # noqa: E731
        wait_until(f"{what} is over", over, seconds + 10, 0.1)
        fed = self.feeder.is_at_work()
        heal()
        resumed = self.moves()
        alive = self.ingest.poll() is None and self.engine.poll() is None
        self.checks.expect(f"{what} for {seconds} s: back after {resumed:.1f} s", alive)
        self.checks.expect("  events were still to come", fed)

    def end(self, log):
        checks, spine = self.checks, self.spine
        checks.equal("messages that could not be sent", self.feeder.finish(), 0)
        through = lambda: spine.is_through("kip.work.v1", "kip-ingest")  # noqa: E731
        wait_until("ingest has all", through, 300, 0.3)
        waits = not spine.is_through("kip.events.v1", "kip-engine")
        checks.expect("input waited to the end", waits)
        for process in (self.ingest, self.engine):
            process.terminate()
        codes = [process.wait(120) for process in (self.ingest, self.engine)]
        checks.equal("exit codes of ingest and engine", codes, [0, 0])
        spine.engine()
        print(f"  {spine.times_said('opened anew')} times opened anew")
        told = spine.compare(checks, log)
        spine.compare_digests(checks, told, log)
