#pragma once
// Text of others made fit for a message: one clean line, cut by characters, without accents for
// SMS, escaped for HTML. Pure functions. What is no UTF-8 is left out.

#include <cstddef>
#include <string>
#include <string_view>

namespace kip {

// On one line: control characters and those that turn the direction of writing are left out, runs
// of white space become one space, none at the ends. A figure and its "%" stay together.
std::string plain_text(std::string_view text);

std::size_t characters(std::string_view text);  // Unicode characters
// At most so many characters, the last one "…" where something was left out.
std::string shortened(std::string_view text, std::size_t characters_max);

// In the basic alphabet of SMS (3GPP TS 23.038): Vietnamese letters without their marks, quotation
// marks and dashes as plain ones; what it does not have is left out.
std::string without_accents(std::string_view text);

// Vietnamese letters as capitals; others than those of the Latin alphabet stay.
std::string capitals(std::string_view text);

std::string html_escaped(std::string_view text);
// The link as it is, or nothing: only http and https, and no character that a link cannot hold.
std::string safe_link(std::string_view link);

}  // namespace kip
