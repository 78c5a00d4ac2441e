// What an alert carries: its id, unit, holder and assignee, ward and title, evidence and reason.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "rules/reason.h"
#include "rules/settle.h"
#include "support/desk.h"

namespace kip {
namespace {

using test::Desk;
using test::dossier;
using test::find;
using test::History;
using test::petition;
using test::task;
using test::vn;
using enum WorkStatus;

TEST(AlertId, IsTheBase32OfTheFirst20BytesOfTheHashOfItsText) {
  // base32 of SHA-256("item|HS-1|overdue|u|1760000000000")[:20], worked out apart
  EXPECT_EQ(alert_id_of("item", "HS-1", "overdue", "u", instant_of(1760000000000)),
            "wmzermnw5pv2iz6x7mvfijc5fza5pcvx");
  EXPECT_EQ(alert_id_of("item", "NV-7", "over_internal_limit", "tt-phuc-vu-hcc", instant_of(-1)),
            "ax7vodvnjpoqmkpzgoyh54sd5ufto7nl");
}

TEST(AlertId, BarsInIdsAreNotEscaped) {
  EXPECT_EQ(alert_id_of("item", "a|overdue|b", "overdue", "u", instant_of(0)),
            alert_id_of("item", "a", "overdue", "b|overdue|u", instant_of(0)));
}

// A registry that knows u, v and p of ward w, and q of another ward.
std::shared_ptr<Policy> with_units() {
  auto policy = test::office_policy();
  policy->registry.open = false;
  for (const char* id : {"u", "v", "p", "q"}) {
    Unit unit;
    unit.id = unit.short_name = id;
    policy->registry.units.push_back(unit);
  }
  policy->registry.units.back().ward = "other-ward";
  Procedure procedure;
  procedure.code = "P";
  procedure.name = "Đăng ký khai sinh";
  policy->registry.procedures.push_back(procedure);
  policy->registry.index();
  return policy;
}

// Past its due and past its step's.
History late() {
  return dossier("HS-1")
      .received("2026-11-02 08:00")
      .due("2026-11-03 10:00")
      .step("1", "2026-11-03 09:00");
}
std::pair<std::string, std::string> unit_and_assignee(const History& h, RuleId rule) {
  Desk desk(with_units());
  desk.tell(h).until("2026-11-09 08:00");
  const OpenAlert* open = desk.open(rule);
  return open ? std::pair(open->unit_id, open->assignee_id) : std::pair<std::string, std::string>();
}
using Who = std::pair<std::string, std::string>;

TEST(Holder, IsTheStepsUnitForStepOverdueAndStalledAndTheItemsForTheOthers) {
  const History h = late().unit("u").assignee("a").step_at("p", "b");
  EXPECT_EQ(unit_and_assignee(h, RuleId::kStepOverdue), Who("p", "b"));
  EXPECT_EQ(unit_and_assignee(h, RuleId::kStalled), Who("p", "b"));
  EXPECT_EQ(unit_and_assignee(h, RuleId::kOverdue), Who("u", "a"));
  EXPECT_EQ(unit_and_assignee(h, RuleId::kDueSoon), Who("u", "a"));
}

TEST(Holder, AnEmptyOrUnknownUnitOfAStepIsTheItems) {
  for (const char* unit : {"", "nobody"}) {
    EXPECT_EQ(unit_and_assignee(late().unit("u").step_at(unit), RuleId::kStepOverdue), Who("u", ""))
        << unit;
  }
}

TEST(Holder, AStepThatNamesNoAssigneeCarriesTheItems) {
  EXPECT_EQ(unit_and_assignee(late().unit("u").assignee("a").step_at("p"), RuleId::kStepOverdue),
            Who("p", "a"));
}

TEST(Holder, ACompletedStepHoldsNobody) {
  History h = late().unit("u").assignee("a").step_at("p", "b");
  h.with([](Event& e) { e.step->completed_at = vn("2026-11-02 09:00"); });
  EXPECT_EQ(unit_and_assignee(h, RuleId::kStalled), Who("u", "a"));
}

TEST(Holder, AnItemOfNoOrUnknownUnitIsUnassigned) {
  EXPECT_EQ(unit_and_assignee(late(), RuleId::kOverdue), Who("unassigned", ""));
  EXPECT_EQ(unit_and_assignee(late().unit("nobody"), RuleId::kOverdue), Who("unassigned", ""));
  EXPECT_EQ(unit_and_assignee(late().unit(""), RuleId::kStepOverdue), Who("unassigned", ""));
}

AlertChange overdue_of(const History& h) {
  Desk desk(with_units());
  desk.tell(h).until("2026-11-09 08:00");
  const AlertChange* raised = find(desk.log, RuleId::kOverdue, AlertChangeKind::kRaised);
  return raised ? *raised : AlertChange{};
}

TEST(AlertChange, CarriesTheItemAsItIs) {
  const AlertChange c = overdue_of(
      late().unit("u").procedure("P").focus().with([](Event& e) { e.facts.field = "Hộ tịch"; }));
  EXPECT_EQ(c.item_id, "HS-1");
  EXPECT_EQ(c.kind, Kind::kDossier);
  EXPECT_EQ(c.ward_id, "ho-nai");
  EXPECT_EQ(c.field, "Hộ tịch");
  EXPECT_EQ(c.procedure_code, "P");
  EXPECT_TRUE(c.focus);
  EXPECT_EQ(c.due_at, vn("2026-11-03 10:00"));
  EXPECT_EQ(c.step_code, "");  // of step_overdue alone
  EXPECT_NE(c.rule_version, 0U);
  EXPECT_EQ(c.alert_id, alert_id_of("item", "HS-1", "overdue", "u", vn("2026-11-03 10:00")));
}

TEST(AlertChange, TheWardIsThatOfTheAlertsUnit) {
  EXPECT_EQ(overdue_of(late().unit("q")).ward_id, "other-ward");
  EXPECT_EQ(overdue_of(late().with([](Event& e) { e.facts.ward_id = "said"; })).ward_id, "said");
  EXPECT_EQ(overdue_of(late().unit("u").with([](Event& e) { e.facts.ward_id = "said"; })).ward_id,
            "ho-nai");
}

TEST(AlertChange, TheTitleIsTheItemsElseTheCataloguesName) {
  EXPECT_EQ(overdue_of(late().procedure("P")).title, "Đăng ký khai sinh");
  EXPECT_EQ(overdue_of(late().procedure("P").title("own")).title, "own");
  EXPECT_EQ(overdue_of(late()).title, "");
}

// Every rule once, with what its reason must name in Vietnamese and in English.
struct Example {
  RuleId rule;
  History history;
  const char* until;
  std::vector<std::string> vietnamese, english;
};

History week() {
  return dossier("HS-1")
      .received("2026-11-02 07:30")
      .due("2026-11-06 17:00")
      .progress(30)
      .procedure("S")
      .step("3", "2026-11-04 10:00")
      .with([](Event& e) { e.step->name = "Thẩm định"; });
}

std::vector<Example> examples() {
  const History waits = dossier("HS-1")
                            .received("2026-11-02 07:45")
                            .at("2026-11-02 08:00")
                            .waiting(WaitingFor::kSupplement);
  History asked = waits;
  asked.at("2026-11-03 08:00")
      .status(kInProgress)
      .at("2026-11-04 08:00")
      .waiting(WaitingFor::kSupplement);
  History moved = petition("PA-1").received("2026-11-02 07:30").due("2026-11-06 17:00");
  moved.at("2026-11-03 08:00")
      .due("2026-11-09 17:00")
      .at("2026-11-04 08:00")
      .due("2026-11-10 17:00");
  const History done = dossier("HS-1").at("2026-11-02 08:00").status(kCompleted);
  History again = done;
  again.at("2026-11-03 08:00").status(kInProgress);
  const History bare = task("NV-1").at("2026-11-02 08:00").status(kRegistered);
  return {
      {RuleId::kBehindPlan, week(), "2026-11-04 11:30", {"30 %", "50 %"}, {"30 %", "50 %"}},
      {RuleId::kBlocked, week(), "2026-11-04 09:00", {"NV-7 (u) quá hạn"}, {"NV-7 (u) overdue"}},
      {RuleId::kDueSoon,
       week(),
       "2026-11-05 17:00",
       {"8 giờ làm việc", "T6 06/11/2026, 17:00"},
       {"8 h of working time", "2026-11-06 17:00"}},
      {RuleId::kExtended, moved, "2026-11-04 08:00", {"2 lần"}, {"2 times"}},
      {RuleId::kLikelyLate, week(), "2026-11-04 09:00", {"42 trong 50"}, {"42 of 50"}},
      {RuleId::kNotAccepted, bare, "2026-11-04 08:00", {"8 giờ làm việc"}, {"8 h of working time"}},
      {RuleId::kNotReturned, done, "2026-11-04 08:00", {"8 giờ làm việc"}, {"8 h of working time"}},
      {RuleId::kOverInternalLimit,
       week(),
       "2026-11-05 11:31",
       {"70 %", "5 ngày làm việc"},
       {"70 %", "5 working days"}},
      {RuleId::kOverdue,
       week(),
       "2026-11-06 17:01",
       {"T6 06/11/2026, 17:00"},
       {"2026-11-06 17:00"}},
      {RuleId::kReopened,
       again,
       "2026-11-03 08:00",
       {"T3 03/11/2026, 08:00"},
       {"2026-11-03 08:00"}},
      {RuleId::kStalled,
       week(),
       "2026-11-04 17:00",
       {"T2 02/11/2026, 07:30", "3 ngày làm việc"},
       {"2026-11-02 07:30", "3 working days"}},
      {RuleId::kStepOverdue,
       week(),
       "2026-11-04 10:01",
       {"Thẩm định", "T4 04/11/2026, 10:00"},
       {"Thẩm định", "2026-11-04 10:00"}},
      {RuleId::kUnclear,
       bare,
       "2026-11-03 08:00",
       {"người", "việc", "thời gian", "trách nhiệm", "thẩm quyền", "kết quả"},
       {"person", "task", "time", "responsibility", "authority", "result"}},
      {RuleId::kWaitingLong,
       waits,
       "2026-11-16 08:01",
       {"T2 02/11/2026, 08:00", "10 ngày làm việc"},
       {"2026-11-02 08:00", "10 working days"}},
      {RuleId::kWaitingLong, asked, "2026-11-04 08:00", {"2 lần"}, {"2 times"}},
  };
}

// Of week(), on Wednesday.
forecast::Forecast said() {
  forecast::Forecast out{.at = vn("2026-11-04 09:00"), .chance = 0.83649, .cases = 50};
  out.expected = vn("2026-11-09 11:00");
  out.facts[0] = {.number = forecast::Number::kReturns, .group = {}, .value = 2};
  out.facts_count = 1;
  return out;
}

// The change that raised the example's alert.
AlertChange raised(const Example& example, Language language) {
  auto policy = with_units();
  policy->registry.ward.language = language;
  Procedure procedure;
  procedure.code = "S";
  procedure.statutory.millionths = 5'000'000;
  policy->registry.procedures.push_back(procedure);
  policy->registry.index();
  Desk desk(policy);
  desk.tell(example.history).until(example.until);
  if (example.rule == RuleId::kLikelyLate) {
    desk.cuts = {{"unassigned", 0.61234}};
    desk.item.forecast = said();
    desk.settle_now({});
  }
  if (example.rule == RuleId::kBlocked) {
    desk.cuts.emplace();
    desk.item.dependencies = {{"NV-7", DependencyState::kOverdue, vn("2026-11-04 08:00"), "u"},
                              {"NV-9", DependencyState::kLikelyLate, vn("2026-11-04 08:30"), ""}};
    desk.settle_now({});
  }
  const AlertChange* change = find(desk.log, example.rule, AlertChangeKind::kRaised);
  EXPECT_TRUE(change) << rule_name(example.rule);
  return change ? *change : AlertChange{};
}

TEST(Reason, OfDueSoonThatIsToldAfterTheDueDoesNotCountHoursThatAreOver) {
  Desk desk;
  History h = dossier("HS-1").received("2026-11-02 07:30");
  desk.tell(h.at("2026-11-05 09:00").due("2026-11-03 10:00"));
  const AlertChange* raised = find(desk.log, RuleId::kDueSoon, AlertChangeKind::kRaised);
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->reason, "Đã đến hạn T3 03/11/2026, 10:00 mà chưa xong.");
}

void expect_one_sentence(const std::string& text) {
  ASSERT_FALSE(text.empty());
  EXPECT_EQ(text.find('.'), text.size() - 1) << text;  // its only full stop ends it
  EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  EXPECT_EQ(text.find("  "), std::string::npos) << text;
  const auto first = static_cast<unsigned char>(text[0]);
  EXPECT_FALSE(first >= 'a' && first <= 'z') << text;
}

TEST(Reason, IsOneSentenceThatNamesTheFiguresInBothLanguages) {
  std::vector<RuleId> met;
  for (const Example& example : examples()) {
    met.push_back(example.rule);
    const std::string vi = raised(example, Language::kVietnamese).reason;
    const std::string en = raised(example, Language::kEnglish).reason;
    expect_one_sentence(vi);
    expect_one_sentence(en);
    for (const std::string& figure : example.vietnamese)
      EXPECT_NE(vi.find(figure), std::string::npos) << vi;
    for (const std::string& figure : example.english)
      EXPECT_NE(en.find(figure), std::string::npos) << en;
  }
  met.erase(std::unique(met.begin(), met.end()), met.end());
  EXPECT_EQ(met.size(), kRuleCount);
}

TEST(Reason, OfEveryResolutionIsOneSentenceInBothLanguages) {
  for (const auto cause : {AlertCause::kCleared, AlertCause::kClosed, AlertCause::kMoved,
                           AlertCause::kRetracted, AlertCause::kRuleChanged}) {
    expect_one_sentence(resolved_reason(cause, Language::kVietnamese));
    expect_one_sentence(resolved_reason(cause, Language::kEnglish));
  }
}

TEST(Reason, AStepWithoutANameIsCalledByItsCode) {
  Example example{RuleId::kStepOverdue, late(), "2026-11-04 10:01", {}, {}};
  EXPECT_NE(raised(example, Language::kVietnamese).reason.find("“1”"), std::string::npos);
}

TEST(Evidence, IsSortedByNameAndEachNameStandsOnce) {
  for (const Example& example : examples()) {
    const auto evidence = raised(example, Language::kVietnamese).evidence;
    for (std::size_t i = 1; i < evidence.size(); ++i) {
      EXPECT_LT(evidence[i - 1].name, evidence[i].name) << rule_name(example.rule);
    }
    EXPECT_FALSE(evidence.empty()) << rule_name(example.rule);
  }
}

TEST(Evidence, OfRulesWithoutARunningFigureIsEqualWheneverItIsDetected) {
  const History h = week();
  Desk in_time;
  in_time.tell(h).until("2026-11-06 17:01");
  Desk late_desk;
  late_desk.take(h.events()[0], vn("2026-11-20 08:00"));
  for (const RuleId rule : {RuleId::kOverdue, RuleId::kStepOverdue, RuleId::kStalled}) {
    const AlertChange* a = find(in_time.log, rule, AlertChangeKind::kRaised);
    const AlertChange* b = find(late_desk.log, rule, AlertChangeKind::kRaised);
    ASSERT_TRUE(a && b);
    EXPECT_EQ(a->alert_id, b->alert_id);
    EXPECT_EQ(a->reason, b->reason);
    ASSERT_EQ(a->evidence.size(), b->evidence.size());
    for (std::size_t i = 0; i < a->evidence.size(); ++i)
      EXPECT_EQ(a->evidence[i].value, b->evidence[i].value);
  }
}

TEST(WorkText, IsInHoursBelowTwoWorkingDaysAndInDaysFromThere) {
  const std::vector<std::tuple<std::int64_t, const char*, const char*>> cases = {
      {0, "0 giờ làm việc", "0 h of working time"},
      {59'999, "0 giờ làm việc", "0 h of working time"},
      {90'000, "1 phút làm việc", "1 min of working time"},
      {3'600'000, "1 giờ làm việc", "1 h of working time"},
      {11 * 3'600'000 + 14 * 60'000, "11 giờ 14 phút làm việc", "11 h 14 min of working time"},
      {16 * 3'600'000 - 1, "15 giờ 59 phút làm việc", "15 h 59 min of working time"},
      {16 * 3'600'000, "2 ngày làm việc", "2 working days"},
      {28 * 3'600'000, "3,5 ngày làm việc", "3.5 working days"},
      {60 * 3'600'000, "7,5 ngày làm việc", "7.5 working days"},
      {-5, "0 giờ làm việc", "0 h of working time"},
  };
  for (const auto& [ms, vi, en] : cases) {
    EXPECT_EQ(work_text(WorkTime{ms}, Language::kVietnamese), vi);
    EXPECT_EQ(work_text(WorkTime{ms}, Language::kEnglish), en);
  }
}

}  // namespace
}  // namespace kip
