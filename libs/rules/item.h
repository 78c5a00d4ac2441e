#pragma once
// The whole state of one item: what its events say (Folded), its alerts, its clock and its next
// look. This is what a shard keeps, commits and restores. Plain values; one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "forecast/forecast.h"
#include "forecast/trace.h"
#include "rules/dependency.h"
#include "rules/policy.h"
#include "workitem/fold.h"

namespace kip {

// An alert that holds now (SEMANTICS 5): one at most for each rule.
struct OpenAlert {
  RuleId rule{};
  std::string alert_id;
  std::string unit_id;
  Instant onset{};
  AlertLevel level = AlertLevel::kNone;
  // What the last revision said; a difference is an UPDATED.
  std::optional<Instant> due_at;
  std::string assignee_id;
  std::string step_code;  // step_overdue only
  std::string detail;     // unclear: the missing fields; extended: the number of moves
  std::string reason;
  friend bool operator==(const OpenAlert&, const OpenAlert&) = default;
};

// Of every alert id that was ever raised, so that the same id continues.
struct AlertTrack {
  std::uint32_t revision = 0;
  Instant changed_at{};
  friend bool operator==(const AlertTrack&, const AlertTrack&) = default;
};

// The first warning of an item: what was said of it then is never said anew.
struct Warned {
  Instant at{};
  std::string unit_id;
  std::optional<float> chance;  // of being late; none: nothing was known
  friend bool operator==(const Warned&, const Warned&) = default;
};

enum class ItemWord : std::uint8_t { kNone, kOnTrack, kAtRisk, kOverdue, kPaused };
std::string_view item_word(ItemWord word);  // "" for none

struct ItemState {
  std::string item_id;
  Folded folded;
  std::vector<OpenAlert> open;             // by rule
  std::map<std::string, AlertTrack> ever;  // by alert id
  Instant clock = kFarPast;                // the item's own time: it never runs back
  Instant next_look = kFarFuture;          // its one timer
  std::vector<std::string> counted;        // the counters it stands in now
  std::uint32_t chunks = 0;                // of history
  std::uint64_t history_bytes = 0;
  std::uint32_t history_events = 0;      // voided ones too
  bool dirty = false;                    // folded, not yet settled (catching up)
  bool sealed = false;                   // ended so long ago that its history is gone
  std::optional<forecast::Trace> trace;  // of an open item, since its first chance was reckoned
  std::optional<float> said_half;        // the first chance after half of the term
  std::optional<Warned> warned;
  // Of the records folded since the last settling, where it was put off: the least instant that
  // matters for causes.
  std::optional<Instant> pending_cause;
  std::optional<forecast::Forecast> forecast;  // what was last said of the open item
  std::vector<Dependency> dependencies;        // of an open item, by item id; not under `log`
};

enum class AlertChangeKind : std::uint8_t { kRaised = 1, kLevel = 2, kResolved = 3, kUpdated = 4 };
enum class AlertCause : std::uint8_t {
  kNone = 0,
  kCleared = 1,
  kClosed = 2,
  kMoved = 3,
  kRetracted = 4,
  kRuleChanged = 5
};

struct Evidence {
  std::string name;
  std::variant<double, std::string, Instant> value;
};

// One change of one alert: the domain's form of the public AlertEvent.
struct AlertChange {
  std::string alert_id;
  std::uint32_t revision = 0;
  AlertChangeKind change{};
  AlertLevel level{};
  Instant changed_at{};
  Instant detected_at{};
  Instant onset{};
  AlertCause cause{};
  RuleId rule{};
  std::uint32_t rule_version = 0;
  std::string item_id;
  std::string reason;
  std::vector<Evidence> evidence;  // by name
  std::string ward_id, unit_id, assignee_id, title;
  std::optional<Instant> due_at;
  Kind kind{};
  std::string field, procedure_code;
  bool focus = false;
  std::string step_code;
  // Not published. Of an item that is finished (not of one that ended otherwise): when.
  std::optional<Instant> finished_at;
};

// The item as the rules see it at one instant: derived once, then read. Holds references: use it at
// once.
struct Seen {
  Seen(const Folded& folded, const Policy& policy, Instant now);
  // With what rests on other items: its forecast, its dependencies.
  Seen(const ItemState& item, const Policy& policy, Instant now);

  const Folded& f;
  const Policy& policy;
  const Calendar& calendar;
  Instant now;
  Instant x;                         // now; in a stop at most its begin
  std::string_view unit;             // of the item, or "unassigned"
  std::string_view holder;           // the step's unit, else `unit`
  std::string_view assignee;         // of the item
  std::string_view holder_assignee;  // the step's, where it names one
  std::optional<Instant> start;
  std::optional<WorkTime> term;                  // allowed working time; none: no due
  std::optional<WorkTime> statutory;             // dossiers with a row in the catalogue
  const forecast::Forecast* forecast = nullptr;  // none: nothing was said, or none is asked for
  std::optional<double> cut;                     // of the holder's unit, as a chance
  const std::vector<Dependency>* dependencies = nullptr;  // null: none is asked for
  Traits traits() const;
  std::string_view title() const;  // its own, else the catalogue's name
  bool step_holds() const;         // there is a step and it is not completed
};

ItemWord word_of(const ItemState& item);  // SEMANTICS 4
// Those of the fold, and what its dependencies add to them; sorted.
std::vector<std::string> faults_of(const ItemState& item, const Policy& policy, Instant now);

}  // namespace kip
