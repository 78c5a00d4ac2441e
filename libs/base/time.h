#pragma once
// Instants and working time. An Instant is a UTC instant in whole milliseconds since 1970; civil
// days exist only in `calendar`. WorkTime is an amount of working time in milliseconds: a type of
// its own, never a duration, so that the two clocks cannot be mixed up. Nothing here reads a clock:
// "now" is always an argument.

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kip {

using Millis = std::chrono::milliseconds;
using Instant = std::chrono::sys_time<Millis>;

constexpr Instant instant_of(std::int64_t ms) { return Instant{Millis{ms}}; }
constexpr std::int64_t ms_of(Instant i) { return i.time_since_epoch().count(); }
constexpr Instant kFarFuture = instant_of(INT64_MAX / 4);
constexpr Instant kFarPast = instant_of(-(INT64_MAX / 4));

struct WorkTime {
  std::int64_t ms = 0;
  friend constexpr auto operator<=>(WorkTime, WorkTime) = default;
  friend constexpr WorkTime operator+(WorkTime a, WorkTime b) { return {a.ms + b.ms}; }
  friend constexpr WorkTime operator-(WorkTime a, WorkTime b) { return {a.ms - b.ms}; }
};
constexpr WorkTime work_hours(std::int64_t hours) { return {hours * 3'600'000}; }
constexpr std::int64_t work_minutes(WorkTime t) { return t.ms / 60'000; }
constexpr WorkTime kWorkingDay = work_hours(8);  // one working day is 8 h always (SEMANTICS 9.28)

// RFC 3339, with "Z" or an offset; a fraction beyond milliseconds is cut. Years 1 to 9999.
Result<Instant> parse_rfc3339(std::string_view text);
// "2026-11-23T02:42:00Z", with ".123" only where there are milliseconds.
std::string format_rfc3339(Instant at);
// "T2 23/11/2026, 09:42" and "2026-11-23 09:42" in UTC+7, for people.
std::string format_vn(Instant at);
std::string format_local(Instant at);

}  // namespace kip
