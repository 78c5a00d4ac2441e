#pragma once
// Holds what is stored against what must be. Each function throws Difference at the first one.

#include "simulation/machine.h"
#include "simulation/oracle.h"

namespace kip::sim {

// What must hold after every commit, whatever the events: totals are the sum over the items, each
// item has its one timer, revisions count 1, 2, 3, RAISED and RESOLVED alternate, changed_at never
// runs back, and the open alerts are those whose last change is not RESOLVED.
void check_order(const Stored& stored);

// Notes which rules, changes and causes the alerts were of.
void count_alerts(const Stored& stored, Counts& counts);

// The same alerts, item by item, in the same order, and the same views (all fields of oracle.h).
// `ended`, where given, is what must be of items whose timers up to `until` have fired.
struct Expected {
  const oracle::Result& now;
  const oracle::Result* ended = nullptr;
  Instant until{};
};
std::uint64_t check_same(const Stored& stored, const Expected& expected, const Policy& policy);

// The views of `stored` but for their alerts are those of `expected`.
void check_folds(const Stored& stored, const oracle::Result& expected, const Policy& policy);

// Views and open alerts at `now` are those that hold by the fold alone; onsets may be older ones.
std::uint64_t check_standing(const Stored& stored, const oracle::Result& expected,
                             const Policy& policy);

// The counters of open items and of alerts are what the oracle's views count.
void check_counters(const Stored& stored, const oracle::Result& expected, const Policy& policy);

}  // namespace kip::sim
