// The clock of a deadline: where it stands, what a stop keeps, which due counts after it.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/items.h"
#include "workitem/fold.h"

namespace kip {
namespace {

using test::dossier;
using test::has_fault;
using test::History;
using test::kMs;
using test::plain_rules;
using test::plain_week;
using test::vn;
using enum WorkStatus;

bool stands(const History& h) { return h.fold().stop.has_value(); }
History of_kind(Kind kind) { return History("X-1", kind).at("2026-11-02 08:00"); }
constexpr auto kTasks = {Kind::kNone, Kind::kTask, Kind::kProject};

TEST(Clock, OfADossierStandsInWaitingAndSuspended) {
  for (const auto what : {WaitingFor::kSupplement, WaitingFor::kPayment, WaitingFor::kAgency}) {
    EXPECT_TRUE(stands(of_kind(Kind::kDossier).waiting(what)));
  }
  EXPECT_TRUE(stands(of_kind(Kind::kDossier).status(kWaiting)));
  EXPECT_TRUE(stands(of_kind(Kind::kDossier).status(kSuspended)));
  EXPECT_FALSE(stands(of_kind(Kind::kDossier).status(kSubmitted)));
}

TEST(Clock, OfAPetitionStandsOnlyInWaitingForASupplement) {
  EXPECT_TRUE(stands(of_kind(Kind::kPetition).waiting(WaitingFor::kSupplement)));
  EXPECT_FALSE(stands(of_kind(Kind::kPetition).waiting(WaitingFor::kPayment)));
  EXPECT_FALSE(stands(of_kind(Kind::kPetition).waiting(WaitingFor::kAgency)));
  EXPECT_FALSE(stands(of_kind(Kind::kPetition).status(kWaiting)));
  EXPECT_FALSE(stands(of_kind(Kind::kPetition).status(kSuspended).authority("UBND")));
  EXPECT_FALSE(stands(of_kind(Kind::kPetition).status(kSubmitted)));
}

TEST(Clock, OfATaskAProjectOrNoKindStandsInSubmittedAndNotInWaiting) {
  for (const Kind kind : kTasks) {
    EXPECT_TRUE(stands(of_kind(kind).status(kSubmitted))) << kind_word(kind);
    EXPECT_FALSE(stands(of_kind(kind).waiting(WaitingFor::kSupplement))) << kind_word(kind);
  }
}

TEST(Clock, OfASuspendedTaskStandsFromTheEventThatCarriesAnAuthority) {
  for (const Kind kind : kTasks) {
    EXPECT_TRUE(stands(of_kind(kind).status(kSuspended).authority("QĐ 12"))) << kind_word(kind);
    EXPECT_FALSE(stands(of_kind(kind).status(kSuspended))) << kind_word(kind);
    EXPECT_FALSE(stands(of_kind(kind).status(kSuspended).authority(""))) << kind_word(kind);
    const Folded later =
        of_kind(kind).status(kSuspended).at("2026-11-03 08:00").authority("QĐ 12").fold();
    ASSERT_TRUE(later.stop.has_value());
    EXPECT_EQ(later.stop->begin, vn("2026-11-03 08:00"));
  }
}

TEST(Clock, AnAuthorityFromBeforeTheSuspensionDoesNotStopIt) {
  EXPECT_FALSE(
      stands(of_kind(Kind::kTask).authority("UBND").at("2026-11-03 08:00").status(kSuspended)));
}

TEST(Clock, EachSuspensionNeedsAnAuthorityOfItsOwn) {
  History h = of_kind(Kind::kTask).status(kSuspended).authority("QĐ 12");
  h.at("2026-11-03 08:00").status(kInProgress).at("2026-11-04 08:00").status(kSuspended);
  EXPECT_FALSE(stands(h));
}

TEST(Clock, AnAuthorityThatIsClearedDuringTheSuspensionDoesNotStartTheClock) {
  EXPECT_TRUE(stands(of_kind(Kind::kTask)
                         .status(kSuspended)
                         .authority("QĐ 12")
                         .at("2026-11-03 08:00")
                         .clear({"authority"})));
}

TEST(Clock, AStopLastsWhileAnyConditionHoldsFromEventToEvent) {
  History h = of_kind(Kind::kDossier).status(kWaiting).at("2026-11-03 08:00").status(kSuspended);
  h.at("2026-11-04 08:00").status(kInProgress);
  EXPECT_EQ(h.fold().stops, (std::vector<Stop>{{vn("2026-11-02 08:00"), vn("2026-11-04 08:00")}}));
}

TEST(Clock, AKindThatComesDuringAWaitBeginsOrEndsTheStop) {
  History h = of_kind(Kind::kNone).status(kWaiting).at("2026-11-03 08:00").kind(Kind::kDossier);
  EXPECT_EQ(h.fold().stop->begin, vn("2026-11-03 08:00"));
  h = of_kind(Kind::kNone).status(kSubmitted).at("2026-11-03 08:00").kind(Kind::kDossier);
  EXPECT_EQ(h.fold().stops, (std::vector<Stop>{{vn("2026-11-02 08:00"), vn("2026-11-03 08:00")}}));
}

TEST(Clock, AnEndingAndAVoidAreRestarts) {
  for (const WorkStatus s : {kCompleted, kRejected, kTransferred, kVoid}) {
    const Folded f =
        of_kind(Kind::kDossier).status(kWaiting).at("2026-11-03 08:00").status(s).fold();
    EXPECT_FALSE(f.stop.has_value());
    EXPECT_EQ(f.stops, (std::vector<Stop>{{vn("2026-11-02 08:00"), vn("2026-11-03 08:00")}}))
        << status_word(s);
  }
}

TEST(Clock, TheConditionsOfAKindCanBeConfigured) {
  FoldRules rules = plain_rules();
  rules.clock_stops.at(static_cast<std::size_t>(Kind::kTask)) =
      static_cast<std::uint8_t>(ClockStop::kSuspended);
  EXPECT_TRUE(of_kind(Kind::kTask).status(kSuspended).fold(rules).stop.has_value());
  EXPECT_FALSE(of_kind(Kind::kTask).status(kSubmitted).fold(rules).stop.has_value());
}

// Received Monday 08:00, due Friday 10:00; waits from Tuesday 10:00: 24 h are left.
History waiting() {
  return dossier("HS-1")
      .received("2026-11-02 08:00")
      .due("2026-11-06 10:00")
      .at("2026-11-03 10:00")
      .status(kWaiting);
}
// Goes on the Monday after: the kept 24 h make it Thursday 12/11 10:00.
History restarted() { return waiting().at("2026-11-09 10:00").status(kInProgress); }
const Instant kComputed = vn("2026-11-12 10:00");

TEST(KeptTime, IsAddedAtTheRestart) {
  EXPECT_EQ(waiting().fold().stop->kept, work_hours(24));
  EXPECT_EQ(restarted().fold().effective_due, kComputed);
  EXPECT_EQ(restarted().fold().agreed_due, vn("2026-11-06 10:00"));
  EXPECT_EQ(restarted().fold().original_due, vn("2026-11-06 10:00"));
}

TEST(KeptTime, DuringTheStopTheEffectiveDueIsTheOneBeforeIt) {
  EXPECT_EQ(waiting().fold().effective_due, vn("2026-11-06 10:00"));
}

TEST(KeptTime, IsAddedAtAnEndingToo) {
  EXPECT_EQ(waiting().at("2026-11-09 10:00").status(kCompleted).fold().effective_due, kComputed);
}

TEST(KeptTime, OfSeveralStopsAddUp) {
  History h = restarted()
                  .at("2026-11-10 10:00")
                  .status(kSuspended)
                  .at("2026-11-11 10:00")
                  .status(kInProgress);
  EXPECT_EQ(h.fold().effective_due, vn("2026-11-13 10:00"));
}

TEST(KeptTime, OfAStopAtTheVeryDueIsNothingSoTheDueIsTheRestart) {
  History h = dossier("HS-1")
                  .received("2026-11-02 08:00")
                  .due("2026-11-06 10:00")
                  .at("2026-11-06 10:00")
                  .status(kWaiting);
  h.at("2026-11-09 09:00").status(kInProgress);
  EXPECT_EQ(h.fold().effective_due, vn("2026-11-09 09:00"));
}

TEST(KeptTime, ADueAlreadyPastAtTheStopIsNotMoved) {
  History h = dossier("HS-1").received("2026-11-02 08:00").due("2026-11-06 10:00");
  h.at(vn("2026-11-06 10:00") + kMs).status(kWaiting).at("2026-11-09 09:00").status(kInProgress);
  EXPECT_EQ(h.fold().effective_due, vn("2026-11-06 10:00"));
}

TEST(KeptTime, ARestartOutsideOfficeHoursAddsFromTheNextOpening) {
  EXPECT_EQ(waiting().at("2026-11-07 20:00").status(kInProgress).fold().effective_due,
            vn("2026-11-11 17:00"));
}

TEST(DueInAStop, EqualToTheAgreedOneSaysNothing) {
  History h = waiting().due("2026-11-06 10:00").at("2026-11-05 10:00").due("2026-11-06 10:00");
  EXPECT_EQ(
      h.at("2026-11-09 10:00").status(kInProgress).due("2026-11-06 10:00").fold().effective_due,
      kComputed);
}

TEST(DueInAStop, OfTheStoppingEventWins) {
  const Folded f =
      waiting().due("2026-11-20 10:00").at("2026-11-09 10:00").status(kInProgress).fold();
  EXPECT_EQ(f.effective_due, vn("2026-11-20 10:00"));
}

TEST(DueInAStop, OfAnEventWithinItWinsAndHoldsFromTheRestart) {
  History h = waiting().at("2026-11-05 10:00").due("2026-11-20 10:00");
  EXPECT_EQ(h.fold().effective_due, vn("2026-11-06 10:00"));
  EXPECT_EQ(h.fold().agreed_due, vn("2026-11-20 10:00"));
  EXPECT_FALSE(has_fault(h.fold(), "due_differs_after_stop"));  // judged at the restart
  h.at("2026-11-09 10:00").status(kInProgress);
  EXPECT_EQ(h.fold().effective_due, vn("2026-11-20 10:00"));
  EXPECT_TRUE(has_fault(h.fold(), "due_differs_after_stop"));
}

TEST(DueInAStop, OfTheRestartingEventWins) {
  EXPECT_EQ(restarted().due("2026-11-20 10:00").fold().effective_due, vn("2026-11-20 10:00"));
}

TEST(DueInAStop, TheLastOneThatDiffersStands) {
  History h = waiting().due("2026-11-20 10:00").at("2026-11-05 10:00").due("2026-11-06 10:00");
  EXPECT_EQ(h.at("2026-11-09 10:00").status(kInProgress).fold().effective_due,
            vn("2026-11-06 10:00"));
}

TEST(DueInAStop, AnEarlierOneWinsToo) {
  EXPECT_EQ(restarted().due("2026-11-05 10:00").fold().effective_due, vn("2026-11-05 10:00"));
}

TEST(DueInAStop, CountsForThatStopOnly) {
  History h = restarted().due("2026-11-13 10:00").at("2026-11-10 10:00").status(kWaiting);
  h.at("2026-11-11 10:00").status(kInProgress);
  EXPECT_EQ(h.fold().effective_due,
            vn("2026-11-16 10:00"));  // its 24 h from Tuesday on, one day later
}

TEST(DueInAStop, AfterTheRestartADueIsAnOrdinaryMove) {
  History h = restarted().at("2026-11-09 10:01").due("2026-11-20 10:00");
  EXPECT_EQ(h.fold().effective_due, vn("2026-11-20 10:00"));
  EXPECT_FALSE(has_fault(h.fold(), "due_differs_after_stop"));
  EXPECT_EQ(h.fold().extended_at.size(), 1U);
}

TEST(DueInAStop, EightHoursFromTheComputedOneIsNoFaultAndAMillisecondMoreIs) {
  const auto fault = [](const char* due) {
    return has_fault(restarted().due(due).fold(), "due_differs_after_stop");
  };
  EXPECT_FALSE(fault("2026-11-13 10:00"));
  EXPECT_TRUE(fault("2026-11-13 10:00:00.001"));
  EXPECT_FALSE(fault("2026-11-11 10:00"));
  EXPECT_TRUE(fault("2026-11-11 09:59:59.999"));
}

TEST(DueInAStop, TheFirstDueOfAnItemHoldsFromTheRestartWithoutAFault) {
  History h = dossier("HS-1")
                  .received("2026-11-02 08:00")
                  .at("2026-11-03 10:00")
                  .status(kWaiting)
                  .due("2026-11-20 10:00");
  EXPECT_EQ(h.fold().effective_due, std::nullopt);
  h.at("2026-11-09 10:00").status(kInProgress);
  EXPECT_EQ(h.fold().effective_due, vn("2026-11-20 10:00"));
  EXPECT_TRUE(h.fold().faults.empty());
}

TEST(DueInAStop, WhereTheDueWasPastAtTheStopTheGivenOneStandsAndThereIsNoKeptTimeToDifferFrom) {
  History h = dossier("HS-1")
                  .received("2026-11-02 08:00")
                  .due("2026-11-03 10:00")
                  .at("2026-11-06 10:00")
                  .status(kWaiting);
  h.at("2026-11-09 10:00").status(kInProgress).due("2026-11-20 10:00");
  EXPECT_EQ(h.fold().effective_due, vn("2026-11-20 10:00"));
  EXPECT_TRUE(h.fold().faults.empty());
}

TEST(DueInAStop, AClearedDueHasNothingToAddAtTheRestart) {
  History h =
      waiting().at("2026-11-05 10:00").clear({"due_at"}).at("2026-11-09 10:00").status(kInProgress);
  EXPECT_EQ(h.fold().effective_due, std::nullopt);
}

// The step is due Wednesday 10:00: 8 h are left at the stop.
History step_waiting() {
  return dossier("HS-1")
      .received("2026-11-02 08:00")
      .step("1", "2026-11-04 10:00")
      .at("2026-11-03 10:00")
      .status(kWaiting);
}

TEST(StepInAStop, ItsKeptTimeIsAddedAtTheRestart) {
  History h = step_waiting();
  EXPECT_EQ(h.fold().step_due, vn("2026-11-04 10:00"));
  h.at("2026-11-09 10:00").status(kInProgress);
  EXPECT_EQ(h.fold().step_due, vn("2026-11-10 10:00"));
  EXPECT_EQ(h.fold().step->due_at, vn("2026-11-04 10:00"));  // as the source said
}

TEST(StepInAStop, AStepOfTheStoppingAnInnerOrTheRestartingEventStandsAsGivenAlsoTheSameAgain) {
  History h =
      step_waiting().step("1", "2026-11-04 10:00").at("2026-11-09 10:00").status(kInProgress);
  EXPECT_EQ(h.fold().step_due, vn("2026-11-04 10:00"));
  h = step_waiting()
          .at("2026-11-05 10:00")
          .step("2", "2026-11-06 10:00")
          .at("2026-11-09 10:00")
          .status(kInProgress);
  EXPECT_EQ(h.fold().step_due, vn("2026-11-06 10:00"));
  h = step_waiting().at("2026-11-09 10:00").status(kInProgress).step("2", "2026-11-17 10:00");
  EXPECT_EQ(h.fold().step_due, vn("2026-11-17 10:00"));
}

TEST(StepInAStop, AStepWithoutADueInTheStopHasNone) {
  EXPECT_EQ(step_waiting().step("2").at("2026-11-09 10:00").status(kInProgress).fold().step_due,
            std::nullopt);
}

TEST(StepInAStop, AStepPastItsDueAtTheStopIsNotMoved) {
  History h = dossier("HS-1")
                  .received("2026-11-02 08:00")
                  .step("1", "2026-11-03 09:00")
                  .at("2026-11-03 10:00")
                  .status(kWaiting);
  EXPECT_EQ(h.at("2026-11-09 10:00").status(kInProgress).fold().step_due, vn("2026-11-03 09:00"));
}

TEST(StepInAStop, AStepDueAtTheVeryStopIsDueAtTheRestart) {
  History h = dossier("HS-1").received("2026-11-02 08:00").step("1", "2026-11-03 10:00");
  h.at("2026-11-03 10:00").status(kWaiting).at("2026-11-09 10:00").status(kInProgress);
  EXPECT_EQ(h.fold().step_due, vn("2026-11-09 10:00"));
}

TEST(StepInAStop, NeitherMovesTheItemsDueNorIsAFault) {
  const Folded f =
      waiting().step("2", "2026-12-24 10:00").at("2026-11-09 10:00").status(kInProgress).fold();
  EXPECT_EQ(f.effective_due, kComputed);
  EXPECT_TRUE(f.faults.empty());
}

TEST(Used, IsWorkingTimeFromTheStartLessTheStops) {
  const Folded f = restarted().fold();
  EXPECT_EQ(used(f, plain_week(), vn("2026-11-03 10:00")), work_hours(10));
  EXPECT_EQ(used(f, plain_week(), vn("2026-11-06 10:00")), work_hours(10));
  EXPECT_EQ(used(f, plain_week(), vn("2026-11-09 10:00")), work_hours(10));
  EXPECT_EQ(used(f, plain_week(), vn("2026-11-09 11:00")), work_hours(11));
  EXPECT_EQ(used(f, plain_week(), vn("2026-10-30 17:00")),
            WorkTime{-1'800'000});  // before the start
}

TEST(Used, StandsStillInAnOpenStop) {
  EXPECT_EQ(used(waiting().fold(), plain_week(), vn("2026-12-24 10:00")), work_hours(10));
}

TEST(Used, OfAStopBeforeTheStartOnlyWhatLiesAfterItIsTakenOff) {
  const Folded f = waiting()
                       .at("2026-11-09 10:00")
                       .status(kInProgress)
                       .with([](Event& e) { e.facts.received_at = vn("2026-11-05 10:00"); })
                       .fold();
  EXPECT_EQ(used(f, plain_week(), vn("2026-11-09 12:00")), WorkTime{work_hours(1).ms + 1'800'000});
}

TEST(ReachUsed, IsTheEarliestInstantAtWhichSoMuchIsUsed) {
  const Folded f = restarted().fold();
  EXPECT_EQ(reach_used(f, plain_week(), work_hours(4)), vn("2026-11-02 13:30"));
  EXPECT_EQ(reach_used(f, plain_week(), work_hours(10)),
            vn("2026-11-03 10:00"));  // at the very stop
  EXPECT_EQ(reach_used(f, plain_week(), WorkTime{work_hours(10).ms + 1}),
            vn("2026-11-09 10:00:00.001"));
}

TEST(ReachUsed, OfNothingIsTheEarliestInstantFromWhichNoTimeIsWorkedToTheStart) {
  const Folded rest = dossier("HS-1").received("2026-11-07 06:00").fold();
  EXPECT_EQ(reach_used(rest, plain_week(), WorkTime{}), vn("2026-11-06 17:00"));
  const Folded work = dossier("HS-1").received("2026-11-06 09:00").fold();
  EXPECT_EQ(reach_used(work, plain_week(), WorkTime{}), vn("2026-11-06 09:00"));
  EXPECT_EQ(reach_used(work, plain_week(), work_hours(-1)), vn("2026-11-06 08:00"));
}

TEST(ReachUsed, IsNeverWhileAStopThatLastsKeepsItFromBeingReached) {
  EXPECT_EQ(reach_used(waiting().fold(), plain_week(), work_hours(10)), vn("2026-11-03 10:00"));
  EXPECT_EQ(reach_used(waiting().fold(), plain_week(), WorkTime{work_hours(10).ms + 1}),
            std::nullopt);
}

}  // namespace
}  // namespace kip
