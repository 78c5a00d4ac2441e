// The rules of silence and waiting: stalled, not_accepted, not_returned, waiting_long.

#include <gtest/gtest.h>

#include <functional>

#include "support/desk.h"

namespace kip {
namespace {

using test::Desk;
using test::dossier;
using test::expect_opens;
using test::find;
using test::History;
using test::kMs;
using test::petition;
using test::task;
using test::vn;
using enum WorkStatus;

TEST(Stalled, HoldsFrom24WorkingHoursAfterTheGreatestOccurredAt) {
  Desk desk;
  desk.tell(task("NV-1").at("2026-11-02 09:15").status(kInProgress));
  expect_opens(desk, RuleId::kStalled, vn("2026-11-05 09:15"), vn("2026-11-05 09:15"));
  EXPECT_EQ(desk.open(RuleId::kStalled)->level, AlertLevel::kWarning);
}

TEST(Stalled, HoldsFrom16WorkingHoursForAFocusItemOfAnyKind) {
  for (const Kind kind : {Kind::kTask, Kind::kDossier, Kind::kPetition, Kind::kProject}) {
    Desk desk;
    desk.tell(History("X-1", kind).at("2026-11-02 09:15").status(kInProgress).focus());
    expect_opens(desk, RuleId::kStalled, vn("2026-11-04 09:15"), vn("2026-11-04 09:15"));
  }
}

TEST(Stalled, FocusThatIsFalseIs24Hours) {
  Desk desk;
  desk.tell(task("NV-1").at("2026-11-02 09:15").status(kInProgress).focus(false));
  expect_opens(desk, RuleId::kStalled, vn("2026-11-05 09:15"), vn("2026-11-05 09:15"));
}

TEST(Stalled, ResolvesWithAnyLaterEventOfAnySource) {
  Desk desk;
  History h = task("NV-1").at("2026-11-02 09:15").status(kInProgress);
  desk.tell(h).until("2026-11-05 12:00");
  h.at("2026-11-05 12:00").last().source = "other";
  const auto changes = desk.take_last(h);
  const AlertChange* resolved = find(changes, RuleId::kStalled, AlertChangeKind::kResolved);
  ASSERT_TRUE(resolved);
  EXPECT_EQ(resolved->cause, AlertCause::kCleared);
  EXPECT_EQ(resolved->changed_at, vn("2026-11-05 12:00"));
  EXPECT_EQ(desk.item.next_look, vn("2026-11-10 11:30"));
}

TEST(Stalled, AnEventFromBeforeTheGreatestOneChangesNothing) {
  Desk desk;
  History h = dossier("HS-1").at("2026-11-02 09:15").status(kInProgress);
  desk.tell(h).until("2026-11-05 12:00");
  EXPECT_TRUE(
      desk.take(h.at("2026-11-02 09:00").title("x").last(), vn("2026-11-05 12:00")).empty());
  EXPECT_NE(desk.open(RuleId::kStalled), nullptr);
}

TEST(Stalled, ResolvesInAStopAndBeginsAnewAfterIt) {
  Desk desk;
  History h = dossier("HS-1").received("2026-11-02 09:15");
  desk.tell(h).until("2026-11-05 12:00");
  EXPECT_TRUE(find(desk.take_last(h.at("2026-11-05 12:00").status(kWaiting)), RuleId::kStalled,
                   AlertChangeKind::kResolved));
  EXPECT_EQ(desk.look(RuleId::kStalled, vn("2026-11-06 09:00")).next_look, kFarFuture);
  desk.take_last(h.at("2026-11-13 09:15").status(kInProgress));
  expect_opens(desk, RuleId::kStalled, vn("2026-11-18 09:15"), vn("2026-11-18 09:15"));
}

TEST(Stalled, APetitionThatWaitsForAnotherAgencyCanStall) {
  Desk desk;
  desk.tell(petition("PA-1").at("2026-11-02 09:15").waiting(WaitingFor::kAgency));
  expect_opens(desk, RuleId::kStalled, vn("2026-11-05 09:15"), vn("2026-11-05 09:15"));
}

TEST(NotAccepted, HoldsFromOneMillisecondAfter8HoursFromRegistered) {
  Desk desk;
  desk.tell(dossier("HS-1").at("2026-11-02 09:15").status(kRegistered));
  expect_opens(desk, RuleId::kNotAccepted, vn("2026-11-03 09:15"), vn("2026-11-03 09:15:00.001"));
  EXPECT_EQ(desk.open(RuleId::kNotAccepted)->level, AlertLevel::kWarning);
}

TEST(NotAccepted, CountsFromSubmittedAtWhereThereIsOne) {
  Desk desk;
  desk.tell(
      dossier("HS-1").at("2026-11-02 09:15").status(kRegistered).submitted("2026-11-01 20:00"));
  expect_opens(desk, RuleId::kNotAccepted, vn("2026-11-02 17:00"), vn("2026-11-02 17:00:00.001"));
}

TEST(NotAccepted, WithoutAStatusCountsFromTheFirstEvent) {
  Desk desk;
  desk.tell(dossier("HS-1").at("2026-11-02 09:15").at("2026-11-02 16:00").title("x"));
  expect_opens(desk, RuleId::kNotAccepted, vn("2026-11-03 09:15"), vn("2026-11-03 09:15:00.001"));
}

TEST(NotAccepted, ARegisteredThatComesAfterTheFirstEventCountsFromItself) {
  Desk desk;
  desk.tell(dossier("HS-1").at("2026-11-02 09:15").at("2026-11-02 16:00").status(kRegistered));
  expect_opens(desk, RuleId::kNotAccepted, vn("2026-11-03 16:00"), vn("2026-11-03 16:00:00.001"));
}

TEST(NotAccepted, ResolvesWithAnyOtherStatus) {
  for (int s = 2; s < kStatusCount; ++s) {
    Desk desk;
    History h = dossier("HS-1").at("2026-11-02 09:15").status(kRegistered);
    desk.tell(h).until("2026-11-04 08:00");
    desk.take_last(h.at("2026-11-04 08:00").status(static_cast<WorkStatus>(s)));
    EXPECT_EQ(desk.open(RuleId::kNotAccepted), nullptr) << status_word(static_cast<WorkStatus>(s));
  }
}

TEST(NotAccepted, AnItemThatIsRegisteredAnewCountsFromThen) {
  Desk desk;
  desk.tell(task("NV-1")
                .at("2026-11-02 09:15")
                .status(kRegistered)
                .at("2026-11-02 10:00")
                .status(kDeclined)
                .at("2026-11-04 09:15")
                .status(kRegistered));
  expect_opens(desk, RuleId::kNotAccepted, vn("2026-11-05 09:15"), vn("2026-11-05 09:15:00.001"));
}

History done() {
  return dossier("HS-1").received("2026-11-02 08:00").at("2026-11-03 10:00").status(kCompleted);
}

TEST(NotReturned, HoldsFromOneMillisecondAfter8HoursFromTheEnd) {
  Desk desk;
  desk.tell(done());
  expect_opens(desk, RuleId::kNotReturned, vn("2026-11-04 10:00"), vn("2026-11-04 10:00:00.001"));
  EXPECT_EQ(desk.open(RuleId::kNotReturned)->level, AlertLevel::kNotice);
}

TEST(NotReturned, TheEndIsCompletedAtWhereThereIsOne) {
  Desk desk;
  desk.tell(done().completed("2026-11-03 09:00"));
  expect_opens(desk, RuleId::kNotReturned, vn("2026-11-04 09:00"), vn("2026-11-04 09:00:00.001"));
}

TEST(NotReturned, IsAskedOfCompletedDossiersWithoutReturnedAtOnly) {
  for (const History& h :
       {task("X").at("2026-11-03 10:00").status(kCompleted),
        petition("X").at("2026-11-03 10:00").status(kCompleted),
        dossier("X").at("2026-11-03 10:00").status(kRejected),
        dossier("X").at("2026-11-03 10:00").status(kWithdrawn), done().returned("2026-11-03 11:00"),
        done().at("2026-11-03 11:00").status(kReturned)}) {
    Desk desk;
    desk.tell(h).until("2027-01-04 08:00");
    EXPECT_TRUE(desk.of(RuleId::kNotReturned).empty());
  }
}

// How not_returned ends by an event on Friday.
AlertChange ended_by(const std::function<void(History&)>& say) {
  Desk desk;
  History h = done();
  desk.tell(h).until("2026-11-06 10:00");
  h.at("2026-11-06 10:00");
  say(h);
  const auto changes = desk.take_last(h);
  const AlertChange* resolved = find(changes, RuleId::kNotReturned, AlertChangeKind::kResolved);
  return resolved ? *resolved : AlertChange{};
}

TEST(NotReturned, ReturnedIsClosedAtTheReturn) {
  EXPECT_EQ(ended_by([](History& h) { h.status(kReturned); }).cause, AlertCause::kClosed);
  EXPECT_EQ(ended_by([](History& h) { h.status(kReturned); }).changed_at, vn("2026-11-06 10:00"));
  const AlertChange told_late = ended_by([](History& h) { h.returned("2026-11-05 10:00"); });
  EXPECT_EQ(told_late.cause, AlertCause::kClosed);
  EXPECT_EQ(told_late.changed_at, vn("2026-11-05 10:00"));
}

TEST(NotReturned, ReturnedByTheLimitIsRetracted) {
  EXPECT_EQ(ended_by([](History& h) { h.returned("2026-11-04 10:00"); }).cause,
            AlertCause::kRetracted);
  EXPECT_EQ(ended_by([](History& h) { h.returned("2026-11-04 10:00:00.001"); }).cause,
            AlertCause::kClosed);
}

TEST(NotReturned, ReopenedIsCleared) {
  EXPECT_EQ(ended_by([](History& h) { h.status(kInProgress); }).cause, AlertCause::kCleared);
}

TEST(WaitingLong, HoldsFromOneMillisecondAfter80HoursOfAStop) {
  Desk desk;
  desk.tell(dossier("HS-1").received("2026-11-02 07:45").at("2026-11-02 08:00").status(kWaiting));
  expect_opens(desk, RuleId::kWaitingLong, vn("2026-11-16 08:00"), vn("2026-11-16 08:00:00.001"));
  EXPECT_EQ(desk.open(RuleId::kWaitingLong)->level, AlertLevel::kWarning);
}

TEST(WaitingLong, CountsTheSubmittedTaskToo) {
  Desk desk;
  desk.tell(task("NV-1").at("2026-11-02 08:00").status(kSubmitted));
  expect_opens(desk, RuleId::kWaitingLong, vn("2026-11-16 08:00"), vn("2026-11-16 08:00:00.001"));
}

TEST(WaitingLong, WithoutAStopThereIsNone) {
  Desk desk;
  desk.tell(task("NV-1").at("2026-11-02 08:00").status(kWaiting)).until("2027-11-02 08:00");
  EXPECT_TRUE(desk.of(RuleId::kWaitingLong).empty());
}

TEST(WaitingLong, ResolvesWithTheRestart) {
  Desk desk;
  History h = dossier("HS-1").received("2026-11-02 07:45").at("2026-11-02 08:00").status(kWaiting);
  desk.tell(h).until("2026-11-20 08:00");
  const auto changes = desk.take_last(h.at("2026-11-20 08:00").status(kInProgress));
  ASSERT_TRUE(find(changes, RuleId::kWaitingLong, AlertChangeKind::kResolved));
  EXPECT_EQ(find(changes, RuleId::kWaitingLong, AlertChangeKind::kResolved)->cause,
            AlertCause::kCleared);
}

// Asked on Monday, answered on Tuesday, asked again on Wednesday 09:00.
History asked_twice(Kind kind) {
  return History("X-1", kind)
      .at("2026-11-02 09:00")
      .waiting(WaitingFor::kSupplement)
      .at("2026-11-03 09:00")
      .status(kInProgress)
      .at("2026-11-04 09:00")
      .waiting(WaitingFor::kSupplement);
}

TEST(WaitingLong, HoldsFromTheSecondAskWhateverTheKind) {
  for (const Kind kind : {Kind::kDossier, Kind::kPetition, Kind::kTask}) {
    Desk desk;
    History h = asked_twice(kind);
    desk.tell(h);
    const AlertChange* raised = find(desk.log, RuleId::kWaitingLong, AlertChangeKind::kRaised);
    ASSERT_TRUE(raised);
    EXPECT_EQ(raised->onset, vn("2026-11-04 09:00"));
    EXPECT_EQ(raised->detected_at, vn("2026-11-04 09:00"));
  }
}

TEST(WaitingLong, AskedTwiceTheRestartDoesNotResolveItOnlyTheEndDoes) {
  Desk desk;
  History h = asked_twice(Kind::kDossier);
  desk.tell(h);
  desk.take_last(h.at("2026-11-05 09:00").status(kInProgress));
  EXPECT_NE(desk.open(RuleId::kWaitingLong), nullptr);
  const auto changes = desk.take_last(h.at("2026-11-06 09:00").status(kCompleted));
  EXPECT_EQ(find(changes, RuleId::kWaitingLong, AlertChangeKind::kResolved)->cause,
            AlertCause::kClosed);
}

TEST(WaitingLong, ASecondAskWithinOneStopCountsFromTheEarlierOfItAndThe80Hours) {
  History h = dossier("HS-1")
                  .at("2026-11-02 08:00")
                  .waiting(WaitingFor::kSupplement)
                  .at("2026-11-17 08:00")
                  .waiting(WaitingFor::kPayment)
                  .at("2026-11-18 08:00")
                  .waiting(WaitingFor::kSupplement);
  EXPECT_EQ(Desk().tell(h).look(RuleId::kWaitingLong, vn("2026-11-18 08:00")).onset,
            vn("2026-11-16 08:00"));
  // After the restart the wait is over, the second ask is not.
  h.at("2026-11-19 08:00").status(kInProgress);
  EXPECT_EQ(Desk().tell(h).look(RuleId::kWaitingLong, vn("2026-11-19 08:00")).onset,
            vn("2026-11-18 08:00"));
}

TEST(WaitingLong, AskedOnceIsNotEnough) {
  Desk desk;
  desk.tell(petition("PA-1")
                .at("2026-11-02 09:00")
                .waiting(WaitingFor::kSupplement)
                .at("2026-11-02 10:00")
                .title("x"));
  EXPECT_EQ(desk.open(RuleId::kWaitingLong), nullptr);
  EXPECT_EQ(desk.look(RuleId::kWaitingLong, vn("2026-11-02 10:00")).next_look,
            vn("2026-11-16 09:00") + kMs);
}

}  // namespace
}  // namespace kip
