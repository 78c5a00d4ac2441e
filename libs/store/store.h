#pragma once
// The one place where state lives: a few ordered tables of bytes and one atomic batch that changes
// them.
//
//   Batch batch;
//   batch.put(Table::kItem, "HS-1", bytes);
//   batch.erase(Table::kTimer, old_timer_key);
//   Status s = store.write(batch, Durability::kSynced);
//
// A batch becomes true whole or not at all; within it the later change wins. It does not see its
// own writes: fold in memory first. Reads may come from any thread; writes from any thread, each
// atomic (keys of different shards never meet). RocksStore is the real one; MemStore serves the
// simulator and unit tests, with the same order and the same atomicity.
// Errors of write(): kUnavailable: nothing of the batch was written, a retry may help. kCorrupt:
// whether it was written is known only after the store is opened again (the shard stops and the
// process leaves; on a full disk nothing that was answered is lost, see SEMANTICS 7).

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace kip {

enum class Table : std::uint8_t {
  kLog,       // shard, offset -> StampedEvent: the embedded input log (kip.events.v1)
  kAlerts,    // shard, offset -> AlertEvent: the embedded output log (kip.alerts.v1)
  kItem,      // item id -> ItemState
  kHistory,   // item id, chunk -> StampedEvents
  kTimer,     // shard, instant, item id -> nothing
  kTotal,     // shard, counter -> count
  kMeta,      // names -> positions, format, digests
  kDead,      // number -> dead letter
  kReading,   // kind, indicator or source, instant, content -> StampedEvent
  kBacklog,   // shard, bucket, offset -> BacklogBlock: events that wait to be folded
  kDesk,      // unit, alert id or nothing -> StoredDeskAlert or StoredDesk
  kMessage,   // message id -> StoredMessage
  kDelivery,  // message id, channel -> StoredDelivery
  kOutbox,    // channel, instant, message id -> nothing: what is to be sent then
  kJournal,   // alert id, instant, number -> StoredDecision: what was decided, told, answered
  kAnswer,    // offset -> unit, AckEvent: the log of answers that desks take (of kip.acks.v1)
  kHeard,     // source, hour, shard -> when it was heard then, and of what time it spoke
  kSubject,   // kind, source -> StoredSource
  kForecast,  // "lesson", "outlook", "learning" -> StoredLesson, StoredOutlook, StoredLearning
  kLink,      // what shards tell each other of items that others wait for (runtime/links.h)
};
inline constexpr int kTableCount = 20;
// The column family's name: "log", "alerts", "item", ...
std::string_view table_name(Table table);

struct Write {
  Table table;
  std::string key;
  std::optional<std::string> value;  // none: erase
  std::optional<std::string> until;  // set with no value: erase the range [key, until)
};

class Batch {
 public:
  void put(Table table, std::string key, std::string value);
  void erase(Table table, std::string key);
  // [from, until). Unlike in scan(), `until` must not be empty: to empty a table by a forgotten
  // argument would be too easy. from >= until erases nothing.
  void erase_range(Table table, std::string from, std::string until);
  void add(Write write);  // one of another batch
  const std::vector<Write>& writes() const { return writes_; }
  bool empty() const { return writes_.empty(); }
  std::size_t bytes() const { return bytes_; }  // of keys and values
  void clear();

 private:
  std::vector<Write> writes_;
  std::size_t bytes_ = 0;
};

// kSynced: on the disk when write() returns, with every kBuffered write before it. kBuffered
// outlives the process but not the machine.
enum class Durability : std::uint8_t { kSynced, kBuffered };

class Store {
 public:
  virtual ~Store() = default;

  // The value, or none where there is no such key.
  virtual Result<std::optional<std::string>> get(Table table, std::string_view key) const = 0;

  // Calls `visit` for each key in [from, until) in byte order until it returns false. `until`
  // empty: to the end. What is seen is one consistent state of the table: `visit` may write to the
  // store and does not meet what it wrote.
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;
  virtual Status scan(Table table, std::string_view from, std::string_view until,
                      const Visit& visit) const = 0;

  // The last key in [from, until), or none. `until` empty: of all from `from`.
  virtual Result<std::optional<std::string>> last_key(Table table, std::string_view from,
                                                      std::string_view until) const = 0;

  virtual Status write(const Batch& batch, Durability durability) = 0;
};

// The u64 of row `name` of table meta; none: there is no such row. kCorrupt: it is none.
Result<std::optional<std::uint64_t>> meta_number(const Store& store, const std::string& name);
// The same, of an instant (keys::instant).
Result<std::optional<Instant>> meta_instant(const Store& store, const std::string& name);

// In memory; for the simulator and unit tests.
std::unique_ptr<Store> open_mem_store();

}  // namespace kip
