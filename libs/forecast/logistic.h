#pragma once
// Logistic regression with a ridge, for the model of a forecast: a weighted sum of what is known,
// each number cut into bins so that its effect may bend.
//
//   Weights w = fit(rows, late);
//   double z = score(w, row);          // 1 / (1 + exp(-z)) is the chance
//
// The same rows in the same order give the same weights: no chance, one thread. Where the rows say
// little, the ridge leaves the weights near 0 and all rows near the common share. Pure.

#include <array>
#include <cstdint>
#include <vector>

#include "forecast/features.h"

namespace kip::forecast {

inline constexpr std::size_t kBins = 10;      // of a number, at most
inline constexpr std::size_t kBagSteps = 64;  // steps that are known by name

inline constexpr std::size_t kNewestStep = kGroups, kWorstStep = kGroups + 1;
inline constexpr std::size_t kBestStep = kGroups + 2;
inline constexpr std::size_t kRates = kGroups + 3;

struct Row {
  // Log odds of the groups' rates of lateness, and how far the steps that were taken are from all.
  std::array<float, kRates> rates{};
  std::array<std::uint8_t, kNumbers> bins{};  // < kBins
  std::uint64_t steps = 0;                    // bit i: the i-th known step was taken
};

struct Weights {
  double common = 0;
  std::array<double, kRates> rates{};
  std::array<std::array<double, kBins>, kNumbers> bins{};  // the first of each is 0
  std::array<double, kBagSteps> steps{};
};

// What holds weights at 0, against the sum of losses over snapshots, of which an item gives up to
// ten that are much alike. A third to twice of it differ by less than .004 AUC, the mean of twelve
// splits of the public logs.
struct Ridge {
  double rates = 333, rest = 333;
};
// `late` is as long as `rows`.
Weights fit(const std::vector<Row>& rows, const std::vector<bool>& late, const Ridge& ridge = {});
double score(const Weights& weights, const Row& row);
double chance_of(double score);
// Of a chance that is held within .005 and .995: no rate says more.
double log_odds(double chance);
inline constexpr double kChanceLeast = 0.005;
// log(1 + exp(z)), also where exp(z) is too great a number.
double log1p_exp(double z);

}  // namespace kip::forecast
