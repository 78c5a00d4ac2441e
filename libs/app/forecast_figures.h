#pragma once
// How good the chances were that were said, and what warnings may have saved; counted from the
// totals (`said`, `warned`; rules/settle.h), where chances stand in fiftieths. Pure.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/totals.h"

namespace kip {

// Of the items that fell due in this month and the one before and of which is known what came: by
// the first chance that was said after half of their term.
struct SaidFigures {
  std::uint64_t items = 0, late = 0;
  std::optional<double> brier, auc;  // none of none; AUC needs a late and a timely one
};
// By ward; one that is absent has none.
std::map<std::string, SaidFigures, std::less<>> said_lately(const Totals& totals, Instant now);

// Việc cứu được: of the items of a month (of their due) that a unit was warned of, by the chance
// that was frozen at the first warning: how many were to be late by it, and how many came late. It
// is no experiment: nobody knows what would have come without the warning.
struct SavedRow {
  std::string month, ward, unit;  // "2026-11"; the unit that was warned
  std::int64_t warned = 0;        // of which is known what came
  std::int64_t late = 0;          // of them
  double expected = 0;            // late ones by their chances
  double deviation = 0;           // its standard deviation, were the chances right
  std::int64_t false_alarms() const { return warned - late; }
  double saved() const { return expected - static_cast<double>(late); }
  // In 19 of 20 months what chance alone would bring keeps within so much.
  double margin() const { return 1.96 * deviation; }
  void add(const SavedRow& other);  // its figures
};
// What the figures are not, in Vietnamese.
std::string_view saved_note();
// By month, newest first, then unit. `unit` "": all of a month and ward together stand in one row
// each, before the units'.
std::vector<SavedRow> saved_by_month(const Totals& totals);
// {"rows":[...],"note":...}
std::string to_json(const std::vector<SavedRow>& rows);

}  // namespace kip
