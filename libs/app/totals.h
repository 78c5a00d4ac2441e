#pragma once
// The totals of a store: in how many items' contributions each counter stands (counters_of in
// rules/settle.h), summed over the shards. What pages, metrics and the API count is read here.
//
//   auto totals = read_totals(store);
//   for (const auto& [unit, counts] : states_by_unit(*totals)) ...
//
// Pure reading; any thread. One call reads one state of the store.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rules/item.h"
#include "store/store.h"

namespace kip {

using Totals = std::map<std::string, std::int64_t, std::less<>>;  // none that is zero

Result<Totals> read_totals(const Store& store);
// The same, counted anew from the items themselves.
Result<Totals> recount(const Store& store);

// "items|ward|unit|kind|state" taken apart; a unit may hold a bar, nothing else does. `tail`: what
// comes after the unit. kNotFound-like: an empty metric for a name of another form.
struct Counter {
  std::string_view metric, ward, unit;
  std::vector<std::string_view> tail;
};
Counter parse_counter(std::string_view name);

// Open items by their word on screen.
struct StateCounts {
  std::int64_t overdue = 0, at_risk = 0, paused = 0, on_track = 0;
  std::int64_t open() const { return overdue + at_risk + paused + on_track; }
  std::int64_t* of(std::string_view word);  // null: no such word
};
std::map<std::string, StateCounts, std::less<>> states_by_unit(const Totals& totals);
StateCounts states_of(const Totals& totals);
// Open items whose due lies beyond the calendar's years and is counted by the plain week.
std::int64_t provisional_of(const Totals& totals);

// The words in order of attention: overdue, at_risk, paused, on_track.
inline constexpr std::array<std::string_view, 4> kStateWords = {"overdue", "at_risk", "paused",
                                                                "on_track"};
// "323 việc đang mở: 9 quá hạn, 15 nguy cơ trễ, 31 tạm dừng, 268 trong hạn"
std::string states_sentence(const StateCounts& counts);

}  // namespace kip
