#include "stream/alert_reader.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "contract/publish.h"
#include "runtime/embedded_log.h"
#include "store/keys.h"
#include "stream/client.h"

namespace kip {
namespace {

constexpr std::size_t kAtOnce = 10'000;
constexpr std::chrono::milliseconds kLookAgain{200};  // whether it was stopped

std::string read_key(std::uint32_t partition) { return "alerts/" + std::to_string(partition); }

}  // namespace

struct AlertReader::Impl {
  Store* store = nullptr;
  std::string topic;
  std::function<void(const std::string&)> say;
  Owned<rd_kafka_t> client;
  Owned<rd_kafka_queue_t> queue;
  std::vector<std::uint64_t> next;  // number, by partition
  std::mutex mutex;                 // reached
  std::condition_variable moved;
  std::vector<std::int64_t> reached;  // what the store has, by partition: offset after it

  void take(const rd_kafka_message_t& message, Batch& batch) {
    const auto partition = static_cast<std::uint32_t>(message.partition);
    batch.put(Table::kMeta, read_key(partition),
              keys::u64(static_cast<std::uint64_t>(message.offset) + 1));
    const std::string_view value(static_cast<const char*>(message.payload), message.len);
    auto item = message.payload == nullptr ? not_found("null") : alert_subject(value);
    if (!item) {  // no engine wrote it: it must not keep from reading what engines did
      if (say) {
        say(std::string(rd_kafka_topic_name(message.rkt)) + " " + std::to_string(partition) +
            ", offset " + std::to_string(message.offset) + " is no alert; passed over");
      }
      return;
    }
    // Never back: older tables are numbered without the gaps that offsets have.
    const std::uint64_t number =
        std::max(next.at(partition), static_cast<std::uint64_t>(message.offset));
    next.at(partition) = number + 1;
    const std::string key = keys::log(partition, number);
    batch.put(Table::kAlerts, key, std::string(value));
    batch.put(Table::kAlerts, alerts_of_prefix(*item) + key, "");
  }
};

AlertReader::AlertReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

AlertReader::~AlertReader() {
  impl_->queue.reset();
  if (impl_->client) rd_kafka_consumer_close(impl_->client.get());
}

Result<std::unique_ptr<AlertReader>> AlertReader::open(const KafkaOptions& kafka, Store& store) {
  auto impl = std::make_unique<Impl>();
  impl->store = &store;
  impl->topic = kafka.topics.alerts;
  impl->say = kafka.say;
  Conf conf(kafka);
  conf.set("group.id", "kip-alert-reader")
      .set("enable.auto.commit", "false")
      .set("isolation.level", "read_committed")
      .set("enable.partition.eof", "true")
      .set("auto.offset.reset", "earliest");
  auto client = conf.make(RD_KAFKA_CONSUMER);
  if (!client) return client.error();
  impl->client = std::move(*client);
  rd_kafka_poll_set_consumer(impl->client.get());
  auto count = partition_count(impl->client.get(), kafka.topics.alerts);
  if (!count) return count.error();
  const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(*count));
  for (std::int32_t p = 0; p < *count; ++p) {
    const auto shard = static_cast<std::uint32_t>(p);
    auto read = store.get(Table::kMeta, read_key(shard));
    if (!read) return read.error();
    auto last = store.last_key(Table::kAlerts, keys::log(shard, 0), keys::u32(shard + 1));
    if (!last) return last.error();
    impl->next.push_back(*last ? keys::log_offset(**last) + 1 : 0);
    rd_kafka_topic_partition_list_add(list.get(), kafka.topics.alerts.c_str(), p)->offset =
        *read ? static_cast<std::int64_t>(keys::read_u64(**read)) : RD_KAFKA_OFFSET_BEGINNING;
  }
  impl->reached.resize(impl->next.size(), -1);
  const auto code = rd_kafka_assign(impl->client.get(), list.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(kafka.topics.alerts, code);
  impl->queue.reset(rd_kafka_queue_get_consumer(impl->client.get()));
  return std::unique_ptr<AlertReader>(new AlertReader(std::move(impl)));
}

Result<std::size_t> AlertReader::step(std::chrono::milliseconds most) {
  std::vector<rd_kafka_message_t*> messages(kAtOnce);
  const ssize_t n = rd_kafka_consume_batch_queue(impl_->queue.get(), static_cast<int>(most.count()),
                                                 messages.data(), messages.size());
  Batch batch;
  Status done;
  std::size_t taken = 0;
  std::map<std::size_t, std::int64_t> come;  // partition -> the offset after it
  for (ssize_t i = 0; i < n; ++i) {
    const Owned<rd_kafka_message_t> message(messages[static_cast<std::size_t>(i)]);
    const auto partition = static_cast<std::size_t>(message->partition);
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) come[partition] = message->offset;
    if (message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
      done = no_right("Read", "topic", rd_kafka_topic_name(message->rkt));
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR || !done) continue;  // passing ones heal
    impl_->take(*message, batch);
    ++taken;
    come[partition] = message->offset + 1;
  }
  if (done && !batch.empty()) done = impl_->store->write(batch, Durability::kBuffered);
  if (!done) return done.error();
  const std::scoped_lock lock(impl_->mutex);
  for (const auto& [partition, offset] : come) impl_->reached.at(partition) = offset;
  impl_->moved.notify_all();
  return taken;
}

Status AlertReader::await_end(const std::function<bool()>& stopped) const {
  for (std::size_t p = 0; p < impl_->next.size(); ++p) {
    auto marks = watermarks(impl_->client.get(), impl_->topic, static_cast<std::int32_t>(p));
    if (!marks) return marks.error();
    std::unique_lock lock(impl_->mutex);
    while (impl_->reached[p] < marks->high) {
      if (stopped()) return unavailable(impl_->topic + ": stopped before its end was read");
      impl_->moved.wait_for(lock, kLookAgain);
    }
  }
  return {};
}

std::uint32_t AlertReader::partitions() const {
  return static_cast<std::uint32_t>(impl_->next.size());
}

}  // namespace kip
