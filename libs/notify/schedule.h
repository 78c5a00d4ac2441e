#pragma once
// When to try again, and when to give up. A pure function: the jitter comes from key and attempt,
// so that a replay gives the same times, and deliveries that failed together do not come back
// together. Any thread.

#include <chrono>
#include <optional>
#include <string>

#include "base/time.h"
#include "notify/delivery.h"

namespace kip {

struct RetryLimits {
  std::chrono::seconds first{30};       // the longest wait after the first attempt; then it doubles
  std::chrono::seconds cap{3600};       // no wait is longer
  std::chrono::seconds give_up{86400};  // counted from the first attempt
  int attempts = 50;                    // in all
};

inline constexpr std::chrono::seconds kShortestWait{1};

struct Attempt {
  std::string key;
  int number = 1;  // of the attempt that gave the outcome; the first is 1
  Instant first_at;
};

enum class NextReason {
  kDelivered,      // nothing is left to do
  kBackoff,        // a random part of first · 2^(number - 1), at most the cap
  kRetryAfter,     // what the other side asked for, within the cap, and a part of `first` on top
  kDeadPermanent,  // dead: it would be refused again
  kDeadAttempts,   // dead: that was the last attempt
  kDeadAge,        // dead: there is no time left
};

struct NextAttempt {
  std::optional<Instant> at;  // none: delivered, or dead
  NextReason reason = NextReason::kDelivered;
};

// The last attempt is at the end of `give_up` where a backoff would lead beyond it; a wait that was
// asked for is not cut short: then it is dead.
NextAttempt next_attempt(const Attempt& attempt, Instant now, const SendOutcome& outcome,
                         const RetryLimits& limits);

}  // namespace kip
