// Statuses: what may follow what, what begins, ends and reopens an item, what is forgotten with a
// status.

#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "support/items.h"
#include "workitem/fold.h"

namespace kip {
namespace {

using test::dossier;
using test::has_fault;
using test::History;
using test::petition;
using test::task;
using test::vn;
using enum WorkStatus;

// By the status left, then by the one that comes, in the order of the contract: none, REGISTERED,
// ACCEPTED, IN_PROGRESS, WAITING, SUSPENDED, COMPLETED, RETURNED, REJECTED, WITHDRAWN, SUBMITTED,
// TRANSFERRED, DECLINED, VOID. Worked out by hand from SEMANTICS 8 ("Cannot follow") and 9.22.
constexpr std::array<std::string_view, kStatusCount> kMayFollow = {
    "11111110111111",  // none
    "11111110111111",  // REGISTERED
    "10111110111111",  // ACCEPTED
    "10111110111111",  // IN_PROGRESS
    "10111110111111",  // WAITING
    "10111110111111",  // SUSPENDED
    "00110011000001",  // COMPLETED
    "00010001000001",  // RETURNED
    "00000001100001",  // REJECTED
    "00000001010001",  // WITHDRAWN
    "10111110111111",  // SUBMITTED
    "00000000000101",  // TRANSFERRED
    "11111110111111",  // DECLINED
    "00000000000001",  // VOID
};

bool may_follow(int from, int to) {
  return kMayFollow.at(static_cast<std::size_t>(from)).at(static_cast<std::size_t>(to)) == '1';
}

TEST(Status, WhatMayFollowWhatIsTheTable) {
  for (int from = 0; from < kStatusCount; ++from) {
    for (int to = 0; to < kStatusCount; ++to) {
      EXPECT_EQ(can_follow(static_cast<WorkStatus>(from), static_cast<WorkStatus>(to)),
                may_follow(from, to))
          << status_word(static_cast<WorkStatus>(from)) << " -> "
          << status_word(static_cast<WorkStatus>(to));
    }
  }
}

// A history that stands in `status` without a fault.
History in(WorkStatus status) {
  History h = dossier("HS-1").at("2026-11-02 08:00");
  if (status == kReturned) h.status(kCompleted).at("2026-11-02 08:30");
  if (status != kNone) h.status(status);
  return h;
}

TEST(Status, WhatCannotFollowIsAppliedAndAFault) {
  for (int from = 0; from < kStatusCount; ++from) {
    for (int to = 0; to < kStatusCount; ++to) {
      const auto next = static_cast<WorkStatus>(to);
      History h = in(static_cast<WorkStatus>(from)).at("2026-11-02 09:00");
      next == kNone ? h.clear({"status"}) : h.status(next);
      const Folded f = h.fold();
      EXPECT_EQ(f.status, next);
      EXPECT_EQ(has_fault(f, "status_cannot_follow"), !may_follow(from, to))
          << status_word(static_cast<WorkStatus>(from)) << " -> " << status_word(next);
    }
  }
}

TEST(Status, IsOpenEndedOrVoid) {
  constexpr std::string_view kKinds = "ooooooeeeeoeov";  // in the order of the contract
  for (int s = 0; s < kStatusCount; ++s) {
    const auto status = static_cast<WorkStatus>(s);
    const char kind = kKinds[static_cast<std::size_t>(s)];
    EXPECT_EQ(is_open(status), kind == 'o') << status_word(status);
    EXPECT_EQ(is_ended(status), kind == 'e') << status_word(status);
  }
}

TEST(Status, AnEventIsJudgedByTheStatusBeforeAndAfterItSoAClearedOneThatIsSaidAgainIsNoChange) {
  const Folded f =
      in(kCompleted).at("2026-11-02 09:00").clear({"status"}).status(kCompleted).fold();
  EXPECT_TRUE(f.faults.empty());
  EXPECT_EQ(f.reopened_at, std::nullopt);
  EXPECT_EQ(f.ended_at, vn("2026-11-02 08:00"));
}

TEST(Status, TheSameAgainIsNoChange) {
  const Folded f = in(kRegistered).at("2026-11-02 09:00").status(kRegistered).fold();
  EXPECT_EQ(f.status_since, vn("2026-11-02 08:00"));
  EXPECT_TRUE(f.faults.empty());
}

TEST(Status, ALaterRegisteredThanTheFirstEventBeginsWhenItIsSaid) {
  const Folded f = in(kNone).at("2026-11-02 09:00").status(kRegistered).fold();
  EXPECT_EQ(f.status_since, vn("2026-11-02 09:00"));
}

TEST(Status, AnItemEndsAtCompletedAtElseAtTheEventThatEndedIt) {
  EXPECT_EQ(end_of(in(kInProgress).fold()), std::nullopt);
  EXPECT_EQ(end_of(in(kInProgress).at("2026-11-03 10:00").status(kCompleted).fold()),
            vn("2026-11-03 10:00"));
  EXPECT_EQ(end_of(in(kInProgress)
                       .at("2026-11-03 10:00")
                       .status(kCompleted)
                       .completed("2026-11-03 09:00")
                       .fold()),
            vn("2026-11-03 09:00"));
  EXPECT_EQ(end_of(in(kInProgress).at("2026-11-03 10:00").status(kTransferred).fold()),
            vn("2026-11-03 10:00"));
}

TEST(Status, ReturnedAfterCompletedEndedWhenItWasCompleted) {
  const Folded f = in(kReturned).fold();
  EXPECT_EQ(end_of(f), vn("2026-11-02 08:00"));
  EXPECT_EQ(f.returned_since, vn("2026-11-02 08:30"));
}

TEST(Status, CompletedAtSaidLaterMovesTheEnd) {
  const Folded f = in(kCompleted).at("2026-11-03 10:00").completed("2026-11-02 07:45").fold();
  EXPECT_EQ(end_of(f), vn("2026-11-02 07:45"));
}

TEST(Status, AStepRowAfterTheEndNeverReopensAnItem) {
  const Folded f = in(kCompleted).at("2026-11-03 10:00").step("5", "2026-11-05 10:00").fold();
  EXPECT_EQ(f.status, kCompleted);
  EXPECT_EQ(f.reopened_at, std::nullopt);
  EXPECT_EQ(end_of(f), vn("2026-11-02 08:00"));
}

TEST(Status, LeavingCompletedOrReturnedForAnOpenStatusReopens) {
  EXPECT_EQ(in(kCompleted).at("2026-11-03 10:00").status(kInProgress).fold().reopened_at,
            vn("2026-11-03 10:00"));
  EXPECT_EQ(in(kReturned).at("2026-11-03 10:00").status(kInProgress).fold().reopened_at,
            vn("2026-11-03 10:00"));
  EXPECT_EQ(in(kCompleted).at("2026-11-03 10:00").status(kWaiting).fold().reopened_at,
            vn("2026-11-03 10:00"));
}

TEST(Status, LeavingRejectedWithdrawnTransferredOrVoidReopensNothing) {
  for (const WorkStatus s : {kRejected, kWithdrawn, kTransferred, kVoid}) {
    EXPECT_EQ(in(s).at("2026-11-03 10:00").status(kInProgress).fold().reopened_at, std::nullopt)
        << status_word(s);
  }
}

TEST(Status, AClearedCompletedIsAnOpenItemReopened) {
  const Folded f = in(kCompleted).at("2026-11-03 10:00").clear({"status"}).fold();
  EXPECT_EQ(f.reopened_at, vn("2026-11-03 10:00"));
  EXPECT_TRUE(has_fault(f, "status_cannot_follow"));
}

TEST(Status, TheLastReopeningCounts) {
  const Folded f = in(kCompleted)
                       .at("2026-11-03 10:00")
                       .status(kInProgress)
                       .at("2026-11-04 10:00")
                       .status(kCompleted)
                       .at("2026-11-05 10:00")
                       .status(kAccepted)
                       .fold();
  EXPECT_EQ(f.reopened_at, vn("2026-11-05 10:00"));
}

TEST(Status, AReopeningForgetsCompletedAtAndReturnedAt) {
  const Folded f = in(kReturned)
                       .completed("2026-11-02 08:00")
                       .returned("2026-11-02 08:30")
                       .at("2026-11-03 10:00")
                       .status(kInProgress)
                       .fold();
  EXPECT_EQ(f.facts.completed_at, std::nullopt);
  EXPECT_EQ(f.facts.returned_at, std::nullopt);
  EXPECT_EQ(f.ended_at, std::nullopt);
  EXPECT_EQ(f.returned_since, std::nullopt);
}

TEST(Status, LeavingRejectedForAnOpenStatusForgetsCompletedAtToo) {
  const Folded f =
      in(kRejected).completed("2026-11-02 08:00").at("2026-11-03 10:00").status(kInProgress).fold();
  EXPECT_EQ(f.facts.completed_at, std::nullopt);
}

TEST(Status, WhatTheReopeningEventItselfSaysStays) {
  const Folded f = in(kCompleted)
                       .at("2026-11-03 10:00")
                       .status(kInProgress)
                       .completed("2026-11-03 09:00")
                       .fold();
  EXPECT_EQ(f.facts.completed_at, vn("2026-11-03 09:00"));
}

TEST(Status, AfterASecondEndTheEndIsThatOfTheSecond) {
  const Folded f = in(kCompleted)
                       .completed("2026-11-02 07:50")
                       .at("2026-11-03 10:00")
                       .status(kInProgress)
                       .at("2026-11-04 10:00")
                       .status(kCompleted)
                       .fold();
  EXPECT_EQ(end_of(f), vn("2026-11-04 10:00"));
}

TEST(Status, AVoidItemIsNotThereAndHasNoEndButItsHistoryRemains) {
  const Folded f = in(kInProgress).at("2026-11-03 10:00").status(kVoid).fold();
  EXPECT_FALSE(exists(f));
  EXPECT_EQ(end_of(f), std::nullopt);
  EXPECT_EQ(f.events, 2U);
}

TEST(Status, WaitingForIsForgottenAfterAnyEventThatLeavesTheStatusOther) {
  const Folded waits = petition("PA-1").at("2026-11-02 08:00").waiting(WaitingFor::kAgency).fold();
  EXPECT_EQ(waits.waiting_for, WaitingFor::kAgency);
  const Folded left = petition("PA-1")
                          .at("2026-11-02 08:00")
                          .waiting(WaitingFor::kAgency)
                          .at("2026-11-02 09:00")
                          .status(kInProgress)
                          .fold();
  EXPECT_EQ(left.waiting_for, std::nullopt);
}

TEST(Status, WaitingForThatIsSentWithoutWaitingIsForgottenAtOnce) {
  History h = petition("PA-1").at("2026-11-02 08:00").status(kInProgress);
  h.last().waiting_for = WaitingFor::kSupplement;
  EXPECT_EQ(h.fold().waiting_for, std::nullopt);
  h.at("2026-11-02 09:00").status(kWaiting);
  EXPECT_EQ(h.fold().waiting_for, std::nullopt);
  EXPECT_FALSE(h.fold().stop.has_value());
}

TEST(Status, WaitingForStaysWhileTheItemWaits) {
  History h = petition("PA-1")
                  .at("2026-11-02 08:00")
                  .waiting(WaitingFor::kSupplement)
                  .at("2026-11-02 09:00")
                  .title("x");
  EXPECT_EQ(h.fold().waiting_for, WaitingFor::kSupplement);
  h.at("2026-11-02 10:00").last().waiting_for = WaitingFor::kPayment;
  EXPECT_EQ(h.fold().waiting_for, WaitingFor::kPayment);
}

TEST(Status, ASupplementIsAskedOnEntryIntoWaitingForIt) {
  History h = dossier("HS-1").at("2026-11-02 08:00").waiting(WaitingFor::kSupplement);
  h.at("2026-11-02 09:00").waiting(WaitingFor::kSupplement);  // still the same
  EXPECT_EQ(h.fold().asked_at.size(), 1U);
  h.at("2026-11-02 10:00")
      .waiting(WaitingFor::kPayment)
      .at("2026-11-02 11:00")
      .waiting(WaitingFor::kSupplement);
  EXPECT_EQ(h.fold().asked_at,
            (std::vector<Instant>{vn("2026-11-02 08:00"), vn("2026-11-02 11:00")}));
}

TEST(Status, TheFirstAcceptedIsKeptAlsoWhereItIsSaidAgain) {
  const Folded f = task("NV-1")
                       .at("2026-11-02 08:00")
                       .status(kRegistered)
                       .at("2026-11-02 09:00")
                       .status(kAccepted)
                       .at("2026-11-03 09:00")
                       .status(kInProgress)
                       .at("2026-11-04 09:00")
                       .status(kAccepted)
                       .fold();
  EXPECT_EQ(f.first_accepted_at, vn("2026-11-02 09:00"));
}

}  // namespace
}  // namespace kip
