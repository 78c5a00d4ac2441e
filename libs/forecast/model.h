#pragma once
// What was learned from ended items, and the chance that an open one will be late.
//
//   Learned learned = learn(examples);
//   if (learned.model) chance = learned.model->chance(features);
//   else               "not enough data": learned.prior is the share of late ones, towards a half
//
// The conditional survival table (late_rates.h) is the base; a logistic regression over the rates
// of the item's groups, what was done on it and how it stands beside others corrects it. It is
// calibrated on the newest part of the examples. An item of a unit of which nothing was learned
// is answered by a second regression, which knows no local names: no unit, no person, and no
// procedure as it goes at a unit or step; of steps it knows what they mean at whatever time. A
// model never changes: any thread. Pure: the same examples in the same order give the same model.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "forecast/features.h"
#include "forecast/finish_times.h"
#include "forecast/late_rates.h"
#include "forecast/logistic.h"

namespace kip::forecast {

// An item as it stood at a knot of its term, open, and what became of it.
struct Example {
  Features features;
  std::uint64_t item = 0;  // hash of its id: examples of one item are never on both sides
  Instant received{};      // that of the item's first example counts for all of them
  // The same in all examples of an item, as in Outcome (walk.h):
  bool late = false;
  bool ended = false;
  double finish_share = 0;
  Instant known{};
};

// Log odds after calibration are slope * z + shift.
struct Calibration {
  double slope = 1, shift = 0;
};
// By chances that were said (as log odds) and what came; few of them change little.
Calibration calibrate(const std::vector<double>& scores, const std::vector<bool>& late);

// What a number and a group add to the log odds of being late.
struct Parts {
  std::array<double, kNumbers> numbers{};
  std::array<double, kGroups> groups{};
};

// A chance and what it is made of.
struct Account {
  double chance = 0;
  Parts parts;               // of the said chance, beyond what they add on the mean of the examples
  LateRates::Rates rates{};  // share of late ones in each group
};

class Model {
 public:
  // 0..1, strictly between. An item that is open past its due is late: 1.
  double chance(const Features& f) const;
  // The survival table alone.
  double table_chance(const Features& f) const;
  Account account(const Features& f) const;
  const LateRates& rates() const { return rates_; }
  const FinishTimes& finish_times() const { return finish_times_; }

 private:
  friend struct Learner;
  friend struct ModelFile;
  struct Formula {
    Weights weights;
    Calibration calibration;
    Parts mean;  // over the examples, before calibration
  };
  // Who answers, and of what.
  struct Asked {
    const Formula* formula = nullptr;
    Row row;
  };
  Asked ask(const Features& f, const LateRates::Rates& rates) const;
  Row row_of(const Features& f, const LateRates::Rates& rates) const;
  static double chance_at(const Features& f, const Asked& asked);

  LateRates rates_;
  std::array<std::vector<float>, kNumbers> cuts_;  // ascending, below kBins of them
  std::vector<std::uint16_t> known_steps_;         // sorted, at most kBagSteps
  Formula known_;
  std::optional<Formula> strangers_;  // none: a model of before there were any; `known_` answers
  FinishTimes finish_times_;
};

inline constexpr std::uint64_t kItemsMin = 50;   // to learn from
inline constexpr std::uint64_t kOfEachMin = 10;  // late, and in time

struct Learned {
  std::shared_ptr<const Model> model;  // none: not enough data
  std::uint64_t items = 0, late = 0;   // of which it was learned
  double prior = 0.5;                  // (late + 1) / (items + 2)
};
Learned learn(const std::vector<const Example*>& examples);

}  // namespace kip::forecast
