#include "notify/delivery.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/mail_address.h"
#include "base/utf8.h"

namespace kip {

bool key_valid(std::string_view key) {
  return !key.empty() && key.size() <= kDeliveryKeyMax &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string mask_address(std::string_view address) {
  if (address.empty()) return "(none)";
  const std::string_view first = address.substr(0, utf8_front(address));
  const auto at = address.rfind('@');
  const std::string_view host = at == std::string_view::npos ? "" : address.substr(at);
  std::string out(has_control(first) ? "" : first);
  out += "***";
  if (mail_address_valid(address)) out += host;
  return out;
}

std::optional<SendOutcome> unfit(const Delivery& delivery) {
  if (!key_valid(delivery.key))
    return permanent("bad_key", "the key must be 1 to 64 printable ASCII characters");
  if (delivery.recipients.empty()) return permanent("no_recipient", "there is nobody to send to");
  for (const std::string& recipient : delivery.recipients) {
    if (recipient.empty() || has_control(recipient) || !utf8_valid(recipient))
      return permanent("bad_recipient", mask_address(recipient) + " is no address");
  }
  if (has_control(delivery.subject))
    return permanent("bad_header", "the subject holds a line break or another control character");
  if (has_control(delivery.language))
    return permanent("bad_header", "the language holds a control character");
  if (delivery.text.size() > kDeliveryTextMax || delivery.html.size() > kDeliveryTextMax)
    return permanent("too_large", "the message is larger than 1 MiB");
  for (const std::string* text : {&delivery.subject, &delivery.text, &delivery.html}) {
    if (!utf8_valid(*text) || text->find('\0') != std::string::npos)
      return permanent("bad_text", "the message is no UTF-8 text");
  }
  for (const auto& [name, value] : delivery.fields) {
    if (!utf8_valid(name) || !utf8_valid(value))
      return permanent("bad_text", "a field is no UTF-8 text");
  }
  return std::nullopt;
}

}  // namespace kip
