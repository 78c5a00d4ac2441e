#include "simulation/world.h"

#include <cmath>

namespace kip::sim {
namespace {

using Days = std::map<std::string, bool>;

// Quốc khánh, Tết dương lịch, Tết Đinh Mùi with days off and worked Saturdays.
const Days kHolidays = {
    {"2026-08-31", false}, {"2026-09-01", false}, {"2026-09-02", false}, {"2026-08-22", true},
    {"2027-01-01", false}, {"2027-01-02", true},  {"2027-02-04", false}, {"2027-02-05", false},
    {"2027-02-08", false}, {"2027-02-09", false}, {"2027-02-10", false}, {"2027-02-13", true},
};
// The same with a storm day, and one worked Sunday instead of a holiday.
const Days kOtherDays = {
    {"2026-08-31", false}, {"2026-09-02", false}, {"2026-11-24", false}, {"2026-11-29", true},
    {"2027-01-01", false}, {"2027-02-05", false}, {"2027-02-08", false}, {"2027-02-09", false},
};

LocalDay day_of(const std::string& text) { return *parse_day(text); }

Calendar calendar_of(const oracle::Config& config, const Days& days) {
  if (config.always) return Calendar::always();
  OfficeHours hours;
  for (const auto& [open, close] : config.office_minutes) {
    hours.intervals.push_back({open * kMinute, close * kMinute});
  }
  std::map<LocalDay, bool> exceptions;
  for (const auto& [day, works] : days) exceptions[day_of(day)] = works;
  return Calendar::office(std::move(hours), exceptions);
}

// Rows in force from 2026-12-01 on differ, as do those of the online channel.
std::vector<oracle::Procedure> catalogue() {
  const Ms turn = midnight("2026-12-01"), tet = midnight("2027-02-03");
  using oracle::Procedure;
  std::vector<Procedure> rows;
  rows.push_back(Procedure{"p.days", 0, INT64_MIN, turn, 15, "working_day"});
  rows.push_back(Procedure{"p.days", 0, turn, INT64_MAX, 2.5, "working_day"});
  rows.push_back(Procedure{"p.days", 2, INT64_MIN, INT64_MAX, 3, "working_day"});
  rows.push_back(Procedure{"p.hours", 1, INT64_MIN, INT64_MAX, 4, "hour"});
  rows.push_back(Procedure{"p.hours", 2, turn, tet, 20, "hour"});
  rows.push_back(Procedure{"p.plain", 0, INT64_MIN, INT64_MAX, 7, "day"});
  rows.push_back(Procedure{"p.plain", 3, INT64_MIN, tet, 30, "day"});
  rows.push_back(Procedure{"p.same", 0, INT64_MIN, INT64_MAX, 0, "same_day"});
  return rows;
}

Procedure row_of(const oracle::Procedure& from) {
  Procedure row;
  row.code = from.code;
  row.channel = static_cast<Channel>(from.channel);
  if (from.from_ms != INT64_MIN) row.from = local_day(instant_of(from.from_ms));
  if (from.until_ms != INT64_MAX) row.until = local_day(instant_of(from.until_ms));
  row.statutory.millionths = std::llround(from.value * 1e6);
  using Unit = Statutory::Unit;
  row.statutory.unit = from.unit == "working_day" ? Unit::kWorkingDays
                       : from.unit == "hour"      ? Unit::kHours
                       : from.unit == "day"       ? Unit::kDays
                                                  : Unit::kSameDay;
  return row;
}

std::shared_ptr<Policy> policy_of(const oracle::Config& config, const Days& days,
                                  const std::string& digest) {
  auto policy = plain_policy(calendar_of(config, days));
  policy->registry.open = config.registry_open;
  for (const std::string& id : config.units) {
    Unit unit;
    unit.id = id;
    if (id == "u.far") unit.ward = "far-ward";
    policy->registry.units.push_back(unit);
  }
  for (const auto& row : config.procedures) policy->registry.procedures.push_back(row_of(row));
  policy->registry.index();
  policy->digest = digest;
  return policy;
}

RuleEntry entry(RuleParams params, AlertLevel level, std::optional<bool> focus = std::nullopt) {
  RuleEntry e;
  e.params = params;
  e.level = level;
  e.when.focus = focus;
  return e;
}

// Some rules with other limits and levels, some not at all.
RuleSet other_rules() {
  RuleSet rules;
  rules.add(entry(Overdue{}, AlertLevel::kWarning, false));
  rules.add(entry(Overdue{}, AlertLevel::kCritical));
  rules.add(entry(DueSoon{Amount{500'000, {}}}, AlertLevel::kCritical));
  rules.add(entry(BehindPlan{10, 5}, AlertLevel::kWarning));
  rules.add(entry(OverInternalLimit{Amount{500'000, {}}}, AlertLevel::kWarning));
  rules.add(entry(Stalled{work_hours(8)}, AlertLevel::kNotice));
  rules.add(entry(NotAccepted{work_hours(8)}, AlertLevel::kCritical));
  rules.add(entry(NotReturned{work_hours(2)}, AlertLevel::kNotice));
  rules.add(entry(WaitingLong{work_hours(24), 1}, AlertLevel::kWarning));
  rules.add(entry(Extended{1}, AlertLevel::kNotice));
  rules.add(entry(Reopened{}, AlertLevel::kWarning));
  return rules;
}

World make(std::string name, oracle::Config config) {
  World world;
  config.procedures = catalogue();
  if (!config.always) config.days = kHolidays;
  world.policy = policy_of(config, config.days, name);
  oracle::Config other = config;
  other.registry_open = !config.registry_open;
  other.units = {"u.land", "u.far"};
  auto reloaded = policy_of(other, kOtherDays, name + "/other");
  reloaded->rules = other_rules();
  world.other = std::move(reloaded);
  world.name = std::move(name);
  world.config = std::move(config);
  return world;
}

}  // namespace

Ms midnight(const char* date) { return ms_of(day_start(day_of(date))); }

const std::vector<World>& worlds() {
  static const std::vector<World> kWorlds = [] {
    std::vector<World> all;
    oracle::Config config;
    all.push_back(make("office/open", config));
    config.registry_open = false;
    config.units = {"u.land", "u.court", "u.far"};
    all.push_back(make("office/config", config));
    config.office_minutes = {{420, 690}, {810, 1020}};  // 07:00-11:30, 13:30-17:00
    all.push_back(make("long mornings/config", config));
    config.always = true;
    all.push_back(make("always/config", config));
    config.registry_open = true;
    all.push_back(make("always/open", config));
    return all;
  }();
  return kWorlds;
}

}  // namespace kip::sim
