#include "forecast/walk.h"

#include <gtest/gtest.h>

#include "forecast/test_items.h"

namespace kip::forecast {
namespace {

using Seen = std::vector<std::string>;

FoldRules plain_rules() {
  static const Calendars kCalendars{Calendar::always()};
  FoldRules rules;
  rules.calendars = &kCalendars;
  return rules;
}

Seen looks(std::vector<Event> events, const FoldRules* rules = nullptr) {
  sort_events(events);
  Seen seen;
  walk(
      events, kPoints,
      [&](const Moment& m) {
        seen.push_back(m.item_id + " " + std::to_string(m.twelfths) + " @" +
                       std::to_string((m.at - day(0)).count() / (kDay / 4)) + " " +
                       std::to_string(m.trace.events));
      },
      Known::kOccurred, rules);
  return seen;
}

// A dossier waits from day 1 to day 5: its due moves from 4 to 8, and it is looked at by that.
TEST(Walk, WithRulesWaitsAreAddedToTheTermAndNothingIsLookedAtInThem) {
  const FoldRules rules = plain_rules();
  Event waits = EventOf("a", 1).status(WorkStatus::kWaiting);
  waits.kind = Kind::kDossier;
  Event begins = EventOf("a", 0).received(0).due(4);
  begins.kind = Kind::kDossier;
  const std::vector<Event> events = {begins, waits,
                                     EventOf("a", 5).status(WorkStatus::kInProgress)};
  EXPECT_EQ(looks(events), (Seen{"a 3 @4 2", "a 6 @8 2", "a 9 @12 2"}));
  EXPECT_EQ(looks(events, &rules), (Seen{"a 9 @24 3"}));  // the others were passed in the wait
  EXPECT_EQ(looks({begins, waits}, &rules), (Seen{}));
}

TEST(Walk, WithRulesAVoidMakesTheTermAnew) {
  const FoldRules rules = plain_rules();
  EXPECT_EQ(looks({EventOf("a", 0).received(0).due(4), EventOf("a", 0.5).due(8),
                   EventOf("a", 1).voids(0.5)},
                  &rules),
            (Seen{"a 3 @4 2", "a 6 @8 2", "a 9 @12 2"}));
}

TEST(Walk, LooksAtOpenItemsOnlyAndInOrderOfTime) {
  // Quarters of days are counted. `b` ends at its half: it is not open then.
  EXPECT_EQ(looks({EventOf("a", 0).received(0).due(4), EventOf("b", 0).received(0).due(2),
                   EventOf("b", 1).status(WorkStatus::kCompleted)}),
            (Seen{"b 3 @2 1", "a 3 @4 1", "a 6 @8 1", "a 9 @12 1"}));
}

TEST(Walk, EventsOfTheInstantCountThoseAfterDoNot) {
  EXPECT_EQ(looks({EventOf("a", 0).received(0).due(4), EventOf("a", 1), EventOf("a", 2.01)}),
            (Seen{"a 3 @4 2", "a 6 @8 2", "a 9 @12 3"}));
}

TEST(Walk, WhatWasNotHeardOfByThenIsNotLookedAt) {
  EXPECT_EQ(looks({EventOf("a", 2.5).received(0).due(4)}), (Seen{"a 9 @12 1"}));
}

TEST(Walk, ADueThatMovesMovesTheLooksAndNoneComesTwice) {
  EXPECT_EQ(looks({EventOf("a", 0).received(0).due(4), EventOf("a", 1.5).due(8)}),
            (Seen{"a 3 @4 1", "a 6 @16 2", "a 9 @24 2"}));
}

TEST(Walk, WhatWasReopenedIsLookedAtAgainAtLaterPoints) {
  EXPECT_EQ(
      looks({EventOf("a", 0).received(0).due(4), EventOf("a", 0.5).status(WorkStatus::kCompleted),
             EventOf("a", 1.5).status(WorkStatus::kInProgress)}),
      (Seen{"a 6 @8 3", "a 9 @12 3"}));
}

TEST(Walk, WhatAVoidNamesIsGoneFromThenOnAndNotBefore) {
  // The step still counts at a quarter, the end at a half; at three quarters neither was.
  EXPECT_EQ(looks({EventOf("a", 0).received(0).due(4), EventOf("a", 0.5).step("s"),
                   EventOf("a", 1.5).status(WorkStatus::kCompleted),
                   EventOf("a", 2.5).voids(0.5).voids(1.5)}),
            (Seen{"a 3 @4 2", "a 9 @12 2"}));
  // Nothing is left of it.
  EXPECT_EQ(looks({EventOf("a", 0).received(0).due(4), EventOf("a", 1.5).voids(0).voids(1.5)}),
            (Seen{"a 3 @4 1"}));
}

TEST(Walk, AnEventThatIsKnownLateTakesItsPlaceInTheFold) {
  // Work before the end does not reopen, however late it is known; what is void stays so.
  std::vector<Event> events = {
      EventOf("a", 0).received(0).due(4).recorded(0),
      EventOf("a", 1.5).status(WorkStatus::kCompleted).recorded(1.5),
      EventOf("a", 1.2).status(WorkStatus::kInProgress).recorded(1.6),
      EventOf("b", 0).received(0).due(4).recorded(0),
      EventOf("b", 1).voids(0.5).recorded(1),
      EventOf("b", 0.5).status(WorkStatus::kCompleted).recorded(1.5),
  };
  sort_events(events, Known::kRecorded);
  Seen seen;
  walk(
      events, kPoints,
      [&](const Moment& m) { seen.push_back(m.item_id + " " + std::to_string(m.twelfths)); },
      Known::kRecorded);
  EXPECT_EQ(seen, (Seen{"a 3", "b 3", "b 6", "b 9"}));
}

TEST(Walk, ItemsWithoutATermAreLeftOut) {
  EXPECT_EQ(looks({EventOf("a", 0).received(0), EventOf("b", 0).received(3).due(1)}), Seen{});
}

// Seven items that are worked on, completed, told of late, taken back and reopened.
std::vector<Event> busy_log() {
  std::vector<Event> events;
  const auto done_at = [](int i) { return i * 0.37 + 0.01; };
  for (int i = 0; i < 42; ++i) {
    const std::string id = "i" + std::to_string(i % 7);
    const double at = i * 0.37, known = at + i % 4;
    events.push_back(EventOf(id, at).received(i % 7 * 0.1).due(14).unit("u").recorded(known));
    if (i > 14) {
      const WorkStatus done = WorkStatus::kCompleted;
      events.push_back(EventOf(id, done_at(i)).status(done).completed(at - 1).recorded(known + 1));
    }
    if (i % 5 == 4) events.push_back(EventOf(id, at + 0.02).voids(done_at(i - 7)).recorded(known));
    if (i % 3 == 0) {
      events.push_back(EventOf(id, at + 0.03).status(WorkStatus::kInProgress).recorded(known));
    }
  }
  return events;
}

TEST(Walk, CutAnywhereWhatWasSeenBeforeIsTheSame) {
  using Look = std::tuple<Instant, std::string, int, std::uint16_t, double>;
  const auto until = [&](const std::vector<Event>& log, Instant end, Known by) {
    std::vector<Look> seen;
    const auto look = [&](const Moment& m) {
      if (m.at > end) return;
      seen.emplace_back(m.at, m.item_id, m.twelfths, m.trace.events, m.load.unit);
    };
    walk(log, kKnotPoints, look, by);
    return seen;
  };
  for (const Known by : {Known::kOccurred, Known::kRecorded}) {
    std::vector<Event> events = busy_log();
    sort_events(events, by);
    EXPECT_GT(until(events, day(99), by).size(), 30U);
    for (std::size_t n = 1; n <= events.size(); ++n) {
      const std::vector<Event> cut(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(n));
      const Instant end = known_at(cut.back(), by);
      if (n < events.size() && known_at(events[n], by) == end) continue;
      EXPECT_EQ(until(cut, end, by), until(events, end, by)) << n;
    }
  }
}

TEST(Walk, WhatWasRecordedLateIsNotKnownBefore) {
  Event first = EventOf("a", 0).received(0).due(4), late = EventOf("a", 0.5).step("late");
  first.ingested_at = day(0);
  late.ingested_at = day(2.5);
  std::vector<Event> events = {late, first};
  const auto seen = [&](Known by) {
    sort_events(events, by);
    std::vector<int> counts;
    walk(
        events, kPoints, [&](const Moment& m) { counts.push_back(m.trace.events); }, by);
    return counts;
  };
  EXPECT_EQ(seen(Known::kOccurred), (std::vector<int>{2, 2, 2}));
  EXPECT_EQ(seen(Known::kRecorded), (std::vector<int>{1, 1, 2}));
}

TEST(Walk, OutcomeNeedsATermAndADueThatHasCome) {
  Trace t;
  see(t, EventOf("a", 0).received(0).due(4));
  EXPECT_FALSE(outcome_of(t, day(3)).judged);
  EXPECT_TRUE(outcome_of(t, day(4)).judged && outcome_of(t, day(4)).late);  // never finished
  see(t, EventOf("a", 4).status(WorkStatus::kCompleted));
  EXPECT_FALSE(outcome_of(t, day(9)).late);  // at its due is in time
  Trace late;
  see(late, EventOf("b", 0).received(0).due(4));
  see(late, EventOf("b", 4.1).status(WorkStatus::kCompleted));
  EXPECT_TRUE(outcome_of(late, day(9)).late);
  see(late, EventOf("b", 5).status(WorkStatus::kVoid));
  EXPECT_FALSE(outcome_of(late, day(9)).judged);
}

TEST(Walk, OutcomeTellsHowLongItTookAndWhenThatWasKnown) {
  Trace open;
  see(open, EventOf("a", 0).received(0).due(4));
  EXPECT_FALSE(outcome_of(open, day(6)).ended);
  EXPECT_DOUBLE_EQ(outcome_of(open, day(6)).finish_share, 1.5);
  EXPECT_EQ(outcome_of(open, day(6)).known, day(4));
  see(open, EventOf("a", 8).status(WorkStatus::kCompleted));
  EXPECT_TRUE(outcome_of(open, day(9)).ended);
  EXPECT_DOUBLE_EQ(outcome_of(open, day(9)).finish_share, 2);
  EXPECT_EQ(outcome_of(open, day(9)).known, day(4));  // late since then, whenever it ends
  Trace told;                                         // on day 6, of day 3
  see(told, EventOf("b", 0).received(0).due(4));
  see(told, EventOf("b", 6).completed(3).status(WorkStatus::kCompleted));
  EXPECT_DOUBLE_EQ(outcome_of(told, day(9)).finish_share, 0.75);
  EXPECT_EQ(outcome_of(told, day(9)).known, day(6));
  Trace early;  // finished before its receipt
  see(early, EventOf("c", 1).received(2).due(4).completed(1).status(WorkStatus::kCompleted));
  EXPECT_EQ(outcome_of(early, day(9)).finish_share, 0);
  EXPECT_EQ(outcome_of(early, day(9)).known, day(4));
}

}  // namespace
}  // namespace kip::forecast
