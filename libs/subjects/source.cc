#include "subjects/source.h"

#include <algorithm>
#include <bit>

namespace kip {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr int kWeeksLeast = 3, kDaysLeast = 3;

bool is_working(std::int64_t hour, const Calendar& calendar) {
  return calendar.is_working_day(local_day(hour_start(hour)));
}

std::int64_t whole_hour_from(Instant at) {
  const std::int64_t hour = hour_of(at);
  return hour_start(hour) == at ? hour : hour + 1;
}

const HeardHour* in_hour(const std::vector<HeardHour>& heard, std::int64_t hour) {
  const auto found =
      std::lower_bound(heard.begin(), heard.end(), hour,
                       [](const HeardHour& h, std::int64_t at) { return h.hour < at; });
  return found != heard.end() && found->hour == hour ? &*found : nullptr;
}

// Every whole hour that was listened to, once it was heard again: a silence teaches nothing.
void learn(SourceState& source, const std::vector<HeardHour>& heard, Instant now, Instant listening,
           const Calendar& calendar) {
  const std::int64_t present = hour_of(std::min(now, source.last));
  source.counted = std::max(source.counted, whole_hour_from(listening));
  for (std::int64_t hour = source.counted; hour < present; ++hour) {
    if (source.silent() || !is_working(hour, calendar)) continue;
    const std::size_t slot = hour_of_week(hour);
    const auto shifted = [](std::uint8_t bits, bool bit) {
      return static_cast<std::uint8_t>(static_cast<unsigned>(bits) << 1U | (bit ? 1U : 0U));
    };
    source.looked[slot] = shifted(source.looked[slot], true);
    source.active[slot] = shifted(source.active[slot], in_hour(heard, hour) != nullptr);
  }
  source.counted = std::max(source.counted, present);
}

// Nothing was heard since: from when that is late, and from when silent.
struct Limits {
  Instant late = kFarFuture, silent = kFarFuture;
};

Limits limits_of(const SourceState& source, Instant listening, Instant now,
                 const SourceOffice& office) {
  Limits limits;
  const Instant base = std::max(source.last, listening);
  double chance = 1;
  const std::int64_t last = hour_of(now) + 7 * 24;  // a week ahead: there is always a next look
  std::int64_t hour = std::max(hour_of(source.last) + 1, whole_hour_from(listening));
  for (; hour <= last; ++hour) {
    if (!is_working(hour, office.calendar)) continue;
    chance *= 1 - usual_share(source, hour_of_week(hour));
    const Instant end = hour_start(hour + 1);
    if (limits.late == kFarFuture && chance <= office.rules.late) limits.late = end;
    if (chance > office.rules.silent) continue;
    limits.silent = std::max(end, office.calendar.add(base, office.rules.after));
    break;
  }
  return limits;
}

// When something that happened before the return was last heard, to the hour.
void note_old(SourceState& source, const std::vector<HeardHour>& heard) {
  for (const HeardHour& h : heard) {
    if (h.hour >= hour_of(source.back_at) && h.oldest < source.back_at)
      source.old_at = std::max(source.old_at, h.last);
  }
}

}  // namespace

std::int64_t hour_of(Instant at) {
  return std::chrono::floor<std::chrono::hours>(at).time_since_epoch().count();
}

Instant hour_start(std::int64_t hour) { return instant_of(hour * kHourMs); }

std::size_t hour_of_week(std::int64_t hour) {
  const LocalDay day = local_day(hour_start(hour));
  const std::chrono::weekday weekday{day};
  const auto of_day = (hour_start(hour) - day_start(day)).count() / kHourMs;
  return (weekday.iso_encoding() - 1) * 24 + static_cast<std::size_t>(of_day);
}

// Of that weekday; where too few of them were seen, of that hour on all working days. Half a week
// more on either side: nothing is ever certain.
double usual_share(const SourceState& source, std::size_t slot) {
  const auto share = [](int active, int looked) { return (active + 0.5) / (looked + 1); };
  const int looked = std::popcount(source.looked[slot]);
  if (looked >= kWeeksLeast) {
    const int active = std::popcount(source.active[slot]);
    return active == 0 ? 0 : share(active, looked);
  }
  int days_looked = 0, days_active = 0;
  for (std::size_t h = slot % 24; h < SourceState::kHours; h += 24) {
    days_looked += std::popcount(source.looked[h]);
    days_active += std::popcount(source.active[h]);
  }
  if (days_looked < kDaysLeast || days_active == 0) return 0;
  return share(days_active, days_looked);
}

namespace {

void begin_alert(SourceState& source, Instant onset, const std::string& unit, SourcePhase phase) {
  source.onset = onset;
  source.until = source.last;
  source.unit = unit;
  source.phase = phase;
}

// Back, or silent: true while it stays so.
bool is_still_silent(SourceState& source, const std::vector<HeardHour>& heard, Instant now,
                     const Limits& limits, const SourceOffice& office, SourceStep& step) {
  if (source.phase == SourcePhase::kSilent) {
    if (source.last <= source.until) return true;  // it is heard first
    source.phase = SourcePhase::kBack;
    source.back_at = source.old_at = source.last;
  }
  note_old(source, heard);
  if (now >= limits.silent) {  // again, and what was missed is missing still
    source.phase = SourcePhase::kSilent;
    source.until = source.last;
    step.change = AlertChangeKind::kUpdated;
    return true;
  }
  const Instant end = std::min(office.calendar.add(source.old_at, office.rules.settle),
                               office.calendar.add(source.back_at, office.rules.settle_most));
  if (now >= end) return false;
  step.next_look = std::min(end, std::max(limits.silent, now + Millis{1}));
  return true;
}

}  // namespace

SourceStep step_source(SourceState& source, const std::vector<HeardHour>& heard, Instant now,
                       Instant listening, const SourceOffice& office) {
  SourceStep step;
  for (const HeardHour& h : heard) source.last = std::max(source.last, h.last);
  learn(source, heard, now, listening, office.calendar);
  const Limits limits = limits_of(source, listening, now, office);
  const bool was_told = source.told();
  if (source.silent()) {
    if (is_still_silent(source, heard, now, limits, office, step)) return step;
  } else if (now >= limits.silent) {
    if (!was_told) begin_alert(source, limits.late, office.unit, SourcePhase::kSilent);
    source.phase = SourcePhase::kSilent;
    step.change = was_told ? AlertChangeKind::kLevel : AlertChangeKind::kRaised;
    return step;
  } else if (now >= limits.late || (was_told && source.last <= source.until)) {
    if (!was_told) {
      begin_alert(source, limits.late, office.unit, SourcePhase::kLate);
      step.change = AlertChangeKind::kRaised;
    }
    step.next_look = limits.silent;
    return step;
  }
  source.phase = SourcePhase::kUsual;
  if (was_told) step.change = AlertChangeKind::kResolved;
  const Instant hour = hour_start(hour_of(now) + 1);  // to learn
  step.next_look = std::min({hour, limits.late, limits.silent});
  return step;
}

}  // namespace kip
