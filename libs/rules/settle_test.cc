// How alerts end, move and come again: causes, onsets, revisions, changed_at.

#include "rules/settle.h"

#include <gtest/gtest.h>

#include <functional>

#include "support/desk.h"

namespace kip {
namespace {

using test::Desk;
using test::find;
using test::History;
using test::kMs;
using test::petition;
using test::vn;
using enum WorkStatus;

// Due Tuesday 10:00 of the unit u.
History due_tuesday() {
  return petition("PA-1").received("2026-11-02 08:00").due("2026-11-03 10:00").unit("u");
}
const Instant kDue = vn("2026-11-03 10:00");

// It was overdue from Tuesday 10:00 on; on Wednesday 09:00 this is told. How overdue is resolved by
// it.
AlertChange resolved_by(const std::function<void(History&)>& say,
                        Instant occurred_at = vn("2026-11-04 09:00")) {
  Desk desk;
  History h = due_tuesday();
  desk.tell(h).until("2026-11-04 09:00");
  h.at(occurred_at);
  say(h);
  const auto changes = desk.take(h.last(), vn("2026-11-04 09:00"));
  const AlertChange* resolved = find(changes, RuleId::kOverdue, AlertChangeKind::kResolved);
  return resolved ? *resolved : AlertChange{};
}

TEST(Cause, IsClearedWhereTheItemIsOpenAndTheConditionIsGone) {
  const AlertChange c = resolved_by([](History& h) { h.due("2026-11-10 10:00"); });
  EXPECT_EQ(c.cause, AlertCause::kCleared);
  EXPECT_EQ(c.changed_at, vn("2026-11-04 09:00"));
  EXPECT_EQ(c.onset, kDue);
  EXPECT_EQ(c.revision, 2U);
}

TEST(Cause, IsClosedWhereTheItemEndedAfterTheOnset) {
  for (const WorkStatus s : {kCompleted, kRejected, kWithdrawn, kTransferred}) {
    const AlertChange c = resolved_by([&](History& h) { h.status(s); });
    EXPECT_EQ(c.cause, AlertCause::kClosed) << status_word(s);
    EXPECT_EQ(c.changed_at, vn("2026-11-04 09:00"));
  }
}

TEST(Cause, IsClosedAtTheEndInstantThatIsToldLate) {
  const AlertChange c =
      resolved_by([](History& h) { h.status(kCompleted).completed("2026-11-03 16:00"); });
  EXPECT_EQ(c.cause, AlertCause::kClosed);
  EXPECT_EQ(c.changed_at, vn("2026-11-03 16:00"));
}

TEST(Cause, IsRetractedWhereTheItemEndedByTheOnset) {
  const auto completed = [](const char* at) {
    return resolved_by([&](History& h) { h.status(kCompleted).completed(at); }).cause;
  };
  EXPECT_EQ(completed("2026-11-03 10:00"), AlertCause::kRetracted);
  EXPECT_EQ(completed("2026-11-03 10:00:00.001"), AlertCause::kClosed);
}

TEST(Cause, IsRetractedByARecordFromBeforeTheOnset) {
  EXPECT_EQ(
      resolved_by([](History& h) { h.due("2026-11-10 10:00"); }, vn("2026-11-03 10:00")).cause,
      AlertCause::kRetracted);
  EXPECT_EQ(resolved_by([](History& h) { h.due("2026-11-10 10:00"); }, vn("2026-11-03 10:00") + kMs)
                .cause,
            AlertCause::kCleared);
}

TEST(Cause, IsRetractedByAVoidOfAnEventFromBeforeTheOnset) {
  const AlertChange c = resolved_by([](History& h) { h.voids({"e1"}).kind(Kind::kPetition); });
  EXPECT_EQ(c.cause, AlertCause::kRetracted);
}

TEST(Cause, IsRetractedWhereTheItemIsVoid) {
  EXPECT_EQ(resolved_by([](History& h) { h.status(kVoid); }).cause, AlertCause::kRetracted);
}

TEST(Cause, IsClearedByAVoidOfAnEventFromAfterTheOnset) {
  Desk desk;
  History h = due_tuesday().at("2026-11-02 09:00").due("2026-11-20 10:00");
  h.at("2026-11-05 09:00").due("2026-11-04 10:00");  // overdue since Wednesday, told on Thursday
  desk.tell(h);
  ASSERT_NE(desk.open(RuleId::kOverdue), nullptr);
  const auto changes = desk.take_last(h.at("2026-11-06 09:00").voids({"e3"}));
  const AlertChange* resolved = find(changes, RuleId::kOverdue, AlertChangeKind::kResolved);
  ASSERT_TRUE(resolved);
  EXPECT_EQ(resolved->cause, AlertCause::kCleared);
  EXPECT_EQ(resolved->changed_at, vn("2026-11-05 09:00"));  // of the event that is voided
}

TEST(Moved, AnItemThatMovesResolvesForTheOldUnitAndRaisesForTheNewInOneSettling) {
  Desk desk;
  History h = due_tuesday();
  desk.tell(h).until("2026-11-04 09:00");
  const auto changes = desk.take_last(h.at("2026-11-04 09:00").unit("v"));
  const AlertChange* resolved = find(changes, RuleId::kOverdue, AlertChangeKind::kResolved);
  const AlertChange* raised = find(changes, RuleId::kOverdue, AlertChangeKind::kRaised);
  ASSERT_TRUE(resolved && raised);
  EXPECT_EQ(resolved->cause, AlertCause::kMoved);
  EXPECT_EQ(resolved->unit_id, "u");
  EXPECT_EQ(resolved->changed_at, vn("2026-11-04 09:00"));
  EXPECT_EQ(raised->unit_id, "v");
  EXPECT_EQ(raised->onset, kDue);
  EXPECT_EQ(raised->changed_at, kDue);
  EXPECT_EQ(raised->revision, 1U);
  EXPECT_NE(raised->alert_id, resolved->alert_id);
}

TEST(Moved, AnItemThatMovesAndEndsIsClosed) {
  EXPECT_EQ(resolved_by([](History& h) { h.unit("v").status(kCompleted); }).cause,
            AlertCause::kClosed);
}

TEST(Moved, BackToTheFirstUnitTheOldIdContinues) {
  Desk desk;
  History h = due_tuesday();
  desk.tell(h).until("2026-11-04 09:00");
  desk.take_last(h.at("2026-11-04 09:00").unit("v"));
  const auto changes = desk.take_last(h.at("2026-11-04 10:00").unit("u"));
  const AlertChange* raised = find(changes, RuleId::kOverdue, AlertChangeKind::kRaised);
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->revision, 3U);
  EXPECT_EQ(raised->changed_at, vn("2026-11-04 09:00"));  // not before its last one
}

TEST(Moved, TheHoldersAlertsMoveWithTheStepAndTheItemsDoNot) {
  Desk desk;
  History h = due_tuesday().step("1", "2026-11-03 09:00").step_at("p");
  desk.tell(h).until("2026-11-04 09:00");
  const auto changes =
      desk.take_last(h.at("2026-11-04 09:00").step("1", "2026-11-03 09:00").step_at("q"));
  EXPECT_EQ(find(changes, RuleId::kStepOverdue, AlertChangeKind::kResolved)->cause,
            AlertCause::kMoved);
  EXPECT_EQ(find(changes, RuleId::kStepOverdue, AlertChangeKind::kRaised)->unit_id, "q");
  EXPECT_FALSE(find(changes, RuleId::kOverdue, AlertChangeKind::kResolved));
}

TEST(Moved, AnotherStepCodeIsClearedAndRaisedAnewEvenForTheSameUnit) {
  Desk desk;
  History h = due_tuesday().step("1", "2026-11-03 09:00").step_at("p");
  desk.tell(h).until("2026-11-04 09:00");
  const auto changes =
      desk.take_last(h.at("2026-11-04 09:00").step("2", "2026-11-03 09:30").step_at("p"));
  const AlertChange* resolved = find(changes, RuleId::kStepOverdue, AlertChangeKind::kResolved);
  const AlertChange* raised = find(changes, RuleId::kStepOverdue, AlertChangeKind::kRaised);
  ASSERT_TRUE(resolved && raised);
  EXPECT_EQ(resolved->cause, AlertCause::kCleared);
  EXPECT_EQ(resolved->step_code, "1");
  EXPECT_EQ(raised->step_code, "2");
  EXPECT_EQ(raised->onset, vn("2026-11-03 09:30"));
}

TEST(Moved, AnotherStepCodeAndAnotherUnitAtOnceIsCleared) {
  Desk desk;
  History h = due_tuesday().step("1", "2026-11-03 09:00").step_at("p");
  desk.tell(h).until("2026-11-04 09:00");
  const auto changes =
      desk.take_last(h.at("2026-11-04 09:00").step("2", "2026-11-03 09:30").step_at("q"));
  EXPECT_EQ(find(changes, RuleId::kStepOverdue, AlertChangeKind::kResolved)->cause,
            AlertCause::kCleared);
}

TEST(Onset, OfAnOpenAlertStaysWhenALateEventMovesItsLimit) {
  Desk desk;
  History h = due_tuesday();
  desk.tell(h).until("2026-11-04 09:00");
  const auto changes = desk.take_last(h.at("2026-11-04 09:00").due("2026-11-03 16:00"));
  const AlertChange* updated = find(changes, RuleId::kOverdue, AlertChangeKind::kUpdated);
  ASSERT_TRUE(updated);  // for the due
  EXPECT_EQ(updated->onset, kDue);
  EXPECT_EQ(updated->due_at, vn("2026-11-03 16:00"));
  EXPECT_EQ(updated->alert_id, desk.of(RuleId::kOverdue)[0].alert_id);
}

TEST(Onset, MayLieBeforeTheEventThatMadeItKnown) {
  Desk desk;
  desk.tell(
      petition("PA-1").received("2026-11-02 08:00").at("2026-11-05 09:00").due("2026-11-03 10:00"));
  const AlertChange* raised = find(desk.log, RuleId::kOverdue, AlertChangeKind::kRaised);
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->onset, kDue);
  EXPECT_EQ(raised->changed_at, kDue);
  EXPECT_EQ(raised->detected_at, vn("2026-11-05 09:00"));
}

TEST(Revisions, ContinueForAReRaisedIdAndChangedAtNeverRunsBack) {
  Desk desk;
  History h = due_tuesday();
  desk.tell(h).until("2026-11-04 09:00");
  desk.take_last(h.at("2026-11-04 09:00").due("2026-11-20 10:00"));
  desk.take_last(h.at("2026-11-04 10:00").due("2026-11-03 10:00"));  // the first due again
  const auto all = desk.of(RuleId::kOverdue);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2].change, AlertChangeKind::kRaised);
  EXPECT_EQ(all[2].alert_id, all[0].alert_id);
  EXPECT_EQ(all[2].revision, 3U);
  EXPECT_EQ(all[2].onset, kDue);
  EXPECT_EQ(all[2].changed_at, vn("2026-11-04 09:00"));
  EXPECT_EQ(desk.item.ever.at(all[0].alert_id), (AlertTrack{3, vn("2026-11-04 09:00")}));
}

TEST(Revisions, ARetractionThatReachesBackIsNotChangedBeforeTheLastRevision) {
  const AlertChange c =
      resolved_by([](History& h) { h.status(kCompleted).completed("2026-11-02 09:00"); });
  EXPECT_EQ(c.cause, AlertCause::kRetracted);
  EXPECT_EQ(c.changed_at, kDue);
}

TEST(Revisions, OfAnotherOnsetBeginAtOne) {
  Desk desk;
  History h = due_tuesday();
  desk.tell(h).until("2026-11-04 09:00");
  desk.take_last(h.at("2026-11-04 09:00").due("2026-11-05 10:00"));
  desk.until("2026-11-06 09:00");
  const auto all = desk.of(RuleId::kOverdue);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2].revision, 1U);
  EXPECT_NE(all[2].alert_id, all[0].alert_id);
}

TEST(Settling, ARepeatOrTimeAloneChangesNothing) {
  Desk desk;
  History h = due_tuesday();
  desk.tell(h).until("2026-11-04 09:00");
  EXPECT_TRUE(desk.take(h.last(), vn("2026-11-04 09:00")).empty());
  EXPECT_TRUE(desk.settle_now({}).empty());
}

}  // namespace
}  // namespace kip
