// What forecasts are made by, from the ended items of a store to the warning of an open one.

#include "runtime/forecaster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/learn.h"
#include "runtime/shard_forecast.h"
#include "support/shard_bench.h"

namespace kip {
namespace {

using std::chrono::days;
using std::chrono::hours;
using test::Bench;
using test::Said;
using test::vn;
using testing::HasSubstr;

const Instant kBegin = vn("2026-08-03 07:30");  // a Monday

Instant after(Instant at, double work_days) {
  return test::plain_week().add(at, WorkTime{static_cast<std::int64_t>(work_days * 28'800'000)});
}

Said said(const std::string& id, Instant at, v1::WorkStatus status) {
  Said out(id, at);
  out.status(status);
  out.stamped.mutable_event()->set_unit_id("U1");
  out.stamped.mutable_event()->set_procedure_code("P");
  return out;
}

// Ten working days are allowed. Who goes to the second step on the second day is done on the
// seventh; who does not is late by three.
class ForecasterTest : public testing::Test {
 protected:
  ForecasterTest() : policy_(test::office_policy()) {
    bench_.open();
    open();
  }
  void open() {
    forecaster_ = std::make_unique<Forecaster>(bench_.store(), shards_below(1), policy_);
    const Status opened = forecaster_->open();
    ASSERT_TRUE(opened) << opened.error().message;
  }
  void live(const std::string& id, Instant from, bool good) {
    Said first = said(id, from, v1::WORK_STATUS_ACCEPTED);
    first.due(after(from, 10));
    plan_.emplace(from, first);
    if (good) {
      Said second = said(id, after(from, 2), v1::WORK_STATUS_IN_PROGRESS);
      second.stamped.mutable_event()->mutable_step()->set_code("2");
      plan_.emplace(after(from, 2), second);
    }
    const Instant end = after(from, good ? 7 : 13);
    plan_.emplace(end, said(id, end, v1::WORK_STATUS_COMPLETED));
  }
  // Three of ten are bad; each item begins an hour after the one before.
  void live_weeks(int weeks) {
    for (int week = 0; week < weeks; ++week) {
      for (int i = 0; i < 10; ++i) {
        const std::string id = "W" + std::to_string(week) + "-" + std::to_string(i);
        live(id, after(kBegin + days{7 * week}, i / 8.0), i % 10 >= 3);
      }
    }
  }
  void run(Instant now) {
    bench_.run(now);
    const auto next = forecaster_->step(now);
    ASSERT_TRUE(next) << next.error().message;
    if (forecaster_->to_learn()) {
      const auto in_use = forecaster_->outlook() ? forecaster_->outlook()->lesson : nullptr;
      auto learned = learn(bench_.store(), *policy_, in_use, now);
      ASSERT_TRUE(learned) << learned.error().message;
      ASSERT_TRUE(forecaster_->adopt(std::move(*learned), now));
    }
    bench_.shard().set_outlook(forecaster_->outlook());
    bench_.run(now);
  }
  void run_until(Instant until) {
    for (; now_ <= until; now_ += hours{1}) {
      while (!plan_.empty() && plan_.begin()->first <= now_) {
        bench_.append(plan_.begin()->second);
        plan_.erase(plan_.begin());
      }
      run(now_);
    }
  }
  std::vector<std::string> warned() const {
    std::vector<std::string> out;
    for (const AlertChange& change : bench_.told) {
      if (change.rule != RuleId::kLikelyLate) continue;
      out.push_back(change.item_id + " " + std::to_string(static_cast<int>(change.change)));
    }
    return out;
  }
  double chance(const std::string& id) const {
    const auto item = bench_.item(id);
    return item.forecast ? item.forecast->chance : -1;
  }

  Bench bench_{Clock::kGiven};
  std::shared_ptr<const Policy> policy_;
  std::unique_ptr<Forecaster> forecaster_;
  std::multimap<Instant, Said> plan_;
  Instant now_ = kBegin;
};

TEST_F(ForecasterTest, NothingIsSaidBeforeAHalfDayHasBegun) {
  const auto next = forecaster_->step(vn("2026-08-03 09:00"));
  ASSERT_TRUE(next);
  EXPECT_EQ(*next, vn("2026-08-03 13:00"));
  EXPECT_EQ(forecaster_->outlook(), nullptr);
  EXPECT_FALSE(forecaster_->to_learn());
  ASSERT_TRUE(forecaster_->step(vn("2026-08-03 13:00")));
  EXPECT_TRUE(forecaster_->to_learn());
}

TEST_F(ForecasterTest, OfTooFewItemsNothingIsLearnedAndItSaysSo) {
  live_weeks(2);
  run_until(vn("2026-08-26 08:00"));
  EXPECT_EQ(forecaster_->outlook(), nullptr);
  EXPECT_THAT(forecaster_->learning().outcome, HasSubstr("Too few"));
  EXPECT_EQ(chance("W1-0"), -1);
}

TEST_F(ForecasterTest, LearnsFromEndedItemsAndWarnsOfThoseThatWillBeLate) {
  live_weeks(12);
  live("BAD", vn("2026-11-16 08:00"), false);
  live("GOOD", vn("2026-11-16 08:00"), true);
  run_until(vn("2026-11-23 18:00"));  // half of the term
  ASSERT_NE(forecaster_->outlook(), nullptr);
  EXPECT_GT(forecaster_->outlook()->lesson->items, 80U);
  EXPECT_GT(chance("BAD"), 0.7);
  EXPECT_LT(chance("GOOD"), 0.3);
  EXPECT_THAT(warned(), testing::Contains("BAD 1"));
  const auto good = bench_.item("GOOD").open;  // its step came with the first look, an hour late
  EXPECT_TRUE(std::none_of(good.begin(), good.end(),
                           [](const OpenAlert& a) { return a.rule == RuleId::kLikelyLate; }));
  const ItemState bad = bench_.item("BAD");
  ASSERT_TRUE(bad.warned);
  EXPECT_GE(*bad.warned->chance, 0.4F);
  EXPECT_GT(bad.forecast->expected, *bad.folded.effective_due);
  EXPECT_LE(bad.trace ? sizeof(*bad.trace) : 0, 200U);
}

TEST_F(ForecasterTest, ARestartSaysNothingAnewAndGoesOnByTheSameOutlook) {
  live_weeks(12);
  live("BAD", vn("2026-11-16 08:00"), false);
  run_until(vn("2026-11-23 18:00"));
  const auto before = warned();
  const std::uint64_t number = forecaster_->outlook()->number;
  const double said = chance("BAD");
  bench_.open();  // who owns it next has not been told of an outlook yet
  bench_.run(now_);
  EXPECT_EQ(chance("BAD"), said);
  open();
  ASSERT_NE(forecaster_->outlook(), nullptr);
  EXPECT_EQ(forecaster_->outlook()->number, number);
  run(now_);
  EXPECT_EQ(forecaster_->outlook()->number, number);
  EXPECT_EQ(warned(), before);
}

// Where partitions come together.
TEST_F(ForecasterTest, RenewedItIsSaidOnceMoreByTheSameModelAndWarnsNobodyAnew) {
  live_weeks(12);
  live("BAD", vn("2026-11-16 08:00"), false);
  run_until(vn("2026-11-23 18:00"));
  const auto before = warned();
  const auto outlook = forecaster_->outlook();
  ASSERT_TRUE(forecaster_->renew(now_));
  EXPECT_EQ(forecaster_->outlook()->number, outlook->number + 1);
  EXPECT_EQ(forecaster_->outlook()->lesson, outlook->lesson);
  EXPECT_EQ(forecaster_->outlook()->cuts, outlook->cuts);  // until all are looked at by it
  EXPECT_EQ(outlook_progress(bench_.store(), 0)->number, outlook->number);
  run(now_);
  EXPECT_EQ(outlook_progress(bench_.store(), 0)->number, outlook->number + 1);
  EXPECT_EQ(warned(), before);
}

TEST_F(ForecasterTest, WhatIsToBeKeptStandsWithTheFirstCommitThatGoesByIt) {
  live("ITEM", vn("2026-11-16 08:00"), false);
  run_until(vn("2026-11-16 10:00"));
  const auto stored = [&] {
    return std::pair(*bench_.store().get(Table::kForecast, "outlook"),
                     outlook_progress(bench_.store(), 0)->number);
  };
  auto outlook = std::make_shared<forecast::Outlook>();
  outlook->number = 7;
  const auto rows = std::make_shared<const ForecastRows>(ForecastRows{{"outlook", "its bytes"}});
  bench_.shard().set_outlook(outlook, rows);
  EXPECT_EQ(stored(), std::pair(std::optional<std::string>(), std::uint64_t{0}));
  bench_.run(now_);
  EXPECT_EQ(stored(), std::pair(std::optional<std::string>("its bytes"), std::uint64_t{7}));
  // The same once more is no change; other rows of the same number are.
  bench_.shard().set_outlook(outlook, rows);
  EXPECT_TRUE(bench_.shard().step(now_)->idle);
  bench_.shard().set_outlook(
      outlook, std::make_shared<const ForecastRows>(ForecastRows{{"outlook", "others"}}));
  bench_.run(now_);
  EXPECT_EQ(stored(), std::pair(std::optional<std::string>("others"), std::uint64_t{7}));
}

// Two processes may have come to the same number by themselves.
TEST_F(ForecasterTest, AnotherOutlookOfTheSameNumberIsAnother) {
  live("ITEM", vn("2026-11-16 08:00"), false);
  run_until(vn("2026-11-16 10:00"));
  auto outlook = std::make_shared<forecast::Outlook>();
  outlook->number = 7;
  bench_.shard().set_outlook(outlook);
  bench_.run(now_);
  ASSERT_TRUE(bench_.shard().step(now_)->idle);
  bench_.shard().set_outlook(std::make_shared<forecast::Outlook>(*outlook));
  EXPECT_FALSE(bench_.shard().step(now_)->idle);
}

// What ends where nothing is foreseen leaves nothing behind.
TEST_F(ForecasterTest, TheSameDataGoesOnUnderTheClockOfTheLog) {
  live_weeks(12);
  live("BAD", vn("2026-11-16 08:00"), false);
  live("OPEN", vn("2026-11-16 08:00"), false);
  run_until(vn("2026-11-23 18:00"));
  ASSERT_TRUE(bench_.item("BAD").trace);
  bench_.options().clock = Clock::kLog;
  bench_.open();
  bench_.append(said("BAD", now_, v1::WORK_STATUS_COMPLETED));
  bench_.append(said("OPEN", now_, v1::WORK_STATUS_IN_PROGRESS));
  bench_.run(now_);
  for (const char* id : {"BAD", "OPEN"}) {
    EXPECT_FALSE(bench_.item(id).trace) << id;
    EXPECT_FALSE(bench_.item(id).forecast) << id;
  }
  EXPECT_THAT(warned(), testing::Contains("BAD 3"));
}

// Kept up by events or made from the history, it is the same.
TEST_F(ForecasterTest, ATraceIsThatOfTheHistory) {
  live_weeks(12);
  live("GOOD", vn("2026-11-16 08:00"), true);
  run_until(vn("2026-11-23 18:00"));
  const ItemState item = bench_.item("GOOD");
  const auto stored = read_history(bench_.store(), "GOOD");
  ASSERT_TRUE(stored);
  std::vector<Event> events;
  for (const std::string& bytes : *stored) events.push_back(*decode_stamped(bytes));
  const forecast::Trace trace = forecast::trace_of(events, policy_->fold);
  ASSERT_TRUE(item.trace);
  EXPECT_EQ(item.trace->events, 2U);
  EXPECT_EQ(item.trace->events, trace.events);
  EXPECT_EQ(item.trace->received, trace.received);
  EXPECT_EQ(item.trace->due, trace.due);
  EXPECT_EQ(item.trace->gap_first_ms, trace.gap_first_ms);
  EXPECT_EQ(item.trace->steps, trace.steps);
  EXPECT_EQ(item.trace->unit, trace.unit);
}

TEST_F(ForecasterTest, OnlyAsManyAreToldAsTheUnitCanLookAt) {
  live_weeks(12);
  const Instant from = vn("2026-11-16 08:00");
  for (int i = 0; i < 6; ++i) live("BAD-" + std::to_string(i), after(from, i / 2.0), false);
  run_until(vn("2026-11-25 12:00"));
  std::vector<double> chances;
  for (int i = 0; i < 6; ++i) {
    const double said = chance("BAD-" + std::to_string(i));
    if (said >= 0) chances.push_back(said);
  }
  ASSERT_EQ(can_look_at(policy_->rules, "U1", 6), 2U);
  ASSERT_GT(chances.size(), 2U);
  run(vn("2026-11-25 13:00"));
  std::sort(chances.begin(), chances.end(), std::greater<>());
  EXPECT_EQ(forecaster_->outlook()->cuts.at("U1"), chances[1]);
}

TEST_F(ForecasterTest, AWaitStandsStillAndIsLookedAtWhenItGoesOn) {
  live_weeks(12);
  const Instant from = vn("2026-11-16 08:00");
  live("WAITS", from, false);
  plan_.emplace(after(from, 3), said("WAITS", after(from, 3), v1::WORK_STATUS_WAITING));
  run_until(after(from, 4));
  const double said_then = chance("WAITS");
  run_until(after(from, 7));
  const ItemState item = bench_.item("WAITS");
  ASSERT_TRUE(item.forecast);
  EXPECT_EQ(item.forecast->at, after(from, 3));         // as old as when it stopped
  EXPECT_NEAR(item.forecast->chance, said_then, 0.05);  // the load of the unit may differ
}

TEST_F(ForecasterTest, AModelThatIsDamagedIsLeftAloneAndSaid) {
  live_weeks(12);
  run_until(vn("2026-11-02 18:00"));
  ASSERT_NE(forecaster_->outlook(), nullptr);
  const std::uint64_t met = forecaster_->outlook()->number;
  Batch batch;
  batch.put(Table::kForecast, "lesson", "not a lesson");
  ASSERT_TRUE(bench_.store().write(batch, Durability::kSynced));
  open();
  ASSERT_TRUE(forecaster_->trouble());
  EXPECT_THAT(*forecaster_->trouble(), HasSubstr("StoredLesson"));
  EXPECT_EQ(forecaster_->outlook(), nullptr);
  run_until(vn("2026-11-04 18:00"));
  ASSERT_NE(forecaster_->outlook(), nullptr);      // learned anew
  EXPECT_GT(forecaster_->outlook()->number, met);  // no shard takes it for one that it has met
}

TEST(HalfDay, BeginsWithWork) {
  EXPECT_EQ(next_half_day(test::plain_week(), vn("2026-11-06 07:29")), vn("2026-11-06 07:30"));
  EXPECT_EQ(next_half_day(test::plain_week(), vn("2026-11-06 07:30")), vn("2026-11-06 13:00"));
  EXPECT_EQ(next_half_day(test::plain_week(), vn("2026-11-06 13:00")), vn("2026-11-09 07:30"));
  EXPECT_EQ(next_half_day(Calendar::always(), vn("2026-11-06 13:00")), vn("2026-11-06 17:00"));
}

TEST(CanLookAt, IsTheGreaterOfAShareAndANumber) {
  RuleSet rules;
  RuleEntry of_one, of_all;
  of_one.params = LikelyLate{.share_percent = 50, .items = 1};
  of_one.when.units = {"U1"};
  of_all.params = LikelyLate{.share_percent = 10, .items = 2};
  rules.add(of_one);
  rules.add(of_all);
  EXPECT_EQ(can_look_at(rules, "U1", 8), 4U);
  EXPECT_EQ(can_look_at(rules, "U2", 8), 2U);
  EXPECT_EQ(can_look_at(rules, "U2", 80), 8U);
  EXPECT_EQ(can_look_at(RuleSet{}, "U2", 80), 0U);
  EXPECT_EQ(can_look_at(rules, "U2", 80, 0.5), 8U);  // of 160
  EXPECT_EQ(can_look_at(rules, "U2", 8, 0.5), 1U);   // the least too is shared out
  EXPECT_EQ(can_look_at(rules, "U2", 8, 0.25), 1U);
}

}  // namespace
}  // namespace kip
