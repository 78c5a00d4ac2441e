#pragma once
// Whether bytes are UTF-8 as RFC 3629 has it (no overlong forms, no surrogates, at most U+10FFFF).

#include <string_view>

namespace kip {

bool valid_utf8(std::string_view text);

}  // namespace kip
