#pragma once
// Text as it comes over the wire: percent-encoding, letters of header names. Pure functions.

#include <optional>
#include <string>
#include <string_view>

namespace kip::web {

// nullopt: a '%' without two hex digits, or bytes that are no UTF-8 once decoded.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

// ASCII only: header names and schemes know no other letters.
std::string ascii_lower(std::string_view text);

}  // namespace kip::web
