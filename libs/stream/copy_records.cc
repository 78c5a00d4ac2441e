#include "stream/copy_records.h"

#include <array>
#include <chrono>
#include <vector>

#include "stream/client.h"

namespace kip {
namespace {

constexpr std::chrono::seconds kNothing{30};
constexpr int kSliceMs = 100;
constexpr int kCopiedMs = 120'000;

class Copy {
 public:
  Copy(const KafkaOptions& kafka, const std::string& from, const std::string& to)
      : kafka_(kafka), from_(from), to_(to) {}

  Status run(std::uint64_t count,
             const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    if (Status opened = open(); !opened) return opened;
    if (Status shared = share(count); !shared) return shared;
    if (Status begun = assign(); !begun) return begun;
    const Owned<rd_kafka_queue_t> queue(rd_kafka_queue_get_consumer(reader_.get()));
    auto moved = std::chrono::steady_clock::now();
    while (done_ < count) {
      const std::uint64_t before = done_;
      if (Status more = slice(queue.get()); !more) return more;
      if (failed_) return *failed_;
      const auto now = std::chrono::steady_clock::now();
      if (done_ > before) moved = now;
      if (now - moved >= kNothing) return unavailable(from_ + ": nothing came");
      if (progress) progress(done_, count);
    }
    rd_kafka_consumer_close(reader_.get());
    const auto flushed = rd_kafka_flush(writer_.get(), kCopiedMs);
    if (flushed != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error("flush", flushed);
    if (failed_) return *failed_;
    return {};
  }

 private:
  Status open() {
    Conf reading(kafka_);
    reading
        .set("group.id", "kip-copy")  // which the client wants; it is not joined
        .set("enable.auto.commit", "false")
        .set("isolation.level", "read_committed");
    auto reader = reading.make(RD_KAFKA_CONSUMER);
    if (!reader) return reader.error();
    reader_ = std::move(*reader);
    rd_kafka_poll_set_consumer(reader_.get());
    Conf writing(kafka_);
    writing.producing().set("enable.idempotence", "true");
    writing.opaque(&failed_);
    rd_kafka_conf_set_dr_msg_cb(writing.get(), keep_first_failure);
    auto writer = writing.make(RD_KAFKA_PRODUCER);
    if (!writer) return writer.error();
    writer_ = std::move(*writer);
    return {};
  }

  // How many are wanted of each partition.
  Status share(std::uint64_t count) {
    auto partitions = partition_count(reader_.get(), from_);
    if (!partitions) return partitions.error();
    auto theirs = partition_count(reader_.get(), to_);
    if (!theirs) return theirs.error();
    if (*theirs != *partitions)
      return invalid(to_ + " has " + std::to_string(*theirs) + " partitions, " + from_ + " has " +
                     std::to_string(*partitions));
    std::vector<std::uint64_t> held;
    std::uint64_t all = 0;
    for (std::int32_t p = 0; p < *partitions; ++p) {
      auto marks = watermarks(reader_.get(), from_, p);
      if (!marks) return marks.error();
      held.push_back(static_cast<std::uint64_t>(marks->high - marks->low));
      all += held.back();
    }
    if (all < count)
      return invalid(from_ + " holds " + std::to_string(all) + " records, not " +
                     std::to_string(count));
    // Of what is left, so that the shares together are the whole.
    for (const std::uint64_t records : held) {
      const std::uint64_t part = all == 0 ? 0 : count * records / all;
      wanted_.push_back(part);
      count -= part;
      all -= records;
    }
    return {};
  }

  Status assign() {
    const auto partitions = static_cast<std::int32_t>(wanted_.size());
    const Owned<rd_kafka_topic_partition_list_t> list(
        rd_kafka_topic_partition_list_new(partitions));
    for (std::int32_t p = 0; p < partitions; ++p) {
      if (wanted_[static_cast<std::size_t>(p)] == 0) continue;
      rd_kafka_topic_partition_list_add(list.get(), from_.c_str(), p)->offset =
          RD_KAFKA_OFFSET_BEGINNING;
    }
    const auto code = rd_kafka_assign(reader_.get(), list.get());
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? Status() : kafka_error(from_, code);
  }

  Status slice(rd_kafka_queue_t* queue) {
    std::array<rd_kafka_message_t*, 1'000> messages{};
    const ssize_t n =
        rd_kafka_consume_batch_queue(queue, kSliceMs, messages.data(), messages.size());
    Status status;
    for (ssize_t i = 0; i < n; ++i) {
      const Owned<rd_kafka_message_t> message(messages.at(static_cast<std::size_t>(i)));
      if (status) status = take(*message);
    }
    rd_kafka_poll(writer_.get(), 0);
    return status;
  }

  Status take(rd_kafka_message_t& message) {
    if (message.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
      return no_right("Read", "topic", from_);
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return {};  // passing ones heal
    std::uint64_t& left = wanted_.at(static_cast<std::size_t>(message.partition));
    if (left == 0) return {};
    const auto part = [](const void* bytes, std::size_t size) {
      return bytes == nullptr ? std::optional<std::string_view>()
                              : std::string_view(static_cast<const char*>(bytes), size);
    };
    Outgoing out{.topic = to_.c_str(),
                 .partition = message.partition,
                 .key = part(message.key, message.key_len),
                 .value = part(message.payload, message.len)};
    rd_kafka_timestamp_type_t type{};
    const std::int64_t stamp = rd_kafka_message_timestamp(&message, &type);
    if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) out.time = instant_of(stamp);
    rd_kafka_message_detach_headers(&message, &out.headers);
    if (Status sent = produce(writer_.get(), out); !sent) return sent;
    --left;
    ++done_;
    return {};
  }

  const KafkaOptions& kafka_;
  const std::string& from_;
  const std::string& to_;
  std::optional<Error> failed_;  // of the writer's callback, so it outlives the writer
  Owned<rd_kafka_t> reader_, writer_;
  std::vector<std::uint64_t> wanted_;  // by partition, still
  std::uint64_t done_ = 0;
};

}  // namespace

Status copy_records(const KafkaOptions& kafka, const std::string& from, const std::string& to,
                    std::uint64_t count,
                    const std::function<void(std::uint64_t done, std::uint64_t all)>& progress) {
  return Copy(kafka, from, to).run(count, progress);
}

}  // namespace kip
