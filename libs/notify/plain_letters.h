#pragma once
// Text for SMS: Vietnamese without its marks, so that a message is 160 characters and not 70; cut
// at a word. Pure; any thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace kip {

// "Đường Trần Hưng Đạo" -> "Duong Tran Hung Dao", composed (NFC) or not (NFD). Quotes, dashes and
// the like become ASCII; what has no plain form becomes '?'; control characters but \n a blank.
std::string without_marks(std::string_view utf8);

// At most `max` septets (base/sms.h) of what without_marks made, cut at the end of a word and then
// with "..."; a single longer word is cut hard. Where `keep` (a link) stands in the text, it stays
// whole, at the end.
std::string cut_at_word(std::string_view ascii, std::size_t max, std::string_view keep = {});

// "84912345678" of "0912 345 678", "+84912345678", "84912345678" and "912345678"; empty: no number
// of Vietnam.
std::string phone_84(std::string_view text);

}  // namespace kip
