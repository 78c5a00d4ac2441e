#include "messages/words.h"

#include <gtest/gtest.h>

#include "messages/slots.h"
#include "messages/test_messages.h"

namespace kip {
namespace {

using test::vn;

const Words kVi(Language::kVietnamese, vn("2026-11-23 09:40"));
const Words kEn(Language::kEnglish, vn("2026-11-23 09:40"));

TEST(MessageWords, DaysAndTimes) {
  EXPECT_EQ(kVi.day_time(vn("2026-11-25 14:20")), "T4 25/11, 14:20");
  EXPECT_EQ(kVi.day_time(vn("2027-01-05 08:00")), "T3 05/01/2027, 08:00");
  EXPECT_EQ(kEn.day_time(vn("2026-11-25 14:20")), "Wed 25/11, 14:20");
  EXPECT_EQ(kVi.soon(vn("2026-11-23 15:10")), "15:10 hôm nay");
  EXPECT_EQ(kVi.soon(vn("2026-11-24 00:00")), "T3 24/11, 00:00");
  EXPECT_EQ(kVi.full(vn("2026-11-23 09:40")), "T2 23/11/2026, 09:40");
  EXPECT_EQ(kVi.full(vn("2025-12-31 23:59")), "T4 31/12/2025, 23:59");
  EXPECT_EQ(kVi.weekday(local_day(vn("2026-11-29 23:59"))), "Chủ nhật");
}

TEST(MessageWords, AmountsOfWorkingTime) {
  EXPECT_EQ(kVi.work(WorkTime{668 * 60'000}), "11 giờ 08 phút");
  EXPECT_EQ(kVi.work(WorkTime{16 * 3'600'000 - 1}), "15 giờ 59 phút");
  EXPECT_EQ(kVi.work(work_hours(16)), "2,0 ngày làm việc");
  EXPECT_EQ(kEn.work(WorkTime{(53 * 60 + 50) * 60'000}), "6.7 working days");
  EXPECT_EQ(kVi.work(work_hours(8)), "8 giờ");
  EXPECT_EQ(kVi.work_short(WorkTime{668 * 60'000}), "11g08");
  EXPECT_EQ(kVi.work_short(WorkTime{59 * 60'000}), "59 phút");
  EXPECT_EQ(kVi.work(work_hours(8 * 1304)), "1.304,0 ngày làm việc");
}

TEST(MessageWords, NumbersAndLists) {
  EXPECT_EQ(kVi.number(1304), "1.304");
  EXPECT_EQ(kEn.number(1234567), "1,234,567");
  EXPECT_EQ(kVi.listed({"a"}), "“a”");
  EXPECT_EQ(kVi.listed({"a", "b", "c"}), "“a”, “b” và “c”");
  EXPECT_EQ(kEn.items(1), "1 item");
  EXPECT_EQ(kVi.age(vn("2026-11-23 09:39")), "1 phút trước");
  EXPECT_EQ(kVi.age(vn("2026-11-20 09:40")), "3 ngày trước");
}

// Every rule has a name in each language, and the reader's own.
TEST(MessageWords, NameEveryRule) {
  std::set<std::string> english;
  for (std::size_t i = 0; i < kRuleCount; ++i) {
    const auto name = rule_name(static_cast<RuleId>(i));
    EXPECT_EQ(kVi.rule(name), rule_label(static_cast<RuleId>(i)));
    english.insert(kEn.rule(name));
  }
  EXPECT_EQ(english.size(), kRuleCount);
  EXPECT_EQ(kEn.rule("over_internal_limit"), "past the internal limit");
  EXPECT_EQ(kEn.rule("waiting_long"), "waiting long");
}

std::string off(std::string_view now, bool brief = false) {
  const Words words(Language::kVietnamese, vn(now));
  return day_off_text(test::ward().calendars.common(), words, test::wording(), brief);
}

TEST(MessageWords, ADayOffIsNamedThreeDaysBefore) {
  EXPECT_EQ(off("2026-11-23 09:40"),
            "Mai 24/11 nghỉ (Ngày Văn hóa Việt Nam): trước thứ Tư chỉ còn 5 giờ 50 phút làm việc.");
  EXPECT_EQ(off("2026-11-23 09:40", true), "Mai 24/11 nghỉ.");
  EXPECT_EQ(off("2026-11-21 08:00"),
            "T3 24/11 nghỉ (Ngày Văn hóa Việt Nam): trước thứ Tư chỉ còn 8 giờ làm việc.");
  EXPECT_EQ(off("2026-11-20 16:00"), "");  // four days before
  EXPECT_EQ(off("2026-11-24 10:00"), "");
  EXPECT_EQ(
      off("2027-02-03 16:00"),
      "Nghỉ từ T5 04/02 đến hết T4 10/02 (Nghỉ bù Tết (theo CV)): trước thứ Năm chỉ còn 1 giờ "
      "làm việc.");
  EXPECT_EQ(off("2026-12-04 16:00"), "");  // a plain weekend
}

TEST(MessageWords, AWeekIsCountedWhereItIsShort) {
  const Calendar& calendar = test::ward().calendars.common();
  EXPECT_EQ(week_text(calendar, kVi), "Tuần này có 4 ngày làm việc (T3 24/11 nghỉ).");
  const Words plain(Language::kVietnamese, vn("2026-11-30 07:30"));
  EXPECT_EQ(week_text(calendar, plain), "");
  const Words makeup(Language::kEnglish, vn("2026-08-19 07:30"));
  EXPECT_EQ(week_text(calendar, makeup), "This week has 6 working days.");
  EXPECT_EQ(week_text(Calendar::always(), kVi), "");
}

}  // namespace
}  // namespace kip
