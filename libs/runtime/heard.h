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
  // `grain`: a row that says no more than that the source was heard so little later waits.
  HeardHours(const Store& store, std::uint32_t shard, Millis grain = {})
      : store_(store), shard_(shard), grain_(grain) {}
  // At the door's stamp; `occurred`: of what it spoke, where it is known.
  Status note(std::string_view source, Instant at, std::optional<Instant> occurred);
  void write(Batch& batch);  // what has changed since

 private:
  struct Row {
    HeardHour hour, written;
    bool worth_writing(Millis grain) const;
  };
  const Store& store_;
  std::uint32_t shard_;
  Millis grain_;
  std::map<std::string, std::map<std::int64_t, Row>, std::less<>> rows_;  // the newest of each, and
                                                                          // what has changed
};

// A row as another shard's store has it (key, value), with what is known here: as a put into
// `batch`, where it says more. kCorrupt: it is none.
Status merge_heard(const Store& store, std::string_view key, std::string_view value, Batch& batch);

// Of a source, all shards together, by hour from `from` on. kCorrupt: a row that is none.
Result<std::vector<HeardHour>> heard_hours(const Store& store, std::string_view source,
                                           std::int64_t from);

}  // namespace kip
