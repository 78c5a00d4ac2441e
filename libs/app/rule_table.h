#pragma once
// A backtest of rules on a terminal: the sentences, then a line for each rule, or three where two
// configurations are held against each other. Pure.

#include <string>

#include "app/rule_backtest.h"

namespace kip {

std::string table_text(const Backtests& backtests);

}  // namespace kip
