#include "stream/ingest.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "contract/cloudevents.h"
#include "stream/client.h"
#include "stream/letter.h"

namespace kip {
namespace {

constexpr int kIngestFlushMs = 30'000;

}  // namespace

struct Ingest::Impl {
  IngestOptions options;
  std::shared_ptr<const Door> door;
  Owned<rd_kafka_t> consumer, producer;
  Owned<rd_kafka_queue_t> queue;
  std::optional<Error> failed;  // of the producer

  void point(std::string_view name) const {
    if (options.at_point) options.at_point(name);
  }

  Status take(const rd_kafka_message_t& message, Step& step);
  static void note(const Accepted& accepted, Step& step);
  std::optional<Error> has_ended() const;
};

Ingest::Ingest(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Ingest::~Ingest() {
  if (impl_->consumer) rd_kafka_consumer_close(impl_->consumer.get());
  impl_->queue.reset();
}

Result<std::unique_ptr<Ingest>> Ingest::open(IngestOptions options,
                                             std::shared_ptr<const Door> door) {
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  impl->door = std::move(door);
  const IngestOptions& o = impl->options;
  Conf in(o.kafka);
  in.set("group.id", o.group)
      .set("partition.assignment.strategy", "range")
      .set("enable.auto.commit", "false")
      .set("enable.auto.offset.store", "false")
      .set("auto.offset.reset", "earliest")
      .set("session.timeout.ms", "10000")
      .set("queued.min.messages", "1000000")
      .set("fetch.wait.max.ms", "50");
  if (!o.member.empty()) in.set("group.instance.id", o.member);
  auto consumer = in.make(RD_KAFKA_CONSUMER);
  if (!consumer) return consumer.error();
  impl->consumer = std::move(*consumer);
  rd_kafka_poll_set_consumer(impl->consumer.get());
  Conf out(o.kafka);
  out.producing()
      .set("enable.idempotence", "true")
      .set("linger.ms", "5")
      .set("queue.buffering.max.messages", "1000000");
  out.opaque(&impl->failed);
  rd_kafka_conf_set_dr_msg_cb(out.get(), keep_first_failure);
  auto producer = out.make(RD_KAFKA_PRODUCER);
  if (!producer) return producer.error();
  impl->producer = std::move(*producer);
  const Owned<rd_kafka_topic_partition_list_t> topics(rd_kafka_topic_partition_list_new(2));
  for (const std::string* topic : {&o.kafka.topics.work, &o.kafka.topics.indicators})
    rd_kafka_topic_partition_list_add(topics.get(), topic->c_str(), RD_KAFKA_PARTITION_UA);
  const auto code = rd_kafka_subscribe(impl->consumer.get(), topics.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error("subscribe", code);
  impl->queue.reset(rd_kafka_queue_get_consumer(impl->consumer.get()));
  return std::unique_ptr<Ingest>(new Ingest(std::move(impl)));
}

void Ingest::Impl::note(const Accepted& accepted, Step& step) {
  ++step.accepted;
  step.unknown_fields += accepted.unknown_json_fields;
  auto found = step.sources.find(accepted.source);
  if (found == step.sources.end()) found = step.sources.try_emplace(accepted.source).first;
  SourceCount& count = found->second;
  count.last_event = std::max(count.last_event.value_or(kFarPast), accepted.ingested_at);
}

void Ingest::set_door(std::shared_ptr<const Door> door) { impl_->door = std::move(door); }

std::vector<Ingest::Lag> Ingest::lags() const {
  std::vector<Lag> out;
  rd_kafka_t* client = impl_->consumer.get();
  rd_kafka_topic_partition_list_t* raw = nullptr;
  if (rd_kafka_assignment(client, &raw) != RD_KAFKA_RESP_ERR_NO_ERROR) return out;
  const Owned<rd_kafka_topic_partition_list_t> ours(raw);
  rd_kafka_position(client, ours.get());
  for (int i = 0; i < ours->cnt; ++i) {
    const auto& p = ours->elems[i];
    Watermarks w;
    if (rd_kafka_get_watermark_offsets(client, p.topic, p.partition, &w.low, &w.high) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
      continue;
    const std::int64_t at = p.offset >= 0 ? p.offset : w.low;
    out.push_back(
        {p.topic, p.partition, static_cast<std::uint64_t>(std::max<std::int64_t>(w.high - at, 0))});
  }
  return out;
}

Status Ingest::Impl::take(const rd_kafka_message_t& message, Step& step) {
  const std::string topic = rd_kafka_topic_name(message.rkt);
  Arrival arrival;
  if (message.payload != nullptr)
    arrival.body = std::string_view(static_cast<const char*>(message.payload), message.len);
  arrival.headers = headers_in(message);
  arrival.lane = topic == options.kafka.topics.indicators ? Lane::kIndicator : Lane::kWork;
  rd_kafka_timestamp_type_t type{};
  const std::int64_t stamp = rd_kafka_message_timestamp(&message, &type);
  arrival.arrived_at_from_record = options.time_from_record;
  arrival.has_record_time = type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  arrival.arrived_at = options.time_from_record ? instant_of(stamp) : options.now();
  arrival.channel = "kafka:" + topic;
  const Verdict verdict = door->check(arrival);
  if (verdict.accepted) {
    note(*verdict.accepted, step);
    return produce(producer.get(), {.topic = options.kafka.topics.events.c_str(),
                                    .key = verdict.accepted->key,
                                    .value = verdict.accepted->bytes});
  }
  ++step.refused;
  ++step.sources[source_named(arrival, door->options().limits)].dead;
  DeadLetter letter;
  letter.refusal = *verdict.refused;
  letter.at = arrival.arrived_at;
  letter.channel = arrival.channel;
  letter.topic = topic;
  rd_kafka_headers_t* original = nullptr;
  rd_kafka_message_headers(&message, &original);
  Outgoing out = dead_letter(options.kafka.topics.dead, letter, arrival.body, original);
  if (message.key != nullptr)
    out.key = std::string_view(static_cast<const char*>(message.key), message.key_len);
  return produce(producer.get(), out);
}

std::optional<Error> Ingest::Impl::has_ended() const {
  if (auto error = ended(consumer.get())) return error;
  return ended(producer.get());
}

Result<Ingest::Step> Ingest::step(std::chrono::milliseconds most) {
  Step step;
  std::vector<rd_kafka_message_t*> messages(impl_->options.records_max);
  const ssize_t n = rd_kafka_consume_batch_queue(impl_->queue.get(), static_cast<int>(most.count()),
                                                 messages.data(), messages.size());
  std::vector<Owned<rd_kafka_message_t>> owned;
  for (ssize_t i = 0; i < n; ++i) owned.emplace_back(messages[static_cast<std::size_t>(i)]);
  if (auto error = impl_->has_ended()) return *error;
  const Owned<rd_kafka_topic_partition_list_t> offsets(rd_kafka_topic_partition_list_new(8));
  for (const auto& message : owned) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (auto error = not_read(*message, impl_->options.group)) return *error;
      continue;  // it heals by itself
    }
    if (Status done = impl_->take(*message, step); !done) return done.error();
    const char* topic = rd_kafka_topic_name(message->rkt);
    auto* entry = rd_kafka_topic_partition_list_find(offsets.get(), topic, message->partition);
    if (entry == nullptr)
      entry = rd_kafka_topic_partition_list_add(offsets.get(), topic, message->partition);
    entry->offset = message->offset + 1;
  }
  if (offsets->cnt == 0) return step;
  impl_->point("produced");
  const auto flushed = rd_kafka_flush(impl_->producer.get(), kIngestFlushMs);
  if (flushed != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error("flush", flushed);
  if (impl_->failed) return *impl_->failed;
  impl_->point("flushed");
  const auto code = rd_kafka_commit(impl_->consumer.get(), offsets.get(), 0);
  // Partitions that have moved meanwhile are read again by their new owner.
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION &&
      code != RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS &&
      code != RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID) {
    return impl_->has_ended().value_or(kafka_error("commit", code));
  }
  return step;
}

}  // namespace kip
