#pragma once
// The office week of most tests and its times: vn("2026-11-02 08:00"), with ":30" or ":30.001"
// where it matters, is that local time (UTC+7). Monday is 2026-11-02; the plain week knows no
// holiday.

#include <string>
#include <string_view>

#include "calendar/calendar.h"

namespace kip::test {

constexpr Millis kMs{1};

inline Instant vn(std::string_view local) {
  std::string text(local);
  if (text.size() == 16) text += ":00";
  return *parse_rfc3339(text + "+07:00");
}

// In the office: 07:30 to 11:30 and 13:00 to 17:00.
inline const Instant kMonday = vn("2026-11-02 08:00");

// 07:30 to 11:30 and 13:00 to 17:00, Monday to Friday.
inline OfficeHours office_hours() {
  constexpr std::int64_t kHalfHour = 1'800'000;
  OfficeHours hours;
  hours.intervals = {{15 * kHalfHour, 23 * kHalfHour}, {26 * kHalfHour, 34 * kHalfHour}};
  return hours;
}
inline const Calendar& plain_week() {
  static const Calendar kWeek = Calendar::office(office_hours(), {});
  return kWeek;
}

}  // namespace kip::test
