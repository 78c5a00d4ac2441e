#pragma once
// What one step of a shard has done. Plain values.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/time.h"

namespace kip {

// What became of a source's records.
struct SourceCount {
  std::uint64_t accepted = 0, duplicate = 0, dead = 0;
  std::optional<Instant> last_event;  // the greatest ingested_at
};

struct Progress {
  std::uint64_t records = 0;  // read by this step
  std::uint64_t repeats = 0;
  std::uint64_t links = 0;    // rows of table link that were written
  std::uint64_t refused = 0;  // sealed items, full histories
  std::uint64_t timers = 0;   // items looked at because of time or a new policy
  std::uint64_t alerts = 0;
  std::map<std::string, SourceCount, std::less<>> sources;  // of `records`
  bool idle = false;                                        // nothing was to be done
  bool overdue_catch_up = false;  // catching up took too long: settled anyway
};

}  // namespace kip
