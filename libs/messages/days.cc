// Days off that a reader would not expect, in words.

#include <algorithm>

#include "messages/slots.h"
#include "messages/text.h"

namespace kip {
namespace {

using std::chrono::days;

bool in_week(LocalDay day) {
  const unsigned weekday = std::chrono::weekday{day}.c_encoding();
  return weekday >= 1 && weekday <= 5;
}

bool day_off(const Calendar& calendar, LocalDay day) {
  return in_week(day) && !calendar.is_working_day(day);
}

}  // namespace

std::string day_off_text(const Calendar& calendar, const Words& w, const Wording& wording,
                         bool brief) {
  constexpr int kAhead = 3;
  constexpr int kLongest = 40;  // of a time off: a calendar of closures only must end too
  const LocalDay today = local_day(w.now());
  LocalDay first = today + days{1};
  while (first <= today + days{kAhead} && !day_off(calendar, first)) first += days{1};
  if (first > today + days{kAhead}) return "";
  LocalDay back = first;
  while (!calendar.is_working_day(back) && back < first + days{kLongest}) back += days{1};
  LocalDay last = back - days{1};
  while (last > first && !day_off(calendar, last)) last -= days{1};

  std::string text;
  if (last > first) {
    text =
        w.say("Nghỉ từ ", "Closed from ") + w.day(first) + w.say(" đến hết ", " to ") + w.day(last);
  } else if (first == today + days{1}) {
    text = w.say("Mai ", "Closed tomorrow, ") + w.date(first) + w.say(" nghỉ", "");
  } else {
    text = w.say(w.day(first) + " nghỉ", "Closed on " + w.day(first));
  }
  if (brief) return text + ".";
  const auto name = wording.day_names.find(first);
  if (name != wording.day_names.end() && !name->second.empty()) {
    text += " (" + shortened(plain_text(name->second), 60) + ")";
  }
  const WorkTime left = calendar.between(w.now(), day_start(back));
  const bool days_named = left >= WorkTime{2 * kWorkingDay.ms};
  const std::string rest =
      w.work(left) + (days_named ? "" : w.say(" làm việc", " of working time"));
  return text + w.say(": trước " + w.weekday(back) + " chỉ còn " + rest + ".",
                      ": only " + rest + " left before " + w.weekday(back) + ".");
}

std::string week_text(const Calendar& calendar, const Words& w) {
  const LocalDay today = local_day(w.now());
  const LocalDay monday = today - days{std::chrono::weekday{today}.iso_encoding() - 1};
  std::string off;
  int worked = 0, ordinary = 0;
  for (LocalDay day = monday; day < monday + days{7}; day += days{1}) {
    worked += calendar.is_working_day(day) ? 1 : 0;
    ordinary += in_week(day) ? 1 : 0;
    if (day_off(calendar, day)) off += (off.empty() ? "" : ", ") + w.day(day);
  }
  if (calendar.is_always() || (off.empty() && worked == ordinary)) return "";
  const std::string n = std::to_string(worked);
  const std::string closed =
      off.empty() ? "" : w.say(" (" + off + " nghỉ)", " (closed " + off + ")");
  return w.say("Tuần này có " + n + " ngày làm việc" + closed + ".",
               "This week has " + n + " working days" + closed + ".");
}

}  // namespace kip
