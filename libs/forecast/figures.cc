#include "forecast/figures.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace kip::forecast {
namespace {

struct Ties {
  double chance = 0;
  double late = 0, all = 0;
};

// By chance, ascending, equal ones together.
std::vector<Ties> ranked(std::vector<Verdict> verdicts) {
  std::sort(verdicts.begin(), verdicts.end(),
            [](const Verdict& a, const Verdict& b) { return a.chance < b.chance; });
  std::vector<Ties> ties;
  for (const Verdict& v : verdicts) {
    if (ties.empty() || ties.back().chance != v.chance) ties.push_back({v.chance, 0, 0});
    ties.back().late += v.late ? 1 : 0;
    ++ties.back().all;
  }
  return ties;
}

}  // namespace

std::optional<double> auc(const std::vector<Verdict>& verdicts) {
  double in_time = 0, late = 0, won = 0;
  for (const Ties& t : ranked(verdicts)) {
    won += t.late * (in_time + (t.all - t.late) / 2);
    late += t.late;
    in_time += t.all - t.late;
  }
  if (late == 0 || in_time == 0) return std::nullopt;
  return won / (late * in_time);
}

std::optional<double> brier(const std::vector<Verdict>& verdicts) {
  if (verdicts.empty()) return std::nullopt;
  double sum = 0;
  for (const Verdict& v : verdicts) {
    const double off = v.chance - (v.late ? 1 : 0);
    sum += off * off;
  }
  return sum / static_cast<double>(verdicts.size());
}

std::optional<double> calibration_error(const std::vector<Verdict>& verdicts) {
  if (verdicts.empty()) return std::nullopt;
  constexpr std::size_t kTen = 10;
  std::array<double, kTen> off{};
  for (const Verdict& v : verdicts) {
    const auto bin = std::min(kTen - 1, static_cast<std::size_t>(v.chance * 10));
    off[bin] += v.chance - (v.late ? 1 : 0);
  }
  double sum = 0;
  for (const double bin : off) sum += std::abs(bin);
  return sum / static_cast<double>(verdicts.size());
}

std::optional<double> precision_of_riskiest(const std::vector<Verdict>& verdicts) {
  if (verdicts.empty()) return std::nullopt;
  const double wanted = std::max(1.0, std::round(static_cast<double>(verdicts.size()) / 5));
  const auto ties = ranked(verdicts);
  double left = wanted, late = 0;
  for (auto t = ties.rbegin(); t != ties.rend() && left > 0; ++t) {
    const double taken = std::min(left, t->all);
    late += t->late * taken / t->all;
    left -= taken;
  }
  return late / wanted;
}

}  // namespace kip::forecast
