#pragma once
// A log that is over, once more in virtual time and foreseen as the service does it: the same shard
// under the given clock, each record known from its ingested_at on, timers at their instants, the
// same forecaster at each working half-day.
//
//   auto foreseen = foresee(log, policy, options);
//   const AskedItem* said = foreseen->asked.find("HS-1");
//
// The service learns once a day. Here it is learned again at the first half-day at which a tenth
// more items have ended than at the last lesson, and after four weeks at the latest: over years
// each lesson would else tell the same as the day before, at the price of all that has been stored.
// A model has to win over the one in use, as in life.
//
// Cuts come with each half-day; under `always`, where the service takes them every four hours,
// twice a day. Where nothing has been recorded for four weeks they rest until the next record.
//
// The same log gives the same answer.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "app/asked.h"
#include "app/forecast_figures.h"
#include "contract/import.h"
#include "rules/item.h"

namespace kip {

struct ForeseeOptions {
  std::optional<Instant> until;                       // T_end; none: the greatest record time
  std::function<void(const AlertChange&)> on_change;  // each change of an alert, in order
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;
};

struct Foresight {
  AskedItems asked;
  std::uint64_t cuts = 0;                        // half-days at which units' cuts were taken
  std::uint64_t lessons = 0;                     // it was learned so often
  std::uint64_t models = 0;                      // of those were taken into use
  std::uint64_t warned = 0, warned_unknown = 0;  // items; of those nothing was known by then
  std::vector<SavedRow> saved;                   // as saved_by_month()
};

Result<Foresight> foresee(const ImportedLog& log, const std::shared_ptr<const Policy>& policy,
                          const ForeseeOptions& options);

}  // namespace kip
