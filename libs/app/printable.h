#pragma once
// Bytes of others on a terminal and in JSON: what a sender wrote must be readable, and must never
// act on the screen of whoever looks at it. Pure; any thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace kip {

// Valid UTF-8 as it is, everything else as \xNN: bytes that are no UTF-8, control characters (C0,
// DEL, C1), and those that turn the direction of writing. A backslash becomes \\. At most
// `bytes_max` bytes of the input are shown, then an ellipsis.
std::string printable(std::string_view bytes, std::size_t bytes_max = 1024);

}  // namespace kip
