#pragma once
// When to try again, and when to give up. A pure function: the jitter comes from key and attempt,
// so that a replay gives the same times, and deliveries that failed together do not come back
// together. Half of each wait is sure, so that attempts can be counted: in a day of the default
// limits at most 55, fewer than `attempts`, and what is passing dies by its age alone. Any thread.

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
  int attempts = 60;                    // in all
};

inline constexpr std::chrono::seconds kShortestWait{1};

struct Attempt {
  std::string key;
  int number = 1;  // of the attempt that gave the outcome; the first is 1
  Instant first_at;
};

enum class NextReason {
  kDelivered,      // nothing is left to do
  kBackoff,        // half and a random part of the rest of first · 2^(number - 1), within the cap
  kRetryAfter,     // the other side asked: its wait and a part of `first`, within the cap, but no
                   // sooner than by kBackoff
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
