#pragma once
// JSON whose numbers are written as a person writes them: 1, not 1E0; 0.2, not 2E-1. The library's
// own writer gives every double an exponent. Pure; any thread.

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>

namespace kip {

std::string plain_json(const boost::json::value& value);
std::string json_number(const std::optional<double>& value);  // of a figure: 0.7840; none: null

}  // namespace kip
