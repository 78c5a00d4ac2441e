#include "calendar/calendar.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "support/office.h"

namespace kip {
namespace {

using test::kMs;
using test::plain_week;
using test::vn;

constexpr WorkTime kMinute{60'000};

LocalDay day_of(const std::string& date) { return local_day(vn(date + " 00:00")); }

TEST(Calendar, ADayBeginsAtMidnightOfVietnam) {
  EXPECT_EQ(local_day(vn("2026-11-02 00:00")), local_day(vn("2026-11-02 23:59:59.999")));
  EXPECT_EQ(local_day(vn("2026-11-02 00:00") - kMs), day_of("2026-11-01"));
  EXPECT_EQ(day_start(day_of("2026-11-02")), vn("2026-11-02 00:00"));
  EXPECT_EQ(local_day(vn("1969-12-31 23:00")), day_of("1969-12-31"));
}

TEST(Calendar, ADayIsWrittenAsInTheFiles) {
  EXPECT_EQ(day_text(LocalDay{std::chrono::year{2026} / 11 / 4}), "2026-11-04");
  EXPECT_EQ(day_text(LocalDay{std::chrono::year{1969} / 12 / 31}), "1969-12-31");
  EXPECT_EQ(day_text(LocalDay{std::chrono::year{9999} / 12 / 31}), "9999-12-31");
}

TEST(Calendar, BetweenCountsHalfOpenIntervals) {
  const Calendar& c = plain_week();
  EXPECT_EQ(c.between(vn("2026-11-02 07:30"), vn("2026-11-02 11:30")), work_hours(4));
  EXPECT_EQ(c.between(vn("2026-11-02 07:29:59.999"), vn("2026-11-02 07:30")), WorkTime{});
  EXPECT_EQ(c.between(vn("2026-11-02 07:30"), vn("2026-11-02 07:30:00.001")), WorkTime{1});
  EXPECT_EQ(c.between(vn("2026-11-02 11:29:59.999"), vn("2026-11-02 11:30")), WorkTime{1});
  EXPECT_EQ(c.between(vn("2026-11-02 11:30"), vn("2026-11-02 13:00")), WorkTime{});
  EXPECT_EQ(c.between(vn("2026-11-02 16:59:59.999"), vn("2026-11-02 17:00:00.001")), WorkTime{1});
  EXPECT_EQ(c.between(vn("2026-11-06 17:00"), vn("2026-11-09 07:30")), WorkTime{});
}

TEST(Calendar, BetweenIsSigned) {
  const Instant a = vn("2026-11-02 09:15");
  const Instant b = vn("2026-11-10 15:40");
  EXPECT_EQ(plain_week().between(b, a).ms, -plain_week().between(a, b).ms);
  EXPECT_EQ(plain_week().between(a, a), WorkTime{});
  EXPECT_EQ(plain_week().between(vn("2026-11-03 07:30"), vn("2026-11-02 16:00")), work_hours(-1));
}

TEST(Calendar, AddOfNothingIsTheSameInstantAlsoOnARestDay) {
  for (const char* t : {"2026-11-01 10:00", "2026-11-02 12:00", "2026-11-02 18:00",
                        "2026-11-02 17:00", "2026-11-02 07:30"}) {
    EXPECT_EQ(plain_week().add(vn(t), WorkTime{}), vn(t)) << t;
  }
}

TEST(Calendar, AddOfOneMillisecondLeavesARestAtOnce) {
  EXPECT_EQ(plain_week().add(vn("2026-11-01 10:00"), WorkTime{1}), vn("2026-11-02 07:30:00.001"));
  EXPECT_EQ(plain_week().add(vn("2026-11-02 11:30"), WorkTime{1}), vn("2026-11-02 13:00:00.001"));
  EXPECT_EQ(plain_week().add(vn("2026-11-06 17:00"), WorkTime{1}), vn("2026-11-09 07:30:00.001"));
}

TEST(Calendar, AddGivesTheEarliestInstantSoItEndsAtACloseAndNotAtTheNextOpening) {
  EXPECT_EQ(plain_week().add(vn("2026-11-02 10:30"), work_hours(1)), vn("2026-11-02 11:30"));
  EXPECT_EQ(plain_week().add(vn("2026-11-02 10:30"), work_hours(1) + WorkTime{1}),
            vn("2026-11-02 13:00:00.001"));
  EXPECT_EQ(plain_week().add(vn("2026-11-02 16:00"), work_hours(1)), vn("2026-11-02 17:00"));
  EXPECT_EQ(plain_week().add(vn("2026-11-06 16:00"), work_hours(1) + WorkTime{1}),
            vn("2026-11-09 07:30:00.001"));
  EXPECT_EQ(plain_week().add(vn("2026-11-02 07:30"), work_hours(40)), vn("2026-11-06 17:00"));
}

TEST(Calendar, BackGivesTheEarliestInstantFromWhichNoMoreIsLeft) {
  EXPECT_EQ(plain_week().back(vn("2026-11-02 09:00"), work_hours(1)), vn("2026-11-02 08:00"));
  // 1 h 30 min before Monday 09:00 is the opening; from Friday's close on no more than that is
  // left.
  EXPECT_EQ(plain_week().back(vn("2026-11-02 09:00"), work_hours(1) + WorkTime{30 * kMinute.ms}),
            vn("2026-10-30 17:00"));
  EXPECT_EQ(plain_week().back(vn("2026-11-02 14:00"), work_hours(1)), vn("2026-11-02 11:30"));
  EXPECT_EQ(plain_week().back(vn("2026-11-01 10:00"), WorkTime{}), vn("2026-10-30 17:00"));
  EXPECT_EQ(plain_week().back(vn("2026-11-02 09:00"), WorkTime{}), vn("2026-11-02 09:00"));
  EXPECT_EQ(plain_week().back(vn("2026-11-06 17:00"), work_hours(8)), vn("2026-11-05 17:00"));
}

TEST(Calendar, NextBoundaryIsTheNextOpeningOrClose) {
  const std::map<std::string, std::string> cases = {
      {"2026-11-02 00:00", "2026-11-02 07:30"}, {"2026-11-02 07:29:59.999", "2026-11-02 07:30"},
      {"2026-11-02 07:30", "2026-11-02 11:30"}, {"2026-11-02 11:29:59.999", "2026-11-02 11:30"},
      {"2026-11-02 11:30", "2026-11-02 13:00"}, {"2026-11-02 13:00", "2026-11-02 17:00"},
      {"2026-11-02 17:00", "2026-11-03 07:30"}, {"2026-11-06 17:00", "2026-11-09 07:30"},
      {"2026-11-07 23:00", "2026-11-09 07:30"}, {"2026-11-08 09:00", "2026-11-09 07:30"},
  };
  for (const auto& [t, next] : cases) EXPECT_EQ(plain_week().next_boundary(vn(t)), vn(next)) << t;
}

TEST(Calendar, DayCloseIsTheCloseOfTheLastInterval) {
  EXPECT_EQ(plain_week().day_close(day_of("2026-11-02")), vn("2026-11-02 17:00"));
}

TEST(Calendar, AnExceptionTurnsADayAgainstTheWeek) {
  const std::map<LocalDay, bool> days = {{day_of("2026-11-03"), false},
                                         {day_of("2026-11-07"), true}};
  const Calendar c = Calendar::office(test::office_hours(), days);
  EXPECT_FALSE(c.is_working_day(day_of("2026-11-03")));
  EXPECT_TRUE(c.is_working_day(day_of("2026-11-07")));
  EXPECT_TRUE(c.is_working_day(day_of("2026-11-10")));
  EXPECT_FALSE(c.is_working_day(day_of("2026-11-14")));
  EXPECT_EQ(c.add(vn("2026-11-02 09:15"), work_hours(8)), vn("2026-11-04 09:15"));
  EXPECT_EQ(c.add(vn("2026-11-06 09:15"), work_hours(8)), vn("2026-11-07 09:15"));
  EXPECT_EQ(c.next_boundary(vn("2026-11-02 17:00")), vn("2026-11-04 07:30"));
  EXPECT_EQ(c.next_boundary(vn("2026-11-06 17:00")), vn("2026-11-07 07:30"));
}

TEST(Calendar, AlwaysCountsEveryInstant) {
  const Calendar c = Calendar::always();
  EXPECT_TRUE(c.is_always());
  EXPECT_EQ(c.between(vn("2026-11-07 23:00"), vn("2026-11-08 01:00")), work_hours(2));
  EXPECT_EQ(c.between(vn("2026-11-08 01:00"), vn("2026-11-07 23:00")), work_hours(-2));
  EXPECT_EQ(c.add(vn("2026-11-07 23:00"), work_hours(2)), vn("2026-11-08 01:00"));
  EXPECT_EQ(c.back(vn("2026-11-08 01:00"), work_hours(2)), vn("2026-11-07 23:00"));
  EXPECT_TRUE(c.is_working_day(day_of("2026-11-08")));
  EXPECT_EQ(c.next_boundary(vn("2026-11-08 01:00")), kFarFuture);
  EXPECT_EQ(c.day_close(day_of("2026-11-08")), vn("2026-11-09 00:00"));
}

TEST(Calendar, HoursThatReachMidnightJoinTheNextDay) {
  const Calendar c = Calendar::office({.intervals = {{0, 86'400'000}}, .weekdays = {1, 2}}, {});
  EXPECT_EQ(c.between(vn("2026-11-02 23:00"), vn("2026-11-03 01:00")), work_hours(2));
  EXPECT_EQ(c.add(vn("2026-11-02 23:00"), work_hours(2)), vn("2026-11-03 01:00"));
  EXPECT_EQ(c.add(vn("2026-11-03 23:00"), work_hours(1)), vn("2026-11-04 00:00"));
  EXPECT_EQ(c.add(vn("2026-11-03 23:00"), work_hours(2)), vn("2026-11-09 01:00"));
}

TEST(Calendar, CenturiesAwayTheWeekRepeats) {
  const Calendar& c = plain_week();
  for (const char* t :
       {"1850-06-05 10:00", "1899-12-29 10:00", "2199-12-30 10:00", "2350-06-05 10:00"}) {
    const Instant from = vn(t);
    EXPECT_EQ(c.between(from, from + std::chrono::days{7 * 100}), work_hours(4000)) << t;
    for (const std::int64_t hours : {1, 7, 40, 4001}) {
      const Instant to = c.add(from, work_hours(hours));
      EXPECT_EQ(c.between(from, to), work_hours(hours)) << t;
      EXPECT_EQ(c.between(from, to - kMs), WorkTime{work_hours(hours).ms - 1}) << t;
    }
  }
  EXPECT_EQ(
      c.between(vn("1890-01-02 00:00"), vn("1890-01-02 00:00") + std::chrono::days{7 * 20'000}),
      work_hours(40 * 20'000));
}

TEST(Calendars, AUnitWithoutAnOwnCalendarHasTheCommonOne) {
  Calendars calendars(plain_week());
  calendars.set("u", Calendar::office(test::office_hours(), {{day_of("2026-11-03"), false}}));
  const Instant t = vn("2026-11-02 09:15");
  EXPECT_EQ(calendars.of("u").add(t, work_hours(8)), vn("2026-11-04 09:15"));
  EXPECT_EQ(calendars.of("v").add(t, work_hours(8)), vn("2026-11-03 09:15"));
  EXPECT_EQ(calendars.of("").add(t, work_hours(8)), vn("2026-11-03 09:15"));
  EXPECT_EQ(calendars.common().add(t, work_hours(8)), vn("2026-11-03 09:15"));
}

TEST(Calendars, NothingIsProvisionalWhereNoYearsAreSaid) {
  EXPECT_FALSE(Calendars(plain_week()).provisional(vn("2031-01-01 00:00")));
}

TEST(Calendars, WhatLiesOutsideTheKnownYearsIsProvisionalByTheLocalYear) {
  Calendars calendars(plain_week());
  calendars.set_years(2025, 2030);
  EXPECT_FALSE(calendars.provisional(vn("2025-01-01 00:00")));
  EXPECT_TRUE(calendars.provisional(vn("2025-01-01 00:00") - kMs));
  EXPECT_FALSE(calendars.provisional(vn("2030-12-31 23:59:59.999")));
  EXPECT_TRUE(calendars.provisional(vn("2031-01-01 00:00")));
}

}  // namespace
}  // namespace kip
