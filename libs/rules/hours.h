#pragma once
// Whose hours: every working hour of an item, from its start to now or its end, belongs to exactly
// one holder. The parts add up to W(start, now or end), so nothing is counted twice or lost.
//
//   std::vector<Event> history = ...;         // sorted and without repeats, as fold() leaves it
//   for (const HolderTime& h : hours_of(history, policy, now).holders) ...
//
// The holder between two kept events is the one of the state after the first of them; what lies
// before the first event belongs to the state after it. Working time is counted by the calendar of
// the unit that answers for the item now, so that all parts are measured alike. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "rules/policy.h"
#include "workitem/fold.h"

namespace kip {

enum class HolderKind : std::uint8_t {
  kUnit,      // the step's unit, else the item's
  kCitizen,   // WAITING for a supplement or a payment
  kAgency,    // WAITING for another agency
  kAssigner,  // SUBMITTED or SUSPENDED: whoever assigned it has to answer
};
std::string_view holder_word(HolderKind kind);  // "unit", "citizen", "agency", "assigner"

struct HolderTime {
  HolderKind kind = HolderKind::kUnit;
  std::string unit;  // kUnit
  WorkTime time;
};

struct Hours {
  std::vector<HolderTime> holders;  // in the order in which each first held it
  WorkTime sum;                     // W(start, now or end); 0 where that is not after the start
};

Hours hours_of(const std::vector<Event>& history, const Policy& policy, Instant now);

}  // namespace kip
