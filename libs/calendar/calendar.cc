#include "calendar/calendar.h"

#include <algorithm>

namespace kip {
namespace {

using std::chrono::days;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kOffsetMs = 7 * 3'600'000;  // UTC+7 all year, since 1975
constexpr LocalDay kFirst{days{-25567}};           // 1900-01-01
constexpr LocalDay kLast{days{84006}};             // 2200-01-01

std::int64_t local_ms(Instant at) { return ms_of(at) + kOffsetMs; }

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

}  // namespace

LocalDay local_day(Instant at) { return LocalDay{days{floor_div(local_ms(at), kDayMs)}}; }
Instant day_start(LocalDay day) {
  return instant_of(day.time_since_epoch().count() * kDayMs - kOffsetMs);
}

std::string day_text(LocalDay day) { return format_rfc3339(Instant{day}).substr(0, 10); }
std::string month_text(LocalDay day) { return day_text(day).substr(0, 7); }

// prefix[n]: working time before day kFirst + n. Outside [kFirst, kLast) the week repeats.
struct Calendar::Table {
  OfficeHours hours;
  std::int64_t day_ms = 0;   // working time of a working day
  std::int64_t week_ms = 0;  // of a plain week
  std::vector<std::int64_t> prefix;

  unsigned weekday_bits = 0;
  bool plain(LocalDay day) const {
    return (weekday_bits >> std::chrono::weekday{day}.c_encoding() & 1U) != 0;
  }

  bool worked(LocalDay day) const {
    if (day < kFirst || day >= kLast) return plain(day);
    const auto n = static_cast<std::size_t>((day - kFirst).count());
    return prefix[n + 1] > prefix[n];
  }

  std::int64_t within(std::int64_t ms_of_day) const {
    std::int64_t sum = 0;
    for (const auto& i : hours.intervals)
      sum += std::clamp<std::int64_t>(ms_of_day - i.open_ms, 0, i.close_ms - i.open_ms);
    return sum;
  }

  // Working time before `day`.
  std::int64_t before(LocalDay day) const {
    if (day >= kFirst && day <= kLast)
      return prefix[static_cast<std::size_t>((day - kFirst).count())];
    const LocalDay anchor = day < kFirst ? kFirst : kLast;
    std::int64_t weeks = floor_div((day - anchor).count(), 7);
    std::int64_t sum = (anchor == kFirst ? 0 : prefix.back()) + weeks * week_ms;
    for (LocalDay d = anchor + days{weeks * 7}; d < day; d += days{1}) sum += plain(d) ? day_ms : 0;
    return sum;
  }

  // The last day with before(day) < position: the one in which it is reached.
  LocalDay day_reaching(std::int64_t position) const {
    if (position > 0 && position <= prefix.back()) {
      const auto it = std::lower_bound(prefix.begin(), prefix.end(), position);
      return kFirst + days{it - prefix.begin() - 1};
    }
    const LocalDay anchor = position <= 0 ? kFirst : kLast;
    const std::int64_t rest = position - (anchor == kFirst ? 0 : prefix.back());
    LocalDay day = anchor + days{floor_div(rest - 1, week_ms) * 7};
    while (before(day + days{1}) < position) day += days{1};
    return day;
  }
};

Calendar Calendar::always() { return {}; }

Calendar Calendar::office(OfficeHours hours, const std::map<LocalDay, bool>& exceptions) {
  auto table = std::make_shared<Table>();
  table->hours = std::move(hours);
  for (const auto& i : table->hours.intervals) table->day_ms += i.close_ms - i.open_ms;
  KIP_CHECK(table->day_ms > 0 && !table->hours.weekdays.empty());
  for (const unsigned day : table->hours.weekdays) table->weekday_bits |= 1U << day;
  table->week_ms = table->day_ms * static_cast<std::int64_t>(table->hours.weekdays.size());
  table->prefix.reserve(static_cast<std::size_t>((kLast - kFirst).count()) + 1);
  table->prefix.push_back(0);
  auto next = exceptions.lower_bound(kFirst);
  for (LocalDay day = kFirst; day < kLast; day += days{1}) {
    bool works = table->plain(day);
    if (next != exceptions.end() && next->first == day) works = (next++)->second;
    table->prefix.push_back(table->prefix.back() + (works ? table->day_ms : 0));
  }
  Calendar calendar;
  calendar.table_ = std::move(table);
  return calendar;
}

WorkTime Calendar::position(Instant t) const {
  if (!table_) return {ms_of(t)};
  const LocalDay day = local_day(t);
  const std::int64_t base = table_->before(day);
  if (!table_->worked(day)) return {base};
  return {base + table_->within(local_ms(t) - day.time_since_epoch().count() * kDayMs)};
}

Instant Calendar::reach(WorkTime position) const {
  if (!table_) return instant_of(position.ms);
  const LocalDay day = table_->day_reaching(position.ms);
  std::int64_t rest = position.ms - table_->before(day);
  for (const auto& i : table_->hours.intervals) {
    if (rest <= i.close_ms - i.open_ms) return day_start(day) + Millis{i.open_ms + rest};
    rest -= i.close_ms - i.open_ms;
  }
  KIP_CHECK(false);
}

Instant Calendar::add(Instant t, WorkTime d) const {
  if (d.ms <= 0) return t;
  return reach(position(t) + d);
}

bool Calendar::is_working_day(LocalDay day) const { return !table_ || table_->worked(day); }

Instant Calendar::next_boundary(Instant t) const {
  if (!table_) return kFarFuture;
  for (LocalDay day = local_day(t);; day += days{1}) {
    if (!table_->worked(day)) {
      // A rest day: the next step is one working millisecond away.
      const Instant soon = reach(position(t) + WorkTime{1}) - Millis{1};
      return soon;
    }
    for (const auto& i : table_->hours.intervals) {
      if (day_start(day) + Millis{i.open_ms} > t) return day_start(day) + Millis{i.open_ms};
      if (day_start(day) + Millis{i.close_ms} > t) return day_start(day) + Millis{i.close_ms};
    }
  }
}

Instant Calendar::day_close(LocalDay day) const {
  return table_ ? day_start(day) + Millis{table_->hours.intervals.back().close_ms}
                : day_start(day + days{1});
}

const Calendar& Calendars::of(std::string_view unit_id) const {
  const auto found = units_.find(unit_id);
  return found == units_.end() ? common_ : found->second;
}

bool Calendars::provisional(Instant at) const {
  if (!years_) return false;
  const auto year = static_cast<int>(std::chrono::year_month_day{local_day(at)}.year());
  return year < years_->first || year > years_->second;
}

}  // namespace kip
