#include "notify/plain_letters.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/sms.h"
#include "base/utf8.h"

namespace kip {
namespace {

struct Letters {
  char32_t from, to;
  char upper;  // the even code points of the range
};
// Latin Extended Additional: Vietnamese letters stand there as pairs, capital first.
constexpr std::array kPairs = {
    Letters{0x1EA0, 0x1EB7, 'A'}, Letters{0x1EB8, 0x1EC7, 'E'}, Letters{0x1EC8, 0x1ECB, 'I'},
    Letters{0x1ECC, 0x1EE3, 'O'}, Letters{0x1EE4, 0x1EF1, 'U'}, Letters{0x1EF2, 0x1EF9, 'Y'},
    Letters{0x0102, 0x0103, 'A'}, Letters{0x0110, 0x0111, 'D'}, Letters{0x0128, 0x0129, 'I'},
    Letters{0x0168, 0x0169, 'U'}, Letters{0x01A0, 0x01A1, 'O'},
};
// U+00C0 to U+00DD; the small letters are 0x20 further on. '?': of other languages.
constexpr std::string_view kLatin = "AAAAAA?CEEEEIIII?NOOOOO?OUUUUY";

char plain_letter(char32_t c) {
  for (const Letters& letters : kPairs) {
    if (c < letters.from || c > letters.to) continue;
    return (c & 1U) == 0 ? letters.upper : static_cast<char>(letters.upper + ('a' - 'A'));
  }
  if (c == 0x01AF) return 'U';  // an odd capital: Ư
  if (c == 0x01B0) return 'u';
  if (c >= 0xC0 && c <= 0xDD) return kLatin[c - 0xC0];
  if (c >= 0xE0 && c <= 0xFD && kLatin[c - 0xE0] != '?')
    return static_cast<char>(kLatin[c - 0xE0] + ('a' - 'A'));
  return '?';
}

std::string_view plain_sign(char32_t c) {
  switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x00B4:
      return "'";
    case 0x201C:
    case 0x201D:
    case 0x00AB:
    case 0x00BB:
      return "\"";
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2022:
    case 0x00B7:
    case 0x2212:
      return "-";
    case 0x2026:
      return "...";
    case 0x2192:
      return "->";
    case 0x00D7:
      return "x";
    case 0x00A0:
    case 0x2009:
    case 0x202F:
      return " ";
    default:
      return {};
  }
}

bool says_nothing(char32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x200B && c <= 0x200D) || c == 0xFEFF ||
         c == 0x00AD || (c >= 0xFE00 && c <= 0xFE0F);
}

std::size_t septets(std::string_view ascii) { return sms_size(ascii).units; }

std::string cut(std::string_view text, std::size_t max) {
  static constexpr std::string_view kMore = "...";
  if (septets(text) <= max) return std::string(text);
  std::size_t left = max <= kMore.size() ? max : max - kMore.size(), room = 0;
  for (; room < text.size() && gsm_septets(static_cast<unsigned char>(text[room])) <= left;
       ++room) {
    left -= gsm_septets(static_cast<unsigned char>(text[room]));
  }
  if (max <= kMore.size()) return std::string(text.substr(0, room));
  std::size_t end = text.find_last_of(" \n", room);
  if (end == std::string_view::npos || end == 0) end = room;
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\n' || text[end - 1] == ',')) --end;
  return std::string(text.substr(0, end)).append(kMore);
}

}  // namespace

std::string without_marks(std::string_view utf8) {
  std::string out;
  while (!utf8.empty()) {
    const std::size_t size = utf8_front(utf8);
    if (size == 0) {  // cannot be in a delivery; a byte at a time all the same
      out += '?';
      utf8.remove_prefix(1);
      continue;
    }
    const char32_t c = utf8_code(utf8.substr(0, size));
    utf8.remove_prefix(size);
    if (says_nothing(c) || c == '\r') continue;
    if (c < 0x80) {
      // The GSM alphabet has no backtick.
      out += c == '`' ? '\'' : (c < 0x20 && c != '\n') || c == 0x7F ? ' ' : static_cast<char>(c);
    } else if (const std::string_view sign = plain_sign(c); !sign.empty()) {
      out += sign;
    } else {
      out += plain_letter(c);
    }
  }
  return out;
}

std::string cut_at_word(std::string_view ascii, std::size_t max, std::string_view keep) {
  if (septets(ascii) <= max) return std::string(ascii);
  const auto at = keep.empty() ? std::string_view::npos : ascii.find(keep);
  const std::size_t kept = septets(keep) + 1;
  if (at == std::string_view::npos || kept >= max) return cut(ascii, max);
  std::string_view before = ascii.substr(0, at);
  while (before.ends_with(' ') || before.ends_with('\n')) before.remove_suffix(1);
  return cut(before, max - kept).append(" ").append(keep);
}

std::string phone_84(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (is_digit(c)) {
      digits += c;
    } else if (std::string_view(" .-()").find(c) == std::string_view::npos &&
               !(c == '+' && digits.empty())) {
      return {};
    }
  }
  const bool whole = text.find('+') != std::string_view::npos;
  if (digits.starts_with("84") && digits.size() >= 11) {
    digits.erase(0, 2);
  } else if (whole) {
    return {};
  } else if (digits.starts_with('0')) {
    digits.erase(0, 1);
  }
  // Nine digits of a mobile number, ten of some fixed ones; none begins with 0.
  if (digits.size() < 9 || digits.size() > 10 || digits.front() == '0') return {};
  return "84" + digits;
}

}  // namespace kip
