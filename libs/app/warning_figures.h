#pragma once
// How right, how early and how loud the rules of one configuration were over a log: counted beside
// the figures of `kip replay`, from what its sinks are told.
//
//   WarningTally tally(*policy, period);
//   ReplayOptions options;
//   options.on_change = [&](const AlertChange& change) { tally.see(change); };
//   options.on_outcome = [&](const ItemOutcome& outcome) { tally.judge(outcome); };
//   ... replay ...
//   WarningsByRule figures = tally.finish();
//
// An item is flagged by a rule as `kip replay` has it: one of its alerts was not retracted,
// whenever it was raised. "Together" are the rules that make an item at risk (SEMANTICS 4): what
// tells a head that an item will be late. Overdue says that it is, a badge says something else;
// both stand apart.
//
// An item is warned in time by what was known by then: the alert was detected before the due. A
// lead counts from the onset, as in `kip replay`; they differ where events were recorded late.
//
// Plain values; one thread. Pure.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/replay.h"
#include "rules/item.h"

namespace kip {

struct Quartiles {
  double low = 0, median = 0, high = 0;
  friend bool operator==(const Quartiles&, const Quartiles&) = default;
};
// Between two values in proportion; none of nothing.
std::optional<Quartiles> quartiles_of(std::vector<double> values);

struct UnitLoad {  // alerts a working day, of each unit that has an item or an alert in the log
  double median = 0, most = 0;
  std::string busiest;  // the unit with the most; the first by id of several
  friend bool operator==(const UnitLoad&, const UnitLoad&) = default;
};

struct WarningFigures {
  std::uint64_t flagged = 0, late_flagged = 0;  // judged items
  std::uint64_t late_in_time = 0;               // late ones that were warned before their due
  std::optional<double> precision, recall;      // as in `kip replay`
  std::optional<Quartiles> lead_days;           // calendar days, of the late flagged ones
  std::optional<Quartiles> lead_working_days;   // 8 hours each; under `always` calendar days
  std::uint64_t alerts = 0;                     // RAISED, of every item: what people would be told
  std::uint64_t alerts_judged = 0;              // of those, of judged items
  UnitLoad load;
  std::vector<double> leads;           // days, sorted: what lead_days is of
  std::vector<std::uint64_t> by_week;  // alerts, from Period::first_week on
  std::uint64_t false_alarms() const { return flagged - late_flagged; }
};

// The time of a log: from its first record to where the replay ends.
struct Period {
  Instant begin{}, end{};
  double weeks() const;         // of seven days; a log of less than a day counts as one day
  LocalDay first_week() const;  // its Monday
  std::size_t week_of(Instant at) const;
  std::size_t week_count() const { return week_of(end) + 1; }
};
// None: there is no event in it by then.
std::optional<Period> period_of(const ImportedLog& log, std::optional<Instant> until);

struct WarningsByRule {
  WarningFigures together;
  std::map<RuleId, WarningFigures> rules;  // every configured one
  std::size_t units = 0;
};

class WarningTally {
 public:
  WarningTally(const Policy& policy, const Period& period);
  void see(const AlertChange& change);
  void judge(const ItemOutcome& outcome);
  WarningsByRule finish();

 private:
  struct Counts {
    WarningFigures figures;
    std::vector<double> working_leads;
    std::map<std::string, std::uint64_t> by_unit;
  };
  void count(Counts& counts, const ItemAlerts& alerts, Instant due, bool late) const;
  void count_raised(Counts& counts, const AlertChange& change) const;
  void close(Counts& counts) const;
  double working_days(const Calendar& calendar) const;

  const Policy& policy_;
  Period period_;
  std::map<std::string, double> unit_days_;  // the working days of each
  Counts together_;
  std::map<RuleId, Counts> rules_;
  std::uint64_t late_ = 0;
};

}  // namespace kip
