#include "subjects/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/office.h"

namespace kip {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using test::vn;

// A source and the hours in which it was heard, walked through hour by hour as the machine does.
class SourceTest : public testing::Test {
 protected:
  void hear(Instant at, Instant occurred) {
    const std::int64_t hour = hour_of(at);
    if (heard_.empty() || heard_.back().hour != hour) heard_.push_back({hour, at, kFarFuture});
    heard_.back().last = std::max(heard_.back().last, at);
    heard_.back().oldest = std::min(heard_.back().oldest, occurred);
  }
  void hear(Instant at) { hear(at, at); }

  std::optional<AlertChangeKind> look(Instant now) {
    std::vector<HeardHour> since;
    for (const HeardHour& h : heard_) {
      if (h.hour >= source_.counted - 1) since.push_back(h);
    }
    const SourceStep step =
        step_source(source_, since, now, listening_, {week_, rules_, "truc-ban"});
    EXPECT_GT(step.next_look, now);
    next_ = step.next_look;
    return step.change;
  }

  // Heard each quarter of an hour of office time, looked at when the machine asks.
  void usual(Instant from, Instant to) {
    for (Instant at = from; at < to; at += minutes{15}) {
      if (week_.between(at, at + minutes{1}).ms > 0) hear(at);
      EXPECT_EQ(look(at), std::nullopt) << format_local(at);
    }
  }

  Calendar week_ = test::plain_week();
  SilenceRules rules_;
  SourceState source_;
  std::vector<HeardHour> heard_;
  Instant listening_ = vn("2026-09-28 00:00");  // a Monday, five weeks before
  Instant next_{};
};

TEST_F(SourceTest, HoursOfTheWeekBeginOnMondayHere) {
  EXPECT_EQ(hour_of_week(hour_of(vn("2026-11-02 00:00"))), 0U);
  EXPECT_EQ(hour_of_week(hour_of(vn("2026-11-02 08:59"))), 8U);
  EXPECT_EQ(hour_of_week(hour_of(vn("2026-11-08 23:00"))), 167U);
}

TEST_F(SourceTest, IsUsualLateSilentBackAndUsual) {
  usual(listening_, vn("2026-11-03 09:20"));  // heard last at 09:15
  EXPECT_EQ(look(vn("2026-11-03 11:59")), std::nullopt);
  EXPECT_EQ(source_.phase, SourcePhase::kUsual);
  // 10 to 11 and 11 to 12 have passed without a word.
  EXPECT_EQ(look(vn("2026-11-03 12:00")), AlertChangeKind::kRaised);
  EXPECT_EQ(source_.phase, SourcePhase::kLate);
  EXPECT_EQ(source_.onset, vn("2026-11-03 12:00"));
  EXPECT_EQ(source_.until, vn("2026-11-03 09:15"));
  EXPECT_EQ(source_.unit, "truc-ban");
  EXPECT_FALSE(source_.silent());
  // Noon is no hour of its own: the hour from 13:00 must pass too.
  EXPECT_EQ(next_, vn("2026-11-03 14:00"));
  EXPECT_EQ(look(next_), AlertChangeKind::kLevel);
  EXPECT_TRUE(source_.silent());
  EXPECT_EQ(look(vn("2026-11-04 13:00")), std::nullopt);
  EXPECT_EQ(next_, kFarFuture);  // it is heard first

  const Instant back = vn("2026-11-04 13:20");
  hear(back);
  EXPECT_EQ(look(back), std::nullopt);
  EXPECT_EQ(source_.phase, SourcePhase::kBack);
  // What was missed comes in: an hour after the last of it all is there.
  hear(vn("2026-11-04 14:05"), vn("2026-11-03 16:00"));
  EXPECT_EQ(look(vn("2026-11-04 14:20")), std::nullopt);
  hear(vn("2026-11-04 15:01"));
  EXPECT_EQ(look(vn("2026-11-04 15:04")), std::nullopt);
  EXPECT_EQ(next_, vn("2026-11-04 15:05"));
  EXPECT_EQ(look(next_), AlertChangeKind::kResolved);
  EXPECT_EQ(source_.phase, SourcePhase::kUsual);
}

TEST_F(SourceTest, LateAndHeardAgainItIsUsualAtOnce) {
  usual(listening_, vn("2026-11-03 09:20"));
  EXPECT_EQ(look(vn("2026-11-03 12:30")), AlertChangeKind::kRaised);
  hear(vn("2026-11-03 12:40"));
  EXPECT_EQ(look(vn("2026-11-03 12:40")), AlertChangeKind::kResolved);
}

// What never ends would hold back for ever.
TEST_F(SourceTest, BackItIsUsualAfterTwoDaysWhateverComes) {
  usual(listening_, vn("2026-11-03 09:20"));
  EXPECT_EQ(look(vn("2026-11-03 17:00")), AlertChangeKind::kRaised);
  Instant at = vn("2026-11-04 08:00");
  std::optional<AlertChangeKind> change;
  for (; !change && at < vn("2026-11-12 00:00"); at += minutes{15}) {
    if (week_.between(at, at + minutes{1}).ms > 0) hear(at, vn("2026-11-03 10:00"));
    change = look(at);
  }
  EXPECT_EQ(change, AlertChangeKind::kResolved);
  EXPECT_EQ(format_local(at - minutes{15}), "2026-11-06 08:00");  // 16 working hours
}

TEST_F(SourceTest, NightsRestDaysAndHolidaysAreNoSilence) {
  week_ = Calendar::office(test::office_hours(),
                           {{local_day(vn("2026-11-03 12:00")), false}});  // a Tuesday
  usual(listening_, vn("2026-11-03 00:00"));
  EXPECT_EQ(look(vn("2026-11-03 17:00")), std::nullopt);
  EXPECT_EQ(source_.phase, SourcePhase::kUsual);
  EXPECT_EQ(look(vn("2026-11-04 10:00")), AlertChangeKind::kRaised);  // 8 and 9 o'clock
}

TEST_F(SourceTest, WhatIsSentOnceANightIsMissedAfterThreeNights) {
  std::optional<AlertChangeKind> change;
  const auto night = [&](LocalDay day) { return day_start(day) + hours{22} + minutes{10}; };
  for (LocalDay day = local_day(listening_); night(day) < vn("2026-11-03 00:00"); day += days{1}) {
    if (week_.is_working_day(day)) hear(night(day));
    for (int h = 0; h < 24; ++h) EXPECT_EQ(look(day_start(day) + hours{h}), std::nullopt);
  }
  Instant at = vn("2026-11-03 00:00");
  for (; source_.phase != SourcePhase::kSilent && at < vn("2026-11-20 00:00"); at += hours{1})
    change = look(at);
  EXPECT_EQ(format_local(at - hours{1}), "2026-11-05 23:00");
}

TEST_F(SourceTest, WithoutEnoughToGoByNothingIsMissed) {
  usual(listening_, vn("2026-09-29 17:00"));  // two days
  for (int day = 0; day < 30; ++day)
    EXPECT_EQ(look(vn("2026-10-07 12:00") + days{day}), std::nullopt);
}

// After a start, or a long way behind: nobody knows what was sent meanwhile.
TEST_F(SourceTest, WhileNobodyListensNothingIsMissedOrLearned) {
  usual(listening_, vn("2026-11-03 09:20"));
  const auto looked = source_.looked;
  listening_ = vn("2026-11-04 10:30");
  EXPECT_EQ(look(vn("2026-11-04 12:59")), std::nullopt);
  EXPECT_EQ(looked[hour_of_week(hour_of(vn("2026-11-04 10:00")))],
            source_.looked[hour_of_week(hour_of(vn("2026-11-04 10:00")))]);
  EXPECT_EQ(look(vn("2026-11-04 14:00")), AlertChangeKind::kRaised);  // 11 to 12, 13 to 14
}

TEST_F(SourceTest, ASilenceTeachesNothing) {
  usual(listening_, vn("2026-11-03 09:20"));
  EXPECT_EQ(look(vn("2026-11-03 16:00")), AlertChangeKind::kRaised);
  const auto active = source_.active, looked = source_.looked;
  EXPECT_EQ(look(vn("2026-11-20 16:00")), std::nullopt);
  EXPECT_EQ(source_.active, active);
  EXPECT_EQ(source_.looked, looked);
}

TEST_F(SourceTest, BackAndSilentAgainIsOneSilence) {
  usual(listening_, vn("2026-11-03 09:20"));
  EXPECT_EQ(look(vn("2026-11-03 16:00")), AlertChangeKind::kRaised);
  hear(vn("2026-11-04 08:00"));
  EXPECT_EQ(look(vn("2026-11-04 08:00")), std::nullopt);
  hear(vn("2026-11-04 08:30"), vn("2026-11-03 10:00"));
  EXPECT_EQ(look(vn("2026-11-04 08:40")), std::nullopt);
  rules_.settle = work_hours(8);  // it would be calm later than it is silent
  EXPECT_EQ(look(vn("2026-11-04 14:00")), AlertChangeKind::kUpdated);
  EXPECT_EQ(source_.phase, SourcePhase::kSilent);
  EXPECT_EQ(source_.until, vn("2026-11-04 08:30"));
}

}  // namespace
}  // namespace kip
