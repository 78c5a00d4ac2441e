// blocked: what an item waits for is late or likely late.

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
using enum DependencyState;
using enum WorkStatus;

constexpr auto kBlockedRule = RuleId::kBlocked;

// Due on Friday at 17:00, with u; looked at on Tuesday morning.
struct Waiting {
  Waiting() {
    desk.cuts.emplace();
    desk.tell(history).until("2026-11-03 08:00");
  }
  std::vector<AlertChange> know(std::vector<Dependency> dependencies) {
    desk.item.dependencies = std::move(dependencies);
    return desk.settle_now({});
  }
  static Dependency one(const std::string& id, DependencyState state,
                        std::string_view since = "2026-11-03 07:45") {
    return {id, state, vn(since), "v"};
  }
  bool open() const { return desk.open(kBlockedRule) != nullptr; }

  History history = task("NV-1").received("2026-11-02 08:00").due("2026-11-06 17:00").unit("u");
  Desk desk;
};

TEST(Blocked, HoldsForTheItemsUnitSinceTheFirstOfThemWasLate) {
  Waiting w;
  const auto changes = w.know({w.one("A", kOnTrack), w.one("B", kOverdue, "2026-11-03 07:50"),
                               w.one("C", kLikelyLate, "2026-11-03 07:40")});
  const AlertChange* raised = find(changes, kBlockedRule, AlertChangeKind::kRaised);
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->unit_id, "u");
  EXPECT_EQ(raised->level, AlertLevel::kWarning);
  EXPECT_EQ(raised->onset, vn("2026-11-03 07:40"));
  EXPECT_EQ(word_of(w.desk.item), ItemWord::kAtRisk);
  ASSERT_FALSE(raised->evidence.empty());
  EXPECT_EQ(raised->evidence.front().name, "blocked_by");
  EXPECT_EQ(std::get<std::string>(raised->evidence.front().value), "B; C");
}

TEST(Blocked, DoesNotHoldForWhatIsInTimeOverOrUnknown) {
  Waiting w;
  w.know({w.one("A", kOnTrack), w.one("B", kEnded), w.one("C", kUnknown)});
  EXPECT_FALSE(w.open());
}

TEST(Blocked, KeepsItsOnsetWhileAnyOfThemIsLateAndIsThenCleared) {
  Waiting w;
  w.know({w.one("A", kLikelyLate)});
  const OpenAlert first = *w.desk.open(kBlockedRule);
  EXPECT_TRUE(w.know({w.one("A", kEnded), w.one("B", kOverdue, "2026-11-03 07:59")}).empty());
  EXPECT_EQ(*w.desk.open(kBlockedRule), first);
  w.desk.until("2026-11-03 09:00");
  const auto changes = w.know({w.one("A", kEnded), w.one("B", kEnded)});
  const AlertChange* resolved = find(changes, kBlockedRule, AlertChangeKind::kResolved);
  ASSERT_TRUE(resolved);
  EXPECT_EQ(resolved->cause, AlertCause::kCleared);
  EXPECT_EQ(resolved->changed_at, vn("2026-11-03 09:00"));
}

TEST(Blocked, IsClearedAndNotRetractedByLateNewsOfAnOpenItem) {
  Waiting w;
  w.know({w.one("A", kOverdue)});
  w.desk.item.dependencies.clear();
  const auto changes = w.desk.take_last(w.history.at("2026-11-02 09:00").progress(10));
  const AlertChange* resolved = find(changes, kBlockedRule, AlertChangeKind::kResolved);
  ASSERT_TRUE(resolved);
  EXPECT_EQ(resolved->cause, AlertCause::kCleared);
}

TEST(Blocked, EndsWithTheItem) {
  Waiting w;
  w.know({w.one("A", kOverdue)});
  const auto changes = w.desk.take_last(w.history.at("2026-11-03 10:00").status(kCompleted));
  const AlertChange* resolved = find(changes, kBlockedRule, AlertChangeKind::kResolved);
  ASSERT_TRUE(resolved);
  EXPECT_EQ(resolved->cause, AlertCause::kClosed);
}

TEST(Blocked, UnderLogNothingIsKnownOfOthers) {
  Waiting w;
  w.desk.cuts.reset();
  w.know({w.one("A", kOverdue)});
  EXPECT_FALSE(w.open());
}

TEST(Blocked, WhatIsUnknownForEightWorkingHoursIsAFault) {
  Waiting w;
  const auto policy = test::office_policy();
  w.know({w.one("A", kEnded), w.one("B", kUnknown, "2026-11-03 08:00")});
  const Instant from = vn("2026-11-04 08:00");
  EXPECT_EQ(w.desk.item.next_look, from);
  EXPECT_TRUE(faults_of(w.desk.item, *policy, from - test::kMs).empty());
  EXPECT_EQ(faults_of(w.desk.item, *policy, from), std::vector<std::string>{"dependency_unknown"});
  w.know({w.one("A", kEnded), w.one("B", kOnTrack)});
  EXPECT_TRUE(faults_of(w.desk.item, *policy, from).empty());
}

TEST(Blocked, TheSentenceNamesThreeAndCountsTheOthers) {
  Waiting w;
  w.know({w.one("A", kOverdue), w.one("B", kLikelyLate), w.one("C", kOverdue), w.one("D", kOverdue),
          w.one("E", kOverdue)});
  EXPECT_EQ(w.desk.open(kBlockedRule)->reason,
            "Phải chờ việc khác đang trễ: A quá hạn, B dự báo trễ, C quá hạn và 2 việc nữa.");
}

}  // namespace
}  // namespace kip
