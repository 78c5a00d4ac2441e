#pragma once
// What the collectors of metrics are made with; of metrics*.cc alone.

#include <prometheus/metric_family.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/query.h"
#include "app/totals.h"
#include "registry/registry.h"

namespace kip::metrics {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<std::pair<std::string, std::string>>;

// One family; each combination of labels once, in the order of first mention.
class Family {
 public:
  Family(std::string name, std::string help, MetricType type) {
    family_.name = std::move(name);
    family_.help = std::move(help);
    family_.type = type;
  }
  void add(const Labels& labels, double value) {
    std::string key;
    for (const auto& [name, text] : labels) key += text + '\0';
    const auto [found, is_new] = at_.try_emplace(key, family_.metric.size());
    if (is_new) {
      ClientMetric metric;
      for (const auto& [name, text] : labels) metric.label.push_back({name, text});
      family_.metric.push_back(std::move(metric));
    }
    ClientMetric& metric = family_.metric[found->second];
    (family_.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) += value;
  }
  void add(ClientMetric metric) { family_.metric.push_back(std::move(metric)); }
  MetricFamily take() { return std::move(family_); }

 private:
  MetricFamily family_;
  std::map<std::string, std::size_t> at_;
};

// The bounded names of the directory.
struct Places {
  explicit Places(const Registry& r) : registry(r) {
    for (const Unit& unit : r.units) {
      all.emplace_back(std::string(r.ward_of(unit.id, {})), unit.id);
      wards.push_back(all.back().first);
    }
    wards.push_back(r.ward.id);
    wards.emplace_back(kOther);
    std::sort(wards.begin(), wards.end());
    wards.erase(std::unique(wards.begin(), wards.end()), wards.end());
    for (const std::string& ward : {r.ward.id, std::string(kOther)})
      all.emplace_back(ward, std::string(kOther));
  }
  Labels of(std::string_view ward_id, std::string_view unit_id) const {
    const bool known = registry.unit(unit_id) != nullptr;
    return {{"ward", ward(ward_id)}, {"unit", std::string(known ? unit_id : kOther)}};
  }
  std::string ward(std::string_view id) const {
    return std::string(std::binary_search(wards.begin(), wards.end(), id) ? id : kOther);
  }
  std::string source(std::string_view id) const {
    if (registry.open && !id.empty()) return std::string(id);  // the engine tells 1,000 apart
    const auto known = [&](const Source& s) { return s.id == id; };
    const auto& list = registry.sources;
    return std::string(std::any_of(list.begin(), list.end(), known) ? id : kOther);
  }

  const Registry& registry;
  std::vector<std::pair<std::string, std::string>> all;  // ward, unit
  std::vector<std::string> wards;
};

inline Labels with(Labels labels, std::string name, std::string_view value) {
  labels.emplace_back(std::move(name), value);
  return labels;
}

inline Labels with(Labels labels, std::string name, std::string_view value, std::string second,
                   std::string_view second_value) {
  return with(with(std::move(labels), std::move(name), value), std::move(second), second_value);
}

// How many items the forecast puts at risk, and how good it has been lately.
void add_forecast(const Places& places, const Totals& totals, Instant now,
                  std::vector<prometheus::MetricFamily>& families);

}  // namespace kip::metrics
