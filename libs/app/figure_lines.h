#pragma once
// The figures of a rule as people read them, in Vietnamese: a line each, of one configuration or of
// two side by side with the difference. The terminal and the page draw them. Pure.

#include <optional>
#include <string>
#include <vector>

#include "app/rule_backtest.h"

namespace kip {

std::string comma_text(double value, int places);  // 1.234,5
std::string date_text(LocalDay day);               // 24/11/2026
std::string joined(const std::vector<std::string>& list, const std::string& by);
std::string signed_text(double value, int places);  // +1.234,5; −0,4; "0" where it rounds to that

// One rule, or all together, of one backtest.
struct Side {
  const WarningFigures& figures;
  std::uint64_t late = 0;  // judged items that were late: of all rules
  double weeks = 1;
  bool early = true;  // overdue warns of nothing: it misses none
  double alerts_a_week() const { return static_cast<double>(figures.alerts) / weeks; }
  std::uint64_t missed() const { return late - figures.late_in_time; }
};
Side together_of(const RuleBacktest& backtest);
Side side_of(const RuleBacktest& backtest, RuleId rule);

enum class Tone : std::uint8_t { kNone, kSame, kBetter, kWorse };
struct FigureLine {
  std::string heading;                    // of a column of the terminal; empty: only on the page
  std::string name;                       // on the page; empty: only on the terminal
  bool of_last = false;                   // a part of the line before
  std::string after, before, difference;  // the last two empty without `before`
  Tone tone = Tone::kNone;                // what the difference means to whoever reads the alerts
};
std::vector<FigureLine> figure_lines(const Side& after, const std::optional<Side>& before);
// Every figure that is shown is the same.
bool alike(const Side& after, const Side& before);

}  // namespace kip
