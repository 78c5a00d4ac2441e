#pragma once
// How a message writes days, times, amounts of working time and numbers, in the reader's language,
// and its fixed words. Times are those of UTC+7. A value; any thread. Pure.
//
//   Words w(Language::kVietnamese, message.at);
//   w.day_time(due);   // "T4 25/11, 14:20"; the year only where it is not that of `now`
//   w.work(left);      // "11 giờ 08 phút"; from two working days on "6,7 ngày làm việc"

#include <string>
#include <string_view>
#include <vector>

#include "alerting/message.h"
#include "calendar/calendar.h"
#include "registry/registry.h"

namespace kip {

class Words {
 public:
  Words(Language language, Instant now) : language_(language), now_(now) {}

  Language language() const { return language_; }
  bool vietnamese() const { return language_ == Language::kVietnamese; }
  Instant now() const { return now_; }
  std::string say(std::string_view vi, std::string_view en) const {
    return std::string(vietnamese() ? vi : en);
  }

  std::string time(Instant at) const;         // 14:20
  std::string date(LocalDay day) const;       // 25/11
  std::string day(LocalDay day) const;        // T4 25/11
  std::string day_time(Instant at) const;     // T4 25/11, 14:20
  std::string soon(Instant at) const;         // "15:10 hôm nay", else as day_time
  std::string full(Instant at) const;         // T2 23/11/2026, 09:40
  std::string weekday(LocalDay day) const;    // thứ Tư
  std::string age(Instant at) const;          // "2 phút trước": by the wall
  std::string work(WorkTime t) const;         // 11 giờ 08 phút
  std::string work_short(WorkTime t) const;   // 11g08, 6,7 ngày
  std::string number(std::uint64_t n) const;  // 1.304
  std::string items(std::uint64_t n) const;   // 3 việc
  std::string quoted(std::string_view text) const;
  std::string listed(const std::vector<std::string>& words) const;  // “a”, “b” và “c”

  std::string kind(Kind kind, char subject_kind) const;  // Hồ sơ
  std::string rule(std::string_view name) const;  // sắp đến hạn; as it is where unknown

 private:
  std::string one_decimal(std::int64_t tenths) const;

  Language language_;
  Instant now_;
};

}  // namespace kip
