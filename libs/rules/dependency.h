#pragma once
// What an item that waits for others (depends_on) knows of them, as their own shards told. Rule
// `blocked` reads it; that an item is blocked is told to nobody who waits for it in turn, so
// circles end. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "calendar/calendar.h"

namespace kip {

enum class DependencyState : std::uint8_t {
  kUnknown,     // there is no such item, or nothing has been told of it yet
  kOnTrack,     // open, and none of the next two
  kLikelyLate,  // alert likely_late is open
  kOverdue,     // alert overdue is open
  kEnded,
};
std::string_view dependency_word(DependencyState state);  // "unknown", "on_track", ...
bool holds_up(DependencyState state);                     // late or likely late

struct Dependency {
  std::string item_id;
  DependencyState state = DependencyState::kUnknown;
  // Unknown: since when it is that. Late, likely late: the onset. Ended: its end.
  Instant since{};
  std::string unit_id;  // of the item; "" while it is unknown
  Instant asked{};      // since when it is waited for; not of what a shard tells
  friend bool operator==(const Dependency&, const Dependency&) = default;
};

// Unknown for so long it is a fault of the item that names it.
inline constexpr WorkTime kUnknownMost = work_hours(8);
inline constexpr std::string_view kUnknownFault = "dependency_unknown";
// From when on; kFarFuture: never, as far as is known.
Instant unknown_fault_from(const std::vector<Dependency>& dependencies, const Calendar& calendar);

}  // namespace kip
