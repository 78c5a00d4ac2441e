#include "forecast/forecast.h"

#include <algorithm>
#include <cmath>

#include "forecast/features.h"

namespace kip::forecast {
namespace {

// When a share of the term is used, not before `now`.
Instant at_share(const Trace& item, double share, Instant now) {
  const auto term = static_cast<double>((item.due - item.received).count());
  const double at = static_cast<double>(ms_of(item.received)) + share * term;
  if (!(at < static_cast<double>(ms_of(kFarFuture)))) return std::max(kFarFuture, now);
  return std::max(instant_of(std::llround(at)), now);
}

}  // namespace

std::optional<Forecast> forecast_of(const Model& model, const Trace& item, const Load& load,
                                    Instant now) {
  const Features f = features_at(item, load, now);
  if (f.share < kShareMin) return std::nullopt;
  Forecast said;
  said.cases = model.finish_times().ended(f.groups[static_cast<std::size_t>(Group::kProcedure)]);
  if (said.cases < kCasesMin) return std::nullopt;
  said.at = now;
  const Account account = model.account(f);
  said.chance = account.chance;
  const FinishBand band = model.finish_times().band(f, said.chance);
  said.earliest = at_share(item, band.earliest, now);
  said.expected = at_share(item, band.expected, now);
  said.latest = at_share(item, band.latest, now);
  const Facts facts = facts_of(model, item, f, account);
  said.facts = facts.facts;
  said.facts_count = facts.count;
  return said;
}

}  // namespace kip::forecast
