// The statutory time of a procedure: its row, its measure, its moves off rest days.

#include <gtest/gtest.h>

#include <string>

#include "registry/registry.h"
#include "support/files.h"
#include "support/office.h"

namespace kip {
namespace {

using test::vn;

class Statutory : public ::testing::Test {
 protected:
  Statutory() {
    Problems problems;
    read_units(Reader::parse("units.yaml", test::shipped("units.yaml"), problems), registry);
    registry.index();
    calendars = read_calendar(
        Reader::parse("calendar.yaml", test::shipped("calendar.yaml"), problems), registry, true);
    EXPECT_TRUE(problems.empty());
  }

  void rows(const std::string& yaml) {
    Problems problems;
    read_procedures(Reader::parse("procedures.yaml", "version: 1\nprocedures:\n" + yaml, problems),
                    registry);
    for (const Problem& problem : problems) ADD_FAILURE() << to_string(problem);
    registry.index();
  }
  void row(const std::string& value_and_unit) {
    rows("  - {code: P, name: n, field: f, unit: van-phong, statutory: {value: " + value_and_unit +
         "}}\n");
  }
  std::optional<WorkTime> time(const std::string& start, Channel channel = Channel::kNone,
                               const std::string& code = "P") const {
    const StatutoryKey key{code, channel, vn(start)};
    return registry.statutory_time(key, vn(start), calendars.common());
  }

  Registry registry;
  Calendars calendars{Calendar::always()};
};

TEST_F(Statutory, WorkingDaysAreEightHoursEach) {
  row("3, unit: working_day");
  EXPECT_EQ(time("2026-11-02 09:15"), work_hours(24));
  EXPECT_EQ(time("2026-02-13 23:00"), work_hours(24));
}

TEST_F(Statutory, FractionsOfWorkingDaysAreExact) {
  row("7.5, unit: working_day");
  EXPECT_EQ(time("2026-11-02 09:15"), work_hours(60));
}

TEST_F(Statutory, HoursAreWorkingHours) {
  row("12.5, unit: hour");
  EXPECT_EQ(time("2026-11-02 09:15"), WorkTime{12 * 3'600'000 + 1'800'000});
}

TEST_F(Statutory, DaysAreCalendarDays) {
  row("3, unit: day");
  EXPECT_EQ(time("2026-11-02 09:15"), work_hours(24));  // to Thursday 09:15
  EXPECT_EQ(time("2026-11-05 09:15"), work_hours(16));  // Sunday, so Monday 09:15
}

TEST_F(Statutory, DaysThatEndOnARestDayEndAtTheSameTimeOfTheNextWorkingDay) {
  row("1, unit: day");
  EXPECT_EQ(time("2026-02-13 09:15"), work_hours(8));  // Saturday before Tết, so Monday 23/02 09:15
  EXPECT_EQ(time("2026-11-23 10:00"), work_hours(8));  // 24/11, so 25/11 10:00
  EXPECT_EQ(time("2026-01-09 09:15"),
            work_hours(8));  // the make-up Saturday is a working day: it stays
  EXPECT_EQ(time("2026-11-06 20:00"), work_hours(8));  // Saturday 20:00, so Monday 20:00
  EXPECT_EQ(time("2026-11-07 06:00"), WorkTime{});     // Saturday to Sunday, so Monday 06:00
}

TEST_F(Statutory, FractionsOfDaysAreCalendarTime) {
  row("7.5, unit: day");
  // Monday 02/11 09:15 + 180 h = Monday 09/11 21:15
  EXPECT_EQ(time("2026-11-02 09:15"), work_hours(48) - WorkTime{105 * 60'000});
}

TEST_F(Statutory, SameDayBefore15OClockEndsWithTheDay) {
  row("1, unit: same_day");
  EXPECT_EQ(time("2026-11-02 14:59:59.999"), work_hours(2) + WorkTime{1});
  EXPECT_EQ(time("2026-11-02 06:00"), work_hours(8));
  EXPECT_EQ(time("2026-11-02 07:30"), work_hours(8));
}

TEST_F(Statutory, SameDayFrom15OClockOnEndsWithTheNextWorkingDay) {
  row("1, unit: same_day");
  EXPECT_EQ(time("2026-11-02 15:00"), work_hours(10));
  EXPECT_EQ(time("2026-11-06 16:00"), work_hours(9));   // Friday: by Monday
  EXPECT_EQ(time("2026-11-23 18:00"), work_hours(8));   // 24/11 is off
  EXPECT_EQ(time("2026-02-13 15:00"), work_hours(10));  // by Monday 23/02
}

TEST_F(Statutory, SameDayFromARestDayEndsWithTheNextWorkingDay) {
  row("1, unit: same_day");
  EXPECT_EQ(time("2026-11-07 10:00"), work_hours(8));
  EXPECT_EQ(time("2026-01-10 10:00"),
            work_hours(5) + WorkTime{30 * 60'000});  // make-up Saturday: worked
}

TEST_F(Statutory, NoRowIsNoStatutoryTime) {
  row("3, unit: working_day");
  EXPECT_EQ(time("2026-11-02 09:15", Channel::kNone, "Q"), std::nullopt);
  EXPECT_EQ(time("2026-11-02 09:15", Channel::kNone, ""), std::nullopt);
}

TEST_F(Statutory, ARowOfTheItemsChannelWinsOverOneOfAny) {
  rows(
      "  - {code: P, name: n, field: f, unit: van-phong, statutory: {value: 5, unit: "
      "working_day}}\n"
      "  - {code: P, name: n, field: f, unit: van-phong, statutory: {value: 3, unit: working_day}, "
      "channel: online}\n");
  EXPECT_EQ(time("2026-11-02 09:15", Channel::kOnline), work_hours(24));
  EXPECT_EQ(time("2026-11-02 09:15", Channel::kCounter), work_hours(40));
  EXPECT_EQ(time("2026-11-02 09:15"), work_hours(40));
}

TEST_F(Statutory, ARowOfAnotherChannelAloneDoesNotCount) {
  rows(
      "  - {code: P, name: n, field: f, unit: van-phong, statutory: {value: 3, unit: working_day}, "
      "channel: post}\n");
  EXPECT_EQ(time("2026-11-02 09:15", Channel::kOnline), std::nullopt);
  EXPECT_EQ(time("2026-11-02 09:15", Channel::kPost), work_hours(24));
}

TEST_F(Statutory, RowsAreInForceFromTheirFirstDayAndNoMoreOnTheDayUntil) {
  rows(
      "  - {code: P, name: n, field: f, unit: van-phong, statutory: {value: 5, unit: working_day}, "
      "until: 2026-11-04}\n"
      "  - {code: P, name: n, field: f, unit: van-phong, statutory: {value: 3, unit: working_day}, "
      "from: 2026-11-04, "
      "until: 2026-11-10}\n");
  EXPECT_EQ(time("2026-11-03 23:59:59.999"), work_hours(40));
  EXPECT_EQ(time("2026-11-04 00:00"), work_hours(24));
  EXPECT_EQ(time("2026-11-09 23:59"), work_hours(24));
  EXPECT_EQ(time("2026-11-10 00:00"), std::nullopt);
}

TEST_F(Statutory, TheRowIsThatOfTheDayOfAcceptanceWhateverTheStart) {
  rows(
      "  - {code: P, name: n, field: f, unit: van-phong, statutory: {value: 5, unit: working_day}, "
      "until: 2026-11-04}\n"
      "  - {code: P, name: n, field: f, unit: van-phong, statutory: {value: 3, unit: working_day}, "
      "from: 2026-11-04}\n");
  const StatutoryKey key{"P", Channel::kNone, vn("2026-11-04 08:00")};
  EXPECT_EQ(registry.statutory_time(key, vn("2026-11-02 08:00"), calendars.common()),
            work_hours(24));
}

TEST_F(Statutory, TheShippedCatalogueHasATimeForEveryProcedure) {
  Problems problems;
  read_procedures(Reader::parse("procedures.yaml", test::shipped("procedures.yaml"), problems),
                  registry);
  registry.index();
  EXPECT_TRUE(problems.empty());
  ASSERT_FALSE(registry.procedures.empty());
  for (const Procedure& p : registry.procedures) {
    const auto found = time("2026-11-02 09:15", p.channel, p.code);
    ASSERT_TRUE(found.has_value()) << p.code;
    EXPECT_GT(*found, WorkTime{}) << p.code;
  }
}

}  // namespace
}  // namespace kip
