// The badges that go by the item's own history: unclear, extended, reopened.

#include <gtest/gtest.h>

#include <string>

#include "support/desk.h"

namespace kip {
namespace {

using test::Desk;
using test::dossier;
using test::expect_opens;
using test::find;
using test::History;
using test::item;
using test::petition;
using test::task;
using test::vn;
using enum WorkStatus;

// With all six: person, task, time, responsibility, authority, result.
History clear_task() {
  return task("NV-1")
      .at("2026-11-02 09:15")
      .status(kInProgress)
      .assignee("cb-1")
      .title("Báo cáo")
      .due("2027-01-29 17:00")
      .unit("u")
      .authority("QĐ 12")
      .expects("báo cáo");
}

TEST(Unclear, HoldsFrom8HoursAfterTheFirstEvent) {
  Desk desk;
  desk.tell(
      task("NV-1").at("2026-11-02 09:15").status(kInProgress).at("2026-11-02 16:00").title("x"));
  expect_opens(desk, RuleId::kUnclear, vn("2026-11-03 09:15"), vn("2026-11-03 09:15"));
  EXPECT_EQ(desk.open(RuleId::kUnclear)->level, AlertLevel::kNotice);
}

TEST(Unclear, DoesNotHoldWithAllSix) {
  Desk desk;
  desk.tell(clear_task()).until("2026-12-31 08:00");
  EXPECT_TRUE(desk.of(RuleId::kUnclear).empty());
}

TEST(Unclear, AnyOneOfTheSixThatIsMissingOrEmptyIsEnough) {
  for (const char* name :
       {"title", "assignee_id", "due_at", "unit_id", "authority", "expected_result"}) {
    Desk desk;
    desk.tell(clear_task().at("2026-11-02 10:00").clear({name})).until("2026-11-03 09:15");
    ASSERT_NE(desk.open(RuleId::kUnclear), nullptr) << name;
    EXPECT_EQ(desk.open(RuleId::kUnclear)->detail, name);
  }
  for (const auto field : {&Facts::title, &Facts::assignee_id, &Facts::unit_id, &Facts::authority,
                           &Facts::expected_result}) {
    Desk desk;
    desk.tell(clear_task().at("2026-11-02 10:00").with([&](Event& e) { e.facts.*field = ""; }))
        .until("2026-11-03 09:15");
    EXPECT_NE(desk.open(RuleId::kUnclear), nullptr);
  }
}

TEST(Unclear, IsAskedOfTasksProjectsAndItemsOfNoKindYet) {
  for (const auto& [kind, asked] : {std::pair{Kind::kNone, true},
                                    {Kind::kTask, true},
                                    {Kind::kProject, true},
                                    {Kind::kDossier, false},
                                    {Kind::kPetition, false}}) {
    Desk desk;
    desk.tell(History("X-1", kind).at("2026-11-02 09:15").status(kInProgress))
        .until("2026-11-04 08:00");
    EXPECT_EQ(desk.open(RuleId::kUnclear) != nullptr, asked) << kind_word(kind);
  }
}

TEST(Unclear, ResolvesWhenAllSixAreThere) {
  Desk desk;
  History h = task("NV-1").at("2026-11-02 09:15").status(kInProgress);
  desk.tell(h).until("2026-11-04 08:00");
  h.at("2026-11-04 09:00")
      .assignee("a")
      .title("t")
      .due("2027-01-29 17:00")
      .unit("")
      .authority("q")
      .expects("r");
  desk.take_last(h);
  EXPECT_NE(desk.open(RuleId::kUnclear), nullptr);
  desk.take_last(h.at("2026-11-04 10:00").unit("u"));
  EXPECT_EQ(desk.open(RuleId::kUnclear), nullptr);
}

TEST(Unclear, HoldsDuringAStopToo) {
  Desk desk;
  desk.tell(task("NV-1").at("2026-11-02 09:15").status(kSubmitted));
  expect_opens(desk, RuleId::kUnclear, vn("2026-11-03 09:15"), vn("2026-11-03 09:15"));
}

History moved_once() {
  return dossier("HS-1")
      .received("2026-11-02 08:00")
      .due("2026-11-06 17:00")
      .at("2026-11-03 09:00")
      .due("2026-11-09 17:00");
}

TEST(Extended, HoldsFromTheSecondCountedMove) {
  Desk desk;
  History h = moved_once();
  desk.tell(h);
  EXPECT_EQ(desk.open(RuleId::kExtended), nullptr);
  const auto changes = desk.take_last(h.at("2026-11-04 09:00").due("2026-11-10 17:00"));
  const AlertChange* raised = find(changes, RuleId::kExtended, AlertChangeKind::kRaised);
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->onset, vn("2026-11-04 09:00"));
  EXPECT_EQ(raised->level, AlertLevel::kWarning);
}

TEST(Extended, ASecondMoveAheadOfTheClockHoldsFromItsOwnInstant) {
  Desk desk;
  History h = moved_once();
  desk.tell(h);
  desk.take(h.at("2026-11-04 09:00").due("2026-11-10 17:00").last(), vn("2026-11-03 10:00"));
  expect_opens(desk, RuleId::kExtended, vn("2026-11-04 09:00"), vn("2026-11-04 09:00"));
}

TEST(Extended, ResolvesOnlyByHistoryOrEnd) {
  Desk desk;
  History h = moved_once().at("2026-11-04 09:00").due("2026-11-10 17:00");
  desk.tell(h);
  desk.take_last(h.at("2026-11-05 09:00").due("2026-11-06 17:00"));  // back to the first due
  EXPECT_NE(desk.open(RuleId::kExtended), nullptr);
  const auto changes = desk.take_last(h.at("2026-11-05 10:00").voids({"e3"}));
  const AlertChange* resolved = find(changes, RuleId::kExtended, AlertChangeKind::kResolved);
  ASSERT_TRUE(resolved);
  EXPECT_EQ(resolved->cause, AlertCause::kRetracted);  // the move was never made
}

TEST(Extended, AThirdMoveIsUpdatedWithTheSameOnset) {
  Desk desk;
  History h = moved_once().at("2026-11-04 09:00").due("2026-11-10 17:00");
  desk.tell(h);
  const auto changes = desk.take_last(h.at("2026-11-05 09:00").due("2026-11-11 17:00"));
  const AlertChange* updated = find(changes, RuleId::kExtended, AlertChangeKind::kUpdated);
  ASSERT_TRUE(updated);
  EXPECT_EQ(updated->onset, vn("2026-11-04 09:00"));
  EXPECT_EQ(desk.open(RuleId::kExtended)->detail, "3");
}

TEST(Reopened, HoldsFromTheEventThatReopenedTheItemUntilItsEnd) {
  Desk desk;
  History h = petition("PA-1").at("2026-11-02 09:00").status(kCompleted);
  desk.tell(h);
  const auto raised = desk.take_last(h.at("2026-11-03 09:00").status(kInProgress));
  ASSERT_TRUE(find(raised, RuleId::kReopened, AlertChangeKind::kRaised));
  EXPECT_EQ(desk.open(RuleId::kReopened)->onset, vn("2026-11-03 09:00"));
  EXPECT_EQ(desk.open(RuleId::kReopened)->level, AlertLevel::kNotice);
  const auto ended = desk.take_last(h.at("2026-11-04 09:00").status(kCompleted));
  ASSERT_TRUE(find(ended, RuleId::kReopened, AlertChangeKind::kResolved));
  EXPECT_EQ(find(ended, RuleId::kReopened, AlertChangeKind::kResolved)->cause, AlertCause::kClosed);
}

TEST(Reopened, ASecondReopeningIsAnotherAlert) {
  Desk desk;
  History h = petition("PA-1")
                  .at("2026-11-02 09:00")
                  .status(kCompleted)
                  .at("2026-11-03 09:00")
                  .status(kInProgress)
                  .at("2026-11-04 09:00")
                  .status(kCompleted)
                  .at("2026-11-05 09:00")
                  .status(kInProgress);
  desk.tell(h);
  EXPECT_EQ(desk.open(RuleId::kReopened)->onset, vn("2026-11-05 09:00"));
  EXPECT_EQ(desk.item.ever.size(), 2U);
}

TEST(Reopened, AheadOfTheClockHoldsFromItsOwnInstant) {
  Desk desk;
  History h = petition("PA-1").at("2026-11-02 09:00").status(kCompleted);
  desk.tell(h);
  desk.take(h.at("2026-11-03 09:00").status(kInProgress).last(), vn("2026-11-02 10:00"));
  expect_opens(desk, RuleId::kReopened, vn("2026-11-03 09:00"), vn("2026-11-03 09:00"));
}

TEST(Rules, AnItemOfWhichNothingIsLeftOrThatIsVoidHasNoAlertsAndNoLook) {
  for (const bool voided : {false, true}) {
    Desk desk;
    History h = item("X-1").at("2026-11-02 09:00").due("2026-11-02 10:00").status(kRegistered);
    desk.tell(h).until("2026-11-09 08:00");
    EXPECT_FALSE(desk.item.open.empty());
    h.at("2026-11-09 08:00");
    voided ? h.voids({"e1", "e2"}) : h.status(kVoid);
    for (const AlertChange& change : desk.take_last(h)) {
      EXPECT_EQ(change.change, AlertChangeKind::kResolved);
      EXPECT_EQ(change.cause, AlertCause::kRetracted);
    }
    EXPECT_TRUE(desk.item.open.empty());
    EXPECT_EQ(desk.item.next_look, kFarFuture);
    EXPECT_TRUE(desk.item.counted.empty());
  }
}

}  // namespace
}  // namespace kip
