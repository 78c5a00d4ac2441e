#pragma once
// kip backtest FILE...: the rules of a configuration, or of two, over a log that is over.

#include <string>
#include <vector>

#include "app/setup.h"

namespace kip {

struct RuleBacktestArguments {
  CommonOptions common;
  std::vector<std::string> files;
  std::string against, until, html, refused;
};

int run_rule_backtest(const RuleBacktestArguments& arguments);  // the exit code

}  // namespace kip
