#include "app/warning_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_data.h"
#include "app/test_rules.h"

namespace kip {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

TEST(WarningFigures, AreThoseCountedByHand) {
  const RuleBacktest run = test::run_on_hand_counted(20);
  EXPECT_EQ(run.replay.judged, 5U);
  EXPECT_EQ(run.replay.late, 3U);
  const WarningFigures& f = run.warnings.together;
  EXPECT_EQ(f.flagged, 4U);  // A, B, D, E
  EXPECT_EQ(f.late_flagged, 3U);
  EXPECT_EQ(f.false_alarms(), 1U);
  EXPECT_EQ(f.late_in_time, 2U);  // E's came after its due
  EXPECT_EQ(f.precision, 0.75);
  EXPECT_EQ(f.recall, 1.0);
  ASSERT_TRUE(f.lead_days);
  EXPECT_THAT(f.leads, ElementsAre(DoubleEq(0.8), DoubleEq(2), DoubleEq(4)));
  EXPECT_DOUBLE_EQ(f.lead_days->low, 1.4);
  EXPECT_DOUBLE_EQ(f.lead_days->median, 2);
  EXPECT_DOUBLE_EQ(f.lead_days->high, 3);
  EXPECT_EQ(f.lead_working_days, f.lead_days);  // every hour is worked
}

TEST(WarningFigures, CountEveryAlertThatPeopleWouldBeTold) {
  const RuleBacktest run = test::run_on_hand_counted(20);
  const WarningFigures& f = run.warnings.together;
  EXPECT_EQ(f.alerts, 5U);  // F's too, which is not judged
  EXPECT_EQ(f.alerts_judged, 4U);
  EXPECT_DOUBLE_EQ(run.period.weeks(), 52.0 / 7);
  EXPECT_EQ(day_text(run.period.first_week()), "2024-12-30");
  EXPECT_THAT(f.by_week, ElementsAre(0, 3, 0, 1, 0, 0, 0, 1));
  EXPECT_EQ(run.warnings.units, 2U);
  EXPECT_DOUBLE_EQ(f.load.median, 2.5 / 53);  // u 3, v 2, in 53 days
  EXPECT_DOUBLE_EQ(f.load.most, 3.0 / 53);
  EXPECT_EQ(f.load.busiest, "u");
}

TEST(WarningFigures, OverdueStandsApart) {
  const RuleBacktest run = test::run_on_hand_counted(20);
  const WarningFigures& overdue = figures_of(run, RuleId::kOverdue);
  EXPECT_EQ(overdue.flagged, 3U);
  EXPECT_EQ(overdue.late_in_time, 0U);
  const WarningFigures &soon = figures_of(run, RuleId::kDueSoon), &all = run.warnings.together;
  EXPECT_EQ(soon.leads, all.leads);
  EXPECT_EQ(soon.alerts, all.alerts);
}

// What the log says after `until` is not known.
TEST(WarningFigures, EndWhereTimeEnds) {
  RuleBacktestOptions options;
  options.until = *parse_rfc3339(test::day(11));
  const auto run = backtest_rules(test::hand_counted_log(), test::due_soon_at(20), options);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->replay.judged, 4U);  // A, B, C, E: by the last record of day 10
  EXPECT_EQ(run->warnings.together.flagged, 3U);
  EXPECT_DOUBLE_EQ(run->period.weeks(), 11.0 / 7);
}

TEST(WarningFigures, AgreeWithKipReplay) {
  const RuleBacktest run = test::run_on_hand_counted(35);
  for (const auto& [name, want] : run.replay.rules) {
    const WarningFigures& got = figures_of(run, *rule_named(name));
    EXPECT_EQ(got.flagged, want.flagged) << name;
    EXPECT_EQ(got.late_flagged, want.late_flagged) << name;
    EXPECT_EQ(got.precision, want.precision) << name;
    EXPECT_EQ(got.recall, want.recall) << name;
    ASSERT_TRUE(got.lead_days) << name;
    EXPECT_EQ(got.lead_days->median, want.lead_days_median) << name;
  }
}

TEST(WarningFigures, AnEmptyLogIsSaid) {
  const auto run = backtest_rules(ImportedLog{}, test::due_soon_at(20), {});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, Errc::kInvalid);
}

AlertChange raised(RuleId rule, const std::string& id, const std::string& onset) {
  AlertChange c;
  c.rule = rule;
  c.alert_id = id;
  c.item_id = "HS";
  c.unit_id = "u";
  c.change = AlertChangeKind::kRaised;
  c.onset = c.detected_at = test::at(onset);
  return c;
}

// One late item due on Monday at 10:00, office hours 7:30 to 11:30 and 13:00 to 17:00.
WarningsByRule tallied(const std::vector<AlertChange>& changes) {
  const auto policy = test::office();
  WarningTally tally(
      *policy, {test::at("2026-11-20T00:00:00+07:00"), test::at("2026-11-24T00:00:00+07:00")});
  RaisedAlerts alerts;
  for (const AlertChange& change : changes) {
    alerts.see(change);
    tally.see(change);
  }
  ItemState item;
  item.item_id = "HS";
  item.folded.facts.unit_id = "u";
  item.folded.effective_due = test::at("2026-11-23T10:00:00+07:00");
  tally.judge({item, true, alerts.of("HS")});
  return tally.finish();
}

TEST(WarningTally, CountsWorkingTimeInDaysOfEightHours) {
  const auto figures =
      tallied({raised(RuleId::kDueSoon, "a", "2026-11-20T15:00:00+07:00")}).together;
  ASSERT_TRUE(figures.lead_days);
  EXPECT_DOUBLE_EQ(figures.lead_days->median, 67.0 / 24);
  EXPECT_DOUBLE_EQ(figures.lead_working_days->median, 4.5 / 8);  // 2 h on Friday, 2:30 on Monday
  EXPECT_DOUBLE_EQ(figures.load.most, 1.0 / 3);                  // Friday, Monday, Tuesday
}

TEST(WarningTally, TheFirstOfSeveralWarningsCountsForAllTogether) {
  const auto all = tallied({raised(RuleId::kDueSoon, "a", "2026-11-20T15:00:00+07:00"),
                            raised(RuleId::kStepOverdue, "b", "2026-11-20T09:00:00+07:00"),
                            raised(RuleId::kStalled, "c", "2026-11-20T08:00:00+07:00")});
  EXPECT_EQ(all.together.flagged, 1U);
  EXPECT_EQ(all.together.alerts, 2U);                       // a badge is none of them
  EXPECT_THAT(all.together.leads, ElementsAre(73.0 / 24));  // of the step, from Friday at 9:00
  EXPECT_EQ(all.rules.at(RuleId::kStalled).flagged, 1U);
}

TEST(WarningTally, ARetractedAlertFlagsNothingButWasTold) {
  AlertChange gone = raised(RuleId::kDueSoon, "a", "2026-11-20T15:00:00+07:00");
  gone.change = AlertChangeKind::kResolved;
  gone.cause = AlertCause::kRetracted;
  const auto all = tallied({raised(RuleId::kDueSoon, "a", "2026-11-20T15:00:00+07:00"), gone});
  EXPECT_EQ(all.together.flagged, 0U);
  EXPECT_EQ(all.together.late_in_time, 0U);
  EXPECT_EQ(all.together.alerts, 1U);
  EXPECT_EQ(all.together.recall, 0.0);
  EXPECT_FALSE(all.together.precision);
}

TEST(Quartiles, LieBetweenValuesInProportion) {
  EXPECT_FALSE(quartiles_of({}));
  EXPECT_EQ(quartiles_of({7}), (Quartiles{7, 7, 7}));
  EXPECT_EQ(quartiles_of({4, 1, 3, 2}), (Quartiles{1.75, 2.5, 3.25}));
}

}  // namespace
}  // namespace kip
