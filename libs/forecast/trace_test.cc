#include "forecast/trace.h"

#include <gtest/gtest.h>

#include <cmath>

#include "forecast/caseload.h"
#include "forecast/test_items.h"

namespace kip::forecast {
namespace {

TEST(Trace, CountsEventsGapsReturnsAndHandovers) {
  Trace t;
  see(t, EventOf("a", 0).received(0).due(10).step("s_1").owner("x"));
  see(t, EventOf("a", 1).step("s_2").owner("x"));
  see(t, EventOf("a", 4).step("s_1").owner("y"));
  EXPECT_EQ(t.events, 3);
  EXPECT_EQ(t.steps_count, 2);
  EXPECT_EQ(t.returns, 1);
  EXPECT_EQ(t.handovers, 1);
  EXPECT_EQ(t.gap_first_ms, kDay);
  EXPECT_EQ(t.gap_max_ms, 3 * kDay);
  EXPECT_EQ(t.step, name_of("s_1"));
  EXPECT_EQ(t.step_family, name_of("s"));
  EXPECT_TRUE(t.has_term() && t.open());
}

TEST(Trace, WhatIsRecordedLateMovesNoTimeBack) {
  Trace t;
  see(t, EventOf("a", 3).due(9).owner("x"));
  see(t, EventOf("a", 1).owner("y"));
  EXPECT_EQ(t.first, day(1));
  EXPECT_EQ(t.last, day(3));
  EXPECT_EQ(t.gap_max_ms, 0);
  EXPECT_EQ(t.first_owner, name_of("x"));
}

TEST(Trace, AStepAfterTheEndReopensNothing) {
  Trace t;
  see(t, EventOf("a", 0).due(10));
  see(t, EventOf("a", 2).status(WorkStatus::kCompleted));
  see(t, EventOf("a", 3).step("late-row"));
  EXPECT_FALSE(t.open());
  EXPECT_EQ(end_of(t), day(2));
}

TEST(Trace, TheEndIsCompletedAtElseTheEventThatEndedIt) {
  Trace t;
  see(t, EventOf("a", 0).due(4));
  see(t, EventOf("a", 5).status(WorkStatus::kCompleted).completed(3));
  EXPECT_EQ(end_of(t), day(3));
  see(t, EventOf("a", 6).status(WorkStatus::kReturned));
  EXPECT_EQ(end_of(t), day(3));
  see(t, EventOf("a", 7).completed(3.5));  // corrected
  EXPECT_EQ(end_of(t), day(3.5));
  see(t, EventOf("a", 8).clear("completed_at"));
  EXPECT_EQ(end_of(t), day(5));
  Trace said_before;
  see(said_before, EventOf("b", 0).completed(0.5));
  EXPECT_TRUE(said_before.open());  // only a status ends
  see(said_before, EventOf("b", 1).status(WorkStatus::kRejected));
  EXPECT_EQ(end_of(said_before), day(0.5));
}

TEST(Trace, AnOpenStatusReopensAndForgetsTheEnd) {
  Trace t;
  see(t, EventOf("a", 0).due(10));
  see(t, EventOf("a", 2).status(WorkStatus::kCompleted).completed(1.5));
  see(t, EventOf("a", 3).status(WorkStatus::kInProgress));
  EXPECT_TRUE(t.open());
  see(t, EventOf("a", 8).status(WorkStatus::kCompleted));
  EXPECT_EQ(end_of(t), day(8));
  see(t, EventOf("a", 9).clear("status"));
  EXPECT_TRUE(t.open());
}

TEST(Trace, VoidIsNotThereUntilAStatusBringsItBack) {
  Trace t;
  see(t, EventOf("a", 0).due(10));
  see(t, EventOf("a", 4).status(WorkStatus::kVoid));
  EXPECT_TRUE(t.void_item);
  EXPECT_FALSE(t.open());
  see(t, EventOf("a", 5).status(WorkStatus::kCompleted));
  EXPECT_FALSE(t.void_item);
  EXPECT_EQ(end_of(t), day(5));
}

TEST(Trace, TheTermBeginsAsTheClockOfADeadlineDoes) {
  Trace t;
  see(t, EventOf("a", 1).due(10));
  EXPECT_EQ(t.received, day(1));  // the first event
  see(t, EventOf("a", 2).status(WorkStatus::kAccepted));
  EXPECT_EQ(t.received, day(2));  // the first ACCEPTED
  see(t, EventOf("a", 3).status(WorkStatus::kAccepted));
  EXPECT_EQ(t.received, day(2));
  see(t, EventOf("a", 4).received(0.5));
  EXPECT_EQ(t.received, day(0.5));
}

TEST(Trace, AWaitCountsOnceHoweverOftenItIsSaid) {
  Trace t;
  see(t, EventOf("a", 0).status(WorkStatus::kWaiting));
  see(t, EventOf("a", 1).status(WorkStatus::kWaiting));
  see(t, EventOf("a", 2).status(WorkStatus::kInProgress));
  EXPECT_FALSE(t.waiting);
  see(t, EventOf("a", 3).status(WorkStatus::kSuspended));
  EXPECT_TRUE(t.waiting);
  EXPECT_EQ(t.waits, 2);
}

TEST(Trace, ADueThatIsClearedOrBeforeTheStartIsNoTerm) {
  Trace t;
  see(t, EventOf("a", 0).received(5).due(5));
  EXPECT_FALSE(t.has_term());
  see(t, EventOf("a", 1).due(6));
  EXPECT_TRUE(t.has_term());
  Event clear = EventOf("a", 2);
  clear.clear = {"due_at"};
  see(t, clear);
  EXPECT_FALSE(t.has_term());
}

TEST(Trace, MoreStepsThanItKeepsAreNoFault) {
  Trace t;
  for (int i = 0; i < 100; ++i) see(t, EventOf("a", i).due(200).step("s" + std::to_string(i)));
  EXPECT_EQ(t.steps_count, Trace::kSteps);
  EXPECT_EQ(t.events, 100);
}

TEST(Trace, FamilyIsWhatStandsBeforeTheLastSeparator) {
  EXPECT_EQ(family_of("01_HOOFD_180"), "01_HOOFD");
  EXPECT_EQ(family_of("1.004873.000"), "1.004873");
  EXPECT_EQ(family_of("plain"), "plain");
  EXPECT_EQ(family_of("_x"), "_x");
  EXPECT_EQ(name_of(""), 0U);
}

TEST(Caseload, LoadIsOpenItemsAgainstTheUsual) {
  Caseload c;
  c.see(EventOf("a", 0).unit("u").owner("x"));  // 1 open when it came
  c.see(EventOf("b", 1).unit("u"));             // 2
  c.see(EventOf("c", 2).unit("u"));             // 3
  // Usual: (1 + 2 + 3) / 3 = 2; now 3: (3 + 1) / (2 + 1).
  EXPECT_DOUBLE_EQ(c.load_of(*c.find("a")).unit, 4.0 / 3);
  c.see(EventOf("b", 3).status(WorkStatus::kCompleted));
  EXPECT_DOUBLE_EQ(c.load_of(*c.find("a")).unit, 1.0);
  EXPECT_DOUBLE_EQ(c.load_of(*c.find("c")).owner, 0.0);  // nobody is named
  c.see(EventOf("c", 4).unit("v"));                      // moved
  EXPECT_DOUBLE_EQ(c.load_of(*c.find("a")).unit, 2.0 / 3);
  EXPECT_EQ(c.find("nobody"), nullptr);
}

TEST(Features, AreSharesOfTheTerm) {
  Trace t;
  see(t, EventOf("a", 0).received(0).due(20).step("s"));
  see(t, EventOf("a", 2).step("t"));
  const Features f = features_at(t, {}, day(5));
  EXPECT_DOUBLE_EQ(f.share, 0.25);
  EXPECT_NEAR(number(f, Number::kIdleShare), 3.0 / 20, 1e-6);
  EXPECT_NEAR(number(f, Number::kIdleOfLife), 3.0 / 5, 1e-6);
  EXPECT_NEAR(number(f, Number::kGapMax), 2.0 / 20, 1e-6);
  EXPECT_EQ(number(f, Number::kNoOwner), 1);
}

TEST(Features, AFinishBeforeReceiptAndTermsOfTenYearsAreNumbersStill) {
  Trace t;
  see(t, EventOf("a", 0).received(3650).due(7300));  // heard of ten years before its receipt
  const Features f = features_at(t, {}, day(1));
  for (const float n : f.numbers) EXPECT_TRUE(std::isfinite(n));
  EXPECT_EQ(f.share, 0);
}

}  // namespace
}  // namespace kip::forecast
