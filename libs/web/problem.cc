#include "base/ascii.h"
#include "base/utf8.h"
#include "web/answer.h"
#include "web/server.h"

namespace kip::web {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// "Body too large" -> "/problems/body-too-large"; nothing for a title that has other than ASCII,
// because a type is compared by programs and must stay what it is.
std::string problem_type(int status, std::string_view title) {
  if (title == reason_phrase(status)) return "about:blank";
  std::string name;
  for (const char c : ascii_lower(title)) {
    if (static_cast<unsigned char>(c) >= 0x80) return "about:blank";
    const bool kept = is_small(c) || is_digit(c);
    if (kept) name += c;
    if (!kept && !name.empty() && name.back() != '-') name += '-';
  }
  if (!name.empty() && name.back() == '-') name.pop_back();
  return name.empty() ? "about:blank" : "/problems/" + name;
}

void append_escaped(std::string& out, char c) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20) {
    out += c;
  } else {
    out.append("\\u00").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15U]);
  }
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string out = "\"";
  out.reserve(text.size() + 2);
  while (!text.empty()) {
    const std::size_t size = utf8_front(text);
    if (size == 0) out += kReplacement;
    if (size == 1) append_escaped(out, text.front());
    if (size > 1) out += text.substr(0, size);
    text.remove_prefix(size == 0 ? 1 : size);
  }
  out += '"';
  return out;
}

std::string html_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

Response json(int status, std::string body) {
  return {status, "application/json", std::move(body), {}};
}

Response problem(int status, std::string_view title, std::string_view detail,
                 const Fields& errors) {
  std::string body = "{\"type\":" + json_string(problem_type(status, title)) +
                     ",\"title\":" + json_string(title) + ",\"status\":" + std::to_string(status) +
                     ",\"detail\":" + json_string(detail);
  std::string_view separator = ",\"errors\":[";
  for (const auto& [pointer, reason] : errors) {
    body += separator;
    body += "{\"pointer\":" + json_string(pointer) + ",\"detail\":" + json_string(reason) + '}';
    separator = ",";
  }
  body += errors.empty() ? "}" : "]}";
  return {status, "application/problem+json", std::move(body), {}};
}

}  // namespace kip::web
