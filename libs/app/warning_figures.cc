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
    if (!policy.rules.entries(rule).empty()) {
      rules_[rule].figures.by_week.resize(period.week_count());
    }
  }
}

void WarningTally::see(const AlertChange& c) {
  Alert& alert = alerts_[c.item_id][c.alert_id];
  if (c.change == AlertChangeKind::kRaised) {
    if (alert.raised++ == 0) alert.detected = c.detected_at;
    unit_days_.try_emplace(c.unit_id);
    count_raised(rules_[c.rule], c);
    if (makes_at_risk(c.rule)) count_raised(together_, c);
  }
  alert.rule = c.rule;
  alert.onset = c.onset;
  alert.unit = c.unit_id;
  alert.retracted = c.change == AlertChangeKind::kResolved && c.cause == AlertCause::kRetracted;
}

void WarningTally::count_raised(Counts& counts, const AlertChange& c) const {
  ++counts.figures.alerts;
  ++counts.by_unit[c.unit_id];
  ++counts.figures.by_week.at(period_.week_of(c.detected_at));
}

void WarningTally::take(First& first, const Alert& alert) {
  if (!first.by_onset || alert.onset < first.by_onset->onset) first.by_onset = alert;
  first.detected = first.detected ? std::min(*first.detected, alert.detected) : alert.detected;
}

void WarningTally::judge(const ItemOutcome& outcome) {
  const Folded& folded = outcome.item.folded;
  unit_days_.try_emplace(std::string(Seen(folded, policy_, period_.end).unit));
  if (!outcome.late) return;
  late_ += *outcome.late ? 1 : 0;
  const auto found = alerts_.find(outcome.item.item_id);
  if (found == alerts_.end()) return;
  First together;
  std::map<RuleId, First> by_rule;
  for (const auto& [id, alert] : found->second) {
    const bool at_risk = makes_at_risk(alert.rule);
    rules_[alert.rule].figures.alerts_judged += alert.raised;
    if (at_risk) together_.figures.alerts_judged += alert.raised;
    if (alert.retracted) continue;
    take(by_rule[alert.rule], alert);
    if (at_risk) take(together, alert);
  }
  const Instant due = *folded.effective_due;
  for (const auto& [rule, first] : by_rule) count(rules_[rule], first, due, *outcome.late);
  if (together.by_onset) count(together_, together, due, *outcome.late);
}

void WarningTally::count(Counts& counts, const First& first, Instant due, bool late) const {
  ++counts.figures.flagged;
  if (!late) return;
  ++counts.figures.late_flagged;
  counts.figures.late_in_time += *first.detected < due ? 1 : 0;
  const double days = calendar_days(first.by_onset->onset, due);
  counts.figures.leads.push_back(days);
  const Calendar& calendar = policy_.calendars.of(first.by_onset->unit);
  const WorkTime lead = calendar.between(first.by_onset->onset, due);
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
