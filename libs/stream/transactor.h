#pragma once
// A transactional producer and the partition of the changelog that it writes: what a store is to
// become is told there first, together with what goes out by it, whole or not at all; only then is
// the store brought to it (SEMANTICS 7). So the store is always a committed prefix. Of this lib
// alone.
//
//   auto transactor = Transactor::open(options);        // shuts out who had the id before
//   restore(store, ...); transactor->set_end(end);
//   transactor->commit(store, batch, [&](rd_kafka_t* producer) { return produce(...); });
//
// One thread. After an error of commit() the outcome may be unknown: drop it and open it again.
// kFenced: another one has the id now.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"
#include "stream/client.h"

namespace kip {

struct TransactorOptions {
  KafkaOptions kafka;  // topics.changelog is the one that is written
  std::string id;      // the transactional.id
  std::int32_t partition = 0;
  std::chrono::milliseconds commit_timeout{30'000};
  std::function<bool()> stopped;  // asked where opening waits for brokers; true ends it
  std::function<void(std::string_view point)> at_point;  // for crash tests
};

class Transactor {
 public:
  static Result<std::unique_ptr<Transactor>> open(TransactorOptions options);
  Transactor(const Transactor&) = delete;
  Transactor& operator=(const Transactor&) = delete;

  // The changelog offset up to which the store stands.
  void set_end(std::int64_t end) { changelog_end_ = end; }
  rd_kafka_t* producer() const { return producer_.get(); }

  // One transaction of the rows of `state`, its dead letters and alerts (to their topics: the store
  // on Kafka keeps none), what `outputs` produces and the offsets that `offsets` sends; then
  // `store`.
  using Within = std::function<Status(rd_kafka_t* producer)>;
  Status commit(Store& store, Batch state, const Within& outputs = {}, const Within& offsets = {});

 private:
  explicit Transactor(TransactorOptions options) : options_(std::move(options)) {}
  Status begin();
  Status transaction(const Store& store, const Batch& state, const Within& outputs,
                     const Within& offsets);
  Status produce_rows(const Store& store, const Batch& state) const;
  Status produce_dead(const Batch& state) const;
  Status produce_alerts(const Batch& state) const;
  Status apply(Store& store, Batch state) const;
  Error why(const Error& failed) const;
  void point(std::string_view name) const {
    if (options_.at_point) options_.at_point(name);
  }
  static void note_delivery(rd_kafka_t* client, const rd_kafka_message_t* message, void* opaque);

  TransactorOptions options_;
  Owned<rd_kafka_t> producer_;
  Owned<rd_kafka_topic_t> changelog_;  // of the producer
  std::optional<Error> unwritable_;    // a right is missing
  std::int64_t changelog_end_ = 0;     // after what is applied
  std::int64_t delivered_ = -1;        // the greatest changelog offset of the one under way
  std::uint64_t commits_ = 0;          // only counted for a planted fault
};

// kFenced where the error says that another one has the id. Takes it; none is ok.
Status fenced_or(const std::string& what, rd_kafka_error_t* error);

}  // namespace kip
