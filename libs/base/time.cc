#include "base/time.h"

#include <array>
#include <cstdio>

namespace kip {
namespace {

// Reads exactly `n` digits; -1 when there are fewer.
int digits(std::string_view& text, int n) {
  if (static_cast<int>(text.size()) < n) return -1;
  int value = 0;
  for (int i = 0; i < n; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(static_cast<std::size_t>(n));
  return value;
}

bool eat(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

Result<Instant> parse_rfc3339(std::string_view text) {
  const auto bad = [whole = std::string(text)] {
    return invalid("'" + whole + "' is no RFC 3339 time");
  };
  using namespace std::chrono;
  const int y = digits(text, 4);
  if (y < 1 || !eat(text, '-')) return bad();
  const int mo = digits(text, 2);
  if (mo < 0 || !eat(text, '-')) return bad();
  const int d = digits(text, 2);
  if (d < 0 || text.empty() || (text[0] != 'T' && text[0] != 't' && text[0] != ' ')) return bad();
  text.remove_prefix(1);
  const int h = digits(text, 2);
  if (h < 0 || !eat(text, ':')) return bad();
  const int mi = digits(text, 2);
  if (mi < 0 || !eat(text, ':')) return bad();
  const int s = digits(text, 2);
  if (s < 0) return bad();
  std::int64_t ms = 0;
  if (eat(text, '.')) {
    int places = 0;
    while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
      if (places < 3) ms = ms * 10 + (text[0] - '0');
      ++places;
      text.remove_prefix(1);
    }
    if (places == 0 || places > 12) return bad();
    for (; places < 3; ++places) ms *= 10;
  }
  std::int64_t offset_min = 0;
  if (text == "Z" || text == "z") {
    text = {};
  } else {
    const bool minus = !text.empty() && text[0] == '-';
    if (text.empty() || (text[0] != '+' && text[0] != '-')) return bad();
    text.remove_prefix(1);
    const int oh = digits(text, 2);
    if (oh < 0 || oh > 23 || !eat(text, ':')) return bad();
    const int om = digits(text, 2);
    if (om < 0 || om > 59) return bad();
    offset_min = (minus ? -1 : 1) * (oh * 60 + om);
  }
  const year_month_day ymd{year{y}, month{static_cast<unsigned>(mo)},
                           day{static_cast<unsigned>(d)}};
  if (!text.empty() || !ymd.ok() || h > 23 || mi > 59 || s > 60) return bad();
  const auto days_ms = duration_cast<Millis>(sys_days{ymd}.time_since_epoch()).count();
  return instant_of(days_ms + ((h * 60LL + mi - offset_min) * 60 + s) * 1000 + ms);
}

std::string format_rfc3339(Instant at) {
  using namespace std::chrono;
  const auto day_start = floor<days>(at);
  const year_month_day ymd{day_start};
  const auto ms = (at - day_start).count();
  std::array<char, 48> out{};
  const int year = static_cast<int>(ymd.year());
  int n = std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d", year,
                        static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                        static_cast<int>(ms / 3'600'000), static_cast<int>(ms / 60'000 % 60),
                        static_cast<int>(ms / 1000 % 60));
  std::string text(out.data(), static_cast<std::size_t>(n));
  if (ms % 1000 != 0) {
    n = std::snprintf(out.data(), out.size(), ".%03d", static_cast<int>(ms % 1000));
    text.append(out.data(), static_cast<std::size_t>(n));
  }
  return text + "Z";
}

namespace {

struct LocalTime {
  std::chrono::year_month_day day;
  int hour = 0, minute = 0;
};

LocalTime local_time(Instant at) {
  const auto local = at + std::chrono::hours{7};
  const auto midnight = std::chrono::floor<std::chrono::days>(local);
  const auto minutes = std::chrono::floor<std::chrono::minutes>(local - midnight).count();
  return {midnight, static_cast<int>(minutes / 60), static_cast<int>(minutes % 60)};
}

}  // namespace

std::string format_vn(Instant at) {
  static constexpr std::array<const char*, 7> kDays = {"CN", "T2", "T3", "T4", "T5", "T6", "T7"};
  const LocalTime t = local_time(at);
  const unsigned weekday = std::chrono::weekday{std::chrono::sys_days{t.day}}.c_encoding();
  std::array<char, 64> out{};
  const int n =
      std::snprintf(out.data(), out.size(), "%s %02u/%02u/%d, %02d:%02d", kDays.at(weekday),
                    static_cast<unsigned>(t.day.day()), static_cast<unsigned>(t.day.month()),
                    static_cast<int>(t.day.year()), t.hour, t.minute);
  return {out.data(), static_cast<std::size_t>(n)};
}

std::string format_local(Instant at) {
  const LocalTime t = local_time(at);
  std::array<char, 64> out{};
  const int n = std::snprintf(out.data(), out.size(), "%d-%02u-%02u %02d:%02d",
                              static_cast<int>(t.day.year()), static_cast<unsigned>(t.day.month()),
                              static_cast<unsigned>(t.day.day()), t.hour, t.minute);
  return {out.data(), static_cast<std::size_t>(n)};
}

}  // namespace kip
