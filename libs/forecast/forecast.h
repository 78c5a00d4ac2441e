#pragma once
// What is said of an open item as of an instant: how likely it will be late, why, and when it will
// be finished.
//
//   if (auto said = forecast_of(*model, trace, load, now)) ...   // none: not enough data
//
// Plain values. Pure.

#include <array>
#include <cstdint>
#include <optional>

#include "forecast/features.h"
#include "forecast/model.h"

namespace kip::forecast {

// One thing that raises the chance, against the ordinary item of the ones that were learned from.
struct Fact {
  // Either a number of the item, with its value as in features.h, or a group that it belongs to,
  // with the share of late ones in it, 0..1.
  std::optional<Number> number;
  std::optional<Group> group;
  double value = 0;
  friend bool operator==(const Fact&, const Fact&) = default;
};

struct Forecast {
  Instant at{};             // knowing what had come by then
  double chance = 0;        // of being late, 0..1, calibrated
  std::uint32_t cases = 0;  // ended items of its procedure that it was learned from
  // Of ten items like it nine are finished after the first, half after the second, one after the
  // third.
  Instant earliest{}, expected{}, latest{};
  std::array<Fact, 3> facts{};  // those that raise the chance most, the strongest first
  std::uint8_t facts_count = 0;
  friend bool operator==(const Forecast&, const Forecast&) = default;
};

// Of a procedure of which fewer items have ended nothing is said.
inline constexpr std::uint32_t kCasesMin = 10;

// KIP_CHECKs item.has_term(). Of a group, a number or a step that was never seen the model knows
// what it knows of their parents.
std::optional<Forecast> forecast_of(const Model& model, const Trace& item, const Load& load,
                                    Instant now);

}  // namespace kip::forecast
