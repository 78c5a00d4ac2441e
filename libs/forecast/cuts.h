#pragma once
// From which chance on a unit's items are worth its look. Plain values.

#include <functional>
#include <map>
#include <string>

namespace kip::forecast {

// Unit id -> 0..1, the least chance that is told. A unit that is absent has none yet.
using Cuts = std::map<std::string, double, std::less<>>;

}  // namespace kip::forecast
