#pragma once
// What raises the chance of an item, in words: "đã 6 ngày làm việc không có gì mới", "items at this
// step: 31 % late". Pure.

#include <string>
#include <vector>

#include "rules/item.h"

namespace kip {

// Part of a sentence, without a full stop. `term`: working time from the item's start to its due,
// what shares of the term are shares of. Empty where nothing can be said: of what raises no item
// against another (all items, the time of day or of the week, the time used), and of shares of a
// term that is none.
std::string fact_words(const forecast::Fact& fact, WorkTime term, Language language);

// Those of the forecast of `seen`, the strongest first; none without a forecast.
std::vector<std::string> because_of(const Seen& seen, Language language);

double shown_chance(double chance);  // as it is published: with three decimals

}  // namespace kip
