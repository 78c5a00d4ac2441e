#include "app/foresee.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/replay.h"
#include "app/test_rules.h"
#include "contract/decode.h"

namespace kip {
namespace {

Foresight foresee_slow_and_fast(const ForeseeOptions& options) {
  auto foresight = foresee(test::slow_and_fast(), test::due_soon_and_likely_late(), options);
  EXPECT_TRUE(foresight);
  return *std::move(foresight);
}

// By all that a change says of time.
std::vector<std::string> told_without_forecasts(const std::vector<AlertChange>& changes) {
  std::vector<std::string> out;
  for (const AlertChange& c : changes) {
    if (!runs_under_log(c.rule)) continue;
    out.push_back(c.alert_id + " " + std::to_string(c.revision) + " " +
                  std::to_string(static_cast<int>(c.change)) + " " +
                  std::to_string(static_cast<int>(c.cause)) + " " + format_rfc3339(c.onset) + " " +
                  format_rfc3339(c.changed_at) + " " + format_rfc3339(c.detected_at));
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Foresee, LearnsAndWarnsOfWhatIsLate) {
  const RuleBacktest run = test::run_on_slow_and_fast();
  EXPECT_GE(run.foreseen.models, 1U);
  EXPECT_LT(run.foreseen.lessons, 60U);  // of 134 days
  const WarningFigures& likely = figures_of(run, RuleId::kLikelyLate);
  EXPECT_GT(likely.flagged, 40U);
  EXPECT_GT(*likely.precision, 0.75);
  EXPECT_GT(likely.lead_days->high, 3);  // due_soon warns two days before
  const ForeseenPoint& half = *half_of(run.foreseen);
  EXPECT_EQ(half.open, 240U);
  EXPECT_GT(half.unknown, 20U);  // before the first model
  EXPECT_LT(half.unknown, 140U);
  EXPECT_GT(*half.auc, 0.75);
}

// They are raised by the same rules at the same instants: what is counted of warnings in the one
// run goes with what is counted of lates in the other.
TEST(Foresee, RaisesBesideForecastsWhatTheReplayRaises) {
  std::vector<AlertChange> foreseen, replayed;
  ForeseeOptions options;
  options.on_change = [&](const AlertChange& change) { foreseen.push_back(change); };
  foresee_slow_and_fast(options);
  ReplayOptions replay_options;
  replay_options.on_change = [&](const AlertChange& change) { replayed.push_back(change); };
  ASSERT_TRUE(replay(test::slow_and_fast(), test::due_soon_and_likely_late(), replay_options));
  EXPECT_GT(foreseen.size(), replayed.size());
  EXPECT_EQ(told_without_forecasts(foreseen), told_without_forecasts(replayed));
}

TEST(Foresee, SaysWhatWaitsForSomethingLate) {
  auto policy = test::due_soon_at(20);
  RuleEntry entry;
  entry.params = Blocked{};
  entry.level = AlertLevel::kWarning;
  policy->rules.add(entry);
  ImportedLog log = test::hand_counted_log();  // D is open from day 5 to 30, A late from 10 to 12
  for (Accepted& accepted : log.events) {
    v1::StampedEvent stamped;
    ASSERT_TRUE(stamped.ParseFromString(accepted.bytes));
    if (stamped.event().item_id() != "D") continue;
    stamped.mutable_event()->mutable_depends_on()->add_ids("A");
    accepted.bytes = stamped.SerializeAsString();
  }
  std::vector<std::string> told;
  ForeseeOptions options;
  options.on_change = [&](const AlertChange& change) {
    if (change.rule == RuleId::kBlocked)
      told.push_back(change.item_id + " " + format_rfc3339(change.changed_at));
  };
  ASSERT_TRUE(foresee(log, policy, options));
  EXPECT_EQ(told, (std::vector<std::string>{"D " + test::day(10), "D " + test::day(12)}));
}

TEST(Foresee, KnowsNothingAheadOfTime) {
  const Foresight whole = foresee_slow_and_fast({});
  ForeseeOptions options;
  options.until = *parse_rfc3339(test::day(90));
  const Foresight cut = foresee_slow_and_fast(options);
  std::size_t said = 0;
  for (int i = 0; i < 240; ++i) {
    const std::string id = "I" + std::to_string(i);
    const AskedItem *all = whole.asked.find(id), *some = cut.asked.find(id);
    ASSERT_TRUE(all != nullptr);
    for (std::size_t point = 0; point < kAskedPoints; ++point) {
      if (!(*all)[point] || (*all)[point]->at > *options.until) continue;
      ASSERT_TRUE(some != nullptr && (*some)[point]) << id;
      EXPECT_EQ((*some)[point]->chance, (*all)[point]->chance) << id;
      said += (*all)[point]->chance ? 1 : 0;
    }
  }
  EXPECT_GT(said, 50U);
  EXPECT_LT(cut.lessons, whole.lessons);
}

TEST(Foresee, CountsWhatWarningsMayHaveSaved) {
  const Foreseen f = test::run_on_slow_and_fast().foreseen;
  EXPECT_GT(f.warned, 120U);
  EXPECT_GT(f.warned_unknown, 0U);
  EXPECT_EQ(static_cast<std::uint64_t>(f.saved_all.warned), f.warned - f.warned_unknown);
  ASSERT_EQ(f.saved_units.size(), 1U);
  EXPECT_EQ(f.saved_units[0].unit, "u");
  EXPECT_EQ(f.saved_units[0].late, f.saved_all.late);
  EXPECT_DOUBLE_EQ(f.saved_units[0].margin(), f.saved_all.margin());
  EXPECT_GT(f.saved.size(), 4U);  // months, each with its unit
}

// A single date of another century costs nothing.
TEST(Foresee, RestsWhereNothingIsRecorded) {
  const Foresight whole = foresee_slow_and_fast({});
  ForeseeOptions options;
  options.until = *parse_rfc3339("2090-01-01T00:00:00Z");
  const Foresight far = foresee_slow_and_fast(options);
  EXPECT_GT(far.cuts, whole.cuts);
  EXPECT_LT(far.cuts, whole.cuts + 60);  // twice a day for four weeks
}

TEST(Foresee, AnEmptyLogForeseesNothing) {
  const auto foresight = foresee(ImportedLog{}, test::due_soon_and_likely_late(), {});
  ASSERT_TRUE(foresight);
  EXPECT_EQ(foresight->lessons, 0U);
}

}  // namespace
}  // namespace kip
