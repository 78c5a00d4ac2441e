#include "rules/dependency.h"

#include <algorithm>
#include <array>

namespace kip {

std::string_view dependency_word(DependencyState state) {
  static constexpr std::array<std::string_view, 5> kWords = {"unknown", "on_track", "likely_late",
                                                             "overdue", "ended"};
  return kWords.at(static_cast<std::size_t>(state));
}

bool holds_up(DependencyState state) {
  return state == DependencyState::kLikelyLate || state == DependencyState::kOverdue;
}

Instant unknown_fault_from(const std::vector<Dependency>& dependencies, const Calendar& calendar) {
  Instant from = kFarFuture;
  for (const Dependency& one : dependencies) {
    if (one.state == DependencyState::kUnknown)
      from = std::min(from, calendar.add(one.since, kUnknownMost));
  }
  return from;
}

}  // namespace kip
