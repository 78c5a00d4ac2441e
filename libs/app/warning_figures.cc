#include "app/warning_figures.h"

#include <algorithm>
#include <cmath>

namespace kip {
namespace {

constexpr double kDayMs = 86'400'000;
constexpr std::chrono::days kWeek{7};

std::optional<double> share(std::uint64_t part, std::uint64_t all) {
  if (all == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(all);
}

double calendar_days(Instant from, Instant to) {
  return static_cast<double>((to - from).count()) / kDayMs;
}

LocalDay monday_of(Instant at) {
  const LocalDay day = local_day(at);
  return day - (std::chrono::weekday{day} - std::chrono::Monday);
}

}  // namespace

std::optional<Quartiles> quartiles_of(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const auto at = [&](double part) {
    const double place = part * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(std::floor(place));
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (place - std::floor(place)) * (values[above] - values[below]);
  };
  return Quartiles{at(0.25), at(0.5), at(0.75)};
}

double Period::weeks() const { return std::max(calendar_days(begin, end), 1.0) / 7; }
LocalDay Period::first_week() const { return monday_of(begin); }
std::size_t Period::week_of(Instant at) const {
  const auto weeks = (monday_of(std::clamp(at, begin, end)) - first_week()) / kWeek;
  return static_cast<std::size_t>(weeks);
}

std::optional<Period> period_of(const ImportedLog& log, std::optional<Instant> until) {
  std::optional<Period> period;
  for (const Accepted& event : log.events) {
    if (event.what != Accepted::What::kEvent || (until && event.ingested_at > *until)) continue;
    if (!period) period = Period{event.ingested_at, event.ingested_at};
    period->begin = std::min(period->begin, event.ingested_at);
    period->end = std::max(period->end, event.ingested_at);
  }
  if (period && until) period->end = *until;
  return period;
}

WarningTally::WarningTally(const Policy& policy, const Period& period)
    : policy_(policy), period_(period) {
  together_.figures.by_week.resize(period.week_count());
  for (std::size_t i = 0; i < kRuleCount; ++i) {
    const auto rule = static_cast<RuleId>(i);
    if (!policy.rules.entries(rule).empty())
      rules_[rule].figures.by_week.resize(period.week_count());
  }
}

void WarningTally::see(const AlertChange& c) {
  if (c.change != AlertChangeKind::kRaised) return;
  unit_days_.try_emplace(c.unit_id);
  count_raised(rules_[c.rule], c);
  if (makes_at_risk(c.rule)) count_raised(together_, c);
}

void WarningTally::count_raised(Counts& counts, const AlertChange& c) const {
  ++counts.figures.alerts;
  ++counts.by_unit[c.unit_id];
  ++counts.figures.by_week.at(period_.week_of(c.detected_at));
}

void WarningTally::judge(const ItemOutcome& outcome) {
  const Folded& folded = outcome.item.folded;
  unit_days_.try_emplace(std::string(Seen(folded, policy_, period_.end).unit));
  if (!outcome.late) return;
  late_ += *outcome.late ? 1 : 0;
  ItemAlerts together;
  for (const auto& [rule, alerts] : outcome.alerts) {
    count(rules_[rule], alerts, *folded.effective_due, *outcome.late);
    if (makes_at_risk(rule)) together.add(alerts);
  }
  count(together_, together, *folded.effective_due, *outcome.late);
}

void WarningTally::count(Counts& counts, const ItemAlerts& alerts, Instant due, bool late) const {
  counts.figures.alerts_judged += alerts.raised;
  if (!alerts.first) return;
  ++counts.figures.flagged;
  if (!late) return;
  ++counts.figures.late_flagged;
  counts.figures.late_in_time += alerts.detected < due ? 1 : 0;
  const double days = calendar_days(alerts.first->onset, due);
  counts.figures.leads.push_back(days);
  const Calendar& calendar = policy_.calendars.of(alerts.first->unit_id);
  const WorkTime lead = calendar.between(alerts.first->onset, due);
  counts.working_leads.push_back(calendar.is_always() ? days
                                                      : static_cast<double>(lead.ms) /
                                                            static_cast<double>(kWorkingDay.ms));
}

double WarningTally::working_days(const Calendar& calendar) const {
  std::uint64_t days = 0;
  for (LocalDay day = local_day(period_.begin); day <= local_day(period_.end);
       day += std::chrono::days{1}) {
    days += calendar.is_working_day(day) ? 1 : 0;
  }
  return std::max(static_cast<double>(days), 1.0);
}

void WarningTally::close(Counts& counts) const {
  WarningFigures& f = counts.figures;
  f.precision = share(f.late_flagged, f.flagged);
  f.recall = share(f.late_flagged, late_);
  std::sort(f.leads.begin(), f.leads.end());
  f.lead_days = quartiles_of(f.leads);
  f.lead_working_days = quartiles_of(std::move(counts.working_leads));
  std::vector<double> loads;
  for (const auto& [unit, days] : unit_days_) {
    const auto found = counts.by_unit.find(unit);
    const double load =
        found == counts.by_unit.end() ? 0.0 : static_cast<double>(found->second) / days;
    loads.push_back(load);
    if (load > f.load.most) f.load.most = load, f.load.busiest = unit;
  }
  if (const auto spread = quartiles_of(std::move(loads))) f.load.median = spread->median;
}

WarningsByRule WarningTally::finish() {
  std::map<const Calendar*, double> known;  // most units share one
  for (auto& [unit, days] : unit_days_) {
    const Calendar& calendar = policy_.calendars.of(unit);
    const auto [found, is_new] = known.try_emplace(&calendar);
    if (is_new) found->second = working_days(calendar);
    days = found->second;
  }
  WarningsByRule out;
  out.units = unit_days_.size();
  close(together_);
  out.together = std::move(together_.figures);
  for (auto& [rule, counts] : rules_) {
    close(counts);
    out.rules[rule] = std::move(counts.figures);
  }
  return out;
}

}  // namespace kip
