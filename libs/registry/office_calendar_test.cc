// The working calendar that is shipped, on the cases that offices ask about.

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "registry/registry.h"
#include "support/files.h"
#include "support/office.h"

namespace kip {
namespace {

using test::kMs;
using test::vn;

Calendars read(const std::string& text, bool holidays = true) {
  Problems problems;
  Registry registry;
  read_units(Reader::parse("units.yaml", test::shipped("units.yaml"), problems), registry);
  registry.index();
  Calendars calendars =
      read_calendar(Reader::parse("calendar.yaml", text, problems), registry, holidays);
  for (const Problem& problem : problems) ADD_FAILURE() << to_string(problem);
  return calendars;
}

const Calendars& office() {
  static const Calendars kOffice = read(test::shipped("calendar.yaml"));
  return kOffice;
}

using Case = std::tuple<const char*, WorkTime, const char*>;

void expect_adds(const std::vector<Case>& cases) {
  for (const auto& [from, d, to] : cases) {
    EXPECT_EQ(format_vn(office().common().add(vn(from), d)), format_vn(vn(to)))
        << from << " + " << d.ms;
    EXPECT_EQ(office().common().add(vn(from), d), vn(to));
  }
}

constexpr WorkTime days(std::int64_t n) { return work_hours(8 * n); }

TEST(Calendar, AStartBeforeOpeningCountsFromTheOpening) {
  expect_adds({{"2026-11-02 06:00", work_hours(1), "2026-11-02 08:30"},
               {"2026-11-02 00:00", days(1), "2026-11-02 17:00"}});
}

TEST(Calendar, AStartAtLunchCountsFromTheAfternoon) {
  expect_adds({{"2026-11-02 12:00", work_hours(1), "2026-11-02 14:00"},
               {"2026-11-02 11:30", work_hours(1), "2026-11-02 14:00"},
               {"2026-11-02 12:00", days(1), "2026-11-03 11:30"}});
}

TEST(Calendar, AStartAfterClosingCountsFromTheNextMorning) {
  expect_adds({{"2026-11-02 18:00", work_hours(1), "2026-11-03 08:30"},
               {"2026-11-02 17:00", work_hours(1), "2026-11-03 08:30"},
               {"2026-11-06 20:00", days(1), "2026-11-09 17:00"}});
}

TEST(Calendar, AStartInTheLastMinuteOfTheDayUsesItUp) {
  expect_adds({{"2026-11-02 16:59", WorkTime{60'000}, "2026-11-02 17:00"},
               {"2026-11-02 16:59", WorkTime{120'000}, "2026-11-03 07:31"},
               {"2026-11-06 16:59", days(1), "2026-11-09 16:59"}});
}

TEST(Calendar, AddKeepsTheTimeOfDayOverWorkingDays) {
  expect_adds({{"2026-11-02 09:15", days(3), "2026-11-05 09:15"},
               {"2026-11-05 15:40", days(3), "2026-11-10 15:40"},
               {"2026-11-05 09:15", days(15), "2026-11-27 09:15"}});
}

TEST(Calendar, AddKeepsTheTimeOfDayOverTet2026) {
  expect_adds({{"2026-02-13 09:15", days(1), "2026-02-23 09:15"},
               {"2026-02-12 09:15", days(3), "2026-02-24 09:15"}});
  EXPECT_EQ(office().common().between(vn("2026-02-13 17:00"), vn("2026-02-23 07:30")), WorkTime{});
}

TEST(Calendar, AddKeepsTheTimeOfDayOverTet2027) {
  expect_adds({{"2027-02-03 09:15", days(1), "2027-02-11 09:15"},
               {"2027-02-02 15:40", days(4), "2027-02-15 15:40"}});
}

TEST(Calendar, TheLastMinuteBeforeTetLeavesOneMillisecondAfterIt) {
  expect_adds({{"2026-02-13 16:59", WorkTime{60'000}, "2026-02-13 17:00"},
               {"2026-02-13 16:59", WorkTime{60'001}, "2026-02-23 07:30:00.001"}});
}

TEST(Calendar, TheSwapOfJanuary2026IsOffAndItsMakeUpSaturdayIsWorked) {
  expect_adds({{"2025-12-31 09:15", days(1), "2026-01-05 09:15"},
               {"2026-01-09 09:15", days(1), "2026-01-10 09:15"},
               {"2026-01-09 09:15", days(2), "2026-01-12 09:15"}});
  EXPECT_EQ(office().common().between(vn("2026-01-10 00:00"), vn("2026-01-11 00:00")), days(1));
}

TEST(Calendar, TheSwapOfAugust2026IsOffAndItsMakeUpSaturdayIsWorked) {
  expect_adds({{"2026-08-28 09:15", days(1), "2026-09-03 09:15"},
               {"2026-08-21 09:15", days(1), "2026-08-22 09:15"}});
}

TEST(Calendar, AHolidayOnASundayIsMadeUpOnMonday) {
  expect_adds({{"2026-04-24 09:15", days(1), "2026-04-28 09:15"},
               {"2026-04-29 09:15", days(1), "2026-05-04 09:15"}});
}

TEST(Calendar, TheDayOfCulture2026IsOneDayOffWithoutASwap) {
  expect_adds({{"2026-11-23 09:15", days(1), "2026-11-25 09:15"},
               {"2026-11-20 09:15", days(1), "2026-11-23 09:15"},
               {"2026-11-27 09:15", days(1), "2026-11-30 09:15"}});
  EXPECT_EQ(office().common().between(vn("2026-11-24 00:00"), vn("2026-11-25 00:00")), WorkTime{});
}

TEST(Calendar, FractionsOfDaysAndHoursAreWorkingTime) {
  expect_adds({{"2026-11-02 07:30", work_hours(60), "2026-11-11 11:30"},  // 7.5 days
               {"2026-11-02 09:15", work_hours(4), "2026-11-02 14:45"},   // 0.5 days
               {"2026-11-02 16:00", work_hours(3), "2026-11-03 09:30"}});
}

TEST(Calendar, WorkingTimeBackwardsIsNegativeAlsoOverTet) {
  EXPECT_EQ(office().common().between(vn("2026-02-24 09:15"), vn("2026-02-12 09:15")), days(-3));
}

TEST(Calendar, BackSkipsTet) {
  EXPECT_EQ(office().common().back(vn("2026-02-23 09:15"), days(1)), vn("2026-02-13 09:15"));
  EXPECT_EQ(office().common().back(vn("2026-02-23 07:30"), WorkTime{}), vn("2026-02-13 17:00"));
}

TEST(Calendar, NextBoundarySkipsTet) {
  EXPECT_EQ(office().common().next_boundary(vn("2026-02-13 17:00")), vn("2026-02-23 07:30"));
  EXPECT_EQ(office().common().next_boundary(vn("2026-02-17 09:00")), vn("2026-02-23 07:30"));
}

TEST(Calendar, ReceptionOnSaturdayMorningsAddsNoWorkingTime) {
  EXPECT_EQ(office().common().between(vn("2026-11-07 00:00"), vn("2026-11-08 00:00")), WorkTime{});
  const Calendars open =
      read(test::replaced(test::shipped("calendar.yaml"), "enabled: false", "enabled: true"));
  EXPECT_EQ(open.common().between(vn("2026-11-07 00:00"), vn("2026-11-08 00:00")), WorkTime{});
}

TEST(Calendar, BeyondTheDataThePlainWeekCountsAndIsProvisional) {
  EXPECT_FALSE(office().provisional(vn("2030-12-31 23:59:59.999")));
  EXPECT_TRUE(office().provisional(vn("2031-01-01 00:00")));
  EXPECT_TRUE(office().provisional(vn("2025-01-01 00:00") - kMs));
  expect_adds({{"2030-12-31 09:15", days(1), "2031-01-01 09:15"},    // New Year, not known yet
               {"2031-01-03 09:15", days(1), "2031-01-06 09:15"}});  // the week-end
}

TEST(Calendar, AClosureCountsForItsUnitAloneFromItsFirstToItsLastDay) {
  const Calendars c =
      read(test::replaced(test::shipped("calendar.yaml"), "closures: []",
                          "closures:\n  - {unit: tt-phuc-vu-hcc, from: 2026-12-01, to: "
                          "2026-12-02, name: \"Chuyển trụ sở\"}"));
  const Instant t = vn("2026-11-30 09:15");
  EXPECT_EQ(c.of("tt-phuc-vu-hcc").add(t, days(1)), vn("2026-12-03 09:15"));
  EXPECT_EQ(c.of("van-phong").add(t, days(1)), vn("2026-12-01 09:15"));
  EXPECT_EQ(c.common().add(t, days(1)), vn("2026-12-01 09:15"));
  // Holidays stay holidays for it.
  EXPECT_EQ(c.of("tt-phuc-vu-hcc").add(vn("2026-11-23 09:15"), days(1)), vn("2026-11-25 09:15"));
}

TEST(Calendar, AUnitWithAClosureKeepsTheMakeUpSaturdays) {
  const Calendars c = read(
      test::replaced(test::shipped("calendar.yaml"), "closures: []",
                     "closures: [{unit: van-phong, from: 2026-01-09, to: 2026-01-09, name: x}]"));
  EXPECT_EQ(c.of("van-phong").add(vn("2026-01-08 09:15"), days(1)), vn("2026-01-10 09:15"));
}

// A closure on a make-up Saturday: closed is closed.
TEST(Calendar, AClosureWinsOverAMakeUpSaturday) {
  const Calendars c = read(
      test::replaced(test::shipped("calendar.yaml"), "closures: []",
                     "closures: [{unit: van-phong, from: 2026-01-10, to: 2026-01-10, name: x}]"));
  EXPECT_EQ(c.of("van-phong").add(vn("2026-01-09 09:15"), days(1)), vn("2026-01-12 09:15"));
  EXPECT_EQ(c.common().add(vn("2026-01-09 09:15"), days(1)), vn("2026-01-10 09:15"));
}

TEST(Calendar, WithWeekdaysOnlyNoHolidayAndNoYearIsKnown) {
  const Calendars c = read(test::shipped("calendar.yaml"), false);
  EXPECT_EQ(c.common().add(vn("2026-02-13 09:15"), days(1)), vn("2026-02-16 09:15"));
  EXPECT_EQ(c.common().add(vn("2026-01-09 09:15"), days(1)), vn("2026-01-12 09:15"));
  EXPECT_FALSE(c.provisional(vn("2031-01-01 00:00")));
}

}  // namespace
}  // namespace kip
