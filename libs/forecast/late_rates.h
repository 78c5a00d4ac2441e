#pragma once
// The conditional survival table: of the items of a group that were still open when a share of
// their term was used, how many became late. Thin groups are shrunk towards their parents.
//
//   LateRates rates;
//   rates.add(features, late, fold);            // at each knot that an item reached open
//   double p = rates.rate(features, Group::kProcedureStepUnit);
//
// Knots are twelfths of the term, so that a quarter, a half and three quarters are among them;
// between two the rates are interpolated. Counts are kept by fold, so that what is learned on top
// is never shown an item's own outcome. Pure.

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "forecast/features.h"

namespace kip::forecast {

inline constexpr std::size_t kKnots = 10;  // 2/12 to 11/12
constexpr double knot_share(std::size_t knot) { return static_cast<double>(knot + 2) / 12; }
inline constexpr std::size_t kFolds = 5;

class LateRates {
 public:
  // `f.share` is that of a knot (the nearest one counts). fold < kFolds.
  void add(const Features& f, bool late, std::size_t fold);
  // Of each group, 0..1, strictly between. `without`: a fold that is left out.
  using Rates = std::array<double, kGroups>;
  Rates rates(const Features& f, std::optional<std::size_t> without = {}) const;
  double rate(const Features& f, Group group, std::optional<std::size_t> without = {}) const {
    return rates(f, without)[static_cast<std::size_t>(group)];
  }
  // Items of the group that were open at the knot next to f.share.
  std::uint32_t items(const Features& f, Group group) const;
  // An item of the group was learned from.
  bool knows(const Features& f, Group group) const {
    return groups_.contains(f.groups[static_cast<std::size_t>(group)]);
  }
  // How far the lateness of items that took the same steps is from that of all, in log odds, at
  // whatever share of the term: what a step means in an office that nothing was learned from.
  struct StepLifts {
    double family = 0;           // of the step that it stands at
    double newest = 0;           // of the newest step that it took
    double worst = 0, best = 0;  // of all that it took: 0 and more, 0 and less
  };
  StepLifts step_lifts(const Features& f, std::optional<std::size_t> without = {}) const;
  // The table's own answer.
  double chance(const Features& f) const { return rate(f, Group::kProcedureStepUnit); }

 private:
  friend struct ModelFile;
  struct Count {
    std::uint32_t open = 0, late = 0;
  };
  using FoldCounts = std::array<Count, kFolds>;
  using Counts = std::array<FoldCounts, kKnots>;

  std::unordered_map<std::uint64_t, Counts> groups_;
  std::unordered_map<std::uint16_t, FoldCounts> taken_;  // by step, of all items that took it
};

}  // namespace kip::forecast
