#pragma once
// What is known of an open item at an instant, in the form that is learned from: numbers that mean
// the same in every office (shares of the term, counts, load against the usual), and the groups
// whose record it shares.
//
//   Features f = features_at(trace, caseload.load_of(trace), now);   // trace.has_term()
//
// Plain values. Pure.

#include <array>
#include <cstdint>
#include <string_view>

#include "forecast/caseload.h"
#include "forecast/trace.h"

namespace kip::forecast {

// A thin group's parent counts as so many items of it. Four to sixteen differ by less than .004
// AUC, the mean of twelve splits of the public logs.
inline constexpr double kParentItems = 8;

enum class Number : std::uint8_t {
  kShare,        // of the term that is used
  kTermDays,     // logarithm
  kElapsedDays,  // logarithm
  kIdleShare,    // time since the last event, of the term
  kIdleOfLife,   // the same, of the time since the first event
  kGapMax,       // the longest time between two events, of the term
  kGapFirst,
  kEvents,
  kEventsPerDay,
  kSteps,
  kReturns,
  kHandovers,
  kWaits,
  kWaiting,
  kLoadUnit,
  kLoadOwner,
  kNoUnit,
  kNoOwner,
  kWeekday,
  kWeekdayReceived,
  kWeekdayDue,
  kHourReceived,
};
inline constexpr std::size_t kNumbers = static_cast<std::size_t>(Number::kHourReceived) + 1;

// Each is shrunk towards its parent (late_rates.cc).
enum class Group : std::uint8_t {
  kAll,
  kFamily,  // of the procedure
  kProcedure,
  kProcedureUnit,
  kProcedureStep,
  kProcedureStepUnit,  // the survival table's own
  kUnit,
  kOwner,
  kFirstOwner,  // often the one who answers for it, whoever has it now
  kStepFamily,
  kStep,
};
inline constexpr std::size_t kGroups = static_cast<std::size_t>(Group::kStep) + 1;

struct Features {
  std::array<float, kNumbers> numbers{};
  std::array<std::uint64_t, kGroups> groups{};
  std::array<std::uint16_t, Trace::kSteps> steps{};
  std::uint8_t steps_count = 0;
  double share = 0;  // of the term that is used, not rounded
};

// Of a term whose Number::kTermDays it is.
double term_days(double number);

// KIP_CHECKs has_term(), and that `measure` finds time in the term.
Features features_at(const Trace& item, const Load& load, Instant now, const Measure& measure = {});

}  // namespace kip::forecast
