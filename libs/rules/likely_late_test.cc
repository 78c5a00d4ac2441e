// likely_late: from which chance an item warns, when, of whose unit, and how it ends.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules/settle.h"
#include "support/desk.h"

namespace kip {
namespace {

using test::Desk;
using test::find;
using test::History;
using test::task;
using test::vn;
using enum WorkStatus;

constexpr auto kRule = RuleId::kLikelyLate;

// Due on Friday at 17:00, held by p.
History held_by_p() {
  return task("NV-1")
      .received("2026-11-02 08:00")
      .due("2026-11-06 17:00")
      .unit("u")
      .assignee("a")
      .step("1")
      .step_at("p", "b");
}

// On Wednesday, with a cut of .6 in p and of .8 in q.
struct Forecasted {
  explicit Forecasted(History h = held_by_p(), std::string_view now = "2026-11-04 09:00")
      : history(std::move(h)) {
    desk.cuts = {{"p", 0.6}, {"q", 0.8}};
    desk.tell(history).until(now);
  }
  std::vector<AlertChange> say(double chance) {
    desk.item.forecast = forecast::Forecast{.at = desk.item.clock, .chance = chance, .cases = 60};
    return desk.settle_now({});
  }
  std::vector<AlertChange> say(double chance, std::string_view at) {
    desk.until(at);
    return say(chance);
  }
  bool open() const { return desk.open(kRule) != nullptr; }

  History history;
  Desk desk;
};

TEST(LikelyLate, IsRaisedAtTheCutForTheHolder) {
  Forecasted f;
  f.say(0.5999);
  EXPECT_FALSE(f.open());
  const auto changes = f.say(0.6, "2026-11-04 10:00");
  const AlertChange* raised = find(changes, kRule, AlertChangeKind::kRaised);
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->unit_id, "p");
  EXPECT_EQ(raised->assignee_id, "b");
  EXPECT_EQ(raised->level, AlertLevel::kWarning);
  EXPECT_EQ(raised->onset, vn("2026-11-04 10:00"));
  EXPECT_EQ(raised->changed_at, vn("2026-11-04 10:00"));
  EXPECT_EQ(word_of(f.desk.item), ItemWord::kAtRisk);
}

TEST(LikelyLate, NeverBelowTheMinimumHoweverLowTheCut) {
  Forecasted f;
  f.desk.cuts = {{"p", 0.2}};
  f.say(0.399);
  EXPECT_FALSE(f.open());
  f.say(0.4);
  EXPECT_TRUE(f.open());
}

TEST(LikelyLate, StaysOpenUntilTheChanceIsSoManyPointsBelowWhereItWasRaised) {
  Forecasted f;
  f.say(0.7);
  const OpenAlert first = *f.desk.open(kRule);
  EXPECT_TRUE(f.say(0.5, "2026-11-04 10:00").empty());  // .6 - .1 to the bit, as is .5
  EXPECT_TRUE(f.say(0.9, "2026-11-04 10:30").empty());  // what runs with time is no revision
  EXPECT_EQ(*f.desk.open(kRule), first);                // its onset and words with it
  const auto changes = f.say(0.4999, "2026-11-04 11:00");
  const AlertChange* resolved = find(changes, kRule, AlertChangeKind::kResolved);
  ASSERT_TRUE(resolved);
  EXPECT_EQ(resolved->cause, AlertCause::kCleared);
  EXPECT_EQ(resolved->changed_at, vn("2026-11-04 11:00"));
  f.say(0.55, "2026-11-04 11:15");
  EXPECT_FALSE(f.open());  // between the two nothing new begins
}

TEST(LikelyLate, IsRaisedAgainWithAnOnsetOfItsOwn) {
  Forecasted f;
  f.say(0.7);
  const std::string first = f.desk.open(kRule)->alert_id;
  f.say(0.1, "2026-11-04 10:00");
  f.say(0.7, "2026-11-04 11:00");
  ASSERT_TRUE(f.open());
  EXPECT_NE(f.desk.open(kRule)->alert_id, first);
  EXPECT_EQ(f.desk.open(kRule)->onset, vn("2026-11-04 11:00"));
}

TEST(LikelyLate, AUnitWithoutACutGetsNothingNewAndKeepsWhatIsOpenByTheMinimum) {
  Forecasted f;
  f.desk.cuts = forecast::Cuts{};
  f.say(0.99);
  EXPECT_FALSE(f.open());
  f.desk.cuts = {{"p", 0.9}};
  f.say(0.95);
  ASSERT_TRUE(f.open());
  f.desk.cuts = forecast::Cuts{};
  f.say(0.3);
  EXPECT_TRUE(f.open());
  f.say(0.29);
  EXPECT_FALSE(f.open());
}

TEST(LikelyLate, ACutThatRisesEndsWhatIsFarBelowIt) {
  Forecasted f;
  f.say(0.65);
  f.desk.cuts = {{"p", 0.75}};
  EXPECT_TRUE(f.desk.settle_now({}).empty());
  f.desk.cuts = {{"p", 0.8}};
  EXPECT_TRUE(find(f.desk.settle_now({}), kRule, AlertChangeKind::kResolved));
}

TEST(LikelyLate, WithoutCutsOrWithoutAForecastNothingIsLikelyLate) {
  Forecasted f;
  f.desk.cuts.reset();  // as under `--clock log`
  f.say(0.99);
  EXPECT_FALSE(f.open());
  f.desk.cuts = {{"p", 0.6}};
  f.desk.item.forecast.reset();  // not enough data
  f.desk.settle_now({});
  EXPECT_FALSE(f.open());
  f.say(0.99);
  ASSERT_TRUE(f.open());
  f.desk.item.forecast.reset();
  EXPECT_TRUE(find(f.desk.settle_now({}), kRule, AlertChangeKind::kResolved));
}

TEST(LikelyLate, IsNotRaisedInAStopAndStaysOpenThroughOne) {
  Forecasted stopped;
  stopped.desk.take_last(stopped.history.at("2026-11-04 09:30").status(kSubmitted));
  stopped.say(0.9);
  EXPECT_FALSE(stopped.open());
  Forecasted f;
  f.say(0.9);
  f.desk.take_last(f.history.at("2026-11-04 09:30").status(kSubmitted));
  EXPECT_TRUE(f.open());
  EXPECT_EQ(word_of(f.desk.item), ItemWord::kPaused);
}

TEST(LikelyLate, IsRaisedUpToTheDueAndStaysOpenPastIt) {
  for (const auto& [now, raised] :
       {std::pair("2026-11-06 17:00", true), std::pair("2026-11-06 17:00:00.001", false)}) {
    Forecasted f(held_by_p(), now);
    f.say(0.9);
    EXPECT_EQ(f.open(), raised) << now;
  }
  Forecasted f;
  f.say(0.9);
  f.say(0.1, "2026-11-06 17:00:00.001");  // it has come true, whatever is said now
  EXPECT_TRUE(f.open());
  EXPECT_NE(f.desk.open(RuleId::kOverdue), nullptr);
  EXPECT_EQ(word_of(f.desk.item), ItemWord::kOverdue);
}

TEST(LikelyLate, WithoutADueThereIsNothingToBeLateFor) {
  Forecasted f(task("NV-1").received("2026-11-02 08:00").unit("p"));
  f.say(0.99);
  EXPECT_FALSE(f.open());
}

TEST(LikelyLate, AnotherHolderIsWarnedByItsOwnCut) {
  for (const double chance : {0.85, 0.75}) {
    Forecasted f;
    f.say(chance);
    const auto changes =
        f.desk.take_last(f.history.at("2026-11-04 10:00").step("2").step_at("q", "c"));
    const AlertChange* resolved = find(changes, kRule, AlertChangeKind::kResolved);
    const AlertChange* raised = find(changes, kRule, AlertChangeKind::kRaised);
    ASSERT_TRUE(resolved) << chance;
    EXPECT_EQ(resolved->unit_id, "p");
    const bool again = chance >= 0.8;  // hysteresis does not travel
    EXPECT_EQ(resolved->cause, again ? AlertCause::kMoved : AlertCause::kCleared);
    ASSERT_EQ(raised != nullptr, again) << chance;
    if (raised) {
      EXPECT_EQ(raised->unit_id, "q");
    }
  }
}

TEST(LikelyLate, EndsWithTheItem) {
  Forecasted f;
  f.say(0.9);
  const auto changes = f.desk.take_last(f.history.at("2026-11-04 10:00").status(kCompleted));
  EXPECT_EQ(find(changes, kRule, AlertChangeKind::kResolved)->cause, AlertCause::kClosed);
}

TEST(LikelyLate, IsRetractedWhereTheItemHadEndedBeforeTheForecast) {
  Forecasted f;
  f.say(0.9);
  f.history.at("2026-11-04 08:30").status(kCompleted);
  const auto changes = f.desk.take(f.history.events().back(), vn("2026-11-04 10:00"));
  EXPECT_EQ(find(changes, kRule, AlertChangeKind::kResolved)->cause, AlertCause::kRetracted);
}

TEST(LikelyLate, IsClearedAndNotRetractedByLateNewsOfAnOpenItem) {
  Forecasted f;
  f.say(0.9);
  f.desk.item.clock = vn("2026-11-04 10:00");
  f.desk.item.forecast = forecast::Forecast{.at = f.desk.item.clock, .chance = 0.1, .cases = 60};
  const auto changes = f.desk.settle_now({.c = vn("2026-11-04 08:00")});
  EXPECT_EQ(find(changes, kRule, AlertChangeKind::kResolved)->cause, AlertCause::kCleared);
}

TEST(LikelyLate, WaitsForASourceThatIsSilent) {
  Forecasted f;
  f.desk.item.forecast = forecast::Forecast{.at = f.desk.item.clock, .chance = 0.9, .cases = 60};
  f.desk.settle_now({.c = {}, .source_silent = true});
  EXPECT_FALSE(f.open());
  f.desk.settle_now({});
  EXPECT_TRUE(f.open());
}

TEST(LikelyLate, CountsWithTheLevelAndTheLimitsOfTheEntryThatFits) {
  auto policy = test::office_policy();
  policy->rules = RuleSet();
  RuleEntry focus;
  focus.params = LikelyLate{.minimum_percent = 90};
  focus.level = AlertLevel::kCritical;
  focus.when.focus = true;
  policy->rules.add(focus);
  for (const bool is_focus : {false, true}) {
    Desk desk(policy);
    desk.cuts = {{"p", 0.6}};
    desk.tell(held_by_p().focus(is_focus)).until("2026-11-04 09:00");
    for (const double chance : {0.89, 0.9}) {
      desk.item.forecast = forecast::Forecast{.at = desk.item.clock, .chance = chance, .cases = 60};
      desk.settle_now({});
      EXPECT_EQ(desk.open(kRule) != nullptr, is_focus && chance == 0.9);
    }
    if (is_focus) {
      EXPECT_EQ(desk.open(kRule)->level, AlertLevel::kCritical);
    }
  }
}

TEST(LikelyLate, AMinimumHoldPutsClearedOffAndTheEndIsNow) {
  auto policy = test::office_policy();
  policy->rules = RuleSet();
  RuleEntry entry;
  entry.params = LikelyLate{};
  entry.minimum_hold = work_hours(2);
  policy->rules.add(entry);
  Forecasted f;
  f.desk = Desk(policy);
  f.desk.cuts = {{"p", 0.6}};
  f.desk.tell(f.history).until("2026-11-04 08:00");
  f.say(0.9);
  EXPECT_TRUE(f.say(0.1, "2026-11-04 09:00").empty());
  EXPECT_EQ(f.desk.item.next_look, vn("2026-11-04 10:00"));
  f.say(0.9, "2026-11-04 09:30");
  const auto changes = f.say(0.1, "2026-11-04 15:00");
  const AlertChange* resolved = find(changes, kRule, AlertChangeKind::kResolved);
  ASSERT_TRUE(resolved);
  EXPECT_EQ(resolved->changed_at, vn("2026-11-04 15:00"));  // not where the hold was over
}

}  // namespace
}  // namespace kip
