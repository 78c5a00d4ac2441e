#include "contract/proto_values.h"

#include <algorithm>
#include <cstdint>

namespace kip {

Instant instant_of(const google::protobuf::Timestamp& time) {
  // Bytes that nobody checked may say any number: the sum must not overflow.
  constexpr std::int64_t kSecondsMax = INT64_MAX / 4000;
  const std::int64_t seconds = std::clamp(time.seconds(), -kSecondsMax, kSecondsMax);
  return instant_of(seconds * 1000 + time.nanos() / 1'000'000);
}

void set_timestamp(Instant at, google::protobuf::Timestamp& time) {
  // JSON holds years 1 to 9999; a due of 9999 with a wait added would leave them.
  constexpr Instant kFirst = instant_of(-62'135'596'800'000);
  constexpr Instant kLast = instant_of(253'402'300'799'999);
  at = std::clamp(at, kFirst, kLast);
  const auto second = std::chrono::floor<std::chrono::seconds>(at);
  time.set_seconds(second.time_since_epoch().count());
  time.set_nanos(static_cast<std::int32_t>((at - second).count() * 1'000'000));
}

google::protobuf::Timestamp timestamp_of(Instant at) {
  google::protobuf::Timestamp time;
  set_timestamp(at, time);
  return time;
}

bool parse_timestamp(std::string_view text, google::protobuf::Timestamp& time) {
  const auto at = parse_rfc3339(text);
  if (!at) return false;
  set_timestamp(*at, time);
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return true;
  std::int32_t nanos = 0;
  std::int32_t place = 100'000'000;
  for (const char c : text.substr(point + 1)) {
    if (c < '0' || c > '9') break;
    nanos += (c - '0') * place;
    place /= 10;
  }
  time.set_nanos(nanos);
  return true;
}

}  // namespace kip
