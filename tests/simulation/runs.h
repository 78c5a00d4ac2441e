#pragma once
// One seed under one clock.

#include "simulation/compare.h"

namespace kip::sim {

struct Mode {
  const char* name;
  void (*run)(std::uint64_t seed, Counts& counts, Trace& trace);
};
// "log": all alerts and views are the oracle's, after each crash and at the end.
// "given": a clock that jumps, backlogs, policies that change (SEMANTICS 6, "for wall and at").
inline constexpr std::size_t kModeCount = 2;
extern const Mode kModes[kModeCount];

// The first difference between the product and what must be; empty: none.
std::string play(const Mode& mode, std::uint64_t seed, Counts& counts, Trace& trace);

}  // namespace kip::sim
