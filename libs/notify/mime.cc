#include "notify/mime.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/hash.h"
#include "base/mail_address.h"
#include "base/utf8.h"

namespace kip {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kLineMax = 76;    // RFC 2047 2, RFC 2045 6.8
constexpr std::size_t kWordBytes = 45;  // 60 characters of base64 and 12 around them
constexpr std::string_view kWordBegin = "=?UTF-8?B?", kWordEnd = "?=";

bool plain_ascii(std::string_view text) {
  return text.find("=?") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

// As many whole characters as go into `bytes`, at least one.
std::size_t whole_characters(std::string_view text, std::size_t bytes) {
  std::size_t size = 0;
  while (size < text.size()) {
    const std::size_t next = std::max<std::size_t>(utf8_front(text.substr(size)), 1);
    if (size > 0 && size + next > bytes) break;
    size += next;
  }
  return size;
}

// A name before an address.
std::string phrase(std::string_view name, std::size_t used) {
  if (!plain_ascii(name)) return header_text(name, used);
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string mailbox(const std::string& address, const std::string& name, std::size_t used) {
  if (name.empty()) return address;
  const std::string shown = phrase(name, used);
  const auto line = shown.rfind('\n');
  const std::size_t column = line == std::string::npos ? used + shown.size() : shown.size() - line;
  const bool fits = column + address.size() + 3 <= kLineMax;
  return shown + (fits ? " <" : "\r\n <") + address + ">";
}

// Text lines end with CRLF (RFC 2045 6.8), then base64 in lines of 76.
std::string encoded_body(std::string_view text) {
  std::string canonical;
  canonical.reserve(text.size() + text.size() / 16);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) canonical += '\r';
    canonical += text[i];
  }
  const std::string letters = base64(canonical);
  std::string out;
  for (std::size_t at = 0; at < letters.size(); at += kLineMax) {
    out.append(letters, at, kLineMax).append(kLineEnd);
  }
  return out;
}

std::string part(std::string_view type, std::string_view text) {
  std::string out = "Content-Type: text/";
  out.append(type).append("; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
  return out + encoded_body(text);
}

Error no_address(std::string_view text) {
  return invalid(mask_address(text) + " is no address that mail can go to");
}

std::string recipients_of(const Delivery& delivery) {
  std::string out;
  for (const std::string& address : delivery.recipients) {
    if (!out.empty()) out += ",\r\n ";
    out += address;
  }
  return out;
}

}  // namespace

std::string header_text(std::string_view utf8, std::size_t used) {
  const bool blank_at_end = utf8.starts_with(' ') || utf8.ends_with(' ');
  if (plain_ascii(utf8) && !blank_at_end && used + utf8.size() <= kLineMax)
    return std::string(utf8);
  std::string out;
  std::size_t column = used;
  while (!utf8.empty()) {
    const std::size_t around = kWordBegin.size() + kWordEnd.size();
    const std::size_t room = kLineMax > column + around ? (kLineMax - column - around) / 4 * 3 : 0;
    const std::size_t size = whole_characters(utf8, std::min(kWordBytes, room));
    out.append(kWordBegin).append(base64(utf8.substr(0, size))).append(kWordEnd);
    utf8.remove_prefix(size);
    if (!utf8.empty()) out += "\r\n ";
    column = 1;
  }
  return out;
}

std::string mail_date(Instant at) {
  static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto local = at + std::chrono::hours(7);
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(local - day)};
  std::array<char, 64> out{};
  std::snprintf(out.data(), out.size(), "%s, %02u %s %04d %02d:%02d:%02d +0700",
                kDays.at(std::chrono::weekday{day}.c_encoding()), static_cast<unsigned>(date.day()),
                kMonths.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return out.data();
}

std::string message_id(std::string_view key, std::string_view domain) {
  const std::string whole = std::string(key) + "@" + std::string(domain);
  if (mail_address_valid(whole)) return "<" + whole + ">";
  return "<" + hex(sha256(key)).substr(0, 40) + "@" + std::string(domain) + ">";
}

Result<std::string> mail_of(const Delivery& delivery, const MailSender& sender) {
  if (!mail_address_valid(sender.from)) return no_address(sender.from);
  if (!sender.reply_to.empty() && !mail_address_valid(sender.reply_to))
    return no_address(sender.reply_to);
  for (const std::string& address : delivery.recipients) {
    if (!mail_address_valid(address)) return no_address(address);
  }
  const std::string domain =
      sender.id_domain.empty() ? sender.from.substr(sender.from.rfind('@') + 1) : sender.id_domain;
  std::string out;
  const auto header = [&](std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append(kLineEnd);
  };
  header("Date", mail_date(delivery.at));
  header("From", mailbox(sender.from, sender.name, 6));
  if (!sender.reply_to.empty()) header("Reply-To", sender.reply_to);
  header("To", recipients_of(delivery));
  header("Subject", header_text(delivery.subject, 9));
  header("Message-ID", message_id(delivery.key, domain));
  // RFC 3834: no holiday notes in return; the second says so to Exchange.
  header("Auto-Submitted", "auto-generated");
  header("X-Auto-Response-Suppress", "All");
  if (!delivery.language.empty()) header("Content-Language", delivery.language);
  header("MIME-Version", "1.0");
  if (delivery.html.empty()) return out + part("plain", delivery.text);
  // Not in base64, which has no '='; not in the other headers, which stand above it.
  const std::string boundary = "=_kip_" + hex(sha256(delivery.key)).substr(0, 24);
  header("Content-Type", "multipart/alternative;\r\n boundary=\"" + boundary + "\"");
  const std::string delimiter = "--" + boundary;
  out.append(kLineEnd);
  out.append(delimiter).append(kLineEnd).append(part("plain", delivery.text));
  out.append(delimiter).append(kLineEnd).append(part("html", delivery.html));
  return out.append(delimiter).append("--").append(kLineEnd);
}

}  // namespace kip
