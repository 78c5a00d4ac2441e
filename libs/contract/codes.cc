#include "contract/codes.h"

#include "base/utf8.h"

namespace kip {

std::string in_quotes(std::string_view value) {
  constexpr std::size_t kShownMax = 60;
  std::string out = "'";
  while (!value.empty() && out.size() <= kShownMax) {
    const std::size_t n = utf8_front(value);
    const bool shown = n > 1 || (n == 1 && static_cast<unsigned char>(value[0]) >= 0x20);
    out += shown ? value.substr(0, n) : "?";
    value.remove_prefix(n == 0 ? 1 : n);
  }
  return out + (value.empty() ? "'" : "...'");
}

}  // namespace kip
