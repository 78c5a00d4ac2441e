#include "rules/rule_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

RuleEntry entry(RuleParams params, Selector when = {}) {
  RuleEntry e;
  e.params = params;
  e.when = std::move(when);
  e.level = AlertLevel::kWarning;
  return e;
}

RuleSet set_of(const std::vector<RuleEntry>& entries) {
  RuleSet rules;
  for (const RuleEntry& e : entries) rules.add(e);
  return rules;
}

Selector dossiers() {
  Selector when;
  when.kinds = {Kind::kDossier};
  return when;
}

TEST(RuleKeys, AreThoseOfTheFile) {
  RuleEntry e = entry(WaitingLong{work_hours(80), 2});
  e.minimum_hold = WorkTime{5'400'000};
  EXPECT_THAT(keys_of(e), ElementsAre(RuleKey{"level", "warning"}, RuleKey{"after_hours", "80"},
                                      RuleKey{"asks", "2"}, RuleKey{"minimum_hold_hours", "1.5"}));
  EXPECT_THAT(keys_of(entry(LikelyLate{60, 5, 20, 3})),
              ElementsAre(RuleKey{"level", "warning"}, RuleKey{"minimum_percent", "60"},
                          RuleKey{"resolve_points", "5"}, RuleKey{"share_percent", "20"},
                          RuleKey{"items", "3"}));
  EXPECT_THAT(keys_of(entry(DueSoon{Amount{205'000, {}}})),
              ElementsAre(RuleKey{"level", "warning"}, RuleKey{"remaining.share", "0.205"}));
  EXPECT_THAT(keys_of(entry(DueSoon{Amount{0, work_hours(16)}})),
              ElementsAre(RuleKey{"level", "warning"}, RuleKey{"remaining.hours", "16"}));
}

TEST(RuleKeys, EqualSetsDoNotDiffer) {
  EXPECT_THAT(rule_changes(default_rules(), default_rules()), IsEmpty());
}

TEST(RuleKeys, AChangedKeyIsNamedWithBothValues) {
  const RuleSet before = set_of({entry(DueSoon{Amount{200'000, {}}})});
  RuleEntry changed = entry(DueSoon{Amount{0, work_hours(16)}});
  changed.level = AlertLevel::kCritical;
  EXPECT_THAT(rule_changes(before, set_of({changed})),
              ElementsAre(RuleChange{RuleId::kDueSoon, "", "level", "warning", "critical"},
                          RuleChange{RuleId::kDueSoon, "", "remaining.share", "0.2", ""},
                          RuleChange{RuleId::kDueSoon, "", "remaining.hours", "", "16"}));
}

TEST(RuleKeys, EntriesAreHeldAgainstEachOtherBySelector) {
  const RuleEntry all = entry(Stalled{work_hours(24)});
  const RuleSet before = set_of({all});
  const RuleSet after = set_of({entry(Stalled{work_hours(16)}, dossiers()), all});
  EXPECT_THAT(rule_changes(before, after),
              ElementsAre(RuleChange{RuleId::kStalled, "kind: dossier", "rule", "",
                                     "level warning, after_hours 16"}));
  EXPECT_THAT(rule_changes(after, before),
              ElementsAre(RuleChange{RuleId::kStalled, "kind: dossier", "rule",
                                     "level warning, after_hours 16", ""}));
}

TEST(RuleKeys, AnotherOrderIsAChange) {
  Selector focus;
  focus.focus = true;
  const RuleEntry a = entry(Stalled{work_hours(24)}, dossiers());
  const RuleEntry b = entry(Stalled{work_hours(16)}, focus);
  EXPECT_THAT(rule_changes(set_of({a, b}), set_of({b, a})),
              ElementsAre(RuleChange{RuleId::kStalled, "", "order", "", ""}));
}

}  // namespace
}  // namespace kip
