#include "app/printable.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/utf8.h"

namespace kip {
namespace {

// C1 controls (U+0080 to U+009F), U+2028 to U+202E and U+2060 to U+206F, the byte order mark.
bool acts_on_screen(std::string_view c) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(c[i]); };
  if (c.size() == 1) return at(0) < 0x20 || at(0) == 0x7f;
  if (c.size() == 2) return (at(0) == 0xc2 && at(1) < 0xa0) || (at(0) == 0xd8 && at(1) == 0x9c);
  if (c.size() != 3) return false;
  if (at(0) == 0xef) return at(1) == 0xbb && at(2) == 0xbf;
  if (at(0) != 0xe2) return false;
  if (at(1) == 0x80) return (at(2) >= 0xa8 && at(2) <= 0xae) || at(2) == 0x8e || at(2) == 0x8f;
  return at(1) == 0x81 && at(2) >= 0xa0 && at(2) <= 0xaf;
}

}  // namespace

std::string printable(std::string_view bytes, std::size_t bytes_max) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  std::size_t shown = 0;
  while (!bytes.empty() && shown < bytes_max) {
    const std::size_t n = utf8_front(bytes);
    const std::string_view c = bytes.substr(0, std::max<std::size_t>(n, 1));
    if (n == 1 && c[0] == '\\') {
      out += "\\\\";
    } else if (n > 0 && !acts_on_screen(c)) {
      out += c;
    } else {
      for (const char byte : c) {
        const auto b = static_cast<unsigned char>(byte);
        out += {'\\', 'x', kDigits[b >> 4], kDigits[b & 15U]};
      }
    }
    shown += c.size();
    bytes.remove_prefix(c.size());
  }
  return bytes.empty() ? out : out + "…";
}

}  // namespace kip
