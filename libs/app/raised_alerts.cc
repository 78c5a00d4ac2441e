#include "app/raised_alerts.h"

#include <algorithm>

namespace kip {

void ItemAlerts::add(const ItemAlerts& other) {
  raised += other.raised;
  if (other.first && (!first || *other.first < *first)) first = other.first;
  detected = std::min(detected, other.detected);
}

void RaisedAlerts::see(const AlertChange& c) {
  Raised& raised = items_[c.item_id][c.alert_id];
  if (c.change == AlertChangeKind::kRaised && raised.times++ == 0) raised.detected = c.detected_at;
  raised.rule = c.rule;
  raised.alert = {c.onset, c.alert_id, c.unit_id};
  raised.retracted = c.change == AlertChangeKind::kResolved && c.cause == AlertCause::kRetracted;
}

std::map<RuleId, ItemAlerts> RaisedAlerts::of(const std::string& item_id) const {
  std::map<RuleId, ItemAlerts> out;
  const auto found = items_.find(item_id);
  if (found == items_.end()) return out;
  for (const auto& [id, raised] : found->second) {
    ItemAlerts one;
    one.raised = raised.times;
    if (!raised.retracted) {
      one.first = raised.alert;
      one.detected = raised.detected;
    }
    out[raised.rule].add(one);
  }
  return out;
}

}  // namespace kip
