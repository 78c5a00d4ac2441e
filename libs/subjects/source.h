#pragma once
// The source as a subject: what it usually sends by hour of the working week, and whether its
// silence is more than that. The machine of subjects keeps one for each registered source.
//
//   usual ──▶ late ──▶ silent ──▶ back ──▶ usual       (late: heard again, it is usual at once)
//
//   SourceStep step = step_source(source, heard, now, listening, office);
//   wake_at(step.next_look);
//
// An hour is usual by the share of the last eight weeks in which the source was heard in it. A
// silence is the less likely the more usual hours it covers: late where chance would bring it once
// in twenty times, silent where it would once in a thousand and a least working time has passed.
// While nobody listened (the service was down) no hour counts, neither for what is usual nor for a
// silence. Its alert is open from late on: a notice, which disturbs nobody and holds back what may
// be wrong; silent is a warning. A source that is back may have to send first what was missed: it
// stays `back` until nothing that happened before its return has come for a while. Hours are whole
// ones of the clock, working days those of the ward's calendar. Pure; one thread.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/calendar.h"
#include "registry/registry.h"
#include "rules/item.h"

namespace kip {

inline constexpr std::string_view kSourceSilent = "source_silent";  // the rule, in the contract

// A whole hour of the clock, counted from 1970. UTC+7 is whole hours away, so it is one there too.
std::int64_t hour_of(Instant at);
Instant hour_start(std::int64_t hour);

// Of one source and hour.
struct HeardHour {
  std::int64_t hour = 0;
  Instant last{};               // it was heard (the door's stamp)
  Instant oldest = kFarFuture;  // what it said happened then; none: it said of nothing
  friend bool operator==(const HeardHour&, const HeardHour&) = default;
};

// Sources that are silent, and until when what they said goes.
using Silences = std::map<std::string, Instant, std::less<>>;

enum class SourcePhase : std::uint8_t { kUsual = 0, kLate = 1, kSilent = 2, kBack = 3 };

struct SourceState {
  static constexpr std::size_t kHours = 7 * 24;  // of the week, from Monday 00:00 in UTC+7
  std::string id;
  Instant last = kFarPast;   // heard
  std::int64_t counted = 0;  // hours before it are in the profile; 0: none was yet
  // The newest eight weeks an hour, the newest in the lowest bit: looked at, and heard in.
  std::array<std::uint8_t, kHours> looked{}, active{};
  SourcePhase phase = SourcePhase::kUsual;
  Instant until{};    // not usual: what it had said by then is all that is known
  Instant onset{};    // of the silence
  Instant back_at{};  // back: since when
  Instant old_at{};   // back: when something that happened before was last heard
  // Of its newest alert, as it was last told; none: revision 0. The unit never changes.
  std::string unit, alert_id;
  std::uint32_t revision = 0;
  Instant changed_at = kFarPast;
  AlertLevel level{};
  friend bool operator==(const SourceState&, const SourceState&) = default;
  bool silent() const { return phase == SourcePhase::kSilent || phase == SourcePhase::kBack; }
  bool told() const { return phase != SourcePhase::kUsual; }  // its alert is open
};

// What decides beside the inputs.
struct SourceOffice {
  const Calendar& calendar;
  const SilenceRules& rules;
  std::string unit;  // to whom a new alert goes
};

struct SourceStep {
  std::optional<AlertChangeKind> change;  // of its alert
  Instant next_look = kFarFuture;
};

// `heard`: every hour from source.counted - 1 on in which it was heard, in order. `listening`:
// since when all that is sent is heard.
SourceStep step_source(SourceState& source, const std::vector<HeardHour>& heard, Instant now,
                       Instant listening, const SourceOffice& office);

// The share of working weeks in which it is heard in that hour of the week, 0 to below 1; 0 where
// too few were looked at.
double usual_share(const SourceState& source, std::size_t hour_of_week);
std::size_t hour_of_week(std::int64_t hour);

}  // namespace kip
