#include "stream/publisher.h"

#include "stream/client.h"

namespace kip {
namespace {

constexpr int kPublisherFlushMs = 120'000;

}  // namespace

Status publish_work(const KafkaOptions& kafka, const std::vector<Accepted>& events,
                    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  std::optional<Error> failed;
  Conf conf(kafka);
  conf.producing()
      .set("enable.idempotence", "true")
      .set("linger.ms", "20")
      .set("queue.buffering.max.messages", "1000000");
  conf.opaque(&failed);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), keep_first_failure);
  auto producer = conf.make(RD_KAFKA_PRODUCER);
  if (!producer) return producer.error();
  std::uint64_t done = 0;
  for (const Accepted& event : events) {
    ++done;
    if (event.what != Accepted::What::kEvent) continue;
    auto bytes = bare_event(event.bytes);
    if (!bytes) return bytes.error();
    Outgoing out{.topic = kafka.topics.work.c_str(), .key = event.key, .value = *bytes};
    out.time = event.ingested_at;
    if (Status sent = produce(producer->get(), out); !sent) return sent;
    if (progress && done % 10'000 == 0) progress(done, events.size());
    rd_kafka_poll(producer->get(), 0);
  }
  const auto flushed = rd_kafka_flush(producer->get(), kPublisherFlushMs);
  if (flushed != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error("flush", flushed);
  if (failed) return *failed;
  if (progress) progress(events.size(), events.size());
  return {};
}

}  // namespace kip
