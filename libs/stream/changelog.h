#pragma once
// The changelog of a shard: what a commit changes of items, histories, readings and meta rows, and
// of what the desks keep, as records of a compacted topic, and back (SEMANTICS 7). Timers and
// totals are not in it: they are derived from the items when records are applied. The key of a
// record is one letter for the table and the row's key; a record without a value erases the row.
//
// Pure but for the store that is read; one thread.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace kip {

struct ChangelogRecord {
  std::string key;
  std::optional<std::string> value;
  friend bool operator==(const ChangelogRecord&, const ChangelogRecord&) = default;
};

// Of a commit's batch, in its order; a range becomes a record for each row that `store` holds in
// it. No value: it erases. The key lasts for the call of `take`, the value as long as the batch;
// an error of `take` ends the walk.
using TakeRecord =
    std::function<Status(std::string_view key, std::optional<std::string_view> value)>;
Status to_changelog(const Batch& batch, const Store& store, const TakeRecord& take);

// The batch that brings `store` to where the records lead, timers and totals of `shard` included.
// The records follow each other; a slice may end anywhere, if nobody reads before the last one.
// kCorrupt: a key or an item that cannot be read.
Result<Batch> from_changelog(const std::vector<ChangelogRecord>& records, const Store& store,
                             std::uint32_t shard);

}  // namespace kip
