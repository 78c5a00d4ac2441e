#pragma once
// The seam on Kafka (SEMANTICS 7): one partition of kip.events.v1, its shard's store, and one
// transactional producer. A commit is a Kafka transaction of changelog, alerts, views, dead letters
// and the input offset; only then is the store brought to it. So the store is always a committed
// prefix, and whoever owns the partition next catches up from where its own copy stands.
//
//   auto seam = KafkaSeam::open(consumer, queue, store, options);   // fences the owner before
//   shard.step(...)                                                 // reads and commits
//
// Belongs to the thread that owns the shard. After an error of commit() the outcome may be unknown:
// drop seam and shard and open them again. kFenced: another process owns the partition now.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "runtime/seam.h"
#include "stream/options.h"

namespace kip {

struct KafkaSeamOptions {
  KafkaOptions kafka;
  std::string group = "kip-engine";
  std::int32_t partition = 0;
  std::chrono::milliseconds commit_timeout{30'000};
  std::size_t restore_slice = 20'000;  // changelog records that are applied at once
  // Of restoring: how many changelog records are read and how many there are.
  std::function<void(std::uint64_t done, std::uint64_t all)> on_restore;
  // Of each commit: how long transaction and store took together.
  std::function<void(std::chrono::nanoseconds took)> on_commit;
  std::function<void(std::string_view point)> at_point;  // for crash tests
  // Asked where opening waits for brokers: true ends it with kUnavailable. None: it waits.
  std::function<bool()> stopped;
  std::function<void(const std::string& what)> say;  // to the operator
};

// The group's consumer, shared by the seams of its partitions: it must outlive them.
class GroupConsumer;

class KafkaSeam : public Seam {
 public:
  ~KafkaSeam() override;
  KafkaSeam(const KafkaSeam&) = delete;
  KafkaSeam& operator=(const KafkaSeam&) = delete;

  // Restores the store and brings it to this program's format. kCorrupt: the topics end before what
  // the store has seen of them. kInvalid: they have another number of partitions than the state was
  // made with, or the store or the changelog is of a newer format.
  static Result<std::unique_ptr<KafkaSeam>> open(GroupConsumer& consumer, Store& store,
                                                 KafkaSeamOptions options);

  // Waits until there is something to read, at most so long.
  void wait(std::chrono::milliseconds most);

  Result<std::vector<Record>> read(std::uint64_t from, std::size_t records_max) override;
  Result<std::uint64_t> end() override;
  Result<std::uint64_t> position() override;
  Status commit(Txn txn) override;

 private:
  struct Impl;
  explicit KafkaSeam(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kip
