#include "alerting/speakers.h"

#include <algorithm>

namespace kip {

Speakers::Speakers(Desk& desk, const Silences& silences) : desk_(desk), silences_(silences) {
  for (const auto& [id, alert] : desk.alerts) {
    if (alert.list_only || waits_for_source(alert)) continue;
    AlertLevel& worst = worst_[subject_of(alert.facts)];
    worst = std::max(worst, alert.facts.level);
  }
}

bool Speakers::overshadowed(const DeskAlert& alert) const {
  const auto worst = worst_.find(subject_of(alert.facts));
  return worst != worst_.end() && worst->second > alert.facts.level;
}

bool Speakers::waits_for_source(const DeskAlert& alert) const {
  return alert.pending && rests_on_old_data(alert.facts, silences_);
}

bool Speakers::is_silent(const DeskAlert& alert) const {
  return data_until(alert.facts, silences_).has_value();
}

DeskAlert& Speakers::of(DeskAlert& alert) const {
  if (!overshadowed(alert)) return alert;
  for (auto& [id, other] : desk_.alerts) {
    const bool speaks = !other.list_only && !waits_for_source(other) && !overshadowed(other);
    if (speaks && same_subject(other.facts, alert.facts)) return other;
  }
  return alert;
}

}  // namespace kip
