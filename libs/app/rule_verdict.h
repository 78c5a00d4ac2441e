#pragma once
// What a changed rule set gains and loses, in plain Vietnamese, in terms a person decides by:
// alerts a week, false alarms, late items missed, how early. What is worse is always named. Pure.

#include <string>
#include <vector>

#include "app/figure_lines.h"

namespace kip {

enum class Balance : std::uint8_t { kSame, kSlight, kBetter, kWorse, kMixed };
struct Weighed {
  Balance balance = Balance::kSame;
  std::vector<std::string> gained, lost, kept;
};
Weighed weigh(const Side& before, const Side& after);
std::string balance_words(Balance balance);  // "phải cân nhắc"
// "phải cân nhắc. Được: báo sớm hơn 0,4 ngày (trung vị). Mất: thêm 5 cảnh báo mỗi tuần…"
std::string weighed_text(const Weighed& weighed);

// A line each. Against another configuration: which keys differ, the whole, each rule that differs.
// Alone: what it does.
std::vector<std::string> sentences_of(const Backtests& backtests);
std::string change_text(const RuleChange& change);  // "due_soon: remaining.share 0.2 → 0.3"

}  // namespace kip
