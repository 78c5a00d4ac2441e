#include "stream/ack_publisher.h"

#include <optional>
#include <utility>

#include "stream/client.h"

namespace kip {
namespace {

constexpr int kPatienceMs = 5'000;

}  // namespace

struct AckPublisher::Impl {
  std::string topic;
  Owned<rd_kafka_t> producer;
  std::optional<Result<AckPlace>> became;  // of the one under way

  static void note(rd_kafka_t* producer, const rd_kafka_message_t* message, void* opaque) {
    auto& became = opaque_of<Impl>(opaque).became;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      became = AckPlace{message->partition, message->offset};
      return;
    }
    const auto missing = no_right_at_all(producer, rd_kafka_topic_name(message->rkt));
    became = missing ? *missing : not_taken(*message);
  }
};

AckPublisher::AckPublisher(KafkaOptions kafka, std::unique_ptr<Impl> impl)
    : kafka_(std::move(kafka)), impl_(std::move(impl)) {}
AckPublisher::~AckPublisher() = default;

Result<std::unique_ptr<AckPublisher>> AckPublisher::open(const KafkaOptions& kafka) {
  auto impl = make(kafka);
  if (!impl) return impl.error();
  return std::unique_ptr<AckPublisher>(new AckPublisher(kafka, std::move(*impl)));
}

Result<std::unique_ptr<AckPublisher::Impl>> AckPublisher::make(const KafkaOptions& kafka) {
  auto impl = std::make_unique<Impl>();
  impl->topic = kafka.topics.acks;
  Conf conf(kafka);
  conf.producing()
      .set("enable.idempotence", "true")
      .set("linger.ms", "0")
      .set("message.timeout.ms", std::to_string(kPatienceMs));
  conf.opaque(impl.get());
  rd_kafka_conf_set_dr_msg_cb(conf.get(), Impl::note);
  auto producer = conf.make(RD_KAFKA_PRODUCER);
  if (!producer) return producer.error();
  impl->producer = std::move(*producer);
  return impl;
}

Result<AckPlace> AckPublisher::publish(const std::string& unit, const std::string& ack_event) {
  const std::scoped_lock lock(mutex_);
  if (!impl_) {
    auto made = make(kafka_);
    if (!made) return made.error();
    impl_ = std::move(*made);
  }
  impl_->became.reset();
  const Status sent = produce(impl_->producer.get(),
                              {.topic = impl_->topic.c_str(), .key = unit, .value = ack_event});
  if (!sent) return sent.error();
  // Longer than the message may take: what became of it is then told.
  rd_kafka_flush(impl_->producer.get(), kPatienceMs + kPatienceMs / 5);
  if (const auto over = ended(impl_->producer.get())) {  // the next one begins with a new producer
    impl_ = nullptr;
    return *over;
  }
  if (!impl_->became) return unavailable(impl_->topic + ": the brokers do not answer");
  return *impl_->became;
}

}  // namespace kip
