#pragma once
// The one seam to the outside: an input log that is read from a position and committed to together
// with the state (SEMANTICS 7). Embedded, one RocksDB holds both and a synced batch is the
// transaction; on Kafka a transaction comes first and the store follows it. One seam a shard;
// called by the thread that owns the shard.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace kip {

struct Record {
  std::uint64_t offset = 0;
  std::string value;  // serialized StampedEvent
};

struct OutAlert {
  std::string item_id;
  std::string unit_id;
  std::string value;  // serialized AlertEvent
};

struct OutView {
  std::string item_id;
  std::optional<std::string> value;  // an ItemView as JSON; none: the item is nowhere any more
};

struct Txn {
  Batch state;                   // of tables item, history, timer, total, meta, dead, reading
  std::vector<OutAlert> alerts;  // appended in order
  std::vector<OutView> views;    // where ShardOptions::views asks for them
  std::uint64_t position = 0;    // the offset that will be read next
};

class Seam {
 public:
  virtual ~Seam() = default;
  // Records from `from` on; fewer or none where the log ends.
  virtual Result<std::vector<Record>> read(std::uint64_t from, std::size_t records_max) = 0;
  // The offset after the last record.
  virtual Result<std::uint64_t> end() = 0;
  // The position that was last committed; 0 at birth.
  virtual Result<std::uint64_t> position() = 0;
  // All or nothing. kUnavailable: not committed, or unknown: drop the shard and open it again from
  // what is stored.
  virtual Status commit(Txn txn) = 0;
};

}  // namespace kip
