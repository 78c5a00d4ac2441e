#pragma once
// A member of a consumer group is shut out when the group takes a request to join under its name
// for another process. That is another process; or, while brokers fail over, its own request whose
// answer was lost. The second kind is over as soon as the brokers stand: whoever waits a little
// longer each time outlasts it. The first kind comes back however long one waits.

#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"

namespace kip {

class Fences {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Shut out once more: join again after so long; none: another process lives under this name.
  std::optional<std::chrono::seconds> one_more(Time now);

 private:
  std::optional<Time> last_;
  int in_a_row_ = 0;
};

// kFenced, for the operator.
Error name_taken(const std::string& group, const std::string& member);

}  // namespace kip
