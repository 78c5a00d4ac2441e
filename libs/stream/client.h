#pragma once
// librdkafka's C interface with owners and Results. Of this lib alone.
//
//   auto producer = Conf(options).set("acks", "all").make(RD_KAFKA_PRODUCER);

#include <librdkafka/rdkafka.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "stream/options.h"
#include "stream/trouble.h"

namespace kip {

// What librdkafka's callbacks get as their opaque pointer: what of the client's connections there
// is to tell, and the owner's own pointer. Goes with its client.
struct ClientContext {
  void* opaque = nullptr;
  std::function<void(const std::string&)> say;
  std::mutex mutex;
  std::optional<Trouble> trouble;      // the last one
  std::optional<Error> missing_right;  // the first that the log told more exactly than a call does
  bool made = false;
  std::string log;  // of the making
};
template <typename T>
T& opaque_of(void* context) {
  return *static_cast<T*>(static_cast<ClientContext*>(context)->opaque);
}

struct Destroy {
  void operator()(rd_kafka_t* p) const {
    const std::unique_ptr<ClientContext> context(static_cast<ClientContext*>(rd_kafka_opaque(p)));
    rd_kafka_destroy(p);  // ends the threads that tell
  }
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
  // As everything is that Kịp writes: of a key where Java's partitioner puts it, packed, and as
  // large as the topics take.
  Conf& producing();
  rd_kafka_conf_t* get() { return conf_.get(); }  // for callbacks
  Conf& opaque(void* owner);                      // theirs, by opaque_of
  // kInvalid: the settings cannot be used, as a key that its password does not open.
  Result<Owned<rd_kafka_t>> make(rd_kafka_type_t type);

 private:
  KafkaSettings settings_;
  std::unique_ptr<ClientContext> context_;
  Owned<rd_kafka_conf_t> conf_;
  Status status_;
};
// The last trouble with a connection of this client, taken out.
std::optional<Trouble> take_trouble(rd_kafka_t* client);
// The right that this client was told to lack, and no call told by name.
std::optional<Error> missing_right(rd_kafka_t* client);

// kUnavailable "WHAT: what librdkafka says"; kInvalid where a right is missing.
Error kafka_error(const std::string& what, rd_kafka_resp_err_t code);
// Takes the error; none is ok.
Status kafka_status(const std::string& what, rd_kafka_error_t* error);

// What became of a produced message that was not taken.
Error not_taken(const rd_kafka_message_t& message);
// The same, where the producer has ended because its user may write no topic at all; else none.
std::optional<Error> no_right_at_all(rd_kafka_t* producer, const std::string& topic);
// Why this client has ended, which it says once and then brings nothing any more, as if there were
// nothing: kFenced where another member of its group has its name. None: it has not.
std::optional<Error> ended(rd_kafka_t* client);
// What came in place of a message of the group: an error that does not heal by itself; else none.
std::optional<Error> not_read(const rd_kafka_message_t& message, const std::string& group);
// A delivery callback whose opaque is a std::optional<Error>: the first that was not taken.
void keep_first_failure(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque);

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
