#pragma once
// When each registered source was heard, by the hour: what the machine of subjects learns from. A
// shard notes it beside what it folds and commits it with it. One thread, the shard's.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"
#include "subjects/source.h"

namespace kip {

class HeardHours {
 public:
  HeardHours(const Store& store, std::uint32_t shard) : store_(store), shard_(shard) {}
  // At the door's stamp; `occurred`: of what it spoke, where it is known.
  Status note(std::string_view source, Instant at, std::optional<Instant> occurred);
  void write(Batch& batch);  // what has changed since

 private:
  struct Row {
    HeardHour hour;
    bool changed = false;
  };
  const Store& store_;
  std::uint32_t shard_;
  std::map<std::string, std::map<std::int64_t, Row>, std::less<>> rows_;  // the newest of each, and
                                                                          // what has changed
};

// Of a source, all shards together, by hour from `from` on. kCorrupt: a row that is none.
Result<std::vector<HeardHour>> heard_hours(const Store& store, std::string_view source,
                                           std::int64_t from);

}  // namespace kip
