#pragma once
// The part of a backtest's page that is of its forecasts: how right they were, drawn and in
// figures, and what warnings may have saved. Texts of others are escaped. Pure.

#include <string>
#include <string_view>

#include "app/rule_backtest.h"

namespace kip {

std::string foreseen_part(const Backtests& backtests);
std::string_view foreseen_style();  // beside that of the page

}  // namespace kip
