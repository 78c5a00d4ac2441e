#pragma once
// The alerts of a replay, by item and rule: which of them stood, that is, were not retracted.
//
//   RaisedAlerts alerts;
//   options.on_change = [&](const AlertChange& change) { alerts.see(change); };
//   ...
//   for (const auto& [rule, of_rule] : alerts.of("HS-1")) ...
//
// Pure; one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "rules/item.h"

namespace kip {

struct StoodAlert {
  Instant onset{};
  std::string alert_id, unit_id;
  // By onset; of equal ones by id.
  friend bool operator<(const StoodAlert& a, const StoodAlert& b) {
    return std::tie(a.onset, a.alert_id) < std::tie(b.onset, b.alert_id);
  }
};

// Of one rule and item, or of several rules.
struct ItemAlerts {
  std::uint64_t raised = 0;         // RAISED, of retracted ones too
  std::optional<StoodAlert> first;  // none: all were retracted
  Instant detected = kFarFuture;    // when the first of those that stood was detected
  void add(const ItemAlerts& other);
};

class RaisedAlerts {
 public:
  void see(const AlertChange& change);
  std::map<RuleId, ItemAlerts> of(const std::string& item_id) const;

 private:
  struct Raised {
    RuleId rule{};
    StoodAlert alert;
    Instant detected{};  // when it was raised first
    bool retracted = false;
    std::uint64_t times = 0;
  };
  std::map<std::string, std::map<std::string, Raised>> items_;  // item -> alert id
};

}  // namespace kip
