#include "app/service.h"

#include <algorithm>

namespace kip {

bool Service::catching_up() const {
  const auto all = shards();
  return std::any_of(all.begin(), all.end(), [](const auto& s) { return s.catching_up; });
}

Reach Service::reach() const {
  Reach sum;
  for (const ShardFigures& shard : shards()) {
    sum.done += shard.reach.done;
    sum.all += shard.reach.all;
  }
  return sum;
}

Instant service_now(const ClockSpec& clock, Instant given, Instant committed) {
  if (clock.kind != ClockSpec::Kind::kLog) return std::max(given, committed);
  return committed == kFarPast ? given : committed;
}

}  // namespace kip
