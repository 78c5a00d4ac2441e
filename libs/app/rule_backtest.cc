#include "app/rule_backtest.h"

#include <algorithm>

namespace kip {
namespace {

// Of its alerts only those that the replay cannot raise are taken: the others are the replay's.
Result<Foresight> foresee_with(const ImportedLog& log, const std::shared_ptr<const Policy>& policy,
                               const RuleBacktestOptions& options, WarningTally& tally,
                               RaisedAlerts& raised) {
  ForeseeOptions foresee_options;
  foresee_options.until = options.until;
  foresee_options.progress = options.foreseeing;
  foresee_options.on_change = [&](const AlertChange& change) {
    if (runs_under_log(change.rule)) return;
    tally.see(change);
    raised.see(change);
  };
  return foresee(log, policy, foresee_options);
}

}  // namespace

Result<RuleBacktest> backtest_rules(const ImportedLog& log, std::shared_ptr<const Policy> policy,
                                    const RuleBacktestOptions& options) {
  const auto period = period_of(log, options.until);
  if (!period) return invalid("there is no event to replay");
  WarningTally tally(*policy, *period);
  RaisedAlerts by_forecast;
  auto foresight = foresee_with(log, policy, options, tally, by_forecast);
  if (!foresight) return foresight.error();
  ForeseenTally foreseen(*foresight);
  ReplayOptions replay_options;
  replay_options.until = options.until;
  replay_options.on_change = [&](const AlertChange& change) { tally.see(change); };
  replay_options.on_outcome = [&](const ItemOutcome& outcome) {
    ItemOutcome whole = outcome;
    if (outcome.late) whole.alerts.merge(by_forecast.of(outcome.item.item_id));
    tally.judge(whole);
    foreseen.judge(outcome);
  };
  replay_options.on_refused = options.on_refused;
  replay_options.progress = options.progress;
  auto figures = replay(log, policy, replay_options);
  if (!figures) return figures.error();
  RuleBacktest out;
  out.policy = std::move(policy);
  out.period = *period;
  out.replay = *std::move(figures);
  out.warnings = tally.finish();
  out.foreseen = foreseen.finish();
  return out;
}

std::vector<RuleChange> Backtests::changes() const {
  if (!before) return {};
  return rule_changes(before->policy->rules, after.policy->rules);
}

std::vector<RuleId> Backtests::rules() const {
  std::vector<RuleId> out;
  for (const RuleEffect effect : {RuleEffect::kAtRisk, RuleEffect::kOverdue, RuleEffect::kBadge}) {
    for (std::size_t i = 0; i < kRuleCount; ++i) {
      const auto rule = static_cast<RuleId>(i);
      const bool there =
          after.warnings.rules.contains(rule) || (before && before->warnings.rules.contains(rule));
      if (there && facts_of(rule).effect == effect) out.push_back(rule);
    }
  }
  return out;
}

const WarningFigures& figures_of(const RuleBacktest& backtest, RuleId rule) {
  static const WarningFigures kNothing;
  const auto found = backtest.warnings.rules.find(rule);
  return found == backtest.warnings.rules.end() ? kNothing : found->second;
}

}  // namespace kip
