// The minimum hold: CLEARED is put off, nothing else (SEMANTICS 5).

#include <gtest/gtest.h>

#include "rules/settle.h"
#include "support/desk.h"

namespace kip {
namespace {

using test::Desk;
using test::History;
using test::petition;
using test::vn;
using enum WorkStatus;

// overdue is held for two working hours.
std::shared_ptr<Policy> held_policy() {
  auto policy = test::office_policy();
  policy->rules = RuleSet();
  RuleEntry entry;
  entry.params = Overdue{};
  entry.level = AlertLevel::kCritical;
  entry.minimum_hold = work_hours(2);
  policy->rules.add(entry);
  return policy;
}

// Overdue on Tuesday at 10:00; at 10:30 more time is given.
struct Cleared {
  Cleared() {
    desk.tell(history).until("2026-11-03 10:30");
    changes = desk.take_last(history.at("2026-11-03 10:30").due("2026-11-20 10:00"));
  }
  History history = petition("PA-1").received("2026-11-02 08:00").due("2026-11-03 10:00").unit("u");
  Desk desk{held_policy()};
  std::vector<AlertChange> changes;
};

TEST(MinimumHold, PutsClearedOffForSoMuchWorkingTimeAfterTheLastRevision) {
  Cleared c;
  EXPECT_TRUE(c.changes.empty());
  ASSERT_NE(c.desk.open(RuleId::kOverdue), nullptr);
  EXPECT_EQ(word_of(c.desk.item), ItemWord::kOverdue);
  EXPECT_EQ(c.desk.item.next_look, vn("2026-11-03 13:30"));  // 10:00 + 2 h, over lunch
  EXPECT_TRUE(c.desk.until(vn("2026-11-03 13:30") - Millis{1}).empty());
  const auto changes = c.desk.until("2026-11-03 15:00");
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].change, AlertChangeKind::kResolved);
  EXPECT_EQ(changes[0].cause, AlertCause::kCleared);
  EXPECT_EQ(changes[0].changed_at, vn("2026-11-03 13:30"));
  EXPECT_EQ(changes[0].due_at, vn("2026-11-03 10:00"));  // as it was told
  EXPECT_EQ(word_of(c.desk.item), ItemWord::kOnTrack);
}

TEST(MinimumHold, ALookThatComesLateResolvesAtTheHoldsEndAllTheSame) {
  Cleared c;
  c.desk.item.clock = vn("2026-11-04 09:00");
  const auto changes = c.desk.settle_now({});
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].changed_at, vn("2026-11-03 13:30"));
  EXPECT_EQ(changes[0].detected_at, vn("2026-11-04 09:00"));
}

TEST(MinimumHold, WhatHoldsAgainMeanwhileIsTheSameAlertAndNothingIsTold) {
  Cleared c;
  const auto changes = c.desk.take_last(c.history.at("2026-11-03 11:00").due("2026-11-03 10:00"));
  EXPECT_TRUE(changes.empty());
  EXPECT_TRUE(c.desk.until("2026-11-05 09:00").empty());
  EXPECT_EQ(c.desk.open(RuleId::kOverdue)->onset, vn("2026-11-03 10:00"));
}

TEST(MinimumHold, EndsWithTheItem) {
  Cleared c;
  const auto changes = c.desk.take_last(c.history.at("2026-11-03 11:00").status(kCompleted));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].cause, AlertCause::kClosed);
  EXPECT_EQ(changes[0].changed_at, vn("2026-11-03 11:00"));
}

TEST(MinimumHold, LeavesNoAlertUnderAUnitThatTheItemHasLeft) {
  Cleared c;
  const auto changes = c.desk.take_last(c.history.at("2026-11-03 11:00").unit("v"));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].change, AlertChangeKind::kResolved);
  EXPECT_EQ(changes[0].unit_id, "u");
}

TEST(MinimumHold, DoesNotHoldWhatNeverWas) {
  Desk desk(held_policy());
  History h = petition("PA-1").received("2026-11-02 08:00").due("2026-11-03 10:00").unit("u");
  desk.tell(h).until("2026-11-03 10:30");
  const auto changes =
      desk.take(h.at("2026-11-03 09:00").due("2026-11-20 10:00").last(), vn("2026-11-03 10:30"));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].cause, AlertCause::kRetracted);
}

TEST(MinimumHold, IsReadInHoursAndIsPartOfTheVersion) {
  Problems problems;
  const auto read = [&](const std::string& hold) {
    const std::string text =
        "version: 1\nrules:\n  - {rule: overdue, level: critical" + hold + "}\n";
    return read_rules(Reader::parse("rules.yaml", text, problems), {});
  };
  const RuleSet with = read(", minimum_hold_hours: 2");
  const RuleSet without = read("");
  EXPECT_TRUE(problems.empty());
  const RuleEntry& entry = with.entries(RuleId::kOverdue).at(0);
  EXPECT_EQ(entry.minimum_hold, work_hours(2));
  EXPECT_EQ(without.entries(RuleId::kOverdue).at(0).minimum_hold, WorkTime{});
  EXPECT_NE(entry.version, without.entries(RuleId::kOverdue).at(0).version);
}

}  // namespace
}  // namespace kip
