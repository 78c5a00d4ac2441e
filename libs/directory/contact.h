#pragma once
// What an address must look like before a message may go there. Strict, because an address stands
// in the head of a mail or in the body of a request: nothing in it may begin a line of its own.
// Pure.

#include <optional>
#include <string>
#include <string_view>

namespace kip {

// Why it is none, as a message; empty: it is one.
std::string email_fault(std::string_view text);
std::string zalo_fault(std::string_view text);
// One line of text for people: no line break and no other control character, at most 120 letters.
std::string line_fault(std::string_view text);
// A Vietnamese number, written 0…, 84… or +84…, with blanks, dots or hyphens between, as 84…
std::optional<std::string> phone_of(std::string_view text);

}  // namespace kip
