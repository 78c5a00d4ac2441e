#pragma once
// What comes to the door of a running service, and what became of it.

#include <optional>
#include <string>

#include "contract/door.h"
#include "contract/state.h"

namespace kip {

// One event as it came, not yet looked at.
struct Submission {
  std::optional<std::string> body;
  Headers headers;
  Lane lane = Lane::kWork;
  std::string key, channel, principal;
};

struct Outcome {
  enum class Kind : std::uint8_t { kAccepted, kRefused, kBusy, kFailed };
  Kind kind = Kind::kAccepted;
  std::optional<Accepted> accepted;  // kAccepted
  std::optional<Refusal> refusal;    // kRefused; the dead letter is durable too
  std::string reason;                // kBusy, kFailed
};

}  // namespace kip
