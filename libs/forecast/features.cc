#include "forecast/features.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "calendar/calendar.h"

namespace kip::forecast {
namespace {

constexpr double kLeastTermDays = 0.01;  // no logarithm is less

double weekday(Instant at) {
  return static_cast<double>(std::chrono::weekday(local_day(at)).iso_encoding());
}

double hour_of_day(Instant at) {
  return static_cast<double>((at - day_start(local_day(at))).count()) / 3'600'000;
}

std::uint64_t mixed(std::uint64_t seed, Name name) {
  std::uint64_t x = (seed ^ name) * 0x9E3779B97F4A7C15ULL;
  return x ^ (x >> 29);
}

}  // namespace

double term_days(double number) { return std::max(0.0, std::exp(number) - kLeastTermDays); }

Features features_at(const Trace& item, const Load& load, Instant now, const Measure& measure) {
  KIP_CHECK(item.has_term());
  const auto ms = [&](Instant from, Instant to) {
    return static_cast<double>(measure.between(from, to));
  };
  const double term = ms(item.received, item.due), day = measure.day_ms();
  KIP_CHECK(term > 0);
  const double elapsed = ms(item.received, now);
  const double idle = ms(item.last, now);
  Features f;
  f.share = elapsed / term;
  const auto set = [&](Number number, double value) {
    f.numbers[static_cast<std::size_t>(number)] = static_cast<float>(value);
  };
  set(Number::kShare, f.share);
  set(Number::kTermDays, std::log(term / day + kLeastTermDays));
  set(Number::kElapsedDays, std::log(elapsed / day + 0.001));
  set(Number::kIdleShare, idle / term);
  set(Number::kIdleOfLife, idle / std::max(1.0, ms(item.first, now)));
  set(Number::kGapMax, static_cast<double>(item.gap_max_ms) / term);
  set(Number::kGapFirst, static_cast<double>(item.gap_first_ms) / term);
  set(Number::kEvents, item.events);
  set(Number::kEventsPerDay, item.events / (elapsed / day + 1));
  set(Number::kSteps, item.steps_count);
  set(Number::kReturns, item.returns);
  set(Number::kHandovers, item.handovers);
  set(Number::kWaits, item.waits);
  set(Number::kWaiting, item.waiting ? 1 : 0);
  set(Number::kLoadUnit, load.unit);
  set(Number::kLoadOwner, load.owner);
  set(Number::kNoUnit, item.unit == 0 ? 1 : 0);
  set(Number::kNoOwner, item.owner == 0 ? 1 : 0);
  set(Number::kWeekday, weekday(now));
  set(Number::kWeekdayReceived, weekday(item.received));
  set(Number::kWeekdayDue, weekday(item.due));
  set(Number::kHourReceived, hour_of_day(item.received));

  const auto group = [&](Group g, std::initializer_list<Name> names) {
    std::uint64_t key = static_cast<std::uint64_t>(g) + 1;
    for (const Name name : names) key = mixed(key, name);
    f.groups[static_cast<std::size_t>(g)] = key;
  };
  group(Group::kAll, {});
  group(Group::kFamily, {item.procedure_family});
  group(Group::kProcedure, {item.procedure});
  group(Group::kProcedureUnit, {item.procedure, item.unit});
  group(Group::kProcedureStep, {item.procedure, item.step});
  group(Group::kProcedureStepUnit, {item.procedure, item.step, item.unit});
  group(Group::kUnit, {item.unit});
  group(Group::kOwner, {item.owner});
  group(Group::kFirstOwner, {item.first_owner});
  group(Group::kStepFamily, {item.step_family});
  group(Group::kStep, {item.step});
  f.steps = item.steps;
  f.steps_count = item.steps_count;
  return f;
}

}  // namespace kip::forecast
