// The calendar against a slow count, minute by minute, of weeks drawn by chance.

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "calendar/calendar.h"
#include "support/office.h"

namespace kip {
namespace {

using test::kMs;
using test::vn;

constexpr std::int64_t kMinuteMs = 60'000;
constexpr int kDays = 120;
constexpr int kMinutes = kDays * 1440;

// Which minutes of kDays days are worked, and the calendar that should say the same.
struct Drawn {
  std::vector<char> worked;  // by minute from `first` on
  Calendar calendar = Calendar::always();
};

const Instant kFirst = vn("2026-10-01 00:00");

Drawn draw(std::mt19937& random) {
  Drawn d;
  OfficeHours hours;
  std::int64_t minute = 0;
  const auto up_to = [&](unsigned n) { return static_cast<std::int64_t>(random() % n); };
  const std::int64_t count = 1 + up_to(3);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t open = minute + up_to(240);
    const std::int64_t close = open + 1 + up_to(239);
    hours.intervals.push_back({open * kMinuteMs, close * kMinuteMs});
    minute = close + 1;
  }
  hours.weekdays.clear();
  for (unsigned day = 0; day < 7; ++day) {
    if (random() % 7 < 4) hours.weekdays.insert(day);
  }
  hours.weekdays.insert(3);
  std::map<LocalDay, bool> exceptions;
  for (int i = 0; i < 25; ++i) {
    exceptions[local_day(kFirst) + std::chrono::days{up_to(kDays)}] = random() % 3 == 0;
  }
  for (int day = 0; day < kDays; ++day) {
    const LocalDay date = local_day(kFirst) + std::chrono::days{day};
    const auto exception = exceptions.find(date);
    const bool works = exception == exceptions.end()
                           ? hours.weekdays.contains(std::chrono::weekday{date}.c_encoding())
                           : exception->second;
    for (std::int64_t m = 0; m < 1440; ++m) {
      bool in = false;
      for (const auto& i : hours.intervals)
        in |= i.open_ms <= m * kMinuteMs && m * kMinuteMs < i.close_ms;
      d.worked.push_back(works && in ? 1 : 0);
    }
  }
  d.calendar = Calendar::office(hours, exceptions);
  return d;
}

// W(a, b) for a <= b, by looking at every minute.
std::int64_t slow_between(const Drawn& d, Instant a, Instant b) {
  const std::int64_t from = (a - kFirst).count();
  const std::int64_t to = (b - kFirst).count();
  std::int64_t sum = 0;
  for (std::int64_t m = from / kMinuteMs; m * kMinuteMs < to; ++m) {
    if (d.worked.at(static_cast<std::size_t>(m)) == 0) continue;
    sum += std::min(to, (m + 1) * kMinuteMs) - std::max(from, m * kMinuteMs);
  }
  return sum;
}

// The earliest i >= t with W(t, i) = ms, by walking; none where the days drawn end before.
std::optional<Instant> slow_add(const Drawn& d, Instant t, std::int64_t ms) {
  if (ms == 0) return t;
  std::int64_t at = (t - kFirst).count();
  for (std::int64_t m = at / kMinuteMs; m < kMinutes; ++m) {
    const std::int64_t end = (m + 1) * kMinuteMs;
    if (d.worked[static_cast<std::size_t>(m)] != 0) {
      if (end - at >= ms) return kFirst + Millis{at + ms};
      ms -= end - at;
    }
    at = end;
  }
  return std::nullopt;
}

// The earliest i with W(i, t) <= ms, by walking back; none where the days drawn begin after it.
std::optional<Instant> slow_back(const Drawn& d, Instant t, std::int64_t ms) {
  std::int64_t at = (t - kFirst).count();
  for (std::int64_t m = (at + kMinuteMs - 1) / kMinuteMs - 1; m >= 0; --m) {
    const std::int64_t begin = m * kMinuteMs;
    if (d.worked[static_cast<std::size_t>(m)] != 0) {
      if (at - begin > ms) return kFirst + Millis{at - ms};
      ms -= at - begin;
    }
    at = begin;
  }
  return std::nullopt;
}

class CalendarProperty : public ::testing::TestWithParam<unsigned> {
 protected:
  Instant any() {
    return kFirst + Millis{static_cast<std::int64_t>(random_() % (kMinutes * kMinuteMs))};
  }
  // Often on the edge of a minute, where intervals begin and end.
  Instant edge() {
    const Instant t = any();
    return random_() % 2 == 0 ? t : t - (t - kFirst) % Millis{kMinuteMs};
  }
  std::mt19937 seed_{GetParam()};
  Drawn drawn_ = draw(seed_);
  std::mt19937_64 random_{GetParam()};
};

TEST_P(CalendarProperty, BetweenIsTheCountOfWorkedMinutesAndSigned) {
  for (int n = 0; n < 100; ++n) {
    const Instant a = edge();
    const Instant b = a + Millis{static_cast<std::int64_t>(random_() % (20ULL * 86'400'000))};
    if (b > kFirst + Millis{kMinutes * kMinuteMs}) continue;
    const std::int64_t count = slow_between(drawn_, a, b);
    ASSERT_EQ(drawn_.calendar.between(a, b).ms, count) << ms_of(a) << " " << ms_of(b);
    ASSERT_EQ(drawn_.calendar.between(b, a).ms, -count);
  }
}

TEST_P(CalendarProperty, AddIsTheEarliestInstantThatTheWalkReaches) {
  for (int n = 0; n < 100; ++n) {
    const Instant t = edge();
    const std::int64_t ms =
        n % 10 == 0 ? 0 : static_cast<std::int64_t>(random_() % (40ULL * 3'600'000));
    const auto walked = slow_add(drawn_, t, ms);
    if (!walked) continue;
    const Instant added = drawn_.calendar.add(t, {ms});
    ASSERT_EQ(added, *walked) << ms_of(t) << " + " << ms;
    ASSERT_EQ(drawn_.calendar.between(t, added).ms, ms);
    if (ms == 0) continue;
    ASSERT_EQ(drawn_.calendar.between(t, added - kMs).ms, ms - 1);
  }
}

TEST_P(CalendarProperty, BackIsTheEarliestInstantFromWhichTheWalkLeavesNoMore) {
  for (int n = 0; n < 100; ++n) {
    const Instant t = edge();
    const std::int64_t ms =
        n % 10 == 0 ? 0 : static_cast<std::int64_t>(random_() % (40ULL * 3'600'000));
    const auto walked = slow_back(drawn_, t, ms);
    if (!walked) continue;
    const Instant back = drawn_.calendar.back(t, {ms});
    ASSERT_EQ(back, *walked) << ms_of(t) << " - " << ms;
    ASSERT_EQ(drawn_.calendar.between(back, t).ms, ms);
    ASSERT_EQ(drawn_.calendar.between(back - kMs, t).ms, ms + 1);
  }
}

TEST_P(CalendarProperty, AddAndBackUndoEachOtherUpToTheRestInBetween) {
  for (int n = 0; n < 100; ++n) {
    const Instant t = edge();
    const WorkTime d{static_cast<std::int64_t>(random_() % (40ULL * 3'600'000))};
    const Calendar& c = drawn_.calendar;
    const Instant there = c.back(c.add(t, d), d);
    ASSERT_LE(there, t);  // earlier only by time that is not worked
    ASSERT_EQ(c.between(there, t), WorkTime{});
    const Instant here = c.add(c.back(t, d), d);
    ASSERT_EQ(c.between(here, t), WorkTime{});
    ASSERT_LE(c.back(t, WorkTime{}), here);
    ASSERT_LE(here, t);
  }
}

TEST_P(CalendarProperty, NextBoundaryIsTheFirstInstantAtWhichWorkBeginsOrEnds) {
  for (int n = 0; n < 100; ++n) {
    const Instant t = edge();
    auto m = static_cast<std::size_t>((t - kFirst).count() / kMinuteMs);
    while (m + 1 < drawn_.worked.size() && drawn_.worked[m] == drawn_.worked[m + 1]) ++m;
    if (m + 1 >= drawn_.worked.size()) continue;
    ASSERT_EQ(drawn_.calendar.next_boundary(t),
              kFirst + Millis{static_cast<std::int64_t>(m + 1) * kMinuteMs})
        << ms_of(t);
  }
}

INSTANTIATE_TEST_SUITE_P(Drawn, CalendarProperty, ::testing::Range(1U, 16U));

}  // namespace
}  // namespace kip
