#include "rules/rule.h"

#include <algorithm>
#include <array>

namespace kip {
namespace {

using enum RuleEffect;
constexpr auto kRules = std::to_array<RuleFacts>({
    {RuleId::kBehindPlan, "behind_plan", "chậm tiến độ", kAtRisk, false, 2},
    {RuleId::kBlocked, "blocked", "vướng việc khác", kAtRisk, false, 0},
    {RuleId::kDueSoon, "due_soon", "sắp đến hạn", kAtRisk, false, 10},
    {RuleId::kExtended, "extended", "lùi hạn nhiều lần", kBadge, false, 8},
    {RuleId::kLikelyLate, "likely_late", "dự báo trễ", kAtRisk, true, 3},
    {RuleId::kNotAccepted, "not_accepted", "chưa tiếp nhận", kBadge, false, 6},
    {RuleId::kNotReturned, "not_returned", "chưa trả kết quả", kBadge, false, 13},
    {RuleId::kOverInternalLimit, "over_internal_limit", "quá hạn nội bộ", kBadge, false, 11},
    {RuleId::kOverdue, "overdue", "quá hạn", RuleEffect::kOverdue, false, 12},
    {RuleId::kReopened, "reopened", "mở lại", kBadge, false, 9},
    {RuleId::kStalled, "stalled", "đứng yên", kBadge, true, 4},
    {RuleId::kStepOverdue, "step_overdue", "bước quá hạn", kAtRisk, true, 1},
    {RuleId::kUnclear, "unclear", "chưa đủ 6 rõ", kBadge, false, 7},
    {RuleId::kWaitingLong, "waiting_long", "chờ lâu", kBadge, false, 5},
});
static_assert(kRules.size() == kRuleCount);
static_assert(std::is_sorted(kRules.begin(), kRules.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
static_assert(std::is_sorted(kRules.begin(), kRules.end(),
                             [](const auto& a, const auto& b) { return a.id < b.id; }));

}  // namespace

const RuleFacts& facts_of(RuleId rule) { return kRules.at(static_cast<std::size_t>(rule)); }
std::string_view rule_name(RuleId rule) { return facts_of(rule).name; }
std::string_view rule_label(RuleId rule) { return facts_of(rule).label; }
bool makes_at_risk(RuleId rule) { return facts_of(rule).effect == kAtRisk; }
bool is_badge(RuleId rule) { return facts_of(rule).effect == kBadge; }
bool goes_to_holder(RuleId rule) { return facts_of(rule).to_holder; }

bool waits_for_source(RuleId rule) {
  return rule == RuleId::kLikelyLate || rule == RuleId::kStalled || rule == RuleId::kNotAccepted ||
         rule == RuleId::kNotReturned;
}

bool past_once_overdue(RuleId rule) {
  return rule == RuleId::kDueSoon || rule == RuleId::kLikelyLate;
}

bool runs_under_log(RuleId rule) { return rule != RuleId::kLikelyLate && rule != RuleId::kBlocked; }

std::optional<RuleId> rule_named(std::string_view name) {
  const auto at = std::find_if(kRules.begin(), kRules.end(),
                               [&](const RuleFacts& facts) { return facts.name == name; });
  return at == kRules.end() ? std::nullopt : std::optional(at->id);
}

std::string_view level_word(AlertLevel level) {
  static constexpr std::array<std::string_view, 4> kWords = {"none", "notice", "warning",
                                                             "critical"};
  return kWords.at(static_cast<std::size_t>(level));
}

}  // namespace kip
