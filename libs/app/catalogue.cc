// GET /v1/catalogue, /v1/units: what the ward knows beside its events.

#include <boost/json.hpp>

#include "app/api_parts.h"
#include "app/plain_json.h"
#include "app/query.h"
#include "app/totals.h"
#include "app/trace_words.h"
#include "contract/publish.h"

namespace kip {
namespace {

namespace js = boost::json;

constexpr double kMillion = 1'000'000;  // divided by, never multiplied: 0.2 stays 0.2

js::value amount(const Amount& a) {
  if (a.fixed) return js::object{{"hours", static_cast<double>(a.fixed->ms) / 3'600'000}};
  return js::object{{"share", static_cast<double>(a.share_millionths) / kMillion}};
}

js::value hours(WorkTime t) { return static_cast<double>(t.ms) / 3'600'000; }

struct Thresholds {
  js::object operator()(const BehindPlan& p) const {
    return {{"raise_points", p.raise_points}, {"resolve_points", p.resolve_points}};
  }
  js::object operator()(const Blocked&) const { return {}; }
  js::object operator()(const DueSoon& p) const { return {{"remaining", amount(p.remaining)}}; }
  js::object operator()(const Extended& p) const { return {{"moves", p.moves}}; }
  js::object operator()(const LikelyLate& p) const {
    return {{"minimum_percent", p.minimum_percent},
            {"resolve_points", p.resolve_points},
            {"share_percent", p.share_percent},
            {"items", p.items}};
  }
  js::object operator()(const NotAccepted& p) const { return {{"after_hours", hours(p.after)}}; }
  js::object operator()(const NotReturned& p) const { return {{"after_hours", hours(p.after)}}; }
  js::object operator()(const OverInternalLimit& p) const { return {{"used", amount(p.used)}}; }
  js::object operator()(const Overdue&) const { return {}; }
  js::object operator()(const Reopened&) const { return {}; }
  js::object operator()(const Stalled& p) const { return {{"after_hours", hours(p.after)}}; }
  js::object operator()(const StepOverdue&) const { return {}; }
  js::object operator()(const Unclear& p) const { return {{"after_hours", hours(p.after)}}; }
  js::object operator()(const WaitingLong& p) const {
    return {{"after_hours", hours(p.after)}, {"asks", p.asks}};
  }
};

js::array words(const std::vector<std::string>& list) {
  js::array out;
  for (const std::string& word : list) out.emplace_back(word);
  return out;
}

js::object selector(const Selector& when) {
  js::object out;
  js::array kinds;
  for (const Kind kind : when.kinds) kinds.emplace_back(kind_word(kind));
  if (!kinds.empty()) out["kind"] = kinds;
  if (!when.units.empty()) out["unit"] = words(when.units);
  if (!when.fields.empty()) out["field"] = words(when.fields);
  if (!when.procedures.empty()) out["procedure"] = words(when.procedures);
  if (when.focus) out["focus"] = *when.focus;
  return out;
}

js::array rules(const RuleSet& set) {
  js::array out;
  for (std::size_t r = 0; r < kRuleCount; ++r) {
    const auto rule = static_cast<RuleId>(r);
    for (const RuleEntry& entry : set.entries(rule)) {
      out.push_back({{"rule", rule_name(rule)},
                     {"label", rule_label(rule)},
                     {"level", level_word(entry.level)},
                     {"makes_at_risk", makes_at_risk(rule)},
                     {"badge", is_badge(rule)},
                     {"when", selector(entry.when)},
                     {"thresholds", std::visit(Thresholds{}, entry.params)},
                     {"version", entry.version}});
    }
  }
  return out;
}

js::array statuses() {
  js::array out;
  for (int i = 1; i < kStatusCount; ++i) {
    const auto status = static_cast<WorkStatus>(i);
    js::array successors;
    for (int next = 1; next < kStatusCount; ++next) {
      const auto to = static_cast<WorkStatus>(next);
      if (to != status && can_follow(status, to)) successors.emplace_back(status_word(to));
    }
    out.push_back({{"status", status_word(status)},
                   {"label", status_words(status)},
                   {"open", is_open(status)},
                   {"successors", successors}});
  }
  return out;
}

std::string_view unit_word(Statutory::Unit unit) {
  switch (unit) {
    case Statutory::Unit::kWorkingDays:
      return "working_day";
    case Statutory::Unit::kDays:
      return "day";
    case Statutory::Unit::kHours:
      return "hour";
    case Statutory::Unit::kSameDay:
      return "same_day";
  }
  return "";
}

js::object procedure(const Procedure& p) {
  js::array steps;
  for (const Procedure::Part& step : p.steps) {
    steps.push_back({{"code", step.code}, {"name", step.name}, {"unit", step.unit}});
  }
  js::object out{{"code", p.code},
                 {"name", p.name},
                 {"field", p.field},
                 {"unit", p.unit},
                 {"statutory",
                  {{"value", static_cast<double>(p.statutory.millionths) / kMillion},
                   {"unit", unit_word(p.statutory.unit)}}},
                 {"steps", steps}};
  static constexpr const char* kChannels[] = {"", "counter", "online", "post"};
  if (p.channel != Channel::kNone) out["channel"] = kChannels[static_cast<std::size_t>(p.channel)];
  if (p.from) out["from"] = day_text(*p.from);
  if (p.until) out["until"] = day_text(*p.until);
  return out;
}

js::object catalogue(const Policy& policy) {
  js::array procedures, subjects, sub_clocks;
  for (const Procedure& p : policy.registry.procedures) procedures.push_back(procedure(p));
  for (const Subject& s : policy.registry.subjects) {
    subjects.push_back({{"code", s.code}, {"name", s.name}, {"unit", s.unit}, {"field", s.field}});
  }
  for (const SubClockRule& c : policy.registry.sub_clocks) {
    sub_clocks.push_back({{"kind", kind_word(c.kind)},
                          {"name", c.name},
                          {"label", c.label},
                          {"working_days", static_cast<double>(c.millionth_days) / kMillion}});
  }
  return {{"procedures", procedures},
          {"subjects", subjects},
          {"sub_clocks", sub_clocks},
          {"statuses", statuses()},
          {"rules", rules(policy.rules)}};
}

js::object unit_row(const Unit& unit, const StateCounts& counts) {
  return {{"id", unit.id},
          {"name", unit.name},
          {"short", unit.short_name},
          {"kind", unit.kind},
          {"items",
           {{"overdue", counts.overdue},
            {"at_risk", counts.at_risk},
            {"paused", counts.paused},
            {"on_track", counts.on_track}}}};
}

}  // namespace

web::Response get_catalogue(Api& api, const web::Request& request) {
  if (auto refusal = Query(request, {}).refusal()) return *refusal;
  return web::json(200, plain_json(catalogue(*api.service.policy())));
}

web::Response get_units(Api& api, const web::Request& request) {
  if (auto refusal = Query(request, {}).refusal()) return *refusal;
  auto totals = read_totals(*api.service.view());
  if (!totals) return unreadable(totals.error());
  auto counts = states_by_unit(*totals);
  const auto policy = api.service.policy();
  js::array units;
  for (const Unit& unit : policy->registry.units) {
    units.push_back(unit_row(unit, counts[unit.id]));
    counts.erase(unit.id);
  }
  counts.try_emplace(std::string(kUnassigned));
  for (const auto& [id, sum] : counts) {  // what no directory names
    Unit unit;
    unit.id = unit.name = unit.short_name = id;
    if (id == kUnassigned) unit.name = unit.short_name = "Chưa rõ đơn vị";
    unit.kind = "other";
    units.push_back(unit_row(unit, sum));
  }
  return web::json(200, js::serialize(js::object{{"units", units}}));
}

}  // namespace kip
