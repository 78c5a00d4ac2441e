// Any permutation of an item's events, with any repeats, gives the same state; one event after
// another gives what the whole history gives. On histories drawn by chance: ties, reused ids,
// voids, steps without a due, clears, changes of kind.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/draw.h"
#include "support/items.h"
#include "workitem/fold.h"

namespace kip {
namespace {

using test::Draw;
using test::plain_rules;

Folded folded(std::vector<Event> events) { return fold(events, plain_rules()); }

class FoldProperty : public ::testing::TestWithParam<unsigned> {};

TEST_P(FoldProperty, EveryPermutationGivesTheSameState) {
  Draw draw(GetParam());
  for (int n = 0; n < 60; ++n) {
    std::vector<Event> events = draw.history();
    const Folded expected = folded(events);
    for (int p = 0; p < 50; ++p) {
      draw.shuffle(events);
      ASSERT_EQ(folded(events), expected) << "history " << n << ", permutation " << p;
    }
  }
}

TEST_P(FoldProperty, EveryOrderOfFewEventsGivesTheSameState) {
  Draw draw(GetParam());
  for (int n = 0; n < 30; ++n) {
    std::vector<Event> events;
    for (int i = 0; i < 5; ++i) events.push_back(draw.event());
    const Folded expected = folded(events);
    std::vector<int> order = {0, 1, 2, 3, 4};
    do {
      std::vector<Event> permuted;
      for (const int i : order) permuted.push_back(events[static_cast<std::size_t>(i)]);
      ASSERT_EQ(folded(permuted), expected) << "history " << n;
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST_P(FoldProperty, FoldingASortedHistoryAgainChangesNothing) {
  Draw draw(GetParam());
  for (int n = 0; n < 60; ++n) {
    std::vector<Event> events = draw.history();
    const Folded first = fold(events, plain_rules());
    const std::size_t size = events.size();
    ASSERT_EQ(fold(events, plain_rules()), first);
    ASSERT_EQ(events.size(), size);
  }
}

TEST_P(FoldProperty, OneEventAfterAnotherGivesWhatTheWholeHistoryGives) {
  Draw draw(GetParam());
  int appended = 0;
  for (int n = 0; n < 100; ++n) {
    std::vector<Event> events = draw.history();
    if (n % 2 == 0) {  // mostly in order, as sources send
      std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
        return a.occurred_at < b.occurred_at;
      });
    }
    Folded state;
    std::vector<Event> seen;
    for (const Event& e : events) {
      const Placement where = place(state, e);
      seen.push_back(e);
      const Folded whole = folded(seen);
      if (where == Placement::kAppend) {
        apply(state, e, plain_rules());
        ++appended;
      }
      if (where == Placement::kRefold) state = whole;
      ASSERT_EQ(state, whole) << "history " << n << ", event " << seen.size();
    }
  }
  EXPECT_GT(appended, 100);
}

TEST_P(FoldProperty, StopsStandApartInOrderAndFaultsAreASet) {
  Draw draw(GetParam());
  for (int n = 0; n < 100; ++n) {
    const Folded f = folded(draw.history());
    for (std::size_t i = 0; i < f.stops.size(); ++i) {
      ASSERT_LE(f.stops[i].begin, f.stops[i].end);
      if (i == 0) continue;
      ASSERT_LE(f.stops[i - 1].end, f.stops[i].begin);
    }
    const Instant last = f.stops.empty() ? kFarPast : f.stops.back().end;
    ASSERT_LE(last, f.stop ? f.stop->begin : kFarFuture);
    ASSERT_TRUE(std::is_sorted(f.faults.begin(), f.faults.end()));
    ASSERT_EQ(std::adjacent_find(f.faults.begin(), f.faults.end()), f.faults.end());
    ASSERT_EQ(is_ended(f.status), end_of(f).has_value());
  }
}

INSTANTIATE_TEST_SUITE_P(Drawn, FoldProperty, ::testing::Range(1U, 9U));

}  // namespace
}  // namespace kip
