// Any permutation of an item's events, with any repeats, gives the same state; one event after
// another gives what the whole history gives. On histories drawn by chance: ties, reused ids,
// voids, steps without a due, clears, changes of kind.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "support/items.h"
#include "workitem/fold.h"

namespace kip {
namespace {

using test::plain_rules;
using test::vn;

class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {}

  std::size_t up_to(std::size_t n) { return random_() % n; }
  bool one_in(std::size_t n) { return up_to(n) == 0; }
  // Few instants, so that events meet.
  Instant instant() {
    return vn("2026-11-02 08:00") + std::chrono::hours{5 * static_cast<int>(up_to(24))};
  }
  std::string text() { return one_in(4) ? "" : std::string(1, static_cast<char>('a' + up_to(3))); }

  Event event() {
    Event e;
    e.item_id = "X-1";
    e.source = one_in(4) ? "other" : "src";
    e.event_id = "e" + std::to_string(up_to(12));
    e.kind = static_cast<Kind>(one_in(3) ? 0 : (one_in(6) ? 1 + up_to(4) : 2));
    e.occurred_at = instant();
    e.sequence = one_in(3) ? up_to(3) : 0;
    e.content = sha256(std::to_string(++drawn_));
    if (!one_in(3)) e.status = static_cast<WorkStatus>(1 + up_to(13));
    if (one_in(3)) e.waiting_for = static_cast<WaitingFor>(1 + up_to(3));
    if (one_in(2)) e.due_at = instant() + std::chrono::hours{24 * static_cast<int>(up_to(4))};
    if (one_in(3)) e.step = step();
    if (one_in(4)) e.facts.received_at = instant();
    if (one_in(4)) e.facts.completed_at = instant();
    if (one_in(4)) e.facts.authority = text();
    if (one_in(4)) e.facts.procedure_code = text();
    if (one_in(5)) e.facts.channel = static_cast<Channel>(1 + up_to(3));
    if (one_in(4)) e.facts.unit_id = text();
    if (one_in(8)) e.voids.push_back("e" + std::to_string(up_to(12)));
    static const std::vector<std::string> kNames = {"status",      "step",      "due_at",
                                                    "waiting_for", "authority", "kind"};
    if (one_in(6)) e.clear.push_back(kNames[up_to(kNames.size())]);
    if (one_in(9)) e.faults.push_back("unknown_unit");
    return e;
  }

  std::vector<Event> history() {
    std::vector<Event> out;
    const std::size_t n = 1 + up_to(14);
    for (std::size_t i = 0; i < n; ++i) out.push_back(event());
    for (std::size_t i = up_to(4); i > 0; --i) {
      Event again = out[up_to(out.size())];
      again.ingested_at = instant();
      out.push_back(again);
    }
    return out;
  }

  void shuffle(std::vector<Event>& events) {
    for (std::size_t i = events.size(); i > 1; --i) std::swap(events[i - 1], events[up_to(i)]);
  }

 private:
  Step step() {
    Step s;
    s.code = text();
    if (one_in(2)) s.due_at = instant();
    if (one_in(3)) s.completed_at = instant();
    return s;
  }

  std::mt19937 random_;
  int drawn_ = 0;
};

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
