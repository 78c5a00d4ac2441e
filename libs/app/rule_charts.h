#pragma once
// The charts of a backtest of rules, as SVG drawn here, in the colours of the pages, each with
// its words for whoever does not see it. Pure.

#include <string>

#include "app/rule_backtest.h"

namespace kip {

// Of the late items, the share that was warned at least so many days ahead; a line a configuration.
std::string lead_curve(const Backtests& backtests);
// Warnings a week over time: bars of the new configuration, a stepped line of the old one.
std::string weekly_bars(const Backtests& backtests);
// What was said when half of the term was used against the share of late ones that came, in ten
// bins; on the diagonal is what was right. Empty: nothing was said.
std::string calibration_curve(const Backtests& backtests);

}  // namespace kip
