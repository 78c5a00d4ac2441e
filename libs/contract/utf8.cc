#include "contract/utf8.h"

#include <cstdint>
#include <cstring>
#include <string>

#include "contract/codes.h"

namespace kip {
namespace {

// The bytes of the sequence that starts here; 0 where none does.
std::size_t sequence_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < n) return 0;
  for (std::size_t i = 1; i < n; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
  }
  if ((lead == 0xE0 && at(1) < 0xA0) || (lead == 0xED && at(1) > 0x9F)) return 0;
  if ((lead == 0xF0 && at(1) < 0x90) || (lead == 0xF4 && at(1) > 0x8F)) return 0;
  return n;
}

}  // namespace

bool valid_utf8(std::string_view text) {
  while (!text.empty()) {
    std::uint64_t word = 0;
    // Most of what comes is ASCII: eight bytes at a time.
    while (text.size() >= sizeof word) {
      std::memcpy(&word, text.data(), sizeof word);
      if ((word & 0x8080808080808080ULL) != 0) break;
      text.remove_prefix(sizeof word);
    }
    if (text.empty()) break;
    const std::size_t n = sequence_length(text);
    if (n == 0) return false;
    text.remove_prefix(n);
  }
  return true;
}

std::string in_quotes(std::string_view value) {
  constexpr std::size_t kShownMax = 60;
  std::string out = "'";
  while (!value.empty() && out.size() <= kShownMax) {
    const std::size_t n = sequence_length(value);
    const bool shown = n > 1 || (n == 1 && static_cast<unsigned char>(value[0]) >= 0x20);
    out += shown ? value.substr(0, n) : "?";
    value.remove_prefix(n == 0 ? 1 : n);
  }
  return out + (value.empty() ? "'" : "...'");
}

}  // namespace kip
