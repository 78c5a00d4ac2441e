#pragma once
// What two rule sets differ in, in the keys of rules.yaml, for people who compare them. Pure.

#include <optional>
#include <string>
#include <vector>

#include "rules/ruleset.h"

namespace kip {

struct RuleKey {
  std::string name, value;  // "remaining.share", "0.2"
  friend bool operator==(const RuleKey&, const RuleKey&) = default;
};
// Of an entry: `level`, its parameters, `minimum_hold_hours` where there is one.
std::vector<RuleKey> keys_of(const RuleEntry& entry);
// "kind: dossier; unit: a, b"; empty: it fits every item.
std::string selector_text(const Selector& selector);

struct RuleChange {
  RuleId rule{};
  std::string when;  // selector_text of the entry
  // Of one key; or `rule` for an entry that only one of them has, `order` where the same entries
  // are tried in another order.
  std::string key;
  std::string before, after;  // empty: not there
  friend bool operator==(const RuleChange&, const RuleChange&) = default;
};
// By rule. Entries of equal version are the same; others are held against each other by selector.
std::vector<RuleChange> rule_changes(const RuleSet& before, const RuleSet& after);

}  // namespace kip
