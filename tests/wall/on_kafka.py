"""The same service on a real Kafka: every role in one process."""

from observed import Observed
from processes import Up, wait_until  # its folder is on the path since `observed`


class OnKafka(Observed):
    """On the Kafka of a spine, which must outlive it."""

    topics = (*Observed.topics, "kip.work.v1", "kip.indicators.v1")

    def __init__(self, checks, spine):
        super().__init__(checks)
        self.spine, self.folder = spine, spine.folder

    def _lived(self, data, sample, until):
        decides = ["--registry", self.kip.registry, "--config", self.kip.config]
        self.spine.decides = [*decides, "--clock", "log"]
        self.spine.publish(sample)
        # Of the same name from then on: nobody waits for a member that is gone.
        options = [*self.spine.at(), "--member", "wall"]
        with Up(self.kip, data, options=[*options, "--until", until]) as past:
            wait_until("all is read", lambda: self._all_read(past.client()), 300, 0.2)
            self.checks.equal("exit after the year", past.stop(), 0)
        return options

    def _all_read(self, client):
        through = self.spine.is_through("kip.work.v1", "kip-ingest")
        return through and client.metric("kip_consumer_lag") == 0
