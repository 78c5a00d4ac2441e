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

struct Row {
  std::array<float, kGroups> rates{};         // log odds of the groups' rates of lateness
  std::array<std::uint8_t, kNumbers> bins{};  // < kBins
  std::uint64_t steps = 0;                    // bit i: the i-th known step was taken
};

struct Weights {
  double common = 0;
  std::array<double, kGroups> rates{};
  std::array<std::array<double, kBins>, kNumbers> bins{};  // the first of each is 0
  std::array<double, kBagSteps> steps{};
};

// `late` is as long as `rows`.
Weights fit(const std::vector<Row>& rows, const std::vector<bool>& late);
double score(const Weights& weights, const Row& row);
double chance_of(double score);
// log(1 + exp(z)), also where exp(z) is too great a number.
double log1p_exp(double z);

}  // namespace kip::forecast
