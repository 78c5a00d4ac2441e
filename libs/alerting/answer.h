#pragma once
// What somebody answers to an alert: what becomes of it, and by when. Plain values.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace kip {

enum class Disposition : std::uint8_t {  // numbers as in the contract
  kNone = 0,
  kMine = 1,
  kNeedHelp = 2,
  kNotMine = 3,
  kDoneAtSource = 4,
  kWrongData = 5
};
std::string_view disposition_word(Disposition what);  // as in the contract, in lower case

struct Answer {
  std::string id, person, plan, whose, channel;
  Disposition what{};
  Instant at{};
  std::optional<Instant> promised_at;
  friend bool operator==(const Answer&, const Answer&) = default;
};

}  // namespace kip
