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

#include "forecast/caseload.h"
#include "forecast/explain.h"
#include "forecast/model.h"
#include "forecast/trace.h"

namespace kip::forecast {

struct Forecast {
  Instant at{};             // knowing what had come by then
  double chance = 0;        // of being late, 0..1, calibrated
  std::uint32_t cases = 0;  // ended items of its procedure that it was learned from
  // Of ten items like it nine are finished after the first, half after the second, one after the
  // third.
  Instant earliest{}, expected{}, latest{};
  std::array<Fact, kFactsMax> facts{};  // those that raise the chance most, the strongest first
  std::uint8_t facts_count = 0;
  friend bool operator==(const Forecast&, const Forecast&) = default;
};

// Before so much of the term is used nothing is said: the little that has come by then looks like
// idleness to a model that has learned from later looks.
inline constexpr double kShareMin = knot_share(0);

// None: it is too early, there is no time in the term as `measure` counts it, or fewer than
// kCasesMin (explain.h) items of its procedure have ended; those without one are of one. KIP_CHECKs
// item.has_term(). Of a unit, an officer or a step that was never seen the model knows what it
// knows of their parents.
std::optional<Forecast> forecast_of(const Model& model, const Trace& item, const Load& load,
                                    Instant now, const Measure& measure = {});

}  // namespace kip::forecast
