#include "forecast/walk.h"

#include <gtest/gtest.h>

#include "forecast/test_items.h"

namespace kip::forecast {
namespace {

using Seen = std::vector<std::string>;

Seen looks(std::vector<Event> events) {
  sort_events(events);
  Seen seen;
  walk(events, kPoints, [&](const Moment& m) {
    seen.push_back(m.item_id + " " + std::to_string(m.twelfths) + " @" +
                   std::to_string((m.at - day(0)).count() / (kDay / 4)) + " " +
                   std::to_string(m.trace.events));
  });
  return seen;
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

TEST(Walk, ItemsWithoutATermAreLeftOut) {
  EXPECT_EQ(looks({EventOf("a", 0).received(0), EventOf("b", 0).received(3).due(1)}), Seen{});
}

TEST(Walk, CutAnywhereWhatWasSeenBeforeIsTheSame) {
  std::vector<Event> events;
  for (int i = 0; i < 30; ++i) {
    const std::string id = "i" + std::to_string(i % 7);
    events.push_back(EventOf(id, i * 0.37).received(i % 7 * 0.1).due(9).unit("u"));
    if (i > 20) events.push_back(EventOf(id, i * 0.37).status(WorkStatus::kCompleted));
  }
  sort_events(events);
  using Look = std::tuple<Instant, std::string, int, std::uint16_t, double>;
  const auto until = [&](const std::vector<Event>& log, Instant end) {
    std::vector<Look> seen;
    walk(log, kKnotPoints, [&](const Moment& m) {
      if (m.at <= end) {
        seen.emplace_back(m.at, m.item_id, m.twelfths, m.trace.events, m.load.unit);
      }
    });
    return seen;
  };
  for (std::size_t n = 1; n <= events.size(); ++n) {
    const std::vector<Event> cut(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(n));
    const bool tied = n < events.size() && events[n].occurred_at == cut.back().occurred_at;
    if (tied) continue;
    EXPECT_EQ(until(cut, cut.back().occurred_at), until(events, cut.back().occurred_at)) << n;
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

}  // namespace
}  // namespace kip::forecast
