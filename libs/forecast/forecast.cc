#include "forecast/forecast.h"

#include <algorithm>
#include <cmath>

#include "forecast/features.h"

namespace kip::forecast {
namespace {

// When a share of the term is used, not before `now`.
Instant at_share(const Trace& item, double share, Instant now, const Measure& measure) {
  const double used = share * static_cast<double>(measure.between(item.received, item.due));
  const auto most = static_cast<double>((kFarFuture - item.received).count());
  if (!(used < most / 16)) return std::max(kFarFuture, now);  // a working hour is five of a week's
  return std::max(measure.add(item.received, std::llround(used)), now);
}

}  // namespace

std::optional<Forecast> forecast_of(const Model& model, const Trace& item, const Load& load,
                                    Instant now, const Measure& measure) {
  if (measure.between(item.received, item.due) == 0) return std::nullopt;
  const Features f = features_at(item, load, now, measure);
  if (f.share < kShareMin) return std::nullopt;
  Forecast said;
  said.cases = model.finish_times().ended(f.groups[static_cast<std::size_t>(Group::kProcedure)]);
  if (said.cases < kCasesMin) return std::nullopt;
  said.at = now;
  const Account account = model.account(f);
  said.chance = account.chance;
  const FinishBand band = model.finish_times().band(f, said.chance);
  said.earliest = at_share(item, band.earliest, now, measure);
  said.expected = at_share(item, band.expected, now, measure);
  said.latest = at_share(item, band.latest, now, measure);
  const Facts facts = facts_of(model, item, f, account);
  said.facts = facts.facts;
  said.facts_count = facts.count;
  return said;
}

}  // namespace kip::forecast
