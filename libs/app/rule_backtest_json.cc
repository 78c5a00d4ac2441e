#include <boost/json.hpp>
#include <cmath>

#include "app/figure_lines.h"
#include "app/plain_json.h"
#include "app/rule_backtest.h"
#include "app/rule_verdict.h"

namespace kip {
namespace {

namespace js = boost::json;

std::string word(std::string_view text) { return std::string(text); }

// Four decimals are more than any log knows.
js::value rounded(double value) { return std::round(value * 10'000) / 10'000; }

js::value rounded(const std::optional<double>& value) {
  return value ? rounded(*value) : js::value(nullptr);
}

js::value json_of(const std::optional<Quartiles>& q) {
  if (!q) return nullptr;
  return js::object{
      {"low", rounded(q->low)}, {"median", rounded(q->median)}, {"high", rounded(q->high)}};
}

js::object json_of(const Side& side) {
  const WarningFigures& f = side.figures;
  js::object load{{"median", rounded(f.load.median)}, {"most", rounded(f.load.most)}};
  load["busiest"] = f.load.busiest;
  return {{"flagged", f.flagged},
          {"late_flagged", f.late_flagged},
          {"false_alarms", f.false_alarms()},
          {"precision", rounded(f.precision)},
          {"recall", rounded(f.recall)},
          {"late_in_time", f.late_in_time},
          {"missed", side.early ? js::value(side.missed()) : js::value(nullptr)},
          {"lead_days", json_of(f.lead_days)},
          {"lead_working_days", json_of(f.lead_working_days)},
          {"alerts", f.alerts},
          {"alerts_judged", f.alerts_judged},
          {"alerts_a_week", rounded(side.alerts_a_week())},
          {"alerts_a_unit_and_working_day", load},
          {"alerts_by_week", js::value_from(f.by_week)}};
}

js::object json_of(const ForeseenPoint& p) {
  js::array bins;
  for (const ChanceBin& bin : p.bins) {
    const auto mean = [&](double sum) {
      return bin.items == 0 ? js::value(nullptr) : rounded(sum / static_cast<double>(bin.items));
    };
    bins.push_back(js::object{{"items", bin.items},
                              {"late", bin.late},
                              {"mean_chance", mean(bin.chances)},
                              {"late_share", mean(static_cast<double>(bin.late))}});
  }
  return {{"time_used", rounded(p.share)},
          {"open", p.open},
          {"not_enough_data", p.unknown},
          {"late", p.late},
          {"auc", rounded(p.auc)},
          {"brier", rounded(p.brier)},
          {"calibration_error", rounded(p.calibration_error)},
          {"late_of_riskiest_fifth", rounded(p.riskiest)},
          {"bins", std::move(bins)}};
}

// The rows as the API has them (/v1/reports/saved), newest month first, and what they come to.
js::object saved_of(const Foreseen& f) {
  js::object out = js::parse(to_json(f.saved)).as_object();
  js::object all = js::parse(to_json(std::vector{f.saved_all})).at("rows").at(0).as_object();
  all.erase("month");
  all.erase("ward_id");
  out["together"] = std::move(all);
  out["warned"] = f.warned;
  out["warned_not_enough_data"] = f.warned_unknown;
  return out;
}

js::object json_of(const Foreseen& f) {
  js::array points;
  for (const ForeseenPoint& point : f.points) points.push_back(json_of(point));
  return {{"lessons", f.lessons},
          {"models", f.models},
          {"cuts", f.cuts},
          {"points", std::move(points)},
          {"saved", saved_of(f)}};
}

js::object json_of(const RuleBacktest& b) {
  js::object rules;
  for (const auto& [rule, figures] : b.warnings.rules) {
    js::object& of = (rules[word(rule_name(rule))] = json_of(side_of(b, rule))).as_object();
    js::array versions;
    for (const RuleEntry& entry : b.policy->rules.entries(rule)) versions.push_back(entry.version);
    of["versions"] = std::move(versions);
  }
  return {{"config", b.config},
          {"items", b.replay.items},
          {"judged", b.replay.judged},
          {"late", b.replay.late},
          {"events", b.replay.events},
          {"refused", b.replay.refused},
          {"refused_by_shard", b.replay.refused_by_shard},
          {"beyond_until", b.replay.beyond_until},
          {"begin", format_rfc3339(b.period.begin)},
          {"end", format_rfc3339(b.period.end)},
          {"weeks", rounded(b.period.weeks())},
          {"first_week", day_text(b.period.first_week())},
          {"units", b.warnings.units},
          {"together", json_of(together_of(b))},
          {"rules", std::move(rules)},
          {"forecast", json_of(b.foreseen)}};
}

js::value difference(const Side& before, const Side& after) {
  static constexpr std::string_view kWords[] = {"same", "slight", "better", "worse", "mixed"};
  const auto less = [](std::uint64_t a, std::uint64_t b) {
    return static_cast<std::int64_t>(a) - static_cast<std::int64_t>(b);
  };
  js::object out{
      {"verdict", word(kWords[static_cast<std::size_t>(weigh(before, after).balance)])},
      {"alerts_a_week", rounded(after.alerts_a_week() - before.alerts_a_week())},
      {"false_alarms", less(after.figures.false_alarms(), before.figures.false_alarms())},
      {"missed", less(after.missed(), before.missed())},
      {"lead_days_median", nullptr}};
  const auto &then = before.figures.lead_days, &now = after.figures.lead_days;
  if (then && now) out["lead_days_median"] = rounded(now->median - then->median);
  return out;
}

js::object compared(const Backtests& b) {
  js::array changes;
  for (const RuleChange& c : b.changes()) {
    changes.push_back(js::object{{"rule", word(rule_name(c.rule))},
                                 {"when", c.when},
                                 {"key", c.key},
                                 {"before", c.before},
                                 {"after", c.after}});
  }
  js::object differences{{"together", difference(together_of(*b.before), together_of(b.after))}};
  js::object rules;
  for (const RuleId rule : b.rules()) {
    rules[word(rule_name(rule))] = difference(side_of(*b.before, rule), side_of(b.after, rule));
  }
  differences["rules"] = std::move(rules);
  return {{"before", json_of(*b.before)},
          {"changes", std::move(changes)},
          {"other_files", js::value_from(b.other_files)},
          {"difference", std::move(differences)}};
}

}  // namespace

std::string to_json(const Backtests& b) {
  js::object out{{"sentences", js::value_from(sentences_of(b))}, {"after", json_of(b.after)}};
  if (b.before) {
    for (auto& [key, value] : compared(b)) out[key] = std::move(value);
  }
  return plain_json(out);
}

}  // namespace kip
