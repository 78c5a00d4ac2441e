#include "rules/ruleset.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "support/files.h"

namespace kip {
namespace {

using Names = std::vector<std::string>;
const KnownNames kKnown = {.units = Names{"van-phong", "cong-an"},
                           .fields = Names{"Đất đai", "Hộ tịch"},
                           .procedures = Names{"1.013225", "1.001193"}};

// The problems of rules.yaml with these entries; the first stands in line 3.
std::vector<std::string> problems_of(const std::string& entries) {
  Problems problems;
  read_rules(Reader::parse("rules.yaml", "version: 1\nrules:\n" + entries, problems), kKnown);
  std::vector<std::string> out;
  for (const Problem& problem : problems) out.push_back(to_string(problem));
  return out;
}
using Said = std::vector<std::string>;

RuleSet read(const std::string& entries) {
  Problems problems;
  RuleSet rules =
      read_rules(Reader::parse("rules.yaml", "version: 1\nrules:\n" + entries, problems), kKnown);
  for (const Problem& problem : problems) ADD_FAILURE() << to_string(problem);
  return rules;
}

TEST(RuleSet, RulesStandInTheOrderOfTheirNamesInBytes) {
  for (std::size_t i = 1; i < kRuleCount; ++i) {
    EXPECT_LT(rule_name(static_cast<RuleId>(i - 1)), rule_name(static_cast<RuleId>(i)));
  }
  for (std::size_t i = 0; i < kRuleCount; ++i) {
    EXPECT_EQ(rule_named(rule_name(static_cast<RuleId>(i))), static_cast<RuleId>(i));
  }
  EXPECT_EQ(rule_named("late"), std::nullopt);
}

TEST(RuleSet, WhatIsSeenEarlyMakesAnItemAtRisk) {
  const std::set<RuleId> at_risk = {RuleId::kDueSoon, RuleId::kBehindPlan, RuleId::kStepOverdue,
                                    RuleId::kLikelyLate, RuleId::kBlocked};
  const std::set<RuleId> to_holder = {RuleId::kStalled, RuleId::kStepOverdue, RuleId::kLikelyLate};
  for (std::size_t i = 0; i < kRuleCount; ++i) {
    const auto rule = static_cast<RuleId>(i);
    EXPECT_EQ(makes_at_risk(rule), at_risk.contains(rule)) << rule_name(rule);
    EXPECT_EQ(is_badge(rule), !at_risk.contains(rule) && rule != RuleId::kOverdue)
        << rule_name(rule);
    EXPECT_EQ(goes_to_holder(rule), to_holder.contains(rule)) << rule_name(rule);
  }
}

// For whoever sees several: each has a place of its own.
TEST(RuleSet, NoTwoRulesAreEquallyTelling) {
  std::set<int> places;
  for (std::size_t i = 0; i < kRuleCount; ++i)
    places.insert(facts_of(static_cast<RuleId>(i)).telling);
  EXPECT_EQ(places.size(), kRuleCount);
}

TEST(RuleSet, TheShippedFileSaysWhatTheTableOfRulesSays) {
  Problems problems;
  const RuleSet shipped =
      read_rules(Reader::parse("rules.yaml", test::shipped("rules.yaml"), problems), {});
  EXPECT_TRUE(problems.empty());
  const RuleSet table = default_rules();
  EXPECT_EQ(shipped.size(), table.size());
  for (const bool focus : {false, true}) {
    for (std::size_t i = 0; i < kRuleCount; ++i) {
      Traits traits;
      traits.kind = Kind::kTask;
      traits.focus = focus;
      const RuleEntry* a = shipped.pick(static_cast<RuleId>(i), traits);
      const RuleEntry* b = table.pick(static_cast<RuleId>(i), traits);
      ASSERT_TRUE(a && b);
      EXPECT_EQ(a->version, b->version)
          << rule_name(static_cast<RuleId>(i));  // of level and thresholds
    }
  }
}

TEST(RuleSet, AMistakeIsNamedWithFileLineAndKey) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"  - {rule: overdeu, level: critical}\n",
       "rules.yaml:3: rules[0].rule: 'overdeu' is none of behind_plan, blocked, due_soon, "
       "extended, "
       "likely_late, not_accepted, "
       "not_returned, over_internal_limit, overdue, reopened, stalled, step_overdue, unclear, "
       "waiting_long; "
       "nearest: overdue"},
      {"  - {rule: overdue, level: critical}\n  - rule: stalled\n    levle: warning\n    "
       "after_hours: 8\n    level: notice\n",
       "rules.yaml:5: rules[1].levle: unknown key; nearest: level"},
      {"  - {rule: overdue, level: severe}\n",
       "rules.yaml:3: rules[0].level: 'severe' is none of notice, warning, critical; nearest: "
       "notice"},
      {"  - {rule: overdue, level: notice, after_hours: 8}\n",
       "rules.yaml:3: rules[0].after_hours: unknown key; nearest: rule"},
      {"  - rule: due_soon\n    level: warning\n    remaining: {share: 0.2, hours: 16}\n",
       "rules.yaml:5: rules[0].remaining.share: either share or hours, one of them"},
      {"  - rule: due_soon\n    level: warning\n    remaining: {}\n",
       "rules.yaml:5: rules[0].remaining.share: either share or hours, one of them"},
      {"  - rule: due_soon\n    level: warning\n    remaining: {share: 20}\n",
       "rules.yaml:5: rules[0].remaining.share: must be a share from 0 to 1 with at most 6 "
       "decimals, "
       "not '20'"},
      {"  - {rule: stalled, level: warning, after_hours: soon}\n",
       "rules.yaml:3: rules[0].after_hours: must be a number of hours from 0.000001 to 10000 with "
       "at "
       "most 6 decimals, not 'soon'"},
      {"  - {rule: overdue, level: warning, minimum_hold_hours: 0}\n",
       "rules.yaml:3: rules[0].minimum_hold_hours: must be a number of hours from 0.000001 to "
       "10000 with at most 6 decimals, not '0'"},
      {"  - {rule: due_soon, level: warning}\n", "rules.yaml:3: rules[0].remaining: missing"},
      {"  - {rule: due_soon, level: warning, remaining: 0.2}\n",
       "rules.yaml:3: rules[0].remaining: must be a mapping of keys"},
      {"  - {rule: stalled, level: warning}\n", "rules.yaml:3: rules[0].after_hours: missing"},
      {"  - {rule: extended, level: warning, moves: 0}\n",
       "rules.yaml:3: rules[0].moves: must be a whole number from 1 to 100, not '0'"},
      {"  - {rule: behind_plan, level: warning, raise_points: 10, resolve_points: 15}\n",
       "rules.yaml:3: rules[0].resolve_points: must not be above raise_points"},
      {"  - {rule: overdue, when: {kind: [tasks]}, level: notice}\n",
       "rules.yaml:3: rules[0].when.kind: 'tasks' is no kind; nearest: task"},
      {"  - {rule: overdue, when: {unit: [van-phogn]}, level: notice}\n",
       "rules.yaml:3: rules[0].when.unit: 'van-phogn' is no unit of units.yaml; nearest: "
       "van-phong"},
      {"  - {rule: overdue, when: {unit: [xxxxxxxxxxxx]}, level: notice}\n",
       "rules.yaml:3: rules[0].when.unit: 'xxxxxxxxxxxx' is no unit of units.yaml; nearest: "
       "cong-an"},
      {"  - {rule: overdue, when: {field: [\"Đất đa\"]}, level: notice}\n",
       "rules.yaml:3: rules[0].when.field: 'Đất đa' is no field of procedures.yaml; nearest: Đất "
       "đai"},
      {"  - {rule: overdue, when: {procedure: [\"1.013252\"]}, level: notice}\n",
       "rules.yaml:3: rules[0].when.procedure: '1.013252' is no procedure and no subject of "
       "procedures.yaml; nearest: 1.013225"},
      {"  - {rule: overdue, when: {procedure: [\"9.9\"]}, level: notice}\n",
       "rules.yaml:3: rules[0].when.procedure: '9.9' is no procedure and no subject of "
       "procedures.yaml; nearest: 1.001193"},
      {"  - {rule: overdue, when: {kind: [task, task]}, level: notice}\n",
       "rules.yaml:3: rules[0].when.kind: 'task' stands twice"},
      {"  - {rule: overdue, when: {focus: maybe}, level: notice}\n",
       "rules.yaml:3: rules[0].when.focus: must be true or false, not 'maybe'"},
      {"  - {rule: overdue, when: {kinds: [task]}, level: notice}\n",
       "rules.yaml:3: rules[0].when.kinds: unknown key; nearest: kind"},
      {"  - {rule: overdue, level: notice, level: warning}\n",
       "rules.yaml:3: rules[0].level: stands twice"},
      {"  - overdue\n", "rules.yaml:3: rules[0]: must be a mapping of keys"},
  };
  for (const auto& [entries, said] : cases) EXPECT_EQ(problems_of(entries), Said{said}) << entries;
}

TEST(RuleSet, AMistakeInTheLimitsOfTheForecastIsNamed) {
  const auto entry = [](const std::string& limits) {
    return "  - {rule: likely_late, level: warning, " + limits + "}\n";
  };
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"minimum_percent: 100, resolve_points: 10, share_percent: 10, items: 2",
       "minimum_percent: must be a whole number from 1 to 99, not '100'"},
      {"minimum_percent: 50, resolve_points: 50, share_percent: 10, items: 2",
       "resolve_points: must be below minimum_percent"},
      {"minimum_percent: 50, resolve_points: 10, share_percent: 0, items: 2",
       "share_percent: must be a whole number from 1 to 99, not '0'"},
      {"minimum_percent: 50, resolve_points: 10, share_percent: 10, items: 0",
       "items: must be a whole number from 1 to 100, not '0'"},
      {"minimum_percent: 50, resolve_points: 10, share_percent: 10", "items: missing"},
  };
  for (const auto& [limits, said] : cases)
    EXPECT_EQ(problems_of(entry(limits)), Said{"rules.yaml:3: rules[0]." + said}) << limits;
  const RuleSet rules =
      read(entry("minimum_percent: 99, resolve_points: 98, share_percent: 1, items: 100"));
  const auto& p = std::get<LikelyLate>(rules.pick(RuleId::kLikelyLate, {})->params);
  EXPECT_EQ(std::tuple(p.minimum_percent, p.resolve_points, p.share_percent, p.items),
            std::tuple(99, 98, 1, 100U));
}

TEST(RuleSet, ASelectorWithNothingInItIsAMistake) {
  for (const std::string when : {"", "{}", "[]"}) {
    EXPECT_EQ(
        problems_of("  - rule: overdue\n    when: " + when + "\n    level: notice\n"),
        Said{"rules.yaml:4: rules[0].when: must not be empty; without it the entry fits every "
             "item"});
  }
  for (const std::string key : {"kind", "unit", "field", "procedure", "focus"}) {
    for (const std::string value : {"", "[]"}) {
      if (key == "focus" && value == "[]") continue;
      EXPECT_EQ(problems_of("  - rule: overdue\n    when:\n      " + key + ": " + value +
                            "\n    level: notice\n"),
                Said{"rules.yaml:5: rules[0].when." + key +
                     ": must not be empty; without the key any fits"});
    }
  }
}

TEST(RuleSet, AnEntryThatNeverCountsIsNamedWithTheOneBeforeIt) {
  const auto overdue = [](const std::string& when) {
    return "  - {rule: overdue, " + (when.empty() ? "" : "when: {" + when + "}, ") +
           "level: notice}\n";
  };
  const std::string end =
      ": never counts: the entry in line 3 comes first and fits all that this one fits";
  const std::vector<std::tuple<std::string, std::string, std::string>> hidden = {
      {"", "kind: [task]", "when"},
      {"", "", "rule"},
      {"kind: [task], focus: true", "focus: true, kind: [task]", "when"},
      {"kind: [task, project]", "kind: [project, task]", "when"},
      {"kind: [task, project]", "kind: [task], unit: [cong-an]", "when"},
  };
  for (const auto& [first, second, key] : hidden) {
    EXPECT_EQ(problems_of(overdue(first) + overdue(second)),
              Said{"rules.yaml:4: rules[1]." + key + end})
        << first << " / " << second;
  }
  const std::vector<std::pair<std::string, std::string>> reached = {
      {"kind: [task]", ""},
      {"kind: [task]", "kind: [task, project]"},
      {"kind: [task], focus: true", "kind: [task]"},
      {"kind: [task], focus: true", "kind: [task], focus: false"},
      {"unit: [cong-an]", "field: [\"Đất đai\"]"},
      {"procedure: [\"1.013225\"]", "procedure: [\"1.001193\"]"},
  };
  for (const auto& [first, second] : reached) {
    EXPECT_EQ(problems_of(overdue(first) + overdue(second)), Said{}) << first << " / " << second;
  }
}

TEST(RuleSet, AnEntryWithAMistakeInItsSelectorHidesNoOther) {
  EXPECT_EQ(problems_of("  - {rule: overdue, when: {kinds: [task]}, level: notice}\n"
                        "  - {rule: overdue, when: {}, level: notice}\n"
                        "  - {rule: overdue, level: notice}\n")
                .size(),
            2U);
  EXPECT_EQ(problems_of("  - {rule: overdue, level: notice}\n"
                        "  - {rule: reopened, level: notice}\n"),
            Said{});
}

TEST(RuleSet, TheFirstEntryThatFitsCountsAndWithoutOneTheRuleDoesNotApply) {
  const RuleSet rules = read(
      "  - {rule: stalled, when: {kind: [dossier], field: [\"Đất đai\"]}, level: critical, "
      "after_hours: "
      "4}\n"
      "  - {rule: stalled, when: {kind: [dossier]}, level: notice, after_hours: 8}\n"
      "  - {rule: overdue, when: {kind: [task]}, level: critical}\n");
  Traits land{
      .kind = Kind::kDossier, .unit = "u", .field = "Đất đai", .procedure = "", .focus = false};
  EXPECT_EQ(rules.pick(RuleId::kStalled, land)->level, AlertLevel::kCritical);
  land.field = "tax";
  EXPECT_EQ(rules.pick(RuleId::kStalled, land)->level, AlertLevel::kNotice);
  EXPECT_EQ(rules.pick(RuleId::kOverdue, land), nullptr);
  EXPECT_EQ(rules.pick(RuleId::kReopened, land), nullptr);
}

TEST(RuleSet, EveryKeyOfASelectorMustFit) {
  Selector s;
  s.kinds = {Kind::kTask, Kind::kProject};
  s.units = {"van-phong"};
  s.procedures = {"P"};
  s.focus = true;
  const Traits fitting{
      .kind = Kind::kProject, .unit = "van-phong", .field = "any", .procedure = "P", .focus = true};
  EXPECT_TRUE(fits(s, fitting));
  Traits t = fitting;
  t.kind = Kind::kDossier;
  EXPECT_FALSE(fits(s, t));
  t = fitting;
  t.unit = "cong-an";
  EXPECT_FALSE(fits(s, t));
  t = fitting;
  t.procedure = "";
  EXPECT_FALSE(fits(s, t));
  t = fitting;
  t.focus = false;
  EXPECT_FALSE(fits(s, t));
  EXPECT_TRUE(fits(Selector{}, t));
}

TEST(RuleSet, ASelectorThatAsksForNoFocusFitsOnlyItemsWithoutIt) {
  Selector s;
  s.focus = false;
  EXPECT_TRUE(fits(s, Traits{}));
  Traits t;
  t.focus = true;
  EXPECT_FALSE(fits(s, t));
}

TEST(RuleSet, AShareOfAnAmountIsCutToWholeMilliseconds) {
  const Amount fifth{.share_millionths = 200'000, .fixed = {}};
  EXPECT_EQ(fifth.of(work_hours(40)), work_hours(8));
  EXPECT_EQ(fifth.of(WorkTime{4}), WorkTime{0});
  EXPECT_EQ(fifth.of(WorkTime{5}), WorkTime{1});
  EXPECT_EQ(fifth.of(WorkTime{9}), WorkTime{1});
  const Amount seventy{.share_millionths = 700'000, .fixed = {}};
  EXPECT_EQ(seventy.of(WorkTime{1'000'001}), WorkTime{700'000});
  // A century of working time: the product does not fit 64 bits.
  EXPECT_EQ(seventy.of(WorkTime{3'155'760'000'000'000}), WorkTime{2'209'032'000'000'000});
  EXPECT_EQ((Amount{.share_millionths = 0, .fixed = work_hours(16)}.of(work_hours(8))),
            work_hours(16));
}

TEST(RuleSet, HoursMayBeFractions) {
  const RuleSet rules = read("  - {rule: stalled, level: warning, after_hours: 0.5}\n");
  EXPECT_EQ(std::get<Stalled>(rules.pick(RuleId::kStalled, {})->params).after, WorkTime{1'800'000});
}

TEST(RuleSet, AVersionIsThatOfTheEntryHoweverItIsWritten) {
  const auto version = [](const std::string& entry) {
    return read(entry).pick(RuleId::kDueSoon, {})->version;
  };
  const std::uint32_t plain =
      version("  - {rule: due_soon, level: warning, remaining: {share: 0.2}}\n");
  EXPECT_EQ(version("  - remaining:\n      share: 0.20\n    level: warning\n    rule: due_soon\n"),
            plain);
  EXPECT_NE(version("  - {rule: due_soon, level: notice, remaining: {share: 0.2}}\n"), plain);
  EXPECT_NE(version("  - {rule: due_soon, level: warning, remaining: {share: 0.3}}\n"), plain);
  EXPECT_NE(version("  - {rule: due_soon, level: warning, remaining: {hours: 1}}\n"), plain);
  EXPECT_NE(
      version(
          "  - {rule: due_soon, level: warning, remaining: {share: 0.2}, when: {focus: false}}\n"),
      plain);
}

}  // namespace
}  // namespace kip
