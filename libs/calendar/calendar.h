#pragma once
// Working time of a Vietnamese office: which instants count towards a deadline (Bộ luật Lao động
// Điều 112; office hours and swaps as the Government announces them each year). All civil time is
// UTC+7, fixed.
//
//   Calendar c = Calendar::office(hours, exceptions);
//   WorkTime left = c.between(now, due);          // signed
//   Instant due = c.add(accepted, work_hours(24));
//
// Working intervals are half-open [open, close). Days that no exception names follow the week:
// Monday to Friday. Each query costs one look into a table or a binary search of it (about 300
// years; outside, the plain week, by arithmetic). Immutable once made: any thread. Pure.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"

namespace kip {

using LocalDay = std::chrono::sys_days;  // a civil day in UTC+7
LocalDay local_day(Instant at);
Instant day_start(LocalDay day);
std::string day_text(LocalDay day);    // "2026-11-24"
std::string month_text(LocalDay day);  // "2026-11"

struct OfficeHours {
  struct Interval {
    std::int64_t open_ms, close_ms;  // of the day, 0 <= open < close <= 24 h
  };
  std::vector<Interval> intervals;                // sorted, apart
  std::set<unsigned> weekdays = {1, 2, 3, 4, 5};  // 0 Sunday .. 6 Saturday
};

class Calendar {
 public:
  // Every instant is working time (`--calendar always`).
  static Calendar always();
  // `exceptions`: day -> is it worked, against what the week says.
  static Calendar office(OfficeHours hours, const std::map<LocalDay, bool>& exceptions);

  // W(a, b): working time in [a, b); negative when b < a.
  WorkTime between(Instant a, Instant b) const { return position(b) - position(a); }
  // The earliest i >= t with W(t, i) = d, for d >= 0; add(t, 0) = t.
  Instant add(Instant t, WorkTime d) const;
  // The earliest i with W(i, t) <= d.
  Instant back(Instant t, WorkTime d) const { return reach(position(t) - d); }
  bool is_working_day(LocalDay day) const;
  // The next instant after t at which work begins or ends; kFarFuture under `always`.
  Instant next_boundary(Instant t) const;
  // The close of the last interval of a working day.
  Instant day_close(LocalDay day) const;
  bool is_always() const { return table_ == nullptr; }

 private:
  struct Table;
  Calendar() = default;
  WorkTime position(Instant t) const;      // working time from a fixed origin to t
  Instant reach(WorkTime position) const;  // the earliest instant of that position
  std::shared_ptr<const Table> table_;     // none: always
};

// The calendars of a ward: one for all, and one for each unit with closures of its own. The unit
// that answers for an item decides which one counts for it.
class Calendars {
 public:
  explicit Calendars(Calendar common) : common_(std::move(common)) {}
  void set(const std::string& unit_id, Calendar calendar) {
    units_.insert_or_assign(unit_id, std::move(calendar));
  }
  // Years whose days are known; outside them results are provisional (SEMANTICS 3). None: nothing
  // is provisional.
  void set_years(int first, int last) { years_ = {first, last}; }
  const Calendar& of(std::string_view unit_id) const;
  const Calendar& common() const { return common_; }
  bool provisional(Instant at) const;

 private:
  Calendar common_;
  std::map<std::string, Calendar, std::less<>> units_;
  std::optional<std::pair<int, int>> years_;
};

}  // namespace kip
