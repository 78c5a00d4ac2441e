#pragma once
// `kip replay`: a whole log in virtual time. What would have been warned, when, and how right it
// was.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/raised_alerts.h"
#include "base/result.h"
#include "contract/import.h"
#include "contract/state.h"

namespace kip {

// How one rule did over the items that are judged: with a due after their start, and due by the end
// of the log.
struct RuleFigures {
  std::uint64_t flagged = 0;  // judged items for which it was raised, and not retracted
  std::uint64_t late_flagged = 0;
  // None: there is nothing of which it could be.
  std::optional<double> recall;            // of the late ones; 0..1
  std::optional<double> precision;         // of the flagged ones; 0..1
  std::optional<double> lead_days_median;  // due - onset in calendar days, of the late flagged ones
};

struct ReplayFigures {
  std::uint64_t items = 0, judged = 0, late = 0;
  std::uint64_t events = 0;                  // that the door let in
  std::uint64_t refused = 0;                 // rows, by the door
  std::uint64_t refused_by_shard = 0;        // of `events`: of items sealed or full
  std::uint64_t beyond_until = 0;            // left out
  std::map<std::string, RuleFigures> rules;  // every configured one, also if it raised nothing
};

// What became of an item, as it is judged.
struct ItemOutcome {
  const ItemState& item;
  std::optional<bool> late;             // none: it is not judged
  std::map<RuleId, ItemAlerts> alerts;  // of a judged one
};

struct ReplayOptions {
  std::optional<Instant> until;                        // T_end; none: the greatest record time
  std::function<void(const AlertChange&)> on_change;   // each change of an alert, in order
  std::function<void(const ItemOutcome&)> on_outcome;  // each item, by item id; after all changes
  std::function<void(std::string_view json)>
      on_alert;  // each AlertEvent as a line, in the order it was written
  std::function<void(std::string_view json)> on_item;  // each item's final view, by item id
  std::function<void(const DeadLetter&)> on_refused;   // each one that the shard refused
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;
};

Result<ReplayFigures> replay(const ImportedLog& log, std::shared_ptr<const Policy> policy,
                             const ReplayOptions& options);
std::string to_json(const ReplayFigures& figures);

}  // namespace kip
