#pragma once
// What one commit of a shard gathers; of shard.cc and shard_fold.cc alone.

#include <algorithm>
#include <set>

#include "contract/state.h"
#include "runtime/shard.h"

namespace kip {

struct Shard::Work {
  Batch batch;
  std::vector<AlertChange> alerts;
  struct Cause {
    bool plain = false;  // worth telling: see on_cause
    std::optional<Instant> ingested_at;
  };
  std::vector<Cause> causes;  // of `alerts`
  Progress progress;
  std::set<std::string> fresh_readings;  // keys in `batch`
  std::uint64_t offset = 0;              // of the record in hand
  bool late = false;            // it folds what waited: nothing of it was told when it came
  std::size_t taken_bytes = 0;  // of that

  void heard(std::string_view from, Instant at) {
    auto source = progress.sources.find(from);
    if (source == progress.sources.end())
      source = progress.sources.try_emplace(std::string(from)).first;
    source->second.last_event = std::max(source->second.last_event.value_or(kFarPast), at);
  }
  void repeated(const std::string& source) {
    ++progress.repeats;
    ++progress.sources[source].duplicate;
  }
};

inline void lower(std::optional<Instant>& least, Instant at) {
  least = least ? std::min(*least, at) : at;
}

}  // namespace kip
