#pragma once
// One seed under one clock. Throws Difference where the product differs from what must be.

#include "simulation/compare.h"

namespace kip::sim {

// `--clock log`: all alerts and views are the oracle's, after each crash and at the end.
void run_log(std::uint64_t seed, Counts& counts, Trace& trace);

// A given clock that jumps, backlogs, policies that change: SEMANTICS 6, "for wall and at".
void run_given(std::uint64_t seed, Counts& counts, Trace& trace);

}  // namespace kip::sim
