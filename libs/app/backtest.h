#pragma once
// `kip backtest`: how early and how well the forecast would have told late items apart, on a log
// that it did not learn from. Each item of the test log is asked about when a quarter, a half and
// three quarters of its allowed time (calendar time from received_at to due_at) are used, if it is
// open then, with nothing known of what comes later.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "contract/import.h"

namespace kip {

// Over the judged items (due by the last event of the test log) that were open at the point; with
// `recorded` some that were asked about had ended, unknown as yet: those are not judged. None:
// there is nothing of which it could be.
struct PointFigures {
  double share = 0;  // of the allowed time
  std::uint64_t open = 0, late = 0;
  std::optional<double> auc, table_auc;      // of the forecast; of the survival table alone
  std::optional<double> brier, table_brier;  // mean squared error
  std::optional<double> calibration_error;   // ten bins
  std::optional<double> riskiest;  // share of late ones among the fifth with the greatest chances
};

struct BacktestFigures {
  std::uint64_t items = 0, judged = 0, late = 0;  // of the test log
  // In the train log: with a known outcome, open at a sixth of their time or later.
  std::uint64_t train_items = 0, train_late = 0;
  std::uint64_t both_items = 0;  // in both logs: asked about, and not learned from
  bool enough_data = false;      // else every chance is the share of late ones, towards a half
  std::uint64_t models = 0;      // learned; more than one only with `online`
  std::uint64_t refused = 0;     // rows of both, by the door
  std::uint64_t scored = 0;
  std::vector<PointFigures> points;
};

struct Score {
  std::string_view item_id;
  double share = 0;
  Instant at{};
  double chance = 0;
};

struct BacktestOptions {
  bool recorded = false;  // an event is known from its recorded_at on, not when it happened
  bool online = false;    // learn too from items of the test log whose due has come by then
  std::function<void(const Score&)> on_score;  // in order of time
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;
};

// The logs are taken for their memory: it is freed as they are read. kCorrupt: an event that the
// door did not write.
Result<BacktestFigures> backtest(ImportedLog train, ImportedLog test,
                                 const BacktestOptions& options);
std::string to_json(const BacktestFigures& figures);
// A line of --scores, without its end: item_id,point,scored_at,probability.
inline constexpr std::string_view kScoresHeader = "item_id,point,scored_at,probability";
std::string csv_line(const Score& score);

}  // namespace kip
