#pragma once
// How right a forecast was over a log, by what was said of each item when shares of its term were
// used (asked.h) and what came; and what the warnings may have saved.
//
//   ForeseenTally tally(foresight);
//   for (each outcome of the replay) tally.judge(outcome);
//   Foreseen figures = tally.finish();
//
// Of judged items, and not of one that had ended by then, which nobody had told yet. Pure.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "app/foresee.h"
#include "app/replay.h"
#include "forecast/figures.h"

namespace kip {

inline constexpr std::size_t kChanceBins = 10;
struct ChanceBin {
  std::uint64_t items = 0, late = 0;
  double chances = 0;  // their sum
};

struct ForeseenPoint {
  double share = 0;                     // of the term
  std::uint64_t open = 0, unknown = 0;  // of the open ones nothing was said: not enough data
  std::uint64_t late = 0;               // of those of which something was said
  // None: there is nothing of which it could be.
  std::optional<double> auc, brier, calibration_error, riskiest;
  std::array<ChanceBin, kChanceBins> bins;
  std::uint64_t said() const { return open - unknown; }
};

struct Foreseen {
  std::uint64_t cuts = 0, lessons = 0, models = 0;
  std::vector<ForeseenPoint> points;
  std::uint64_t warned = 0, warned_unknown = 0;  // as Foresight has them
  std::vector<SavedRow> saved;                   // by month, of all units and of each
  std::vector<SavedRow> saved_units;  // each unit over all months, that with the most warned first
  SavedRow saved_all;                 // all months and units together
};
// The point at which half of the term was used: what the service judges itself by.
const ForeseenPoint* half_of(const Foreseen& foreseen);

class ForeseenTally {
 public:
  // `foresight` outlives it.
  explicit ForeseenTally(const Foresight& foresight) : foresight_(foresight) {}
  void judge(const ItemOutcome& outcome);
  Foreseen finish() const;

 private:
  struct Point {
    std::vector<forecast::Verdict> verdicts;
    std::uint64_t unknown = 0;
  };
  const Foresight& foresight_;
  std::array<Point, kAskedPoints> points_;
};

}  // namespace kip
