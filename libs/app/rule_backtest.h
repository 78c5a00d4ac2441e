#pragma once
// `kip backtest FILE...`: a log replayed with one configuration, or with two to hold one against
// the other: is the changed rule file better than the old one? What each rule raises is what `kip
// replay` has it raise; likely_late, which needs a forecast, is of a second run (foresee.h).
//
//   auto after = backtest_rules(log, policy, {});
//   std::string json = to_json(Backtests{*after, before});

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/foreseen.h"
#include "app/warning_figures.h"
#include "rules/rule_keys.h"

namespace kip {

struct RuleBacktest {
  std::string config;  // its folder
  std::shared_ptr<const Policy> policy;
  Period period;
  ReplayFigures replay;
  WarningsByRule warnings;  // likely_late among them
  Foreseen foreseen;
};

struct RuleBacktestOptions {
  std::optional<Instant> until;
  std::function<void(const DeadLetter&)> on_refused;
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;    // of the replay
  std::function<void(std::uint64_t done, std::uint64_t all)> foreseeing;  // of the run before it
};

// kInvalid: there is no event in the log (by `until`).
Result<RuleBacktest> backtest_rules(const ImportedLog& log, std::shared_ptr<const Policy> policy,
                                    const RuleBacktestOptions& options);

// What is shown: the configuration that is asked about, and the one it is held against.
struct Backtests {
  RuleBacktest after;
  std::optional<RuleBacktest> before;
  std::vector<std::string> other_files;  // of the configuration, beside rules.yaml, that differ
  std::vector<RuleChange> changes() const;
  // The rules that are to be shown: at risk first, then overdue, then badges.
  std::vector<RuleId> rules() const;
};
// Of one rule in a backtest, nothing where it is not configured.
const WarningFigures& figures_of(const RuleBacktest& backtest, RuleId rule);

std::string to_json(const Backtests& backtests);

}  // namespace kip
