// The parser of calendar.yaml.

#include <algorithm>
#include <set>

#include "registry/read_parts.h"

namespace kip {
namespace {

// -1 where it is none.
std::int64_t minute_of_day(Reader& reader, const std::string& key) {
  if (!reader.has(key)) {
    reader.wrong(key, "missing");
    return -1;
  }
  const std::string text = reader.text(key);
  const auto minute = parse_minute_of_day(text);
  if (!minute) reader.wrong(key, "must be a time of day such as \"07:30\", not '" + text + "'");
  return minute.value_or(-1);
}

OfficeHours read_hours(Reader& root) {
  OfficeHours hours;
  hours.weekdays.clear();
  static const std::vector<std::string> kDays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  for (const std::string& word :
       root.optional_list("working_days").value_or(std::vector<std::string>{})) {
    const auto at = std::find(kDays.begin(), kDays.end(), word);
    if (at == kDays.end()) {
      root.wrong("working_days", "'" + word + "' is no weekday" + nearest_hint(word, kDays));
    } else {
      hours.weekdays.insert(static_cast<unsigned>(at - kDays.begin()));
    }
  }
  std::int64_t last = 0;
  for (Reader& r : root.sections("office_hours")) {
    const std::int64_t open = minute_of_day(r, "open");
    const std::int64_t close = minute_of_day(r, "close");
    r.done();
    if (open < 0 || close < 0) continue;
    if (open < last || close <= open) {
      r.wrong("open", "office hours must be in order and must not overlap");
    } else {
      hours.intervals.push_back({open * 60'000, close * 60'000});
      last = close;
    }
  }
  if (!root.has("working_days") || root.has_nothing("working_days"))
    root.wrong("working_days", "at least one day must be worked");
  if (hours.weekdays.empty()) {
    hours.weekdays = {1, 2, 3, 4, 5};
  }
  if (root.has("office_hours") && root.has_nothing("office_hours"))
    root.wrong("office_hours", "at least one interval is needed");
  if (hours.intervals.empty()) {
    hours.intervals = {{0, 86'400'000}};
  }
  return hours;
}

int year_of(LocalDay day) { return static_cast<int>(std::chrono::year_month_day{day}.year()); }

// A year of which no day is listed would count as known, by the plain week, instead of provisional
// (SEMANTICS 3): no year is without a holiday.
void judge_years(Reader& root, int first, int last, const std::map<LocalDay, bool>& days) {
  std::set<int> listed;
  for (const auto& [day, working] : days) listed.insert(year_of(day));
  const auto none_of = [](int year) { return "no day of " + std::to_string(year) + " is listed"; };
  if (listed.empty()) {
    root.wrong("days", "at least one day is needed");
    return;
  }
  const int begin = *listed.begin();
  const int end = *listed.rbegin();
  if (first < begin)
    root.wrong("first_year",
               none_of(first) + "; the first year with one is " + std::to_string(begin));
  if (last > end)
    root.wrong("last_year", none_of(last) + "; the last year with one is " + std::to_string(end));
  for (int year = std::max(first, begin); year <= std::min(last, end); ++year) {
    if (!listed.contains(year))
      root.wrong("days", none_of(year) + ", which lies between first_year and last_year");
  }
}

// `whole`: false where a row could not be read.
std::map<LocalDay, bool> read_days(std::vector<Reader>& rows, int first, int last, bool& whole) {
  std::map<LocalDay, bool> days;
  for (Reader& r : rows) {
    const auto d = read_day(r, "date");
    const bool working = r.flag("working");
    const std::size_t kind =
        r.choice("kind", {"public_holiday", "compensatory", "swap_off", "makeup_workday"});
    if ((kind == 3) != working) r.wrong("working", "only a makeup_workday is worked");
    r.choice("verified", {"yes", "rule", "no"});
    r.text("name");
    r.optional_text("source");
    r.optional_text("note");
    whole = whole && d;
    if (d) {
      const int year = year_of(*d);
      if (year < first || year > last) r.wrong("date", "lies outside first_year to last_year");
      if (!days.emplace(*d, working).second) r.wrong("date", "stands twice");
    }
    r.done();
  }
  return days;
}

}  // namespace

Calendars read_calendar(Reader root, const Registry& registry, bool holidays) {
  const auto first = static_cast<int>(root.integer("first_year", 1976, 2199));
  const auto last = static_cast<int>(root.integer("last_year", first, 2199));
  std::vector<Reader> rows = root.sections("days");
  bool whole = root.sound();
  read_version(root);
  const OfficeHours hours = read_hours(root);
  const std::map<LocalDay, bool> days = read_days(rows, first, last, whole);
  if (whole) judge_years(root, first, last, days);
  std::map<std::string, std::map<LocalDay, bool>> closed;
  for (Reader& r : root.optional_sections("closures")) {
    const std::string unit = read_unit(r, "unit", registry);
    const auto from = read_day(r, "from");
    const auto to = read_day(r, "to");
    r.text("name");
    if (from && to && *from > *to) r.wrong("to", "lies before from");
    if (from && to && *to - *from > std::chrono::days{366}) {
      r.wrong("to", "a closure lasts a year at most");
    } else if (from && to) {
      for (LocalDay d = *from; d <= *to; d += std::chrono::days{1}) closed[unit][d] = false;
    }
    r.done();
  }
  if (auto reception = root.optional_section("reception")) {
    reception->text("day");
    minute_of_day(*reception, "open");
    minute_of_day(*reception, "close");
    reception->flag("enabled");
    reception->done();
  }
  root.done();
  if (!holidays) return Calendars(Calendar::office(hours, {}));
  Calendars calendars(Calendar::office(hours, days));
  for (auto& [unit, exceptions] : closed) {
    exceptions.insert(days.begin(), days.end());
    calendars.set(unit, Calendar::office(hours, exceptions));
  }
  calendars.set_years(first, last);
  return calendars;
}

}  // namespace kip
