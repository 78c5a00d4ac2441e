#pragma once
// How a shard works, and whom it tells.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "rules/item.h"

namespace kip {

enum class Clock : std::uint8_t {
  kGiven,  // wall, xN, at:T: the caller says what time it is
  kLog,    // time comes from the records
};

// What all shards of a process together may put off in memory; one of them a quarter of it, for
// when it is more all goes into one commit.
constexpr std::size_t kHeldBytes = 384U << 20;
constexpr std::size_t held_max_of(std::size_t shards) {
  return kHeldBytes / (shards < 4 ? 4 : shards);
}

struct ShardOptions {
  std::uint32_t shard = 0;
  Clock clock = Clock::kGiven;
  std::size_t records_max = 5'000;  // a commit, at most
  std::size_t timers_max = 10'000;
  Millis lag_max = std::chrono::seconds{10};       // an older record means: catching up
  Millis catch_up_max = std::chrono::minutes{10};  // then settle anyway
  std::size_t held_max = 0;  // bytes that catching up may put off in memory: see Backlog
  bool views = false;        // each commit carries the views of the items that it settled
  bool heard = false;        // it notes when sources were heard; not under Clock::kLog
  Millis heard_grain{};      // see HeardHours
  std::function<bool(std::string_view item_id)>
      owns;  // where a store holds several shards: which items are this one's
  // A record at which the shard has failed twice: it becomes a dead letter, and the others go on.
  std::optional<std::uint64_t> poison;
  // Called at each named point of a commit; the crash tests and the simulator leave here.
  std::function<void(std::string_view point)> at_point;
  // Called with each alert of a commit that has become true.
  std::function<void(const AlertChange&)> on_alert;
  // The same, of those whose reason is plain: `ingested_at` of the newest record that this commit
  // folded for the item; none: time alone. Not of what a policy or the end of catching up brought.
  std::function<void(const AlertChange&, std::optional<Instant> ingested_at)> on_cause;
};

}  // namespace kip
