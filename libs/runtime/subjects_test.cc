// The machine of subjects on a store, and what a shard does about a silent source.

#include "runtime/subjects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "contract/desk_state.h"
#include "store/keys.h"
#include "support/shard_bench.h"

namespace kip {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::Bench;
using test::Said;
using test::vn;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kSource = "src";  // of what test::Said says
const Instant kBegin = vn("2026-09-28 00:00");

std::shared_ptr<const Policy> watching(bool registered = true) {
  auto policy = test::office_policy();
  if (registered) {
    Source source;
    source.id = kSource;
    source.name = "Hệ thống một cửa";
    policy->registry.sources = {source};
  }
  policy->registry.ward.duty_unit = "truc-ban";
  policy->registry.index();
  return policy;
}

class SubjectsTest : public testing::Test {
 protected:
  SubjectsTest() {
    bench_.options().heard = true;
    bench_.open();
    open(watching());
  }
  void open(std::shared_ptr<const Policy> policy) {
    subjects_ = std::make_unique<Subjects>(bench_.store(), 1, std::move(policy));
    ASSERT_TRUE(subjects_->open());
  }
  void step(Instant now) {
    bench_.run(now);
    const auto next = subjects_->step(now);
    ASSERT_TRUE(next) << next.error().message;
    bench_.shard().set_silences(subjects_->silences());
    bench_.run(now);
  }
  // The source speaks each half hour of office time, of one item that is never finished.
  void usual(Instant from, Instant to) {
    const Calendar& week = test::plain_week();
    for (Instant at = from; at < to; at += minutes{30}) {
      if (week.between(at, at + minutes{1}).ms > 0)
        bench_.append(Said("BUSY", at).status(v1::WORK_STATUS_IN_PROGRESS));
      step(at);
    }
  }
  std::vector<std::string> told() {
    std::vector<std::string> out;
    for (const auto& [key, value] :
         test::rows_of(bench_.store(), Table::kAlerts, keys::u32(1), keys::u32(2))) {
      const auto news = decode_news(value);
      EXPECT_TRUE(news);
      EXPECT_EQ(news->facts.subject, kSource);
      EXPECT_EQ(news->facts.unit_id, "truc-ban");
      static constexpr std::array<std::string_view, 5> kChanges = {"", "raised", "level",
                                                                   "resolved"};
      std::string line(kChanges.at(static_cast<std::size_t>(news->change)));
      line.append(" ").append(level_word(news->facts.level)).append(" ");
      out.push_back(line + std::to_string(news->facts.revision));
    }
    return out;
  }

  Bench bench_{Clock::kGiven, watching()};
  std::unique_ptr<Subjects> subjects_;
};

TEST_F(SubjectsTest, ASilenceIsToldOnceOverRestarts) {
  usual(kBegin, vn("2026-11-03 09:20"));
  step(vn("2026-11-03 12:00"));
  EXPECT_THAT(told(), ElementsAre("raised notice 1"));
  EXPECT_THAT(subjects_->silences(), IsEmpty());
  open(watching());  // killed; what was learned is there, but nobody listened
  step(vn("2026-11-03 12:30"));
  step(vn("2026-11-03 17:00"));
  EXPECT_THAT(told(), ElementsAre("raised notice 1", "level warning 2"));
  open(watching());
  EXPECT_EQ(subjects_->silences().at(kSource), vn("2026-11-03 09:00"));
  step(vn("2026-11-04 08:00"));
  usual(vn("2026-11-04 08:30"), vn("2026-11-04 11:00"));
  EXPECT_THAT(told(), ElementsAre("raised notice 1", "level warning 2", "resolved warning 3"));
  EXPECT_THAT(subjects_->silences(), IsEmpty());
}

TEST_F(SubjectsTest, OneThatIsNoLongerRegisteredIsNotMissed) {
  usual(kBegin, vn("2026-11-03 09:20"));
  step(vn("2026-11-03 17:00"));
  subjects_->set_policy(watching(false));
  step(vn("2026-11-04 17:00"));
  EXPECT_THAT(told(), ElementsAre("raised warning 1", "resolved warning 2"));
}

// The same silence is one alert, whatever the configuration does meanwhile.
TEST_F(SubjectsTest, OneThatIsRegisteredAgainGoesOnWithItsRevisions) {
  usual(kBegin, vn("2026-11-03 09:20"));
  step(vn("2026-11-03 17:00"));
  subjects_->set_policy(watching(false));
  step(vn("2026-11-04 17:00"));
  subjects_->set_policy(watching());
  step(vn("2026-11-04 17:10"));
  EXPECT_THAT(told(), ElementsAre("raised warning 1", "resolved warning 2", "raised warning 3"));
  EXPECT_EQ(subjects_->sources().at(kSource).changed_at, vn("2026-11-04 17:00"));
}

// One that is started anew each night would miss nobody.
TEST_F(SubjectsTest, AShortStopIsNoDeafness) {
  usual(kBegin, vn("2026-11-03 09:20"));
  step(vn("2026-11-03 11:55"));
  open(watching());
  step(vn("2026-11-03 12:05"));
  EXPECT_THAT(told(), ElementsAre("raised notice 1"));
  open(watching());
  step(vn("2026-11-03 16:00"));  // nobody was there for hours
  EXPECT_THAT(told(), ElementsAre("raised notice 1"));
}

TEST_F(SubjectsTest, RowsOfHoursThatAreLearnedAreGone) {
  usual(kBegin, kBegin + hours{24 * 14});
  EXPECT_LE(test::keys_of(bench_.store(), Table::kHeard).size(), 3U);
}

// `stalled` after 24 working hours, or when the source is back: then if it is still true.
TEST_F(SubjectsTest, WhatOnlyTimeSaysWaitsForTheSource) {
  usual(kBegin, vn("2026-11-03 09:20"));
  bench_.append(Said("STILL", vn("2026-11-03 09:00")).status(v1::WORK_STATUS_IN_PROGRESS));
  bench_.append(Said("MOVED", vn("2026-11-03 09:00")).status(v1::WORK_STATUS_IN_PROGRESS));
  step(vn("2026-11-03 17:00"));
  bench_.told.clear();
  step(vn("2026-11-10 17:00"));  // far over 24 h
  EXPECT_THAT(bench_.told, IsEmpty());
  bench_.open();  // the shard remembers
  step(vn("2026-11-10 17:01"));
  bench_.append(Said("MOVED", vn("2026-11-11 08:00")).status(v1::WORK_STATUS_IN_PROGRESS));
  usual(vn("2026-11-11 08:00"), vn("2026-11-11 11:00"));
  std::vector<std::string> items;
  for (const AlertChange& change : bench_.told) {
    if (change.rule == RuleId::kStalled) items.push_back(change.item_id);
  }
  EXPECT_THAT(items, ElementsAre("STILL"));
  EXPECT_EQ(bench_.told.back().onset, vn("2026-11-06 09:00"));
}

TEST_F(SubjectsTest, UnderTheClockOfTheRecordsASilenceHoldsBackNothing) {
  usual(kBegin, vn("2026-11-03 09:20"));
  bench_.append(Said("STILL", vn("2026-11-03 09:00")).status(v1::WORK_STATUS_IN_PROGRESS));
  step(vn("2026-11-03 17:00"));
  bench_.options().clock = Clock::kLog;
  bench_.open();
  bench_.told.clear();
  bench_.tick(vn("2026-11-10 17:00"));
  EXPECT_THAT(bench_.words(), testing::Contains("stalled 1 0"));
}

}  // namespace
}  // namespace kip
