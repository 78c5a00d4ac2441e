// What is UPDATED and what is a LEVEL, the order of changes of one instant, and a policy that
// changes.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "rules/settle.h"
#include "support/desk.h"

namespace kip {
namespace {

using test::Desk;
using test::History;
using test::petition;
using test::task;
using test::vn;

// Due Tuesday 10:00 of the unit u.
History history_due_tuesday() {
  return petition("PA-1").received("2026-11-02 08:00").due("2026-11-03 10:00").unit("u");
}

// Overdue, with a step of p: overdue, step_overdue, and unclear later.
Desk overdue_task(History& h) {
  h = task("NV-1").received("2026-11-02 08:00").due("2026-11-03 10:00").unit("u").assignee("a");
  h.step("1", "2026-11-03 09:00").step_at("p", "b").progress(10);
  Desk desk;
  desk.tell(h).until("2026-11-04 09:00");
  return desk;
}
std::vector<std::pair<RuleId, AlertChangeKind>> kinds(const std::vector<AlertChange>& changes) {
  std::vector<std::pair<RuleId, AlertChangeKind>> out;
  for (const AlertChange& c : changes) out.emplace_back(c.rule, c.change);
  return out;
}
using Kinds = std::vector<std::pair<RuleId, AlertChangeKind>>;

TEST(Updated, IsWrittenWhenTheItemsAssigneeChangesForTheAlertsThatCarryIt) {
  History h("", Kind::kNone);
  Desk desk = overdue_task(h);
  const auto changes = desk.take_last(h.at("2026-11-04 09:00").assignee("c"));
  EXPECT_EQ(
      kinds(changes),
      (Kinds{{RuleId::kBehindPlan, AlertChangeKind::kUpdated},
             {RuleId::kDueSoon, AlertChangeKind::kUpdated},
             {RuleId::kOverdue, AlertChangeKind::kUpdated},
             {RuleId::kUnclear, AlertChangeKind::kUpdated}}));  // step_overdue carries the step's
  EXPECT_EQ(changes[0].assignee_id, "c");
  EXPECT_EQ(changes[0].changed_at, vn("2026-11-04 09:00"));
}

TEST(Updated, IsWrittenWhenTheStepsAssigneeChangesForTheHoldersAlerts) {
  History h("", Kind::kNone);
  Desk desk = overdue_task(h);
  const auto changes =
      desk.take_last(h.at("2026-11-04 09:00").step("1", "2026-11-03 09:00").step_at("p", "d"));
  EXPECT_EQ(kinds(changes), (Kinds{{RuleId::kStepOverdue, AlertChangeKind::kUpdated}}));
  EXPECT_EQ(changes[0].assignee_id, "d");
}

TEST(Updated, IsWrittenWhenTheEffectiveDueChangesForEveryOpenAlert) {
  History h("", Kind::kNone);
  Desk desk = overdue_task(h);
  const auto changes = desk.take_last(h.at("2026-11-04 09:00").due("2026-11-03 11:00"));
  EXPECT_EQ(kinds(changes), (Kinds{{RuleId::kBehindPlan, AlertChangeKind::kUpdated},
                                   {RuleId::kDueSoon, AlertChangeKind::kUpdated},
                                   {RuleId::kOverdue, AlertChangeKind::kUpdated},
                                   {RuleId::kStepOverdue, AlertChangeKind::kUpdated},
                                   {RuleId::kUnclear, AlertChangeKind::kUpdated}}));
}

TEST(Updated, IsWrittenWhenTheSetOfMissingFieldsChanges) {
  History h("", Kind::kNone);
  Desk desk = overdue_task(h);
  EXPECT_EQ(kinds(desk.take_last(h.at("2026-11-04 09:00").authority("QĐ 12"))),
            (Kinds{{RuleId::kUnclear, AlertChangeKind::kUpdated}}));
}

TEST(Updated, IsNotWrittenForAnythingElse) {
  History h("", Kind::kNone);
  Desk desk = overdue_task(h);
  h.at("2026-11-04 09:00").progress(12);  // of behind_plan: a figure that runs
  EXPECT_TRUE(desk.take_last(h).empty());
  h.at("2026-11-04 10:00").with([](Event& e) {
    e.facts.field = "land";
    e.facts.urgent = true;
    e.facts.depends_on = {"NV-2"};
    e.facts.procedure_code = "P";
    e.facts.received_at = vn("2026-11-02 07:45");
  });
  EXPECT_TRUE(desk.take_last(h).empty());
  // Another due of the same step that is past as well: neither id nor figures that count.
  EXPECT_TRUE(
      desk.take_last(h.at("2026-11-04 11:00").step("1", "2026-11-03 09:30").step_at("p", "b"))
          .empty());
  EXPECT_EQ(desk.open(RuleId::kStepOverdue)->onset, vn("2026-11-03 09:00"));
}

std::shared_ptr<Policy> focus_is_critical() {
  auto policy = test::office_policy();
  policy->rules = RuleSet();
  RuleEntry special;
  special.params = DueSoon{Amount{200'000, {}}};
  special.when.focus = true;
  special.level = AlertLevel::kCritical;
  policy->rules.add(special);
  special.when.focus.reset();
  special.level = AlertLevel::kWarning;
  policy->rules.add(special);
  for (const RuleParams& params :
       {RuleParams{Overdue{}}, RuleParams{BehindPlan{}}, RuleParams{Extended{2}}}) {
    RuleEntry entry;
    entry.params = params;
    policy->rules.add(entry);
  }
  return policy;
}

TEST(Level, IsWrittenWhenASelectorGivesAnotherOne) {
  Desk desk(focus_is_critical());
  History h = history_due_tuesday();
  desk.tell(h).until("2026-11-03 09:00");
  const auto changes = desk.take_last(h.at("2026-11-03 09:00").focus());
  EXPECT_EQ(kinds(changes), (Kinds{{RuleId::kDueSoon, AlertChangeKind::kLevel}}));
  EXPECT_EQ(changes[0].level, AlertLevel::kCritical);
  EXPECT_EQ(changes[0].revision, 2U);
  EXPECT_EQ(changes[0].cause, AlertCause::kNone);
  EXPECT_EQ(changes[0].changed_at, vn("2026-11-03 09:00"));
}

TEST(Level, AndAnotherDueAtOnceIsOneRevision) {
  Desk desk(focus_is_critical());
  History h = history_due_tuesday();
  desk.tell(h).until("2026-11-03 09:00");
  const auto changes = desk.take_last(h.at("2026-11-03 09:00").focus().due("2026-11-03 10:30"));
  EXPECT_EQ(kinds(changes), (Kinds{{RuleId::kDueSoon, AlertChangeKind::kLevel}}));
  EXPECT_EQ(changes[0].due_at, vn("2026-11-03 10:30"));
}

TEST(Order, OfOneInstantIsResolvedLevelUpdatedRaisedEachByRuleId) {
  Desk desk(focus_is_critical());
  History h = history_due_tuesday().progress(0).at("2026-11-02 08:30").due("2026-11-03 10:01");
  h.unit("u");
  desk.tell(h).until("2026-11-04 09:00");  // overdue, due_soon, behind_plan
  // Later again, but within the last fifth; with focus.
  h.at("2026-11-04 09:00").due("2026-11-04 10:00").focus();
  EXPECT_EQ(kinds(desk.take_last(h)), (Kinds{{RuleId::kOverdue, AlertChangeKind::kResolved},
                                             {RuleId::kDueSoon, AlertChangeKind::kLevel},
                                             {RuleId::kBehindPlan, AlertChangeKind::kUpdated},
                                             {RuleId::kExtended, AlertChangeKind::kRaised}}));
}

TEST(Order, OfAMoveIsAllResolvedByRuleIdThenAllRaised) {
  History h("", Kind::kNone);
  Desk desk = overdue_task(h);
  std::vector<RuleId> resolved, raised;
  for (const AlertChange& c : desk.take_last(h.at("2026-11-04 09:00").unit("v"))) {
    if (c.change == AlertChangeKind::kResolved) {
      EXPECT_TRUE(raised.empty());
      resolved.push_back(c.rule);
    } else {
      raised.push_back(c.rule);
    }
  }
  EXPECT_TRUE(std::is_sorted(resolved.begin(), resolved.end()));
  EXPECT_EQ(resolved, raised);
  EXPECT_EQ(resolved.size(), 4U);  // not the holder's step_overdue
}

TEST(RuleChanged, IsTheCauseOfAllThatAnotherPolicyRaisesResolvesOrLevels) {
  Desk desk;
  desk.tell(history_due_tuesday()).until("2026-11-03 09:00");  // due_soon
  auto other = test::office_policy();
  other->rules = RuleSet();
  RuleEntry entry;
  entry.params = DueSoon{Amount{200'000, {}}};
  entry.level = AlertLevel::kCritical;
  other->rules.add(entry);
  entry.params = Stalled{WorkTime{60'000}};
  entry.level = AlertLevel::kNotice;
  other->rules.add(entry);
  auto changes = desk.change_policy(other);
  EXPECT_EQ(kinds(changes), (Kinds{{RuleId::kDueSoon, AlertChangeKind::kLevel},
                                   {RuleId::kStalled, AlertChangeKind::kRaised}}));
  for (const AlertChange& c : changes) EXPECT_EQ(c.cause, AlertCause::kRuleChanged);
  auto none = test::office_policy();
  none->rules = RuleSet();
  changes = desk.change_policy(none);
  EXPECT_EQ(kinds(changes), (Kinds{{RuleId::kDueSoon, AlertChangeKind::kResolved},
                                   {RuleId::kStalled, AlertChangeKind::kResolved}}));
  for (const AlertChange& c : changes) {
    EXPECT_EQ(c.cause, AlertCause::kRuleChanged);
    EXPECT_EQ(c.changed_at, vn("2026-11-03 09:00"));
  }
}

TEST(RuleChanged, AnEqualPolicyChangesNothing) {
  Desk desk;
  desk.tell(history_due_tuesday()).until("2026-11-03 09:00");
  EXPECT_TRUE(desk.change_policy(test::office_policy()).empty());
}

}  // namespace
}  // namespace kip
