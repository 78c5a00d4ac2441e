#pragma once
// The closed list of rules, and what is fixed of each. Pure.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kip {

// In the order of their names, which is the order in which changes of one instant are written.
enum class RuleId : std::uint8_t {
  kBehindPlan,
  kBlocked,
  kDueSoon,
  kExtended,
  kLikelyLate,
  kNotAccepted,
  kNotReturned,
  kOverInternalLimit,
  kOverdue,
  kReopened,
  kStalled,
  kStepOverdue,
  kUnclear,
  kWaitingLong,
};
inline constexpr std::size_t kRuleCount = 14;

// What its open alert makes of the item (SEMANTICS 4).
enum class RuleEffect : std::uint8_t { kOverdue, kAtRisk, kBadge };

// What is fixed of a rule, whatever the configuration says.
struct RuleFacts {
  RuleId id;
  std::string_view name;   // in the contract and in rules.yaml
  std::string_view label;  // for people, in Vietnamese
  RuleEffect effect;
  bool to_holder;  // its alert goes to the step's unit, else to the item's
  // Of several open alerts the lowest explains the item best: a cause before the mere fact that its
  // due is near or past, which is seen anyway.
  int telling;
};
const RuleFacts& facts_of(RuleId rule);

std::string_view rule_name(RuleId rule);
std::string_view rule_label(RuleId rule);
std::optional<RuleId> rule_named(std::string_view name);
bool makes_at_risk(RuleId rule);
bool is_badge(RuleId rule);
bool goes_to_holder(RuleId rule);
bool waits_for_source(RuleId rule);  // it is not raised while the item's source is silent
// It stays open once the item is overdue, but what it says is past and goes without saying.
bool past_once_overdue(RuleId rule);
// Whether it can hold under `--clock log`, where what is said of an item depends on its own records
// alone: a forecast knows of the others too, and what an item waits for is another one.
bool runs_under_log(RuleId rule);

enum class AlertLevel : std::uint8_t { kNone = 0, kNotice = 1, kWarning = 2, kCritical = 3 };
std::string_view level_word(AlertLevel level);

}  // namespace kip
