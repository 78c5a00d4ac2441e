#pragma once
// A backtest of rules as one page that stands alone: the sentences, the figures, two curves.
// Nothing is fetched, no script. Texts of others are escaped. Pure.

#include <string>

#include "app/rule_backtest.h"

namespace kip {

std::string page_of(const Backtests& backtests);

}  // namespace kip
