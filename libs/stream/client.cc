#include "stream/client.h"

#include <array>

namespace kip {
namespace {
constexpr int kAskMs = 10'000;
}

Conf::Conf(const KafkaOptions& options) : conf_(rd_kafka_conf_new()) {
  set("bootstrap.servers", options.brokers);
  set("client.id", options.client_id);
  for (const auto& [name, value] : options.settings) set(name, value);
}

Conf& Conf::set(const std::string& name, const std::string& value) {
  std::array<char, 512> why{};
  const auto done =
      rd_kafka_conf_set(conf_.get(), name.c_str(), value.c_str(), why.data(), why.size());
  if (done != RD_KAFKA_CONF_OK && status_) status_ = invalid(name + ": " + why.data());
  return *this;
}

Result<Owned<rd_kafka_t>> Conf::make(rd_kafka_type_t type) {
  if (!status_) return status_.error();
  std::array<char, 512> why{};
  Owned<rd_kafka_t> made(rd_kafka_new(type, conf_.get(), why.data(), why.size()));
  if (!made) return unavailable("kafka: " + std::string(why.data()));
  static_cast<void>(conf_.release());  // librdkafka's now
  return made;
}

Error kafka_error(const std::string& what, rd_kafka_resp_err_t code) {
  return unavailable(what + ": " + rd_kafka_err2str(code));
}

Status kafka_status(const std::string& what, rd_kafka_error_t* error) {
  if (error == nullptr) return {};
  Error out = unavailable(what + ": " + rd_kafka_error_string(error));
  rd_kafka_error_destroy(error);
  return out;
}

Result<bool> try_produce(rd_kafka_t* producer, const Outgoing& m) {
  const auto bytes = [](const std::optional<std::string_view>& text) {
    decltype(rd_kafka_vu_t{}.u.mem) out{};
    if (text) out = {const_cast<char*>(text->data()), text->size()};  // NOLINT: copied by it
    return out;
  };
  std::array<rd_kafka_vu_t, 8> parts{};
  parts[0] = {.vtype = RD_KAFKA_VTYPE_TOPIC, .u = {.cstr = m.topic}};
  parts[1] = {.vtype = RD_KAFKA_VTYPE_PARTITION, .u = {.i32 = m.partition}};
  parts[2] = {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u = {.i = RD_KAFKA_MSG_F_COPY}};
  parts[3].vtype = RD_KAFKA_VTYPE_KEY;
  parts[3].u.mem = bytes(m.key);
  parts[4].vtype = RD_KAFKA_VTYPE_VALUE;
  parts[4].u.mem = bytes(m.value);
  parts[5] = {.vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u = {.i64 = m.time ? ms_of(*m.time) : 0}};
  parts[6] = {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u = {.ptr = m.opaque}};
  parts[7] = {.vtype = RD_KAFKA_VTYPE_HEADERS, .u = {.headers = m.headers}};
  rd_kafka_error_t* error =
      rd_kafka_produceva(producer, parts.data(), m.headers ? parts.size() : parts.size() - 1);
  if (error == nullptr) return true;
  if (rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
    rd_kafka_error_destroy(error);
    return false;
  }
  if (m.headers) rd_kafka_headers_destroy(m.headers);
  return kafka_status(std::string("produce to ") + m.topic, error).error();
}

Status produce(rd_kafka_t* producer, const Outgoing& message) {
  constexpr int kQueueFullMs = 100;
  for (;;) {
    auto taken = try_produce(producer, message);
    if (!taken) return taken.error();
    if (*taken) return {};
    rd_kafka_poll(producer, kQueueFullMs);
  }
}

Result<std::int32_t> partition_count(rd_kafka_t* client, const std::string& name) {
  const struct rd_kafka_metadata* found = nullptr;
  rd_kafka_topic_t* topic = rd_kafka_topic_new(client, name.c_str(), nullptr);
  auto code = rd_kafka_metadata(client, 0, topic, &found, kAskMs);
  rd_kafka_topic_destroy(topic);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(name, code);
  const std::int32_t count = found->topic_cnt == 1 ? found->topics[0].partition_cnt : 0;
  if (found->topic_cnt == 1) code = found->topics[0].err;
  rd_kafka_metadata_destroy(found);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(name, code);
  return count;
}

namespace {
constexpr std::size_t kBulkMessages = 1'000, kBulkKeyBytes = 64U << 10;
constexpr std::size_t kOnTheWayBytes = 64U << 20;  // far below queue.buffering.max.kbytes
constexpr int kOnTheWayMessages = 500'000;         // and ....messages of our producers
constexpr int kFlushMs = 30'000;
}  // namespace

Bulk::Bulk(rd_kafka_t* producer, rd_kafka_topic_t* topic, std::int32_t partition)
    : producer_(producer), topic_(topic), partition_(partition) {
  keys_.reserve(kBulkKeyBytes);  // never grows: messages point into it
  messages_.reserve(kBulkMessages);
}

Status Bulk::add(std::string_view key, std::optional<std::string_view> value) {
  if (messages_.size() == kBulkMessages || keys_.size() + key.size() > kBulkKeyBytes) {
    if (Status done = flush(); !done) return done;
  }
  rd_kafka_message_t& message = messages_.emplace_back();
  message.key = keys_.data() + keys_.size();
  message.key_len = key.size();
  keys_ += key;
  if (value) {
    message.payload = const_cast<char*>(value->data());  // NOLINT: copied by it
    message.len = value->size();
  }
  bytes_ += key.size() + message.len;
  return {};
}

Status Bulk::flush() {
  if (messages_.empty()) return {};
  const auto count = static_cast<int>(messages_.size());
  const int sent =
      rd_kafka_produce_batch(topic_, partition_, RD_KAFKA_MSG_F_COPY, messages_.data(), count);
  if (sent != count) {
    for (const rd_kafka_message_t& message : messages_) {
      if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      return kafka_error(std::string("produce to ") + rd_kafka_topic_name(topic_), message.err);
    }
  }
  messages_.clear();
  keys_.clear();
  if (bytes_ < kOnTheWayBytes && rd_kafka_outq_len(producer_) < kOnTheWayMessages) return {};
  bytes_ = 0;
  const auto code = rd_kafka_flush(producer_, kFlushMs);
  return code == RD_KAFKA_RESP_ERR_NO_ERROR ? Status() : kafka_error("flush", code);
}

Result<Watermarks> watermarks(rd_kafka_t* client, const std::string& topic,
                              std::int32_t partition) {
  Watermarks w;
  const auto code =
      rd_kafka_query_watermark_offsets(client, topic.c_str(), partition, &w.low, &w.high, kAskMs);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return kafka_error(topic + " " + std::to_string(partition), code);
  return w;
}

}  // namespace kip
