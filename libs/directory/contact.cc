#include "directory/contact.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/mail_address.h"
#include "base/utf8.h"

namespace kip {
namespace {

constexpr std::size_t kLineMax = 120;

// C0, DEL, the C1 controls, and the two Unicode line separators.
bool control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7F) return true;
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    if (c == 0xC2 && next >= 0x80 && next < 0xA0) return true;
    const std::string_view three = text.substr(i, 3);
    if (three == "\u2028" || three == "\u2029") return true;
  }
  return false;
}

std::string in_quotes(std::string_view text) {
  return control(text) || !utf8_valid(text) ? "it" : "'" + std::string(text) + "'";
}

}  // namespace

std::string line_fault(std::string_view text) {
  if (!utf8_valid(text)) return "is not UTF-8";
  if (control(text)) return "may hold no line break and no other control character";
  const auto letters = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  });
  if (static_cast<std::size_t>(letters) > kLineMax) {
    return "may have at most " + std::to_string(kLineMax) + " letters";
  }
  return "";
}

std::string email_fault(std::string_view text) {
  if (control(text)) return "may hold no line break and no other control character";
  // Of a person's address the host has a domain: "nam@localhost" would go nowhere.
  const bool domain = text.find('.', std::min(text.find('@'), text.size())) != text.npos;
  if (domain && mail_address_valid(text)) return "";
  return in_quotes(text) + " is no mail address such as van-phong@honai.example";
}

std::string zalo_fault(std::string_view text) {
  const bool fits =
      !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_';
      });
  return fits ? "" : in_quotes(text) + " is no Zalo id: letters, digits, - and _, at most 40";
}

std::optional<std::string> phone_of(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ' || c == '.' || c == '-' || (c == '+' && i == 0)) continue;
    if (!is_digit(c)) return std::nullopt;
    digits += c;
  }
  const bool abroad = text.starts_with('+');
  if (digits.starts_with("84")) {
    digits.erase(0, 2);
  } else if (digits.starts_with("0") && !abroad) {
    digits.erase(0, 1);
  } else {
    return std::nullopt;
  }
  // 9 digits of a mobile (912345678), 10 of a landline (2513822222).
  if (digits.size() < 9 || digits.size() > 10 || digits.front() == '0') return std::nullopt;
  return "84" + digits;
}

}  // namespace kip
