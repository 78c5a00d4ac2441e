#pragma once
// librdkafka's C interface with owners and Results. Of this lib alone.
//
//   auto producer = Conf(options).set("acks", "all").make(RD_KAFKA_PRODUCER);

#include <librdkafka/rdkafka.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "stream/options.h"

namespace kip {

struct Destroy {
  void operator()(rd_kafka_t* p) const { rd_kafka_destroy(p); }
  void operator()(rd_kafka_conf_t* p) const { rd_kafka_conf_destroy(p); }
  void operator()(rd_kafka_queue_t* p) const { rd_kafka_queue_destroy(p); }
  void operator()(rd_kafka_topic_partition_list_t* p) const {
    rd_kafka_topic_partition_list_destroy(p);
  }
  void operator()(rd_kafka_consumer_group_metadata_t* p) const {
    rd_kafka_consumer_group_metadata_destroy(p);
  }
  void operator()(rd_kafka_message_t* p) const { rd_kafka_message_destroy(p); }
  void operator()(rd_kafka_topic_t* p) const { rd_kafka_topic_destroy(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Destroy>;

class Conf {
 public:
  explicit Conf(const KafkaOptions& options);
  Conf& set(const std::string& name, const std::string& value);  // the first mistake is kept
  rd_kafka_conf_t* get() { return conf_.get(); }                 // for callbacks
  Result<Owned<rd_kafka_t>> make(rd_kafka_type_t type);

 private:
  Owned<rd_kafka_conf_t> conf_;
  Status status_;
};

// kUnavailable "WHAT: what librdkafka says".
Error kafka_error(const std::string& what, rd_kafka_resp_err_t code);
// Takes the error; none is ok.
Status kafka_status(const std::string& what, rd_kafka_error_t* error);

struct Outgoing {
  const char* topic = nullptr;
  std::int32_t partition = RD_KAFKA_PARTITION_UA;
  std::optional<std::string_view> key = std::nullopt, value = std::nullopt;
  rd_kafka_headers_t* headers = nullptr;       // taken over
  std::optional<Instant> time = std::nullopt;  // the record's; none: now
  void* opaque = nullptr;                      // for the delivery report
};
// Into the producer's queue, waiting while it is full. What becomes of it a later flush or commit
// tells.
Status produce(rd_kafka_t* producer, const Outgoing& message);
// The same without waiting. False: the queue is full; the headers are still the caller's.
Result<bool> try_produce(rd_kafka_t* producer, const Outgoing& message);

// How many partitions a topic has. kUnavailable: it is not there, or the brokers do not answer.
Result<std::int32_t> partition_count(rd_kafka_t* client, const std::string& topic);

// Many records of one topic, handed over in bulk: half the cost of producing each by itself. They
// are copied when they are handed over: add() may do that, flush() does. The queue never holds more
// than it may: what is on its way is waited for.
class Bulk {
 public:
  // `partition` RD_KAFKA_PARTITION_UA: by the key.
  Bulk(rd_kafka_t* producer, rd_kafka_topic_t* topic, std::int32_t partition);
  // The value must last until flush(); none: null.
  Status add(std::string_view key, std::optional<std::string_view> value);
  Status flush();

 private:
  rd_kafka_t* producer_;
  rd_kafka_topic_t* topic_;
  std::int32_t partition_;
  std::string keys_;
  std::vector<rd_kafka_message_t> messages_;
  std::size_t bytes_ = 0;  // handed over since the queue was last known to be empty
};

// The offsets of a partition: first and one past the last that a reader of committed records gets.
struct Watermarks {
  std::int64_t low = 0, high = 0;
};
Result<Watermarks> watermarks(rd_kafka_t* client, const std::string& topic, std::int32_t partition);

}  // namespace kip
