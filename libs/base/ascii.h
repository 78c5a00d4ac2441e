#pragma once
// The letters that protocols and file formats know, whatever the locale is. Pure functions.

#include <string>
#include <string_view>

namespace kip {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_small(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_letter(char c) { return is_capital(c) || is_small(c); }
constexpr char ascii_lower(char c) { return is_capital(c) ? static_cast<char>(c + 32) : c; }
std::string ascii_lower(std::string_view text);
// 0x00 to 0x1F and DEL.
bool has_control(std::string_view text);

// The value of a hex digit; -1: it is none.
int hex_value(char c);
// "%2F" for each byte but letters, digits and those of `plain` (RFC 3986, 2.1).
std::string percent_encoded(std::string_view text, std::string_view plain);

}  // namespace kip
