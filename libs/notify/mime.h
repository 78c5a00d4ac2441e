#pragma once
// A mail as RFC 5322 has it: short, exact, and the same bytes at every attempt, for all in it comes
// from the delivery (Message-ID from the key, Date from its instant). Two alternatives, plain and
// HTML, UTF-8 in base64; headers by RFC 2047. A subject or name with a line break never gets here:
// it is refused, not mended. Pure; any thread.

#include <string>
#include <string_view>

#include "base/result.h"
#include "notify/delivery.h"

namespace kip {

struct MailSender {
  std::string from;       // an address
  std::string name;       // shown before it; may be empty
  std::string reply_to;   // an address, or empty
  std::string id_domain;  // of the Message-ID; empty: that of `from`
};

// kInvalid: an address that is none; its detail is masked.
Result<std::string> mail_of(const Delivery& delivery, const MailSender& sender);

// The value of a header after "Name: ", folded; `used`: columns that the name takes. ASCII as it
// is, else encoded words of at most 75 characters, each of whole characters.
std::string header_text(std::string_view utf8, std::size_t used);
std::string mail_date(Instant at);  // "Tue, 24 Nov 2026 14:05:00 +0700"
std::string message_id(std::string_view key, std::string_view domain);

}  // namespace kip
