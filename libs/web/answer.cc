#include "web/answer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"

namespace kip::web {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 37> kReasons{{
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {207, "Multi-Status"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
}};

// The framing is the server's: a handler that set these could only contradict it.
constexpr std::array<std::string_view, 5> kOurs{"connection", "content-length", "content-type",
                                                "date", "transfer-encoding"};

constexpr std::string_view kHtmlPolicy =
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'self'";

void add(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ");
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    head += (byte < 0x20 && c != '\t') || byte == 0x7F ? ' ' : c;
  }
  head += "\r\n";
}

// RFC 9110 5.6.7, written by hand because strftime takes the names from the locale.
std::string http_date(std::time_t now) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&now, &utc);
  const auto two = [](int n) { return std::string(n < 10 ? "0" : "") + std::to_string(n); };
  return std::string(kDays.at(static_cast<std::size_t>(utc.tm_wday))) + ", " + two(utc.tm_mday) +
         ' ' + kMonths.at(static_cast<std::size_t>(utc.tm_mon)) + ' ' +
         std::to_string(utc.tm_year + 1900) + ' ' + two(utc.tm_hour) + ':' + two(utc.tm_min) + ':' +
         two(utc.tm_sec) + " GMT";
}

}  // namespace

std::string_view reason_phrase(int status) {
  const auto it = std::find_if(kReasons.begin(), kReasons.end(),
                               [&](const auto& row) { return row.first == status; });
  return it == kReasons.end() ? "Unknown" : it->second;
}

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string head_of(const Response& response, std::time_t now, bool keep_alive) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  head.append(reason_phrase(response.status)).append("\r\n");
  add(head, "Date", http_date(now));
  add(head, "Connection", keep_alive ? "keep-alive" : "close");
  if (!response.content_type.empty()) add(head, "Content-Type", response.content_type);
  if (has_body(response.status)) add(head, "Content-Length", std::to_string(response.body.size()));

  std::vector<std::string> given;
  for (const auto& [name, value] : response.headers) {
    given.push_back(ascii_lower(name));
    if (std::find(kOurs.begin(), kOurs.end(), given.back()) == kOurs.end()) add(head, name, value);
  }
  const auto unless_given = [&](std::string_view name, std::string_view value) {
    const std::string lower = ascii_lower(name);
    if (std::find(given.begin(), given.end(), lower) == given.end()) add(head, name, value);
  };
  unless_given("X-Content-Type-Options", "nosniff");
  unless_given("Referrer-Policy", "no-referrer");
  unless_given("Cache-Control", "no-store");
  if (ascii_lower(response.content_type).starts_with("text/html")) {
    unless_given("Content-Security-Policy", kHtmlPolicy);
  }
  head += "\r\n";
  return head;
}

}  // namespace kip::web
