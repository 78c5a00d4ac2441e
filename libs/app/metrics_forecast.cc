#include "app/forecast_figures.h"
#include "app/metrics_parts.h"

namespace kip::metrics {

void add_forecast(const Places& places, const Totals& totals, Instant now,
                  std::vector<prometheus::MetricFamily>& families) {
  Family likely("kip_likely_late_items",
                "Open items that the forecast puts at risk, by the unit that holds them.",
                MetricType::Gauge);
  for (const auto& [ward, unit] : places.all) likely.add({{"ward", ward}, {"unit", unit}}, 0);
  for (const auto& [name, count] : totals) {
    const Counter c = parse_counter(name);
    if (c.metric == "likely_late")
      likely.add(places.of(c.ward, c.unit), static_cast<double>(count));
  }
  families.push_back(likely.take());

  Family brier("kip_forecast_brier",
               "Mean squared error of the chances that were said at half of the term, of items due "
               "in this month and the last; 0.25 is a coin. Absent: nothing to judge by.",
               MetricType::Gauge);
  Family auc("kip_forecast_auc",
             "The share of pairs of a late and a timely one in which the late one had the greater "
             "chance, of the same items; 0.5 is a coin. Absent: nothing to judge by.",
             MetricType::Gauge);
  Family judged("kip_forecast_judged_items", "The items that these figures are of.",
                MetricType::Gauge);
  const auto said = said_lately(totals, now);
  for (const std::string& ward : places.wards) {
    const auto found = said.find(ward);
    const SaidFigures figures = found == said.end() ? SaidFigures{} : found->second;
    judged.add({{"ward", ward}}, static_cast<double>(figures.items));
    if (figures.brier) brier.add({{"ward", ward}}, *figures.brier);
    if (figures.auc) auc.add({{"ward", ward}}, *figures.auc);
  }
  families.push_back(brier.take());
  families.push_back(auc.take());
  families.push_back(judged.take());
}

}  // namespace kip::metrics
