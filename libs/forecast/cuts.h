#pragma once
// From which chance on a unit is warned: as many of its open items stand above it as it can look
// at. By unit id, as a chance 0..1; a unit that is not there has no cut yet. Plain values.

#include <functional>
#include <map>
#include <string>

namespace kip::forecast {

using Cuts = std::map<std::string, double, std::less<>>;

}  // namespace kip::forecast
