#pragma once
// How time is counted: as it passes, or by an office's calendar, as deadlines count it. A term of
// two days over a weekend is half used after a day of work, not on Sunday. Any thread. Pure.

#include <algorithm>
#include <cstdint>

#include "calendar/calendar.h"

namespace kip::forecast {

class Measure {
 public:
  Measure() = default;  // as it passes
  // Working time; the calendar outlives it.
  explicit Measure(const Calendar& calendar) : calendar_(&calendar) {}

  // From a to b in ms, 0 at least.
  std::int64_t between(Instant a, Instant b) const {
    const std::int64_t ms = calendar_ ? calendar_->between(a, b).ms : (b - a).count();
    return std::max<std::int64_t>(ms, 0);
  }
  // The earliest instant that is so many ms after `t`.
  Instant add(Instant t, std::int64_t ms) const {
    return calendar_ ? calendar_->add(t, WorkTime{ms}) : t + Millis{ms};
  }
  // What people call a day.
  double day_ms() const { return calendar_ ? 8 * 3'600'000 : 24 * 3'600'000; }

 private:
  const Calendar* calendar_ = nullptr;
};

}  // namespace kip::forecast
