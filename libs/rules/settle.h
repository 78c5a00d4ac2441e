#pragma once
// Settling: hold an item's open alerts against what the rules say now and write the differences
// (SEMANTICS 5, 8, 9.10 to 9.15). After it the item's next look and the counters it stands in are
// right again.
//
//   std::vector<AlertChange> changes = settle(item, now, Trigger{.c = ...}, policy);
//
// Order within one instant: RESOLVED, LEVEL, UPDATED, RAISED, each by rule id. Equal input gives
// equal changes: nothing is drawn from a clock. Pure.

#include <optional>
#include <vector>

#include "forecast/cuts.h"
#include "rules/item.h"

namespace kip {

struct Trigger {
  // Of the records that were folded since the last settling: the least of their occurred_at and of
  // those of the events they void. None: only time has passed.
  std::optional<Instant> c;
  bool policy_changed = false;  // what changes carries the cause RULE_CHANGED
  // It is not sealed yet: records of it may come again, and are to be met as repeats.
  bool keeps_history = false;
  // The source of the item's newest event is silent: what only time says is not raised, but when it
  // is back (SEMANTICS 4).
  bool source_silent = false;
  // The cuts of the units that hold items. Null: no forecast is made, so that what becomes of an
  // item depends on its own records alone (`--clock log`); then nothing is likely late.
  const forecast::Cuts* cuts = nullptr;
};

std::vector<AlertChange> settle(ItemState& item, Instant now, const Trigger& trigger,
                                const Policy& policy);

// The counters an item stands in (contribution; SEMANTICS 7, DESIGN 5), sorted. Names are
// "metric|label|label...":
//   items|ward|unit|kind|state        open items
//   completed|ward|unit|kind|result|YYYY-MM
//   alerts|ward|unit|level            rules|ward|rule|level
//   due|ward|unit|YYYY-MM-DD          items at risk, by the day they fall due
//   provisional|ward|unit             open items due beyond the years of the calendar
//   likely_late|ward|unit             open items that the forecast puts at risk
// and, of items of which is known whether they are late, by the month of their due and the chance
// in fiftieths (kChanceBuckets), late or in_time:
//   said|ward|unit|YYYY-MM|bucket|outcome      the first chance after half of the term
//   warned|ward|unit|YYYY-MM|bucket|outcome    the chance at the first warning, of the unit warned
inline constexpr std::size_t kChanceBuckets = 50;
std::vector<std::string> counters_of(const ItemState& item, const Policy& policy);

// lower-case base32 of the first 20 bytes of SHA-256("kind|subject|rule|unit|onset ms"); kind:
// item, indicator, source or unit.
std::string alert_id_of(std::string_view kind, std::string_view subject, std::string_view rule,
                        std::string_view unit, Instant onset);

}  // namespace kip
