#include "base/mail_address.h"

#include <algorithm>

#include "base/ascii.h"

namespace kip {
namespace {

// RFC 5321 4.5.3.1, RFC 1035 2.3.4.
constexpr std::size_t kLocalPartMax = 64, kAddressMax = 254, kHostMax = 253, kLabelMax = 63;

bool dot_atom(std::string_view text) {
  static constexpr std::string_view kAlso = "!#$%&'*+-/=?^_`{|}~.";
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  if (text.find("..") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || kAlso.find(c) != std::string_view::npos;
  });
}

}  // namespace

bool host_name_valid(std::string_view name) {
  if (name.size() > kHostMax) return false;
  while (true) {
    const auto dot = name.find('.');
    const std::string_view label = name.substr(0, dot);
    if (label.empty() || label.size() > kLabelMax || label.front() == '-' || label.back() == '-')
      return false;
    if (!std::all_of(label.begin(), label.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '-'; }))
      return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

bool mail_address_valid(std::string_view address) {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos || address.size() > kAddressMax) return false;
  return at <= kLocalPartMax && dot_atom(address.substr(0, at)) &&
         host_name_valid(address.substr(at + 1));
}

}  // namespace kip
