#pragma once
// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, at most U+10FFFF. Pure.

#include <cstddef>
#include <string>
#include <string_view>

namespace kip {

// Bytes of the well-formed sequence that `text` begins with; 0: none (also where it is empty).
std::size_t utf8_front(std::string_view text);
// The code point of a well-formed sequence, as utf8_front has measured it.
char32_t utf8_code(std::string_view sequence);
bool utf8_valid(std::string_view text);
// `code`: of no surrogate, at most U+10FFFF.
void utf8_append(char32_t code, std::string& out);

}  // namespace kip
