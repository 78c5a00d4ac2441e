#pragma once
// How good chances were, once it is known what came: rank (AUC), size (Brier), honesty
// (calibration), use (precision of the riskiest). Pure.

#include <cstdint>
#include <optional>
#include <vector>

namespace kip::forecast {

struct Verdict {
  double chance = 0;
  bool late = false;
};

// The share of pairs of a late and a timely item in which the late one had the greater chance;
// equal ones count half. None: there is no such pair.
std::optional<double> auc(const std::vector<Verdict>& verdicts);
// Mean squared difference. None of none.
std::optional<double> brier(const std::vector<Verdict>& verdicts);
// |mean chance - share of late ones| over ten equal bins of chance, by their size. None of none.
std::optional<double> calibration_error(const std::vector<Verdict>& verdicts);
// The share of late ones among the fifth with the greatest chances: rounded, one at least. Of equal
// chances at the border each counts by the share of its like that fits. None of none.
std::optional<double> precision_of_riskiest(const std::vector<Verdict>& verdicts);

}  // namespace kip::forecast
