#include "simulation/month_ward.h"

#include <algorithm>
#include <array>
#include <map>

#include "simulation/rng.h"
#include "support/files.h"
#include "support/office.h"

namespace kip::sim::month {
namespace {

using std::chrono::days;

std::string text_of(LocalDay day) { return format_rfc3339(day_start(day) + days{1}).substr(0, 10); }

std::string person(std::string_view id, std::string_view unit, bool bare) {
  std::string line = "  - {id: " + std::string(id) + ", role: \"" + std::string(id) +
                     "\", unit: " + std::string(unit) + ", email: " + std::string(id) +
                     "@honai.example";
  return line + (bare ? ", quiet: {from: \"03:00\", until: \"03:01\"}}\n" : "}\n");
}

std::string people_yaml(const Dates& dates, bool bare) {
  std::string people =
      "version: 1\npeople:\n" + person(kChairman, kLeaders, bare) + person(kVice, kLeaders, bare);
  std::string posts = "units:\n  - {unit: " + std::string(kLeaders) +
                      ", head: " + std::string(kChairman) + ", deputies: [" + std::string(kVice) +
                      "]}\n";
  for (const UnitRow& unit : kUnits) {
    people += person(unit.head, unit.id, bare) + person(unit.deputy, unit.id, bare);
    posts += "  - {unit: " + std::string(unit.id) + ", head: " + std::string(unit.head) +
             ", deputies: [" + std::string(unit.deputy) + "]";
    if (unit.id == kLeaveUnit) {
      posts += ", substitutes: [{person: " + std::string(unit.deputy) +
               ", from: " + text_of(dates.leave_from) + ", until: " + text_of(dates.leave_until) +
               "}]";
    }
    posts += "}\n";
  }
  return people + posts + "superiors:\n  fields:\n    - {person: " + std::string(kVice) +
         ", fields: [\"" + std::string(kViceField) + "\"]}\n  default: " + std::string(kChairman) +
         "\n";
}

// Before the entry that fits all.
std::string with_early(const std::string& rules, const Registry& registry, int length) {
  std::string codes;
  for (const Procedure& p : registry.procedures) {
    const bool short_one = p.statutory.unit == Statutory::Unit::kWorkingDays &&
                           p.statutory.millionths > 1'000'000 && p.statutory.millionths < 5'000'000;
    if (short_one) codes += (codes.empty() ? "\"" : ", \"") + p.code + "\"";
  }
  const std::string entry =
      "  - rule: due_soon\n    when: {procedure: [" + codes +
      "]}\n    level: warning\n    remaining: {hours: " + std::to_string(length) + "}\n\n";
  const std::string all = "\n  - rule: due_soon\n";
  // Told by hand, the short ones need the forecast less.
  const std::string minimum = "    minimum_percent: ", most = "\n    resolve_points: 10";
  return test::replaced(test::replaced(rules, minimum + "40" + most, minimum + "45" + most), all,
                        "\n" + entry + all.substr(1));
}

std::shared_ptr<const Policy> read(const std::map<std::string, std::string>& texts) {
  Problems problems;
  auto policy = read_policy(texts, {}, problems);
  for (const Problem& problem : problems) std::fprintf(stderr, "%s\n", to_string(problem).c_str());
  KIP_CHECK(policy != nullptr);
  return policy;
}

}  // namespace

const UnitRow& unit_row(std::string_view unit) {
  return *std::find_if(std::begin(kUnits), std::end(kUnits),
                       [&](const UnitRow& row) { return row.id == unit; });
}

bool is_leader(std::string_view person) { return person == kChairman || person == kVice; }

std::string_view above(std::string_view person, std::string_view field) {
  if (person == kChairman) return "";
  return person != kVice && field == kViceField ? kVice : kChairman;
}

Dates dates_of(std::uint64_t seed) {
  Rng rng(seed * 7919);
  std::array<LocalDay, 4> mondays;
  for (int i = 0; i < 4; ++i)
    mondays.at(static_cast<std::size_t>(i)) = local_day(test::vn("2026-11-02 00:00")) + days{7 * i};
  for (std::size_t i = 3; i > 0; --i) std::swap(mondays.at(i), mondays.at(rng.below(i + 1)));
  Dates dates;
  dates.warm_up = test::vn("2026-09-14 07:30");
  dates.begin = test::vn("2026-11-02 00:00");
  dates.end = test::vn("2026-12-02 00:00");
  dates.leave_from = mondays[0];
  dates.leave_until = mondays[0] + days{4};
  // Wednesdays: the holiday of the month is a Tuesday.
  dates.dead = mondays[1] + days{2};
  dates.storm = mondays[2] + days{2};
  dates.ladders = mondays[3] + days{2};
  return dates;
}

World make_world(const Dates& dates, const Rulings& rulings) {
  std::map<std::string, std::string> texts;
  for (const std::string& file : policy_files()) texts[file] = test::shipped(file);
  texts[std::string(kPeopleFile)] = people_yaml(dates, rulings.bare);
  World world;
  world.policy = read(texts);
  if (rulings.early_hours > 0) {
    texts["rules.yaml"] =
        with_early(texts["rules.yaml"], world.policy->registry, rulings.early_hours);
    world.policy = read(texts);
  }
  Problems problems;
  world.rules =
      read_desk_rules(Reader::parse("notify.yaml", test::shipped("notify.yaml"), problems),
                      world.policy->registry, world.policy->directory);
  KIP_CHECK(problems.empty());
  if (rulings.interval_hours > 0) world.rules.interval = work_hours(rulings.interval_hours);
  if (rulings.group_wait_minutes > 0)
    world.rules.group_wait = std::chrono::minutes{rulings.group_wait_minutes};
  if (rulings.remind_hours > 0) world.rules.remind_after = work_hours(rulings.remind_hours);
  if (rulings.bare) {
    world.rules.group_wait = world.rules.group_wait_critical = Millis{0};
    world.rules.interval = {};
    world.rules.interval_critical = Millis{0};
    world.rules.per_day = world.rules.flaps = 1'000'000;
    world.rules.wake_minute = 0;
    world.rules.sleep_minute = 24 * 60;
  }
  return world;
}

}  // namespace kip::sim::month
