#include "app/asked.h"

#include <gtest/gtest.h>

#include "app/foreseen.h"

namespace kip {
namespace {

constexpr Instant asked_day(int number) {
  return instant_of(1'735'689'600'000) + Millis{number * std::int64_t{86'400'000}};
}

class Asked : public testing::Test {
 protected:
  Asked() {
    item.item_id = "A";
    item.folded.events = 1;
    item.folded.status = WorkStatus::kAccepted;
    item.folded.facts.received_at = asked_day(0);
    item.folded.effective_due = asked_day(12);
  }

  void say(double chance) {
    item.forecast.emplace();
    item.forecast->chance = chance;
  }
  // What is to be asked by then.
  void run_to(int day) {
    while (asked.next() <= asked_day(day))
      ASSERT_TRUE(asked.ask([&](const std::string&) { return Result<ItemState>(item); }));
  }

  std::shared_ptr<const Policy> policy = plain_policy(Calendar::always());
  AskedItems asked{policy->fold};
  ItemState item;
};

TEST_F(Asked, AQuarterAHalfAndThreeQuartersOfTheTerm) {
  asked.see(item, asked_day(0));
  EXPECT_EQ(asked.next(), asked_day(3));
  run_to(3);
  say(0.25);
  run_to(6);
  say(0.75);
  run_to(20);
  EXPECT_EQ(asked.next(), kFarFuture);
  const AskedItem& of = *asked.find("A");
  ASSERT_TRUE(of[0] && of[1] && of[2]);
  EXPECT_FALSE(of[0]->chance);  // nothing had been said
  EXPECT_EQ(of[1]->at, asked_day(6));
  EXPECT_EQ(of[1]->chance, 0.25F);
  EXPECT_EQ(of[2]->chance, 0.75F);
  EXPECT_EQ(asked.find("B"), nullptr);
}

TEST_F(Asked, OnceAtEachShareWhereTheDueMoves) {
  asked.see(item, asked_day(0));
  run_to(3);
  item.folded.effective_due = asked_day(24);
  asked.see(item, asked_day(4));
  EXPECT_EQ(asked.next(), asked_day(6));
  run_to(11);  // the old half and three quarters are no more
  EXPECT_FALSE((*asked.find("A"))[1]);
  run_to(24);
  EXPECT_EQ((*asked.find("A"))[0]->at, asked_day(3));
  EXPECT_EQ((*asked.find("A"))[1]->at, asked_day(12));
}

TEST_F(Asked, NeitherWhileTheClockStandsNorAfterTheEnd) {
  asked.see(item, asked_day(0));
  item.folded.stop.emplace();
  run_to(3);
  item.folded.stop.reset();
  run_to(6);
  item.folded.status = WorkStatus::kCompleted;
  run_to(12);
  const AskedItem& of = *asked.find("A");
  EXPECT_FALSE(of[0]);
  EXPECT_TRUE(of[1]);
  EXPECT_FALSE(of[2]);
}

TEST_F(Asked, WhatWasSaidIsHeldAgainstWhatCame) {
  Foresight foresight{std::move(asked), 0, 0, 0, 0, 0, {}};
  for (int i = 0; i < 4; ++i) {
    item.item_id = "I" + std::to_string(i);
    foresight.asked.see(item, asked_day(0));
  }
  while (foresight.asked.next() < kFarFuture) {
    ASSERT_TRUE(foresight.asked.ask([&](const std::string& id) {
      item.forecast.reset();
      if (id != "I3") say(id == "I0" ? 0.25 : 0.75);
      return Result<ItemState>(item);
    }));
  }
  ForeseenTally tally(foresight);
  const auto judge = [&](const char* id, std::optional<bool> late, int end) {
    item.item_id = id;
    item.folded.status = WorkStatus::kCompleted;
    item.folded.ended_at = asked_day(end);
    tally.judge({item, late, {}});
  };
  judge("I0", false, 11);
  judge("I1", true, 13);
  judge("I2", false, 5);  // known later: at half-time it had ended
  judge("I3", true, 13);
  judge("I4", true, 13);  // never asked about
  const Foreseen figures = tally.finish();
  const ForeseenPoint &quarter = figures.points.at(0), &half = *half_of(figures);
  EXPECT_EQ(quarter.open, 4U);
  EXPECT_EQ(half.open, 3U);
  EXPECT_EQ(half.unknown, 1U);
  EXPECT_EQ(half.late, 1U);  // of those of which something was said
  EXPECT_EQ(half.auc, 1.0);
  EXPECT_EQ(quarter.auc, 0.75);
  EXPECT_DOUBLE_EQ(*half.brier, 0.0625);
  EXPECT_DOUBLE_EQ(*half.calibration_error, 0.25);
  EXPECT_EQ(half.bins[2].items, 1U);
  EXPECT_EQ(half.bins[7].late, 1U);
  EXPECT_DOUBLE_EQ(half.bins[7].chances, 0.75);
}

}  // namespace
}  // namespace kip
