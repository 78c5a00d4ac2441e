#pragma once
// Sample data: months of believable events of one invented ward, as the JSON lines that `kip
// import` reads. So a first run shows a ward that is alive, with nothing that anybody really filed.
//
//   write_sample({.end = end}, registry, calendar, [&](auto line) { out << line << '\n'; });
//   // what comes after it, for a clock that runs on (`end` stays what it was):
//   write_sample({.end = end, .from = end, .until = end + std::chrono::hours{24}}, ...);
//
// A line is a WorkEvent in protobuf JSON (snake_case) without line feed, published when it
// occurred; one that was published later, or again, is a StampedEvent that says when. Lines come in
// order of publication. About a dozen a year are broken on purpose: the door refuses them.
//
// Pure, no clock. The same options, registry and calendar give the same bytes with every compiler:
// whole numbers only, and a generator of its own. What is published up to an instant does not
// depend on `from` and `until`. Never a citizen's name, number or address; officers are codes.
//
// Limits: months > 0 and 0 < scale <= 1000, which the caller checks. All lines of the stretch asked
// for are held in memory (about 30 MB a year at scale 1).

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "calendar/calendar.h"
#include "registry/registry.h"

namespace kip {

struct SampleOptions {
  std::uint64_t seed = 1;
  Instant end;         // the "now" that the sample leads up to: its open items are shaped for it
  int months = 12;     // how long before `end` the first day lies
  double scale = 1.0;  // 1: a ward of about 30 dossiers a day
  std::optional<Instant> from;   // only what is published after this; none: from the first day
  std::optional<Instant> until;  // and up to this; none: `end`
};

// `sink` gets one line at a time; the view is valid during the call only.
void write_sample(const SampleOptions& options, const Registry& registry, const Calendar& calendar,
                  const std::function<void(std::string_view line)>& sink);

}  // namespace kip
