#include "stream/topic_reader.h"

#include <algorithm>
#include <utility>

#include "store/keys.h"
#include "stream/client.h"
#include "stream/letter.h"

namespace kip {
namespace {

constexpr std::size_t kAtOnce = 10'000;

TopicRecord record_of(const rd_kafka_message_t& message) {
  TopicRecord record;
  record.partition = message.partition;
  record.offset = message.offset;
  record.key.assign(static_cast<const char*>(message.key), message.key_len);
  if (message.payload != nullptr)
    record.value.emplace(static_cast<const char*>(message.payload), message.len);
  record.headers = headers_in(message);
  return record;
}

}  // namespace

std::string offset_after(const TopicRecord& record) {
  return keys::u64(static_cast<std::uint64_t>(record.offset) + 1);
}

struct TopicReader::Impl {
  std::string topic;
  Owned<rd_kafka_t> client;
  Owned<rd_kafka_queue_t> queue;
  std::vector<std::int64_t> reached;
  std::vector<bool> ended;
};

TopicReader::TopicReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

TopicReader::~TopicReader() {
  impl_->queue.reset();
  if (impl_->client) rd_kafka_consumer_close(impl_->client.get());
}

Result<std::unique_ptr<TopicReader>> TopicReader::open(const KafkaOptions& kafka,
                                                       const std::string& topic, const From& from) {
  auto impl = std::make_unique<Impl>();
  impl->topic = topic;
  Conf conf(kafka);
  conf.set("group.id", "kip-reader")  // which the client wants; it is not joined
      .set("enable.auto.commit", "false")
      .set("isolation.level", "read_committed")
      .set("enable.partition.eof", "true")
      .set("auto.offset.reset", "earliest")
      .set("fetch.wait.max.ms", "100");
  auto client = conf.make(RD_KAFKA_CONSUMER);
  if (!client) return client.error();
  impl->client = std::move(*client);
  rd_kafka_poll_set_consumer(impl->client.get());
  auto count = partition_count(impl->client.get(), topic);
  if (!count) return count.error();
  impl->reached.resize(static_cast<std::size_t>(*count), -1);
  impl->ended.resize(static_cast<std::size_t>(*count));
  const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(*count));
  for (std::int32_t p = 0; p < *count; ++p) {
    auto first = from ? from(p) : Result(std::optional<std::uint64_t>());
    if (!first) return first.error();
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), p)->offset =
        *first ? static_cast<std::int64_t>(**first) : RD_KAFKA_OFFSET_BEGINNING;
  }
  const auto code = rd_kafka_assign(impl->client.get(), list.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(topic, code);
  impl->queue.reset(rd_kafka_queue_get_consumer(impl->client.get()));
  return std::unique_ptr<TopicReader>(new TopicReader(std::move(impl)));
}

Result<std::vector<TopicRecord>> TopicReader::read(std::chrono::milliseconds most) {
  std::vector<rd_kafka_message_t*> messages(kAtOnce);
  const ssize_t n = rd_kafka_consume_batch_queue(impl_->queue.get(), static_cast<int>(most.count()),
                                                 messages.data(), messages.size());
  std::vector<TopicRecord> out;
  std::optional<Error> failed;
  for (ssize_t i = 0; i < n; ++i) {
    const Owned<rd_kafka_message_t> message(messages[static_cast<std::size_t>(i)]);
    const auto partition = static_cast<std::size_t>(message->partition);
    if (message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
      failed = no_right("Read", "topic", impl_->topic);
    } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      impl_->reached.at(partition) = message->offset;
      impl_->ended.at(partition) = true;
    } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {  // passing ones heal
      impl_->reached.at(partition) = message->offset + 1;
      out.push_back(record_of(*message));
    }
  }
  if (failed) return *failed;
  return out;
}

const std::vector<std::int64_t>& TopicReader::reached() const { return impl_->reached; }

bool TopicReader::seen_end() const {
  return std::all_of(impl_->ended.begin(), impl_->ended.end(), [](bool ended) { return ended; });
}

std::int32_t TopicReader::partitions() const {
  return static_cast<std::int32_t>(impl_->reached.size());
}

Result<std::int64_t> TopicReader::end(std::int32_t partition) const {
  auto marks = watermarks(impl_->client.get(), impl_->topic, partition);
  if (!marks) return marks.error();
  return marks->high;
}

}  // namespace kip
