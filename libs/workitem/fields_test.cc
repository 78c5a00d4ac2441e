// Fields: what replaces what, `clear`, start and allowed time, dues that move, the statutory time
// that is frozen.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "support/items.h"
#include "workitem/fold.h"

namespace kip {
namespace {

using test::dossier;
using test::has_fault;
using test::History;
using test::item;
using test::plain_week;
using test::task;
using test::vn;
using enum WorkStatus;

using Forget = std::function<void(Facts&)>;
const std::map<std::string, Forget> kFacts = {
    {"progress_percent", [](Facts& f) { f.progress_percent.reset(); }},
    {"title", [](Facts& f) { f.title.reset(); }},
    {"assignee_id", [](Facts& f) { f.assignee_id.reset(); }},
    {"unit_id", [](Facts& f) { f.unit_id.reset(); }},
    {"authority", [](Facts& f) { f.authority.reset(); }},
    {"expected_result", [](Facts& f) { f.expected_result.reset(); }},
    {"received_at", [](Facts& f) { f.received_at.reset(); }},
    {"completed_at", [](Facts& f) { f.completed_at.reset(); }},
    {"procedure_code", [](Facts& f) { f.procedure_code.reset(); }},
    {"field", [](Facts& f) { f.field.reset(); }},
    {"focus", [](Facts& f) { f.focus.reset(); }},
    {"channel", [](Facts& f) { f.channel.reset(); }},
    {"satisfaction", [](Facts& f) { f.satisfaction.reset(); }},
    {"depends_on", [](Facts& f) { f.depends_on.reset(); }},
    {"ward_id", [](Facts& f) { f.ward_id.reset(); }},
    {"submitted_at", [](Facts& f) { f.submitted_at.reset(); }},
    {"returned_at", [](Facts& f) { f.returned_at.reset(); }},
    {"lists", [](Facts& f) { f.lists.reset(); }},
    {"registered_by", [](Facts& f) { f.registered_by.reset(); }},
    {"targets", [](Facts& f) { f.targets.reset(); }},
    {"parent_id", [](Facts& f) { f.parent_id.reset(); }},
    {"area_id", [](Facts& f) { f.area_id.reset(); }},
    {"urgent", [](Facts& f) { f.urgent.reset(); }},
    {"satisfaction_scale", [](Facts& f) { f.satisfaction_scale.reset(); }},
    {"digitised", [](Facts& f) { f.digitised.reset(); }},
    {"electronic_result", [](Facts& f) { f.electronic_result.reset(); }},
    {"fee_due", [](Facts& f) { f.fee_due.reset(); }},
    {"paid_online", [](Facts& f) { f.paid_online.reset(); }},
};

Facts all_facts() {
  Facts f;
  for (auto* text :
       {&f.title, &f.assignee_id, &f.unit_id, &f.authority, &f.expected_result, &f.procedure_code,
        &f.field, &f.ward_id, &f.registered_by, &f.parent_id, &f.area_id}) {
    *text = "x";
  }
  for (auto* at : {&f.received_at, &f.completed_at, &f.submitted_at, &f.returned_at})
    *at = vn("2026-11-02 07:00");
  for (auto* number : {&f.progress_percent, &f.satisfaction, &f.satisfaction_scale}) *number = 0;
  for (auto* flag :
       {&f.focus, &f.urgent, &f.digitised, &f.electronic_result, &f.fee_due, &f.paid_online})
    *flag = false;
  for (auto* list : {&f.depends_on, &f.lists, &f.targets}) *list = std::vector<std::string>{};
  f.channel = Channel::kPost;
  return f;
}

History full() {
  History h = item("HS-1").at("2026-11-02 08:00");
  h.last().facts = all_facts();
  return h;
}

TEST(Fields, ZeroEmptyAndFalseAreValuesThatReplace) {
  History h = item("HS-1").at("2026-11-01 08:00").title("old").progress(7).focus();
  History all = h;
  all.at("2026-11-02 08:00").last().facts = all_facts();
  EXPECT_EQ(all.fold().facts, all_facts());
}

TEST(Fields, AnAbsentFieldLeavesWhatWasKnown) {
  EXPECT_EQ(full().at("2026-11-03 08:00").fold().facts, all_facts());
}

TEST(Clear, ForgetsTheNamedFieldAndNoOther) {
  for (const auto& [name, forget] : kFacts) {
    Facts expected = all_facts();
    forget(expected);
    EXPECT_EQ(full().at("2026-11-03 08:00").clear({name}).fold().facts, expected) << name;
  }
}

TEST(Clear, ForgetsSeveralFieldsAtOnce) {
  const Folded f = full().at("2026-11-03 08:00").clear({"title", "focus"}).fold();
  EXPECT_EQ(f.facts.title, std::nullopt);
  EXPECT_EQ(f.facts.focus, std::nullopt);
}

TEST(Clear, IgnoresTheIdentityOtherSpellingsAndUnknownNames) {
  History h = full()
                  .at("2026-11-03 08:00")
                  .clear({"event_id", "source", "item_id", "kind", "occurred_at", "sequence",
                          "clear", "voids", "Title", "dueAt", "", "x"});
  EXPECT_EQ(h.fold().facts, all_facts());
}

TEST(Clear, ActsBeforeThePatchOfItsOwnEvent) {
  const Folded f = full().at("2026-11-03 08:00").clear({"title"}).title("new").fold();
  EXPECT_EQ(f.facts.title, "new");
}

TEST(Clear, OfTheStatusLeavesNone) {
  const Folded f = item("HS-1")
                       .at("2026-11-02 08:00")
                       .status(kInProgress)
                       .at("2026-11-03 08:00")
                       .clear({"status"})
                       .fold();
  EXPECT_EQ(f.status, kNone);
  EXPECT_TRUE(f.faults.empty());
}

TEST(Clear, OfTheStepForgetsItWithItsDue) {
  const Folded f = item("HS-1")
                       .at("2026-11-02 08:00")
                       .step("1", "2026-11-04 10:00")
                       .at("2026-11-03 08:00")
                       .clear({"step"})
                       .fold();
  EXPECT_EQ(f.step, std::nullopt);
  EXPECT_EQ(f.step_due, std::nullopt);
}

TEST(Clear, OfTheDueForgetsTheAgreedAndTheEffectiveOneButNotTheOriginal) {
  const Folded f = dossier("HS-1")
                       .received("2026-11-02 08:00")
                       .due("2026-11-06 17:00")
                       .at("2026-11-03 08:00")
                       .clear({"due_at"})
                       .fold();
  EXPECT_EQ(f.agreed_due, std::nullopt);
  EXPECT_EQ(f.effective_due, std::nullopt);
  EXPECT_EQ(f.original_due, vn("2026-11-06 17:00"));
}

TEST(Clear, OfWaitingForEndsTheStopOfAPetition) {
  History h = test::petition("PA-1").at("2026-11-02 08:00").waiting(WaitingFor::kSupplement);
  EXPECT_TRUE(h.fold().stop.has_value());
  h.at("2026-11-03 08:00").clear({"waiting_for"});
  EXPECT_FALSE(h.fold().stop.has_value());
}

TEST(Step, ReplacesTheOldOneWhole) {
  const Folded f = item("HS-1")
                       .at("2026-11-02 08:00")
                       .step("1", "2026-11-04 10:00")
                       .step_at("u", "a")
                       .at("2026-11-03 08:00")
                       .step("2")
                       .fold();
  Step expected;
  expected.code = "2";
  EXPECT_EQ(f.step, expected);
  EXPECT_EQ(f.step_due, std::nullopt);
}

TEST(Start, IsReceivedAtElseTheFirstAcceptedElseTheFirstEvent) {
  History h = dossier("HS-1").at("2026-11-02 08:00").status(kRegistered);
  EXPECT_EQ(start_of(h.fold()), vn("2026-11-02 08:00"));
  h.at("2026-11-03 08:00").status(kAccepted);
  EXPECT_EQ(start_of(h.fold()), vn("2026-11-03 08:00"));
  h.at("2026-11-04 08:00").with([](Event& e) { e.facts.received_at = vn("2026-11-01 09:00"); });
  EXPECT_EQ(start_of(h.fold()), vn("2026-11-01 09:00"));
}

TEST(Allowed, IsTheWorkingTimeFromTheStartToTheFirstDue) {
  History h = dossier("HS-1").received("2026-11-02 08:00").due("2026-11-06 17:00");
  EXPECT_EQ(allowed(h.fold(), plain_week()), WorkTime{work_hours(39).ms + 1'800'000});
  h.at("2026-11-03 08:00").due("2026-11-20 17:00").at("2026-11-04 08:00").clear({"due_at"});
  EXPECT_EQ(allowed(h.fold(), plain_week()), WorkTime{work_hours(39).ms + 1'800'000});
  EXPECT_EQ(allowed(dossier("HS-1").received("2026-11-02 08:00").fold(), plain_week()),
            std::nullopt);
}

TEST(Allowed, TheFirstDueIsTheFirstInTheOrderOfTheFold) {
  const Folded f = dossier("HS-1")
                       .at("2026-11-03 08:00")
                       .due("2026-11-20 17:00")
                       .at("2026-11-02 08:00")
                       .due("2026-11-06 17:00")
                       .fold();
  EXPECT_EQ(f.original_due, vn("2026-11-06 17:00"));
}

TEST(Allowed, NoneOrLessIsAFaultOfThePresentFold) {
  History h = dossier("HS-1")
                  .received("2026-11-06 17:00")
                  .due("2026-11-06 18:00");  // no working time in between
  EXPECT_TRUE(has_fault(h.fold(), "no_allowed_time"));
  EXPECT_EQ(allowed(h.fold(), plain_week()), WorkTime{});
  h.at("2026-11-07 08:00").with([](Event& e) {
    e.facts.received_at = vn("2026-11-06 16:59:59.999");
  });
  EXPECT_FALSE(has_fault(h.fold(), "no_allowed_time"));
  EXPECT_TRUE(has_fault(dossier("HS-1").received("2026-11-06 17:00").due("2026-11-05 17:00").fold(),
                        "no_allowed_time"));
}

TEST(Allowed, TheCalendarIsThatOfTheItemsUnit) {
  Calendars calendars(plain_week());
  calendars.set("closed", Calendar::office(test::office_hours(),
                                           {{local_day(vn("2026-11-03 12:00")), false}}));
  const FoldRules rules{.calendars = &calendars};
  History h = dossier("HS-1").received("2026-11-03 08:00").due("2026-11-03 17:00").unit("closed");
  EXPECT_TRUE(has_fault(h.fold(rules), "no_allowed_time"));
  EXPECT_FALSE(has_fault(h.unit("other").fold(rules), "no_allowed_time"));
}

History due_friday() {
  return dossier("HS-1").received("2026-11-02 08:00").due("2026-11-06 17:00");
}

TEST(Extended, CountsADueLaterThanTheEffectiveOne) {
  History h = due_friday()
                  .at("2026-11-03 08:00")
                  .due("2026-11-09 17:00")
                  .at("2026-11-04 08:00")
                  .due("2026-11-10 17:00");
  EXPECT_EQ(h.fold().extended_at,
            (std::vector<Instant>{vn("2026-11-03 08:00"), vn("2026-11-04 08:00")}));
  EXPECT_EQ(h.fold().effective_due, vn("2026-11-10 17:00"));
  EXPECT_EQ(h.fold().original_due, vn("2026-11-06 17:00"));
}

TEST(Extended, CountsNeitherTheFirstDueNorTheSameNorAnEarlierOne) {
  History h = due_friday()
                  .at("2026-11-03 08:00")
                  .due("2026-11-06 17:00")
                  .at("2026-11-04 08:00")
                  .due("2026-11-05 17:00");
  EXPECT_TRUE(h.fold().extended_at.empty());
  EXPECT_EQ(h.fold().effective_due, vn("2026-11-05 17:00"));
}

TEST(Extended, CountsOneMillisecondLater) {
  EXPECT_EQ(
      due_friday().at("2026-11-03 08:00").due("2026-11-06 17:00:00.001").fold().extended_at.size(),
      1U);
}

TEST(Extended, AnEventIsJudgedByTheEffectiveDueBeforeItAlsoWhereItClearsTheDue) {
  EXPECT_EQ(due_friday()
                .at("2026-11-03 08:00")
                .clear({"due_at"})
                .due("2026-11-09 17:00")
                .fold()
                .extended_at.size(),
            1U);
  History h = due_friday()
                  .at("2026-11-03 08:00")
                  .clear({"due_at"})
                  .at("2026-11-04 08:00")
                  .due("2026-11-09 17:00");
  EXPECT_TRUE(h.fold().extended_at.empty());
}

TEST(Extended, AfterAWaitIsJudgedByTheDueWithTheWaitAdded) {
  History h = due_friday()
                  .at("2026-11-03 08:00")
                  .waiting(WaitingFor::kAgency)
                  .at("2026-11-10 08:00")
                  .status(kInProgress);
  EXPECT_EQ(h.fold().effective_due, vn("2026-11-13 17:00"));
  h.at("2026-11-10 09:00").due("2026-11-12 17:00");  // later than agreed, earlier than effective
  EXPECT_TRUE(h.fold().extended_at.empty());
  h.at("2026-11-10 10:00").due("2026-11-12 17:00:00.001");
  EXPECT_EQ(h.fold().extended_at.size(), 1U);
}

TEST(Extended, AfterAWaitTheEffectiveDueItselfIsNotLater) {
  History h = due_friday()
                  .at("2026-11-03 08:00")
                  .status(kWaiting)
                  .at("2026-11-10 08:00")
                  .status(kInProgress);
  h.at("2026-11-10 09:00").due("2026-11-13 17:00");
  EXPECT_TRUE(h.fold().extended_at.empty());
  h.at("2026-11-10 10:00").due("2026-11-13 17:00:00.001");
  EXPECT_EQ(h.fold().extended_at.size(), 1U);
}

TEST(Extended, DuringAWaitNothingIsCountedFromTheStoppingToTheRestartingEvent) {
  History h = due_friday()
                  .at("2026-11-03 08:00")
                  .waiting(WaitingFor::kAgency)
                  .due("2026-11-09 17:00")
                  .at("2026-11-04 08:00")
                  .due("2026-11-10 17:00")
                  .at("2026-11-05 08:00")
                  .status(kInProgress)
                  .due("2026-11-11 17:00");
  EXPECT_TRUE(h.fold().extended_at.empty());
  EXPECT_EQ(h.fold().effective_due, vn("2026-11-11 17:00"));
}

TEST(StatutoryTime, IsFrozenByTheFirstEventFromAcceptanceOnThatKnowsACode) {
  History h = dossier("HS-1")
                  .at("2026-11-02 08:00")
                  .status(kRegistered)
                  .procedure("A")
                  .channel(Channel::kOnline);
  EXPECT_EQ(h.fold().statutory, std::nullopt);
  h.at("2026-11-03 08:00").status(kAccepted).procedure("B");
  EXPECT_EQ(h.fold().statutory, (StatutoryKey{"B", Channel::kOnline, vn("2026-11-03 08:00")}));
  h.at("2026-11-04 08:00").procedure("C").channel(Channel::kPost);
  EXPECT_EQ(h.fold().statutory, (StatutoryKey{"B", Channel::kOnline, vn("2026-11-03 08:00")}));
}

TEST(StatutoryTime, WaitsForTheCodeAndTakesTheChannelThatIsKnownThen) {
  History h = dossier("HS-1")
                  .received("2026-11-02 08:00")
                  .procedure("")
                  .at("2026-11-03 08:00")
                  .channel(Channel::kPost);
  EXPECT_EQ(h.fold().statutory, std::nullopt);
  h.at("2026-11-04 08:00").status(kInProgress).procedure("A");
  EXPECT_EQ(h.fold().statutory, (StatutoryKey{"A", Channel::kPost, vn("2026-11-02 08:00")}));
}

TEST(StatutoryTime, IsNeverKnownOfAnItemThatWasNeverAccepted) {
  EXPECT_EQ(task("NV-1").at("2026-11-02 08:00").status(kInProgress).procedure("A").fold().statutory,
            std::nullopt);
}

}  // namespace
}  // namespace kip
