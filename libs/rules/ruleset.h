#pragma once
// The rules that look at one item, as configured: a closed list of typed rules, each with selectors
// and thresholds (rules.yaml; defaults in SEMANTICS 8). For each rule the first entry whose `when`
// fits the item counts.
//
// A new rule: an id and a parameter struct here, then what the compiler names (variants are visited
// without a default, tables are held to kRuleCount) and what the tests name; the list stands in
// libs/README.md. Immutable once read; any thread. Pure.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "config/reader.h"
#include "rules/rule.h"
#include "workitem/event.h"

namespace kip {

// A share of an amount of working time (in millionths, cut to whole ms), or a fixed one.
struct Amount {
  std::int64_t share_millionths = 0;
  std::optional<WorkTime> fixed;
  WorkTime of(WorkTime whole) const;
};

struct BehindPlan {
  static constexpr RuleId kId = RuleId::kBehindPlan;
  int raise_points = 20;
  int resolve_points = 15;
};
// What the item waits for is late or likely late.
struct Blocked {
  static constexpr RuleId kId = RuleId::kBlocked;
};
struct DueSoon {
  static constexpr RuleId kId = RuleId::kDueSoon;
  Amount remaining;
};
struct Extended {
  static constexpr RuleId kId = RuleId::kExtended;
  std::uint32_t moves = 2;
};
// Of the chance of being late, in percent: an item warns from `minimum_percent` on, and from the
// cut of its holder's unit where that is higher; it no longer warns `resolve_points` below that. A
// unit can look at `share_percent` of its open items and at `items` in any case: from that its cut
// is made, elsewhere.
struct LikelyLate {
  static constexpr RuleId kId = RuleId::kLikelyLate;
  int minimum_percent = 40;
  int resolve_points = 10;
  int share_percent = 10;
  std::uint32_t items = 2;
};
struct NotAccepted {
  static constexpr RuleId kId = RuleId::kNotAccepted;
  WorkTime after;
};
struct NotReturned {
  static constexpr RuleId kId = RuleId::kNotReturned;
  WorkTime after;
};
struct OverInternalLimit {
  static constexpr RuleId kId = RuleId::kOverInternalLimit;
  Amount used;
};
struct Overdue {
  static constexpr RuleId kId = RuleId::kOverdue;
};
struct Reopened {
  static constexpr RuleId kId = RuleId::kReopened;
};
struct Stalled {
  static constexpr RuleId kId = RuleId::kStalled;
  WorkTime after;
};
struct StepOverdue {
  static constexpr RuleId kId = RuleId::kStepOverdue;
};
struct Unclear {
  static constexpr RuleId kId = RuleId::kUnclear;
  WorkTime after;
};
struct WaitingLong {
  static constexpr RuleId kId = RuleId::kWaitingLong;
  WorkTime after;
  std::uint32_t asks = 2;
};
// In the order of RuleId.
using RuleParams =
    std::variant<BehindPlan, Blocked, DueSoon, Extended, LikelyLate, NotAccepted, NotReturned,
                 OverInternalLimit, Overdue, Reopened, Stalled, StepOverdue, Unclear, WaitingLong>;

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

// What selectors may name of the other files; none: anything.
struct KnownNames {
  std::optional<std::vector<std::string>> units, fields, procedures;
};
RuleSet read_rules(Reader root, const KnownNames& known);  // rules.yaml
RuleSet default_rules();  // SEMANTICS 8 without selectors, for tests

}  // namespace kip
