#include "notify/schedule.h"

#include <algorithm>
#include <cstdint>

#include "base/hash.h"

namespace kip {
namespace {

// Of what an operator or a gateway says, no more: in milliseconds it must be a number still.
constexpr std::chrono::seconds kLongest = std::chrono::days{36'500};

Millis within(std::chrono::seconds said, std::chrono::seconds longest) {
  return std::min(said, longest);
}

// In [0, 1), as even as SHA-256 is.
double fraction_of(const Attempt& attempt) {
  const Sha256 digest = sha256(attempt.key + "\n" + std::to_string(attempt.number));
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 8; ++i) bits = bits << 8 | digest.at(i);
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

Millis part_of(Millis whole, double fraction) {
  return Millis{static_cast<std::int64_t>(static_cast<double>(whole.count()) * fraction)};
}

Millis doubled(Millis first, int times, Millis cap) {
  Millis wait = first;
  for (int i = 0; i < times && wait < cap; ++i) wait *= 2;
  return std::min(wait, cap);
}

}  // namespace

NextAttempt next_attempt(const Attempt& attempt, Instant now, const SendOutcome& outcome,
                         const RetryLimits& limits) {
  if (outcome.kind == SendOutcomeKind::kDelivered) return {std::nullopt, NextReason::kDelivered};
  if (outcome.kind == SendOutcomeKind::kPermanent)
    return {std::nullopt, NextReason::kDeadPermanent};
  if (attempt.number >= limits.attempts) return {std::nullopt, NextReason::kDeadAttempts};
  const Instant end = attempt.first_at + within(limits.give_up, kLongest);
  if (now >= end) return {std::nullopt, NextReason::kDeadAge};

  const Millis cap = within(limits.cap, kLongest);
  const Millis first = within(limits.first, kLongest);
  const double fraction = fraction_of(attempt);
  const Millis widest = doubled(first, attempt.number - 1, cap);
  const Millis half = widest / 2;
  const Millis wait = std::max<Millis>(half + part_of(widest - half, fraction), kShortestWait);
  if (outcome.retry_after && outcome.retry_after->count() > 0) {
    // Whoever was told the same wait is not to come back in the same second. Who always says "in a
    // second" is not to use up the attempts in minutes.
    const Millis asked = std::min(within(*outcome.retry_after, kLongest), cap);
    if (now + asked > end) return {std::nullopt, NextReason::kDeadAge};
    const Millis later = std::min(cap, asked + part_of(first, fraction));
    return {std::min(now + std::max(wait, later), end), NextReason::kRetryAfter};
  }
  return {std::min(now + wait, end), NextReason::kBackoff};
}

}  // namespace kip
