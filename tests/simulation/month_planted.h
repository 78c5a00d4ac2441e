#pragma once
// Faults that are put into a month that was played: each must be found by its check.

#include "simulation/month_check.h"

namespace kip::sim::month {

// The faults that no check found, by name.
std::vector<std::string> planted_unfound(const Plan& plan, const World& world, const Month& month);

}  // namespace kip::sim::month
