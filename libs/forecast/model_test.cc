#include "forecast/model.h"

#include <gtest/gtest.h>

#include <cmath>

#include "forecast/figures.h"
#include "forecast/test_world.h"

namespace kip::forecast {
namespace {

TEST(LateRates, AThinGroupIsShrunkTowardsItsParent) {
  LateRates rates;
  const Features f = features("p", "s", 0.5), other = features("q", "s", 0.5);
  for (int i = 0; i < 4; ++i) rates.add(f, true, 0);
  for (int i = 0; i < 14; ++i) rates.add(other, i < 2, 0);
  // All: (6 + 1) / (18 + 2) = .35. Family: (4 + 8 * .35) / 12, procedure the same step again.
  EXPECT_NEAR(rates.rate(f, Group::kAll), 0.35, 1e-12);
  const double family = (4 + 8 * 0.35) / 12, procedure = (4 + 8 * family) / 12;
  EXPECT_NEAR(rates.rate(f, Group::kFamily), family, 1e-12);
  EXPECT_NEAR(rates.rate(f, Group::kProcedure), procedure, 1e-12);
  const double step = (4 + 8 * procedure) / 12, unit = (4 + 8 * step) / 12;
  EXPECT_NEAR(rates.chance(f), unit, 1e-12);
  // Never met: its parents, in the end all.
  EXPECT_NEAR(rates.rate(features("new", "other", 0.5), Group::kProcedureStepUnit), 0.35, 1e-12);
}

TEST(LateRates, AFoldThatIsLeftOutIsNotKnown) {
  LateRates rates;
  const Features f = features("p", "s", 0.5);
  for (int i = 0; i < 6; ++i) rates.add(f, true, 1);
  EXPECT_GT(rates.chance(f), 0.8);
  EXPECT_DOUBLE_EQ(rates.rate(f, Group::kProcedure, 1), 0.5);
  EXPECT_DOUBLE_EQ(rates.rate(f, Group::kProcedure, 2), rates.rate(f, Group::kProcedure));
}

TEST(LateRates, AreConditionalOnBeingOpenAndInterpolated) {
  LateRates rates;
  // Ten were open at a half, three late; at 7/12 only those three were left.
  for (int i = 0; i < 10; ++i) rates.add(features("p", "s", 0.5), i < 3, 0);
  for (int i = 0; i < 3; ++i) rates.add(features("p", "s", 7.0 / 12), true, 0);
  const double half = 4.0 / 12, later = 4.0 / 5;
  EXPECT_NEAR(rates.rate(features("p", "s", 0.5), Group::kAll), half, 1e-9);
  EXPECT_NEAR(rates.rate(features("p", "s", 7.0 / 12), Group::kAll), later, 1e-9);
  EXPECT_NEAR(rates.rate(features("p", "s", 6.5 / 12), Group::kAll), (half + later) / 2, 1e-6);
}

TEST(LateRates, AStepThatWasTakenCountsAtAllTimes) {
  LateRates rates;
  // Step a makes late, b does not; at the knot that is asked about nobody has taken either.
  for (int i = 0; i < 40; ++i) {
    rates.add(taking({"a"}, 0.25), i < 30, 0);
    rates.add(taking({"b"}, 0.25), i < 10, 0);
  }
  const auto lift = [](double late) {
    const double all = 41.0 / 82;
    return std::log((late + 8 * all) / (40 - late + 8 * (1 - all)) / (all / (1 - all)));
  };
  const auto of = [&](const std::vector<std::string>& steps) {
    return rates.step_lifts(taking(steps, 0.75));
  };
  EXPECT_NEAR(of({"a"}).newest, lift(30), 1e-9);
  EXPECT_NEAR(of({"a", "b"}).newest, lift(10), 1e-9);
  EXPECT_NEAR(of({"b", "a", "b"}).worst, lift(30), 1e-9);
  EXPECT_NEAR(of({"a", "b"}).best, lift(10), 1e-9);
  EXPECT_EQ(of({"a"}).best, 0);
  EXPECT_EQ(of({"new"}).newest, 0);
  EXPECT_EQ(of({}).worst, 0);
  EXPECT_EQ(rates.step_lifts(taking({"a"}, 0.75), 0).newest, 0);  // the only fold is left out
}

TEST(Calibrate, FindsTheSlopeThatWasHidden) {
  // Said with odds four times as far out as they were: slope 1/4.
  std::vector<double> scores;
  std::vector<bool> late;
  for (const double z : {-4.0, 4.0}) {
    for (int i = 0; i < 1000; ++i) {
      scores.push_back(z);
      late.push_back(i < 1000 * chance_of(z / 4));  // a share of them
    }
  }
  const Calibration c = calibrate(scores, late);
  // The ridge pulls the slope towards 1, by .75 * 100 against 2,000 * 16 * .27 * .73.
  EXPECT_NEAR(c.slope, 0.262, 0.003);
  EXPECT_NEAR(c.shift, 0, 0.003);
}

TEST(Calibrate, AHandfulChangesLittleAndNothingNeverTurnsOver) {
  const Calibration few = calibrate({1, -1}, {false, false});
  EXPECT_NEAR(few.slope, 1, 0.1);
  EXPECT_EQ(calibrate({}, {}).slope, 1);
  std::vector<double> scores;
  std::vector<bool> late;
  for (int i = 0; i < 1000; ++i) {
    scores.push_back(i % 2 == 0 ? 3 : -3);
    late.push_back(i % 2 == 1);
  }
  EXPECT_GT(calibrate(scores, late).slope, 0);
}

TEST(Model, LearnsWhatMakesItemsLate) {
  const Learned learned = learn(world(600));
  ASSERT_NE(learned.model, nullptr);
  EXPECT_EQ(learned.items, 600U);
  const Model& m = *learned.model;
  const double calm = m.chance(features("fast", "s", 0.5, 0.3));
  EXPECT_GT(m.chance(features("fast", "s", 0.5, 5.7)), calm + 0.15);  // a silent item is riskier
  EXPECT_GT(m.chance(features("slow", "s", 0.5, 0.3)), calm + 0.15);
  EXPECT_GT(m.chance(features("slow", "s", 0.5, 5.7)), 0.7);
  std::vector<Verdict> mine, table;
  for (const Example& e : world(2000)) {
    mine.push_back({m.chance(e.features), e.late});
    table.push_back({m.table_chance(e.features), e.late});
  }
  EXPECT_GT(*auc(mine), *auc(table) + 0.03);
  EXPECT_LT(*brier(mine), *brier(table));
  EXPECT_LT(*calibration_error(mine), 0.05);
}

TEST(Model, TheSameExamplesGiveTheSameModel) {
  const auto examples = world(200);
  const Features f = features("slow", "s", 0.4, 2);
  EXPECT_EQ(learn(examples).model->chance(f), learn(examples).model->chance(f));
}

TEST(Model, AnItemIsOnOneSideOfTheCalibrationsCutThoughItsReceiptMoved) {
  auto examples = world(200);
  const Features f = features("slow", "s", 0.4, 2);
  const double chance = learn(examples).model->chance(f);
  for (std::size_t i = 0; i < examples.size(); ++i) {
    if (i % kKnots >= kKnots / 2) examples[i].received += day(5000) - day(0);
  }
  EXPECT_EQ(learn(examples).model->chance(f), chance);
}

TEST(Model, ChancesStayStrictlyBetweenAndPastTheDueIsLate) {
  const Learned learned = learn(world(200));
  for (const double share : {0.0, 0.01, 0.5, 0.999}) {
    const double chance = learned.model->chance(features("slow", "s", share));
    EXPECT_GT(chance, 0);
    EXPECT_LT(chance, 1);
  }
  EXPECT_EQ(learned.model->chance(features("slow", "s", 1.5)), 1);
}

TEST(Model, FewItemsOrOneClassAreNotEnoughData) {
  EXPECT_EQ(learn(std::vector<Example>{}).model, nullptr);
  EXPECT_DOUBLE_EQ(learn(std::vector<Example>{}).prior, 0.5);
  EXPECT_EQ(learn(world(40)).model, nullptr);
  auto all_late = world(300);
  for (Example& e : all_late) e.late = true;
  const Learned learned = learn(all_late);
  EXPECT_EQ(learned.model, nullptr);
  EXPECT_DOUBLE_EQ(learned.prior, 301.0 / 302);
}

TEST(Model, AProcedureNeverSeenHasTheChanceOfItsLike) {
  const Learned learned = learn(world(600));
  const double fast = learned.model->chance(features("fast", "s", 0.5, 2));
  const double slow = learned.model->chance(features("slow", "s", 0.5, 2));
  const double unseen = learned.model->chance(features("unseen", "s", 0.5, 2));
  EXPECT_GT(unseen, fast);
  EXPECT_LT(unseen, slow);
}

// Step `slow` makes late, in whatever unit. Unit u has a person who is always late and one who
// never is; a person is no help elsewhere.
Features in_unit(const std::string& unit, bool slow, const std::string& owner, double share) {
  Trace t;
  see(t, EventOf("x", 0).received(0).due(12).procedure("p").unit(unit).owner(owner).step("begin"));
  see(t, EventOf("x", 1).step(slow ? "slow" : "fast"));
  t.last = day(share * 12 - 1);
  return features_at(t, {}, day(share * 12));
}

std::vector<Example> two_persons(int items) {
  std::vector<Example> examples = world(items);
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const std::size_t item = i / kKnots;
    const bool slow = item % 2 == 0, bad = item / 2 % 2 == 0;
    Example& e = examples[i];
    e.late = bad ? slow || item % 10 < 7 : slow && item % 10 < 3;
    e.features = in_unit("u", slow, bad ? "bad" : "good", e.features.share);
  }
  return examples;
}

TEST(Model, AStrangeUnitIsToldByWhatGoesOverToIt) {
  const Learned learned = learn(two_persons(600));
  ASSERT_NE(learned.model, nullptr);
  const auto chance = [&](const std::string& unit, bool slow, const std::string& owner) {
    return learned.model->chance(in_unit(unit, slow, owner, 0.5));
  };
  // At home the person says most of it.
  EXPECT_GT(chance("u", true, "bad"), chance("u", true, "good") + 0.3);
  // Elsewhere a name says nothing, be it the same, and the step does.
  EXPECT_EQ(chance("v", true, "bad"), chance("v", true, "good"));
  EXPECT_EQ(chance("v", true, "bad"), chance("v", true, "somebody"));
  EXPECT_GT(chance("v", true, "somebody"), chance("v", false, "somebody") + 0.15);
  const Account account = learned.model->account(in_unit("v", true, "bad", 0.5));
  EXPECT_EQ(account.chance, chance("v", true, "bad"));
  // What a person is told of it: the family of the step that it stands at, and nobody's name.
  const auto part = [&](Group group) {
    return account.parts.groups[static_cast<std::size_t>(group)];
  };
  EXPECT_GT(part(Group::kStepFamily), 0);
  for (const Group group : {Group::kUnit, Group::kOwner, Group::kFirstOwner, Group::kStep})
    EXPECT_EQ(part(group), 0);
}

TEST(Model, AUnitIsKnownByItsFirstItem) {
  auto examples = two_persons(600);
  const auto with_v = [&](std::size_t items) {
    for (std::size_t i = 0; i < items * kKnots; ++i) {
      const std::size_t item = i / kKnots;
      examples[i].features = in_unit("v", item % 2 == 0, item / 2 % 2 == 0 ? "bad" : "good",
                                     examples[i].features.share);
    }
    const Learned learned = learn(examples);
    return learned.model->chance(in_unit("v", true, "bad", 0.5)) -
           learned.model->chance(in_unit("v", true, "good", 0.5));
  };
  EXPECT_EQ(with_v(0), 0);
  EXPECT_GT(with_v(1), 0.3);
}

TEST(Fit, EndsWhereLossAndRidgeHoldEachOther) {
  std::vector<Row> rows;
  std::vector<bool> late;
  for (int i = 0; i < 20'000; ++i) {
    Row row;
    row.bins[0] = static_cast<std::uint8_t>(i % 2);
    rows.push_back(row);
    late.push_back(i % 20 < (i % 2 == 0 ? 4 : 12));  // 2 of 10 and 6 of 10
  }
  const Weights w = fit(rows, late);
  Row low, high;
  high.bins[0] = 1;
  const double p_low = chance_of(score(w, low)), p_high = chance_of(score(w, high));
  EXPECT_NEAR(p_low + p_high, 0.2 + 0.6, 1e-3);  // the common weight is free
  const double weight = w.bins[0][1];            // ridge 333
  EXPECT_NEAR(333 * weight, 10'000 * (0.6 - p_high), 10);
  EXPECT_GT(weight, 1);
}

TEST(Fit, WithoutEvidenceAllHaveTheCommonShare) {
  const std::vector<Row> rows(8);
  std::vector<bool> late(8, false);
  late[0] = late[1] = true;
  EXPECT_NEAR(chance_of(score(fit(rows, late), Row{})), 0.25, 1e-3);
  EXPECT_EQ(chance_of(score(fit({}, {}), Row{})), 0.5);
}

}  // namespace
}  // namespace kip::forecast
