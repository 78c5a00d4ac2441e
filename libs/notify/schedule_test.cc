#include "notify/schedule.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

namespace kip {
namespace {

using std::chrono::seconds;

const SendOutcome kLater = transient("timeout", "no answer");
constexpr Instant kStart = instant_of(1'795'000'000'000);

SendOutcome asked(seconds wait) {
  SendOutcome outcome = transient("http_429", "too many");
  outcome.retry_after = wait;
  return outcome;
}

TEST(Schedule, EndsWhereThereIsNothingToTry) {
  EXPECT_EQ(next_attempt({"k", 1, kStart}, kStart, delivered("250", ""), {}).reason,
            NextReason::kDelivered);
  EXPECT_EQ(next_attempt({"k", 1, kStart}, kStart, permanent("550", ""), {}).reason,
            NextReason::kDeadPermanent);
  const RetryLimits limits{.attempts = 3};
  EXPECT_TRUE(next_attempt({"k", 2, kStart}, kStart, kLater, limits).at);
  EXPECT_EQ(next_attempt({"k", 3, kStart}, kStart, kLater, limits).reason,
            NextReason::kDeadAttempts);
  EXPECT_EQ(next_attempt({"k", 2, kStart}, kStart + seconds(86'400), kLater, {}).reason,
            NextReason::kDeadAge);
}

TEST(Schedule, SameKeyAndAttemptGiveTheSameTimeAndOthersAnother) {
  std::set<std::int64_t> waits;
  for (int i = 0; i < 200; ++i) {
    const Attempt attempt{"key-" + std::to_string(i), 6, kStart};
    const auto next = next_attempt(attempt, kStart, kLater, {});
    EXPECT_EQ(next.at, next_attempt(attempt, kStart, kLater, {}).at);
    waits.insert(ms_of(*next.at));
  }
  EXPECT_GT(waits.size(), 195U);
}

// Every wait of random limits, keys and times holds what the header promises.
TEST(Schedule, NoWaitIsShorterOrLongerThanItsBounds) {
  std::mt19937 chance(20'261'126);
  const auto draw = [&](int from, int to) {
    return std::uniform_int_distribution<int>(from, to)(chance);
  };
  for (int i = 0; i < 20'000; ++i) {
    const RetryLimits limits{.first = seconds(draw(1, 120)),
                             .cap = seconds(draw(120, 7200)),
                             .give_up = seconds(draw(60, 200'000)),
                             .attempts = draw(1, 60)};
    const Attempt attempt{std::to_string(chance()), draw(1, 60), kStart};
    const Instant now = kStart + seconds(draw(0, 200'000));
    const Instant end = kStart + limits.give_up;
    const bool asks = draw(0, 1) == 1;
    const seconds wish{draw(1, 10'000)};
    const auto next = next_attempt(attempt, now, asks ? asked(wish) : kLater, limits);
    if (!next.at) {
      const bool over = attempt.number >= limits.attempts || now >= end ||
                        (asks && now + std::min(wish, limits.cap) > end);
      ASSERT_TRUE(over);
      continue;
    }
    ASSERT_LT(attempt.number, limits.attempts);
    ASSERT_LE(*next.at, end);
    ASSERT_GT(*next.at, now);
    ASSERT_LE(*next.at - now, limits.cap);
    if (asks) {
      ASSERT_EQ(next.reason, NextReason::kRetryAfter);
      ASSERT_GE(*next.at - now, std::min(wish, limits.cap));
    }
    Millis widest = limits.first;
    for (int n = 1; n < attempt.number && widest < limits.cap; ++n) widest *= 2;
    widest = std::min<Millis>(widest, limits.cap);
    ASSERT_GE(*next.at, std::min(end, now + widest / 2));
    const Millis asked = asks ? wish + limits.first : seconds{0};
    ASSERT_LE(*next.at - now, std::max<Millis>({widest, kShortestWait, asked}));
  }
}

// A gateway may ask for any number of seconds.
TEST(Schedule, AWaitBeyondAllNumbersIsTheCap) {
  for (const seconds wait : {seconds(10'000'000'000'000'000), seconds::max()}) {
    const auto next = next_attempt({"k", 1, kStart}, kStart, asked(wait), {});
    EXPECT_EQ(next.reason, NextReason::kRetryAfter);
    ASSERT_TRUE(next.at);
    EXPECT_EQ(*next.at - kStart, seconds(3600));
  }
  const RetryLimits endless{
      .first = seconds::max(), .cap = seconds::max(), .give_up = seconds::max()};
  const auto late = next_attempt({"k", 40, kStart}, kStart, kLater, endless);
  ASSERT_TRUE(late.at);
  EXPECT_GT(*late.at, kStart);
  const auto later = next_attempt({"k", 1, kStart}, kStart, asked(seconds(60)), endless);
  ASSERT_TRUE(later.at);
  EXPECT_GE(*later.at, kStart + seconds(60));
}

TEST(Schedule, TheJitterFillsTheSecondHalf) {
  int low = 0, high = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto next = next_attempt({std::to_string(i), 5, kStart}, kStart, kLater, {});
    const auto wait = *next.at - kStart;  // of at most 480 s
    low += wait < seconds(300) ? 1 : 0;
    high += wait > seconds(420) ? 1 : 0;
  }
  EXPECT_NEAR(low, 250, 60);
  EXPECT_NEAR(high, 250, 60);
}

// To its very end, whatever is asked for meanwhile, and never by the number of attempts.
TEST(Schedule, ADayOfRefusalsIsTriedToItsEnd) {
  for (const SendOutcome& outcome : {kLater, asked(seconds(1)), asked(seconds(60))}) {
    for (int k = 0; k < 200; ++k) {
      Attempt attempt{"day-" + std::to_string(k), 1, kStart};
      Instant now = kStart;
      NextAttempt next;
      while ((next = next_attempt(attempt, now, outcome, {})).at) {
        now = *next.at;
        ++attempt.number;
      }
      EXPECT_EQ(next.reason, NextReason::kDeadAge);
      EXPECT_LE(now, kStart + seconds(86'400));
      const seconds last_wait = outcome.retry_after.value_or(seconds{0});
      EXPECT_GE(now, kStart + seconds(86'400) - last_wait);
      EXPECT_LE(attempt.number, 55);
      EXPECT_GE(attempt.number, 30);
    }
  }
}

}  // namespace
}  // namespace kip
