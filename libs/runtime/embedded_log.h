#pragma once
// The embedded log: per shard an input log and an output log of alerts in the same store as the
// state, so that one synced batch is the whole transaction and nothing needs an outbox. Any thread
// may append; each shard's seam belongs to its owner.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runtime/seam.h"

namespace kip {

struct Appended {
  std::string key;    // decides the shard
  std::string value;  // serialized StampedEvent
};

class EmbeddedLog {
 public:
  // Kept behind the position, for a look back; older records are let go.
  static constexpr std::uint64_t kKeepRecords = 100'000;

  // Brings the store to this program's format and opens the logs of `shards` shards. Their number
  // is fixed at birth: another one is kInvalid.
  static Result<std::unique_ptr<EmbeddedLog>> open(Store& store, std::uint32_t shards,
                                                   std::uint64_t keep_records = kKeepRecords);

  std::uint32_t shards() const { return shards_; }
  // Appends all or none, records and dead letters alike; durable when it returns (202 rests on
  // this).
  Status append(const std::vector<Appended>& records, const std::vector<std::string>& dead_letters);
  std::uint64_t end(std::uint32_t shard) const { return ends_.at(shard)->load(); }
  // `on_commit`: how long each commit took, told to the owner of the shard.
  std::unique_ptr<Seam> seam(std::uint32_t shard,
                             std::function<void(std::chrono::nanoseconds)> on_commit = {});

 private:
  friend class EmbeddedSeam;
  EmbeddedLog(Store& store, std::uint32_t shards, std::uint64_t keep_records)
      : store_(store), shards_(shards), keep_records_(keep_records) {}
  Store& store_;
  std::uint32_t shards_;
  std::uint64_t keep_records_;
  std::mutex mutex_;  // appends
  std::vector<std::unique_ptr<std::atomic<std::uint64_t>>> ends_;
  std::uint64_t next_dead_ = 0;
};

// Table alerts also holds an index by item: kAlertIndex, item id, 0x00, key of the alert ->
// nothing.
inline constexpr std::uint32_t kAlertIndex = 0xffffffff;
// Logs of alerts in a store of so many shards: theirs, and behind them that of the subjects.
constexpr std::uint32_t alert_logs(std::uint32_t shards) { return shards + 1; }
// Appends an AlertEvent to an alert log and its index, at `offset`.
void put_alert(Batch& batch, std::uint32_t log, std::uint64_t offset, std::string_view subject,
               std::string alert_event);
// The offset after the last one.
Result<std::uint64_t> alerts_end(const Store& store, std::uint32_t log);
std::string alerts_of_prefix(std::string_view item_id);

// Dead letters that a shard writes in its own commit are numbered from here: kShardDead | shard <<
// 40 | offset.
inline constexpr std::uint64_t kShardDead = 1ULL << 63;

// Meta keys.
std::string position_key(std::uint32_t shard);
// The number of shards a store was made with; none: a new store.
Result<std::optional<std::uint32_t>> stored_shards(const Store& store);

}  // namespace kip
