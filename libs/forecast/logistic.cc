#include "forecast/logistic.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <deque>
#include <numeric>

#include "base/result.h"

namespace kip::forecast {
namespace {

// All weights in one line: common, rates, above each cut, steps.
constexpr std::size_t kFirstRate = 1;
constexpr std::size_t kAbove = kFirstRate + kRates;
constexpr std::size_t kSteps = kAbove + kNumbers * (kBins - 1);
constexpr std::size_t kSize = kSteps + kBagSteps;
using Line = std::vector<double>;

double dot(const Line& a, const Line& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// What each bin of a number adds. A weight stands for a cut and is added for each bin above it, so
// that neighbours are alike where little is known.
using Adds = std::array<std::array<double, kBins>, kNumbers>;

Adds adds_of(const Line& w) {
  Adds adds{};
  for (std::size_t n = 0; n < kNumbers; ++n) {
    for (std::size_t b = 1; b < kBins; ++b) {
      adds[n][b] = adds[n][b - 1] + w[kAbove + n * (kBins - 1) + b - 1];
    }
  }
  return adds;
}

Weights weights_of(const Line& w) {
  Weights weights;
  weights.common = w[0];
  std::copy_n(w.data() + kFirstRate, kRates, weights.rates.begin());
  weights.bins = adds_of(w);
  std::copy_n(w.data() + kSteps, kBagSteps, weights.steps.begin());
  return weights;
}

class Loss {
 public:
  Loss(const std::vector<Row>& rows, const std::vector<bool>& late, const Ridge& ridge)
      : rows_(rows), late_(late), ridge_(ridge) {}

  // The loss at `w`; its slope into `slope`.
  double operator()(const Line& w, Line& slope) const {
    const Weights weights = weights_of(w);
    Adds by_bin{};
    slope.assign(kSize, 0);
    double loss = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Row& row = rows_[i];
      const double z = score(weights, row);
      loss += log1p_exp(late_[i] ? -z : z);
      const double error = chance_of(z) - (late_[i] ? 1 : 0);
      slope[0] += error;
      for (std::size_t r = 0; r < kRates; ++r) {
        slope[kFirstRate + r] += error * static_cast<double>(row.rates[r]);
      }
      for (std::size_t n = 0; n < kNumbers; ++n) by_bin[n][row.bins[n]] += error;
      for (std::uint64_t bits = row.steps; bits != 0; bits &= bits - 1) {
        slope[kSteps + static_cast<std::size_t>(std::countr_zero(bits))] += error;
      }
    }
    for (std::size_t n = 0; n < kNumbers; ++n) {
      double above = 0;
      for (std::size_t b = kBins - 1; b > 0; --b) {
        above += by_bin[n][b];
        slope[kAbove + n * (kBins - 1) + b - 1] = above;
      }
    }
    for (std::size_t k = 1; k < kSize; ++k) {  // the common weight is free
      const double ridge = k < kAbove ? ridge_.rates : ridge_.rest;
      loss += ridge / 2 * w[k] * w[k];
      slope[k] += ridge * w[k];
    }
    return loss;
  }

 private:
  const std::vector<Row>& rows_;
  const std::vector<bool>& late_;
  const Ridge& ridge_;
};

// L-BFGS: Newton's direction from the last few steps (Nocedal and Wright, algorithm 7.4).
class Directions {
 public:
  void learn(Line step, Line bend) {
    const double curve = dot(step, bend);
    if (curve <= 1e-12) return;
    if (past_.size() == kPast) past_.pop_front();
    past_.push_back({std::move(step), std::move(bend), 1 / curve});
  }

  Line down(Line slope) const {
    std::vector<double> shares(past_.size());
    for (std::size_t i = past_.size(); i-- > 0;) {
      shares[i] = past_[i].per_curve * dot(past_[i].step, slope);
      add(slope, past_[i].bend, -shares[i]);
    }
    if (!past_.empty()) {
      const Past& last = past_.back();
      const double scale = 1 / (last.per_curve * dot(last.bend, last.bend));
      for (double& x : slope) x *= scale;
    }
    for (std::size_t i = 0; i < past_.size(); ++i) {
      add(slope, past_[i].step, shares[i] - past_[i].per_curve * dot(past_[i].bend, slope));
    }
    for (double& x : slope) x = -x;
    return slope;
  }

  static void add(Line& to, const Line& what, double times) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += times * what[i];
  }

 private:
  static constexpr std::size_t kPast = 10;
  struct Past {
    Line step, bend;
    double per_curve = 0;
  };
  std::deque<Past> past_;
};

Line minimum(const Loss& loss, Line w) {
  constexpr int kStepsMax = 150, kHalvingsMax = 30;
  constexpr double kSmallEnough = 1e-7;  // of the loss, in one step
  Line slope, next_slope;
  double now = loss(w, slope);
  Directions directions;
  for (int step = 0; step < kStepsMax; ++step) {
    const Line way = directions.down(slope);
    const double down = dot(way, slope);
    if (!(down < 0)) break;
    double length = step == 0 ? 1 / std::sqrt(dot(slope, slope)) : 1;
    Line next;
    double then = now;
    for (int halving = 0; halving < kHalvingsMax; ++halving, length /= 2) {
      next = w;
      Directions::add(next, way, length);
      then = loss(next, next_slope);
      if (then <= now + 1e-4 * length * down) break;
    }
    if (!(then < now)) break;
    Line moved = next, bend = next_slope;
    Directions::add(moved, w, -1);
    Directions::add(bend, slope, -1);
    directions.learn(std::move(moved), std::move(bend));
    const bool still = now - then < kSmallEnough * now;
    w = std::move(next);
    slope = next_slope;
    now = then;
    if (still) break;
  }
  return w;
}

}  // namespace

Weights fit(const std::vector<Row>& rows, const std::vector<bool>& late, const Ridge& ridge) {
  KIP_CHECK(rows.size() == late.size());
  return weights_of(minimum(Loss(rows, late, ridge), Line(kSize, 0)));
}

double score(const Weights& weights, const Row& row) {
  double z = weights.common;
  for (std::size_t r = 0; r < kRates; ++r) {
    z += weights.rates[r] * static_cast<double>(row.rates[r]);
  }
  for (std::size_t n = 0; n < kNumbers; ++n) z += weights.bins[n][row.bins[n]];
  for (std::uint64_t bits = row.steps; bits != 0; bits &= bits - 1) {
    z += weights.steps[static_cast<std::size_t>(std::countr_zero(bits))];
  }
  return z;
}

double chance_of(double z) { return 1 / (1 + std::exp(-z)); }

double log_odds(double chance) {
  chance = std::clamp(chance, kChanceLeast, 1 - kChanceLeast);
  return std::log(chance / (1 - chance));
}

double log1p_exp(double z) {
  return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
}

}  // namespace kip::forecast
