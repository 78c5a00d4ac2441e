#pragma once
// How long a short message is, as 3GPP TS 23.038 and 23.040 count. Pure functions.

#include <cstddef>
#include <string_view>

namespace kip {

// What a character takes of the GSM alphabet: 1, or 2 of its extension ([ ] { } \ ^ ~ | and €); 0:
// it is in neither, and the whole message goes as UTF-16.
std::size_t gsm_septets(char32_t c);

struct SmsSize {
  bool plain = true;      // of the GSM alphabet
  std::size_t units = 0;  // septets, or UTF-16 units
  std::size_t parts = 0;  // 160 septets or 70 units; of several parts 153 or 67 each
};
// No part ends within a character: what does not fit whole begins the next. Bytes that are no UTF-8
// count as one character that is in no alphabet.
SmsSize sms_size(std::string_view utf8);

}  // namespace kip
