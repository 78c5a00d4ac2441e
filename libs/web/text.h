#pragma once
// Text as it comes over the wire: UTF-8, percent-encoding, letters of header names. Pure functions.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kip::web {

// Bytes of the well-formed UTF-8 sequence `text` begins with; 0: none (also where it is empty).
std::size_t utf8_front(std::string_view text);
bool utf8_valid(std::string_view text);

// nullopt: a '%' without two hex digits, or bytes that are no UTF-8 once decoded.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

// ASCII only: header names and schemes know no other letters.
std::string ascii_lower(std::string_view text);

}  // namespace kip::web
