#include "forecast/explain.h"

#include <algorithm>
#include <vector>

namespace kip::forecast {
namespace {

constexpr double kRaisesMin = 0.1;  // log odds

// What says nearly the same. kNone is never given: everybody sees it (the time that is used), or it
// says nothing by itself (an hour, a weekday, all items).
enum class Kin : std::uint8_t {
  kNone,
  kTerm,
  kIdle,
  kGaps,
  kEvents,
  kReturns,
  kHandovers,
  kWaits,
  kLoadUnit,
  kLoadOwner,
  kProcedure,
  kStep,
  kUnit,
  kOwner,
};
constexpr std::size_t kKins = static_cast<std::size_t>(Kin::kOwner) + 1;

constexpr std::array<Kin, kNumbers> kKinOfNumber = {
    Kin::kNone,       // kShare
    Kin::kTerm,       // kTermDays
    Kin::kNone,       // kElapsedDays
    Kin::kIdle,       // kIdleShare
    Kin::kIdle,       // kIdleOfLife
    Kin::kGaps,       // kGapMax
    Kin::kGaps,       // kGapFirst
    Kin::kEvents,     // kEvents
    Kin::kEvents,     // kEventsPerDay
    Kin::kEvents,     // kSteps
    Kin::kReturns,    // kReturns
    Kin::kHandovers,  // kHandovers
    Kin::kWaits,      // kWaits
    Kin::kWaits,      // kWaiting
    Kin::kLoadUnit,   // kLoadUnit
    Kin::kLoadOwner,  // kLoadOwner
    Kin::kUnit,       // kNoUnit
    Kin::kOwner,      // kNoOwner
    Kin::kNone,       // kWeekday
    Kin::kNone,       // kWeekdayReceived
    Kin::kNone,       // kWeekdayDue
    Kin::kNone,       // kHourReceived
};

constexpr std::array<Kin, kGroups> kKinOfGroup = {
    Kin::kNone,       // kAll
    Kin::kProcedure,  // kFamily
    Kin::kProcedure,  // kProcedure
    Kin::kProcedure,  // kProcedureUnit
    Kin::kStep,       // kProcedureStep
    Kin::kStep,       // kProcedureStepUnit
    Kin::kUnit,       // kUnit
    Kin::kOwner,      // kOwner
    Kin::kOwner,      // kFirstOwner
    Kin::kStep,       // kStepFamily
    Kin::kStep,       // kStep
};

// Whether the number at this value is something to say. A load of 0 is that nobody is named, and
// that somebody is named or that nothing is waited for explains no chance.
bool tells(Number number, float value) {
  const bool of_one_side = number == Number::kWaiting || number == Number::kLoadUnit ||
                           number == Number::kLoadOwner || number == Number::kNoUnit ||
                           number == Number::kNoOwner;
  return !of_one_side || value > 0;
}

// Those without a name are no group that a person knows; of no procedure is one.
bool named(Group group, const Trace& item) {
  switch (group) {
    case Group::kProcedureUnit:
    case Group::kUnit:
      return item.unit != 0;
    case Group::kProcedureStep:
    case Group::kStep:
      return item.step != 0;
    case Group::kProcedureStepUnit:
      return item.step != 0 && item.unit != 0;
    case Group::kStepFamily:
      return item.step_family != 0;
    case Group::kOwner:
      return item.owner != 0;
    case Group::kFirstOwner:
      return item.first_owner != 0;
    case Group::kAll:
    case Group::kFamily:
    case Group::kProcedure:
      break;
  }
  return true;
}

struct Raise {
  double by = 0;  // 0: nothing
  Fact fact;
};

}  // namespace

Facts facts_of(const Model& model, const Trace& item, const Features& f, const Account& account) {
  const Parts& parts = account.parts;
  std::array<Raise, kKins> strongest{};
  const auto offer = [&](Kin kin, double by, const Fact& fact) {
    Raise& best = strongest[static_cast<std::size_t>(kin)];
    if (by > best.by) best = {by, fact};
  };
  for (std::size_t n = 0; n < kNumbers; ++n) {
    const auto number = static_cast<Number>(n);
    if (kKinOfNumber[n] == Kin::kNone || parts.numbers[n] < kRaisesMin) continue;
    if (!tells(number, f.numbers[n])) continue;
    const auto value = static_cast<double>(f.numbers[n]);
    offer(kKinOfNumber[n], parts.numbers[n],
          {number, {}, number == Number::kTermDays ? term_days(value) : value});
  }
  const double all = account.rates[static_cast<std::size_t>(Group::kAll)];
  for (std::size_t g = 0; g < kGroups; ++g) {
    const auto group = static_cast<Group>(g);
    if (kKinOfGroup[g] == Kin::kNone || parts.groups[g] < kRaisesMin) continue;
    if (!named(group, item) || model.rates().items(f, group) < kCasesMin) continue;
    const double rate = account.rates[g];
    if (rate > all) offer(kKinOfGroup[g], parts.groups[g], {{}, group, rate});
  }
  std::stable_sort(strongest.begin(), strongest.end(),
                   [](const Raise& a, const Raise& b) { return a.by > b.by; });
  Facts facts;
  while (facts.count < kFactsMax && strongest[facts.count].by > 0) {
    facts.facts[facts.count] = strongest[facts.count].fact;
    ++facts.count;
  }
  return facts;
}

}  // namespace kip::forecast
