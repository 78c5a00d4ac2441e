#include "stream/gateway.h"

#include <atomic>
#include <thread>

#include "stream/client.h"
#include "stream/letter.h"

namespace kip {
namespace {

constexpr int kPollMs = 100;
constexpr int kGatewayFlushMs = 40'000;  // longer than a message may take

void tell(rd_kafka_t* producer, const rd_kafka_message_t* message, void*) {
  const std::unique_ptr<Gateway::Done> done(static_cast<Gateway::Done*>(message->_private));
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    (*done)({});
  } else {
    const auto missing = no_right_at_all(producer, rd_kafka_topic_name(message->rkt));
    (*done)(missing ? *missing : not_taken(*message));
  }
}

}  // namespace

struct Gateway::Impl {
  KafkaOptions kafka;
  Owned<rd_kafka_t> producer;
  std::atomic<bool> stopping{false};
  std::thread polling;

  void send(Outgoing out, Done done) const {
    auto kept = std::make_unique<Done>(std::move(done));
    out.opaque = kept.get();
    auto taken = try_produce(producer.get(), out);
    if (taken && *taken) {
      static_cast<void>(kept.release());  // tell()'s now
      return;
    }
    if (taken && out.headers != nullptr) rd_kafka_headers_destroy(out.headers);
    (*kept)(taken ? unavailable("too many messages wait to be written") : taken.error());
  }
};

Gateway::Gateway(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Gateway::~Gateway() {
  rd_kafka_flush(impl_->producer.get(), kGatewayFlushMs);
  impl_->stopping = true;
  if (impl_->polling.joinable()) impl_->polling.join();
  // What is still there is told of as failed.
  rd_kafka_purge(impl_->producer.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_flush(impl_->producer.get(), kPollMs);
}

Result<std::unique_ptr<Gateway>> Gateway::open(const KafkaOptions& kafka) {
  auto impl = std::make_unique<Impl>();
  impl->kafka = kafka;
  Conf conf(kafka);
  conf.producing()
      .set("enable.idempotence", "true")
      .set("linger.ms", "5")
      .set("message.timeout.ms", "30000")
      .set("queue.buffering.max.messages", "100000");
  rd_kafka_conf_set_dr_msg_cb(conf.get(), tell);
  auto producer = conf.make(RD_KAFKA_PRODUCER);
  if (!producer) return producer.error();
  impl->producer = std::move(*producer);
  impl->polling = std::thread([i = impl.get()] {
    while (!i->stopping) rd_kafka_poll(i->producer.get(), kPollMs);
  });
  return std::unique_ptr<Gateway>(new Gateway(std::move(impl)));
}

void Gateway::event(const Accepted& accepted, Done done) {
  impl_->send(
      {.topic = impl_->kafka.topics.events.c_str(), .key = accepted.key, .value = accepted.bytes},
      std::move(done));
}

void Gateway::dead(const DeadLetter& letter, Done done) {
  impl_->send(dead_letter(impl_->kafka.topics.dead, letter, letter.value), std::move(done));
}

}  // namespace kip
