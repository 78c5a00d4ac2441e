#include "forecast/late_rates.h"

#include <algorithm>
#include <cmath>

#include "base/result.h"
#include "forecast/logistic.h"

namespace kip::forecast {
namespace {

// A parent stands before its groups.
constexpr std::array<Group, kGroups> kParent = {
    Group::kAll,            // kAll: none
    Group::kAll,            // kFamily
    Group::kFamily,         // kProcedure
    Group::kProcedure,      // kProcedureUnit
    Group::kProcedure,      // kProcedureStep
    Group::kProcedureStep,  // kProcedureStepUnit
    Group::kAll,            // kUnit
    Group::kAll,            // kOwner
    Group::kAll,            // kFirstOwner
    Group::kAll,            // kStepFamily
    Group::kStepFamily,     // kStep
};

std::size_t nearest_knot(double share) {
  const double knot = std::round(share * 12) - 2;
  return static_cast<std::size_t>(std::clamp(knot, 0.0, static_cast<double>(kKnots - 1)));
}

}  // namespace

void LateRates::add(const Features& f, bool late, std::size_t fold) {
  KIP_CHECK(fold < kFolds);
  const std::size_t knot = nearest_knot(f.share);
  for (const std::uint64_t key : f.groups) {
    Count& count = groups_[key][knot][fold];
    ++count.open;
    count.late += late ? 1 : 0;
  }
  for (std::size_t i = 0; i < f.steps_count; ++i) {
    Count& count = taken_[f.steps[i]][fold];
    ++count.open;
    count.late += late ? 1 : 0;
  }
}

std::uint32_t LateRates::items(const Features& f, Group group) const {
  const auto found = groups_.find(f.groups[static_cast<std::size_t>(group)]);
  if (found == groups_.end()) return 0;
  std::uint32_t open = 0;
  for (const Count& count : found->second[nearest_knot(f.share)]) open += count.open;
  return open;
}

LateRates::Rates LateRates::rates(const Features& f, std::optional<std::size_t> without) const {
  const double at = std::clamp(f.share * 12 - 2, 0.0, static_cast<double>(kKnots - 1));
  const auto below = static_cast<std::size_t>(at);
  const double part = at - static_cast<double>(below);
  const bool between = part >= 1e-6 && below + 1 < kKnots;
  // At the knot below and, between two, at the one above: parents first, each group's counts once.
  std::array<Rates, 2> at_knots{};
  for (std::size_t g = 0; g < kGroups; ++g) {
    const auto found = groups_.find(f.groups[g]);
    for (std::size_t k = 0; k < (between ? 2 : 1); ++k) {
      double open = 0, late = 0;
      if (found != groups_.end()) {
        const auto& folds = found->second[below + k];
        for (std::size_t fold = 0; fold < kFolds; ++fold) {
          if (without == fold) continue;
          open += folds[fold].open;
          late += folds[fold].late;
        }
      }
      Rates& rates = at_knots[k];
      const double parent = rates[static_cast<std::size_t>(kParent[g])];
      rates[g] =
          g == 0 ? (late + 1) / (open + 2) : (late + kParentItems * parent) / (open + kParentItems);
    }
  }
  Rates& rates = at_knots[0];
  for (std::size_t g = 0; between && g < kGroups; ++g) {
    rates[g] += part * (at_knots[1][g] - rates[g]);
  }
  return rates;
}

LateRates::StepLifts LateRates::step_lifts(const Features& f,
                                           std::optional<std::size_t> without) const {
  struct Sum {
    double open = 0, late = 0;
  };
  const auto add = [&](Sum& sum, const FoldCounts& folds) {
    for (std::size_t fold = 0; fold < kFolds; ++fold) {
      if (without == fold) continue;
      sum.open += folds[fold].open;
      sum.late += folds[fold].late;
    }
  };
  const auto whole = [&](Group group) {
    Sum sum;
    const auto found = groups_.find(f.groups[static_cast<std::size_t>(group)]);
    if (found == groups_.end()) return sum;
    for (const FoldCounts& folds : found->second) add(sum, folds);
    return sum;
  };
  const Sum everything = whole(Group::kAll);
  const double all = (everything.late + 1) / (everything.open + 2);
  const auto lift = [&](const Sum& sum) {
    return log_odds((sum.late + kParentItems * all) / (sum.open + kParentItems)) - log_odds(all);
  };
  StepLifts lifts;
  lifts.family = lift(whole(Group::kStepFamily));
  for (std::size_t i = 0; i < f.steps_count; ++i) {
    Sum sum;
    if (const auto found = taken_.find(f.steps[i]); found != taken_.end()) add(sum, found->second);
    lifts.newest = lift(sum);  // they stand in their order
    lifts.worst = std::max(lifts.worst, lifts.newest);
    lifts.best = std::min(lifts.best, lifts.newest);
  }
  return lifts;
}

}  // namespace kip::forecast
