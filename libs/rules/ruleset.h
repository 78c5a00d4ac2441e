#pragma once
// The rules that look at one item, as configured: a closed list of typed rules, each with selectors
// and thresholds (rules.yaml; defaults in SEMANTICS 8). For each rule the first entry whose `when`
// fits the item counts.
//
// A new rule needs: a parameter struct and an id here, its line in ruleset.cc, its operator() in
// evaluate.cc and in reason.cc, an entry in deploy/config/rules.yaml. The variant is visited
// without a default, so the compiler names what is missing. Immutable once read; any thread. Pure.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "config/reader.h"
#include "workitem/event.h"

namespace kip {

// In the order of their names, which is the order in which changes of one instant are written.
enum class RuleId : std::uint8_t {
  kBehindPlan,
  kDueSoon,
  kExtended,
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
inline constexpr std::size_t kRuleCount = 12;
std::string_view rule_name(RuleId rule);
std::optional<RuleId> rule_named(std::string_view name);
bool makes_at_risk(RuleId rule);  // behind_plan, due_soon, step_overdue
bool is_badge(RuleId rule);       // neither at risk nor overdue
bool goes_to_holder(
    RuleId rule);  // stalled, step_overdue: the holder's alert; the others: the item's unit

enum class AlertLevel : std::uint8_t { kNone = 0, kNotice = 1, kWarning = 2, kCritical = 3 };
std::string_view level_word(AlertLevel level);

// A share of an amount of working time (in millionths, cut to whole ms), or a fixed one.
struct Amount {
  std::int64_t share_millionths = 0;
  std::optional<WorkTime> fixed;
  WorkTime of(WorkTime whole) const;
};

struct BehindPlan {
  int raise_points = 20;
  int resolve_points = 15;
};
struct DueSoon {
  Amount remaining;
};
struct Extended {
  std::uint32_t moves = 2;
};
struct NotAccepted {
  WorkTime after;
};
struct NotReturned {
  WorkTime after;
};
struct OverInternalLimit {
  Amount used;
};
struct Overdue {};
struct Reopened {};
struct Stalled {
  WorkTime after;
};
struct StepOverdue {};
struct Unclear {
  WorkTime after;
};
struct WaitingLong {
  WorkTime after;
  std::uint32_t asks = 2;
};
// In the order of RuleId.
using RuleParams =
    std::variant<BehindPlan, DueSoon, Extended, NotAccepted, NotReturned, OverInternalLimit,
                 Overdue, Reopened, Stalled, StepOverdue, Unclear, WaitingLong>;

// Every key that is given must fit.
struct Selector {
  std::vector<Kind> kinds;
  std::vector<std::string> units, fields, procedures;
  std::optional<bool> focus;
};

struct Traits {  // of the item, as selectors see it
  Kind kind = Kind::kNone;
  std::string_view unit, field, procedure;
  bool focus = false;
};
bool fits(const Selector& selector, const Traits& traits);

struct RuleEntry {
  RuleParams params;
  Selector when;
  AlertLevel level = AlertLevel::kWarning;
  // So much working time after its last revision an alert is not CLEARED, but where the item ends,
  // leaves the unit or the alert was false (SEMANTICS 5); none: at once.
  WorkTime minimum_hold{};
  std::uint32_t version = 0;  // first 32 bits of SHA-256 of the entry in normal form
  RuleId id() const { return static_cast<RuleId>(params.index()); }
};

class RuleSet {
 public:
  void add(RuleEntry entry);
  const RuleEntry* pick(RuleId rule, const Traits& traits) const;
  // All of one rule, in the order in which they are tried.
  const std::vector<RuleEntry>& entries(RuleId rule) const {
    return entries_.at(static_cast<std::size_t>(rule));
  }
  std::size_t size() const { return count_; }

 private:
  std::array<std::vector<RuleEntry>, kRuleCount> entries_;
  std::size_t count_ = 0;
};

// rules.yaml. `unit_ids`: where a selector's unit must exist (empty: any).
RuleSet read_rules(Reader root, const std::vector<std::string>& unit_ids);
RuleSet default_rules();  // SEMANTICS 8 without selectors, for tests

}  // namespace kip
