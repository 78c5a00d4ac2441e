#include "app/source_tally.h"

#include <algorithm>

namespace kip {

void SourceTally::add_locked(std::string_view source, const SourceCount& count) {
  auto found = counts_.find(source);
  if (found == counts_.end()) {
    const bool room = counts_.size() < kSourcesMax;
    found = counts_.try_emplace(room ? std::string(source) : std::string()).first;
  }
  SourceCount& sum = found->second;
  sum.accepted += count.accepted;
  sum.duplicate += count.duplicate;
  sum.dead += count.dead;
  if (count.last_event) {
    sum.last_event = std::max(sum.last_event.value_or(kFarPast), *count.last_event);
  }
}

void SourceTally::add(std::string_view source, const SourceCount& count) {
  const std::scoped_lock lock(mutex_);
  add_locked(source, count);
}

void SourceTally::add(const Counts& counts) {
  if (counts.empty()) return;
  const std::scoped_lock lock(mutex_);
  for (const auto& [source, count] : counts) add_locked(source, count);
}

SourceTally::Counts SourceTally::counts() const {
  const std::scoped_lock lock(mutex_);
  return counts_;
}

}  // namespace kip
