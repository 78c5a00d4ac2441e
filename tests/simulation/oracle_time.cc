// Working time, slowly: every "earliest" is sought by halving. Day 0 is 1970-01-01 in UTC+7, a
// Thursday.

#include <openssl/sha.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "simulation/oracle_item.h"

namespace kip::oracle {
namespace {

Ms floor_div(Ms a, Ms b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
bool weekday(Ms day) { return ((day + 3) % 7 + 7) % 7 < 5; }

}  // namespace

Ms ms(const Timestamp& t) { return t.seconds() * 1000 + t.nanos() / 1'000'000; }

void put(Timestamp* to, Ms t) {
  to->set_seconds(floor_div(t, 1000));
  to->set_nanos(static_cast<int>(t - to->seconds() * 1000) * 1'000'000);
}

std::string sha256(const std::string& bytes) {
  std::string out(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

bool is_ended(int s) {
  return (s >= WORK_STATUS_COMPLETED && s <= WORK_STATUS_WITHDRAWN) || s == WORK_STATUS_TRANSFERRED;
}

WorkingTime::WorkingTime(const Config& config) : config_(config) {
  for (const auto& [text, works] : config.days) {
    int y = 0, m = 0, d = 0;
    std::sscanf(text.c_str(), "%d-%d-%d", &y, &m, &d);
    const std::chrono::sys_days date = std::chrono::year(y) / m / d;
    days_[date.time_since_epoch().count()] = works;
  }
  if (config.always) config_.office_minutes = {{0, 24 * 60}};
}

Ms WorkingTime::earliest(Ms t, const std::function<bool(Ms)>& holds) {
  Ms lo = t, hi = t;
  for (Ms d = kDay; holds(lo); d *= 2) lo -= d;
  for (Ms d = kDay; !holds(hi); d *= 2) hi += d;
  while (hi - lo > 1) {
    const Ms mid = lo + (hi - lo) / 2;
    (holds(mid) ? hi : lo) = mid;
  }
  return hi;
}

Ms WorkingTime::day_of(Ms t) { return floor_div(t + kZone, kDay); }

bool WorkingTime::works(Ms day) const {
  const auto it = days_.find(day);
  return config_.always || (it == days_.end() ? weekday(day) : it->second);
}

Ms WorkingTime::worked(Ms t) const {
  if (config_.always) return t;
  const Ms day = day_of(t), week = floor_div(day + 3, 7);
  Ms days = week * 5 + std::min<Ms>(5, day + 3 - week * 7), sum = 0;
  for (const auto& [d, works] : days_) days += d < day ? works - weekday(d) : 0;
  for (const auto& [open, shut] : config_.office_minutes) {
    const Ms length = (shut - open) * kMinute, at = t - midnight(day) - open * kMinute;
    sum += days * length + (works(day) ? std::clamp<Ms>(at, 0, length) : 0);
  }
  return sum;
}

Ms WorkingTime::add(Ms t, Ms d) const {
  return d == 0 ? t : earliest(t, [&](Ms i) { return between(t, i) >= d; });
}

Ms WorkingTime::back(Ms t, Ms d) const {
  return earliest(t, [&](Ms i) { return between(i, t) <= d; });
}

}  // namespace kip::oracle
