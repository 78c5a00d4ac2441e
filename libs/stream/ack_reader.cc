#include "stream/ack_reader.h"

#include <algorithm>
#include <utility>

#include "store/keys.h"
#include "stream/client.h"
#include "stream/letter.h"

namespace kip {
namespace {

constexpr std::size_t kAtOnce = 1'000;

std::string taken_key(std::int32_t partition) { return "acks/" + std::to_string(partition); }

AckRecord record_of(const rd_kafka_message_t& message) {
  AckRecord record;
  record.partition = message.partition;
  record.offset = message.offset;
  record.key.assign(static_cast<const char*>(message.key), message.key_len);
  if (message.payload != nullptr)
    record.value.emplace(static_cast<const char*>(message.payload), message.len);
  record.headers = headers_in(message);
  return record;
}

}  // namespace

void put_taken(const AckRecord& record, Batch& batch) {
  batch.put(Table::kMeta, taken_key(record.partition),
            keys::u64(static_cast<std::uint64_t>(record.offset) + 1));
}

struct AckReader::Impl {
  std::string topic;
  Owned<rd_kafka_t> client;
  Owned<rd_kafka_queue_t> queue;
  std::vector<bool> ended;  // by partition
};

AckReader::AckReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

AckReader::~AckReader() {
  impl_->queue.reset();
  if (impl_->client) rd_kafka_consumer_close(impl_->client.get());
}

Result<std::unique_ptr<AckReader>> AckReader::open(const KafkaOptions& kafka, const Store& store) {
  auto impl = std::make_unique<Impl>();
  impl->topic = kafka.topics.acks;
  Conf conf(kafka);
  conf.set("group.id", "kip-notifier")  // not joined
      .set("enable.auto.commit", "false")
      .set("isolation.level", "read_committed")
      .set("enable.partition.eof", "true")
      .set("auto.offset.reset", "earliest")
      .set("fetch.wait.max.ms", "50");
  auto client = conf.make(RD_KAFKA_CONSUMER);
  if (!client) return client.error();
  impl->client = std::move(*client);
  rd_kafka_poll_set_consumer(impl->client.get());
  auto count = partition_count(impl->client.get(), impl->topic);
  if (!count) return count.error();
  impl->ended.resize(static_cast<std::size_t>(*count));
  const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(*count));
  for (std::int32_t p = 0; p < *count; ++p) {
    auto taken = store.get(Table::kMeta, taken_key(p));
    if (!taken) return taken.error();
    rd_kafka_topic_partition_list_add(list.get(), impl->topic.c_str(), p)->offset =
        *taken ? static_cast<std::int64_t>(keys::read_u64(**taken)) : RD_KAFKA_OFFSET_BEGINNING;
  }
  const auto code = rd_kafka_assign(impl->client.get(), list.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(impl->topic, code);
  impl->queue.reset(rd_kafka_queue_get_consumer(impl->client.get()));
  return std::unique_ptr<AckReader>(new AckReader(std::move(impl)));
}

Result<std::vector<AckRecord>> AckReader::read(std::chrono::milliseconds most) {
  std::vector<rd_kafka_message_t*> messages(kAtOnce);
  const ssize_t n = rd_kafka_consume_batch_queue(impl_->queue.get(), static_cast<int>(most.count()),
                                                 messages.data(), messages.size());
  std::vector<AckRecord> out;
  std::optional<Error> failed;
  for (ssize_t i = 0; i < n; ++i) {
    const Owned<rd_kafka_message_t> message(messages[static_cast<std::size_t>(i)]);
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
      impl_->ended.at(static_cast<std::size_t>(message->partition)) = true;
    if (message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
      failed = no_right("Read", "topic", impl_->topic);
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) out.push_back(record_of(*message));
  }
  if (failed) return *failed;
  return out;
}

bool AckReader::seen_end() const {
  return std::all_of(impl_->ended.begin(), impl_->ended.end(), [](bool ended) { return ended; });
}

}  // namespace kip
