#pragma once
// Why the chance of an item is what it is: the few things that raise it most, against the ordinary
// item of the ones that were learned from.
//
//   Facts facts = facts_of(model, trace, f, model.account(f));
//
// Only what tells a person something by itself and raises the log odds by a tenth at least. Of
// things that say nearly the same the strongest alone: the procedure and its family are one fact,
// so are the step and the step at a unit, the idle time in two measures. A group is a fact only
// with kCasesMin items of its own behind it and a greater share of late ones than all have. Pure.

#include <array>
#include <cstdint>
#include <optional>

#include "forecast/features.h"
#include "forecast/model.h"
#include "forecast/trace.h"

namespace kip::forecast {

// Either a number of the item, with its value as in features.h (a logarithm of days as days), or a
// group that it belongs to, with the share of late ones in it, 0..1.
struct Fact {
  std::optional<Number> number;
  std::optional<Group> group;
  double value = 0;
  friend bool operator==(const Fact&, const Fact&) = default;
};

inline constexpr std::size_t kFactsMax = 3;
struct Facts {
  std::array<Fact, kFactsMax> facts{};  // the strongest first
  std::uint8_t count = 0;
};

// Of so few ended items nothing is said.
inline constexpr std::uint32_t kCasesMin = 10;

// The features are of the item, the account of them.
Facts facts_of(const Model& model, const Trace& item, const Features& f, const Account& account);

}  // namespace kip::forecast
