#pragma once
// A tiny log whose figures were counted by hand, and rule sets to try on it. Days from 2025-01-01,
// a Wednesday; every hour is working time. Of unit u: A (due day 10, done 12), B (10, 9), C (10,
// 5), D (received 5, due 25, done 30); of unit v: E (due 4, done 7, told of on day 6 only) and F
// (received 10, due 60, never done). The last event is of day 52: F is not judged.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "app/rule_backtest.h"
#include "contract/csv_log.h"

namespace kip::test {

inline std::string day(int number) {
  constexpr Instant kFirst = instant_of(1'735'689'600'000);  // 2025-01-01
  return format_rfc3339(kFirst + Millis{number * std::int64_t{86'400'000}});
}

inline ImportedLog hand_counted_log() {
  std::string text = "item_id,kind,unit,status,occurred_at,received_at,due_at\n";
  const auto row = [&](const std::string& item, const std::string& unit, const std::string& status,
                       int at, int received, int due) {
    text += item + ",dossier," + unit + "," + status + "," + day(at) + "," + day(received) + "," +
            day(due) + "\n";
  };
  row("A", "u", "received", 0, 0, 10), row("B", "u", "received", 0, 0, 10);
  row("C", "u", "received", 0, 0, 10), row("C", "u", "closed", 5, 0, 10);
  row("D", "u", "received", 5, 5, 25), row("E", "v", "received", 6, 0, 4);
  row("E", "v", "closed", 7, 0, 4), row("B", "u", "closed", 9, 0, 10);
  row("F", "v", "received", 10, 10, 60), row("A", "u", "closed", 12, 0, 10);
  row("D", "u", "closed", 30, 5, 25), row("F", "v", "received", 52, 10, 60);
  ImportedLog log;
  EXPECT_TRUE(read_csv_log(
      "log.csv", text, DoorOptions{}, [](std::uint64_t) {}, log));
  EXPECT_TRUE(log.refused.empty());
  return log;
}

// due_soon at so many hundredths of the allowed time, and overdue.
inline std::shared_ptr<Policy> due_soon_at(int hundredths) {
  auto policy = plain_policy(Calendar::always());
  policy->rules = {};
  for (const RuleParams& params :
       {RuleParams(DueSoon{Amount{hundredths * 10'000, {}}}), RuleParams(Overdue{})}) {
    RuleEntry entry;
    entry.params = params;
    entry.level = AlertLevel::kWarning;
    policy->rules.add(entry);
  }
  return policy;
}

// 240 items of ten days, two a day: those of procedure `slow` take 14 days, of `fast` nine; every
// seventh the other way.
inline ImportedLog slow_and_fast() {
  std::string text = "item_id,kind,procedure,unit,status,occurred_at,received_at,due_at\n";
  const auto row = [&](int item, bool slow, const std::string& status, int at) {
    text += "I" + std::to_string(item) + ",dossier," + (slow ? "slow" : "fast") + ",u," + status +
            "," + day(at) + "," + day(item / 2) + "," + day(item / 2 + 10) + "\n";
  };
  for (int item = 0; item < 240; ++item) {
    const bool slow = item % 2 == 0;
    row(item, slow, "received", item / 2);
    row(item, slow, "closed", item / 2 + (slow != (item % 7 == 0) ? 14 : 9));
  }
  ImportedLog log;
  EXPECT_TRUE(read_csv_log(
      "log.csv", text, DoorOptions{}, [](std::uint64_t) {}, log));
  EXPECT_TRUE(log.refused.empty());
  return log;
}

inline std::shared_ptr<Policy> due_soon_and_likely_late() {
  auto policy = due_soon_at(20);
  RuleEntry entry;
  entry.params = LikelyLate{};
  entry.level = AlertLevel::kWarning;
  policy->rules.add(entry);
  return policy;
}

inline RuleBacktest run_on_slow_and_fast() {
  auto backtest = backtest_rules(slow_and_fast(), due_soon_and_likely_late(), {});
  EXPECT_TRUE(backtest);
  if (!backtest) return {};
  backtest->config = "foresees";
  return *std::move(backtest);
}

inline RuleBacktest run_on_hand_counted(int hundredths) {
  auto backtest = backtest_rules(hand_counted_log(), due_soon_at(hundredths), {});
  EXPECT_TRUE(backtest);
  if (!backtest) return {};
  backtest->config = "at-" + std::to_string(hundredths);
  return *std::move(backtest);
}

inline Backtests held_against(int before, int after) {
  return {run_on_hand_counted(after), run_on_hand_counted(before), {}};
}

}  // namespace kip::test
