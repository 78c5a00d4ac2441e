#include "app/rule_verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/rule_table.h"
#include "app/test_rules.h"

namespace kip {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Weighed weighed(const Backtests& b) { return weigh(together_of(*b.before), together_of(b.after)); }

// At 40 % the same alerts come earlier: nothing is lost by it.
TEST(RuleVerdict, WhatIsOnlyBetterIsCalledBetter) {
  const Weighed w = weighed(test::held_against(20, 40));
  EXPECT_EQ(w.balance, Balance::kBetter);
  EXPECT_THAT(w.gained, ElementsAre("báo sớm hơn 2,0 ngày (trung vị, 2,00 → 4,00)"));
  EXPECT_THAT(w.lost, IsEmpty());
  EXPECT_THAT(w.kept,
              ElementsAre("số cảnh báo (0,7 mỗi tuần)", "báo nhầm (1)", "việc trễ bị sót (1)"));
}

TEST(RuleVerdict, TheOtherWayRoundItIsWorse) {
  const Weighed w = weighed(test::held_against(40, 20));
  EXPECT_EQ(w.balance, Balance::kWorse);
  EXPECT_THAT(w.lost, ElementsAre("báo muộn hơn 2,0 ngày (trung vị, 4,00 → 2,00)"));
  EXPECT_THAT(w.gained, IsEmpty());
}

// At 60 % C is flagged too, which is done on day 5.
TEST(RuleVerdict, WhatIsWorseIsNamedBesideWhatIsBetter) {
  const Backtests b = test::held_against(20, 60);
  const Weighed w = weighed(b);
  EXPECT_EQ(w.balance, Balance::kMixed);
  EXPECT_THAT(w.gained, ElementsAre("báo sớm hơn 4,0 ngày (trung vị, 2,00 → 6,00)"));
  EXPECT_THAT(w.lost, ElementsAre("thêm 0,1 cảnh báo mỗi tuần (0,7 → 0,8)",
                                  "báo nhầm thêm 1 việc (1 → 2)"));
  EXPECT_THAT(sentences_of(b),
              ElementsAre("Mọi cảnh báo sớm, mới so với cũ: " + weighed_text(w),
                          "Khác nhau ở rules.yaml: due_soon: remaining.share 0.2 → 0.6.",
                          "due_soon (sắp đến hạn): như trên."));
}

TEST(RuleVerdict, NothingThatDiffersIsSaidToo) {
  const Backtests b = test::held_against(20, 20);
  EXPECT_THAT(sentences_of(b), ElementsAre("Mọi cảnh báo sớm, mới so với cũ: không khác gì.",
                                           "Hai bộ quy tắc như nhau."));
}

// A rule that is taken out misses what it told: that is no saving alone.
TEST(RuleVerdict, ARuleTakenOutMissesWhatItTold) {
  Backtests b = test::held_against(20, 20);
  auto silent = plain_policy(Calendar::always());
  silent->rules = {};
  auto run = backtest_rules(test::hand_counted_log(), silent, {});
  ASSERT_TRUE(run);
  b.after = *std::move(run);
  const Weighed w = weighed(b);
  EXPECT_EQ(w.balance, Balance::kMixed);
  EXPECT_THAT(w.gained,
              ElementsAre("bớt 0,7 cảnh báo mỗi tuần (0,7 → 0,0)", "bớt báo nhầm 1 việc (1 → 0)"));
  EXPECT_THAT(w.lost, ElementsAre("sót thêm 2 việc trễ (1 → 3)",
                                  "không còn báo trước (cũ: 2,0 ngày, trung vị)"));
  EXPECT_THAT(sentences_of(b)[1],
              HasSubstr("due_soon: bỏ mục (level warning, remaining.share 0.2)"));
}

// It is weighed as any other; the figures of the replay know nothing of it.
TEST(RuleVerdict, WhatNeedsAForecastIsTriedToo) {
  Backtests b{test::run_on_slow_and_fast(), {}, {}};
  EXPECT_FALSE(b.after.replay.rules.contains("likely_late"));
  auto before = backtest_rules(test::slow_and_fast(), test::due_soon_at(20), {});
  ASSERT_TRUE(before);
  b.before = *std::move(before);
  const auto sentences = sentences_of(b);
  EXPECT_THAT(sentences[0], HasSubstr("Mất: thêm "));
  EXPECT_THAT(sentences[1], HasSubstr("likely_late: mục mới"));
  EXPECT_THAT(sentences.back(), HasSubstr("likely_late (dự báo trễ): "));
}

WarningFigures with_lead(const Quartiles& days, const Quartiles& working) {
  WarningFigures f;
  f.flagged = f.late_flagged = f.late_in_time = f.alerts = 8;
  f.lead_days = days;
  f.lead_working_days = working;
  f.leads = {days.low, days.median, days.high};
  return f;
}

TEST(RuleVerdict, AHigherMedianHidesNothingThatIsToldLater) {
  const WarningFigures before = with_lead({1, 2, 3}, {1, 2, 3});
  const WarningFigures after = with_lead({0.5, 3, 4}, {1, 1.5, 3});
  const Weighed w = weigh({before, 8}, {after, 8});
  EXPECT_EQ(w.balance, Balance::kMixed);
  EXPECT_THAT(w.gained, ElementsAre("báo sớm hơn 1,0 ngày (trung vị, 2,00 → 3,00)"));
  EXPECT_THAT(w.lost,
              ElementsAre("phần tư việc báo sát hạn nhất sát thêm 0,50 ngày (1,00 → 0,50)",
                          "theo giờ làm việc thì báo muộn hơn 0,50 ngày làm việc (trung vị, 2,00 → "
                          "1,50)"));
}

TEST(RuleVerdict, AsManyAlertsMayBeMoreForOneUnit) {
  WarningFigures before = with_lead({1, 2, 3}, {1, 2, 3}), after = before;
  before.load.most = 1;
  after.load.most = 2;
  const Weighed w = weigh({before, 8}, {after, 8});
  EXPECT_EQ(w.balance, Balance::kWorse);
  EXPECT_THAT(w.lost, ElementsAre("đơn vị nhận nhiều nhất nhận thêm 1,00 cảnh báo một ngày làm "
                                  "việc (1,00 → 2,00)"));
}

TEST(RuleVerdict, FilesBesideTheRulesAreNamed) {
  Backtests b = test::held_against(20, 20);
  b.other_files = {"calendar.yaml", "units.yaml"};
  EXPECT_THAT(sentences_of(b)[1], HasSubstr("calendar.yaml, units.yaml"));
}

TEST(RuleVerdict, AloneSaysWhatItDoes) {
  const Backtests b{test::run_on_hand_counted(20), {}, {}};
  EXPECT_THAT(sentences_of(b),
              ElementsAre("Mọi cảnh báo sớm: 0,7 cảnh báo mỗi tuần; 4 việc bị báo, 3 trễ thật "
                          "(75 %); sót 1 trong 3 việc trễ; báo sớm 2,0 ngày (trung vị)."));
}

std::string line_of(const std::string& text, const std::string& begin) {
  const std::size_t at = text.find("\n" + begin);
  return at == std::string::npos ? "" : text.substr(at + 1, text.find('\n', at + 1) - at - 1);
}

std::string squeezed(std::string text) {
  for (std::size_t at; (at = text.find("  ")) != std::string::npos;) text.erase(at, 1);
  return text;
}

TEST(RuleTable, HoldsBothAndTheDifference) {
  const std::string text = table_text(test::held_against(20, 60));
  EXPECT_EQ(text.find("Mọi cảnh báo sớm, mới so với cũ: phải cân nhắc."), 0U);
  EXPECT_EQ(squeezed(line_of(text, "due_soon   ")),
            "due_soon 0,8 5 3 0,600 1,000 1 4,20·6,00·9,00 4,20·6,00·9,00 0,06 0,08");
  EXPECT_EQ(squeezed(line_of(text, "  khác")),
            " khác +0,1 +1 0 −0,150 0 0 +4,00 +4,00 +0,01 +0,02");
  // Overdue is the same in both, and misses nothing: it is no early warning.
  EXPECT_THAT(squeezed(line_of(text, "overdue")), HasSubstr("1,000 1,000 - 0,00"));
}

TEST(RuleTable, ABadNameDoesNotActOnTheTerminal) {
  Backtests b{test::run_on_hand_counted(20), {}, {}};
  b.after.config = "bad\x1b[31m";
  EXPECT_THAT(table_text(b), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace kip
