#pragma once
// One rule on one item at one instant: does it hold, since when, and when could that change if no
// event came (SEMANTICS 8). Pure.

#include "rules/item.h"

namespace kip {

struct Finding {
  bool holds = false;
  Instant onset{};                 // the rule's limit instant L, where it holds
  Instant next_look = kFarFuture;  // the first instant at which it will hold, if nothing happens
  std::string detail;              // unclear: missing fields; extended: number of moves
};

// `staying`: its alert is open for the same unit (and step), so hysteresis counts.
Finding evaluate(const RuleEntry& entry, const Seen& seen, bool staying);

// The six clear fields that are missing, in the order of the programme ("6 rõ"), by their names in
// the contract.
std::vector<std::string> missing_fields(const Folded& f);

}  // namespace kip
