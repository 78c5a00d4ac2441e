#include "forecast/figures.h"

#include <gtest/gtest.h>

namespace kip::forecast {
namespace {

const std::vector<Verdict> kFour = {{0.9, true}, {0.6, false}, {0.4, true}, {0.1, false}};

TEST(Figures, AucIsTheShareOfPairsInOrder) {
  // (.9,.6) (.9,.1) (.4,.1) stand right, (.4,.6) wrong.
  EXPECT_DOUBLE_EQ(*auc(kFour), 0.75);
  EXPECT_DOUBLE_EQ(*auc({{0.2, true}, {0.8, false}}), 0.0);
  EXPECT_DOUBLE_EQ(*auc({{0.2, false}, {0.8, true}}), 1.0);
}

TEST(Figures, EqualChancesCountHalfInTheAuc) {
  EXPECT_DOUBLE_EQ(*auc({{0.5, true}, {0.5, false}, {0.5, false}}), 0.5);
  // The late .5 beats .1, draws with .5, loses to .9.
  EXPECT_DOUBLE_EQ(*auc({{0.5, true}, {0.5, false}, {0.1, false}, {0.9, false}}), 0.5);
  EXPECT_DOUBLE_EQ(*auc({{0.5, true}, {0.5, false}, {0.1, false}}), 0.75);
}

TEST(Figures, OneClassHasNoAuc) {
  EXPECT_FALSE(auc({}).has_value());
  EXPECT_FALSE(auc({{0.5, true}, {0.6, true}}).has_value());
  EXPECT_FALSE(auc({{0.5, false}}).has_value());
}

TEST(Figures, BrierIsTheMeanSquare) {
  // (.01 + .36 + .36 + .01) / 4
  EXPECT_NEAR(*brier(kFour), 0.185, 1e-12);
  EXPECT_FALSE(brier({}).has_value());
}

TEST(Figures, CalibrationErrorWeighsBinsBySize) {
  // Bin 0.7: three of four late, said .75 on average: off by 0. Bin 0.2: one of two, said .25: .25
  // off, two of six items.
  const std::vector<Verdict> verdicts = {{0.71, true},  {0.79, true}, {0.72, true},
                                         {0.78, false}, {0.25, true}, {0.25, false}};
  EXPECT_NEAR(*calibration_error(verdicts), 0.25 * 2 / 6, 1e-12);
  EXPECT_NEAR(*calibration_error({{1.0, true}, {0.95, false}}), (0.0 + 0.95) / 2, 1e-12);
}

TEST(Figures, RiskiestAreAFifthRoundedAndOneAtLeast) {
  std::vector<Verdict> ten;
  for (int i = 0; i < 10; ++i) ten.push_back({i / 10.0, i == 9});
  EXPECT_DOUBLE_EQ(*precision_of_riskiest(ten), 0.5);  // .9 is late, .8 is not
  EXPECT_DOUBLE_EQ(*precision_of_riskiest({{0.3, true}, {0.2, false}}), 1.0);
  EXPECT_FALSE(precision_of_riskiest({}).has_value());
}

TEST(Figures, OfEqualChancesAtTheBorderEachCountsInPart) {
  std::vector<Verdict> ten(10, Verdict{0.5, false});
  for (std::size_t i = 0; i < 4; ++i) ten[i].late = true;
  EXPECT_DOUBLE_EQ(*precision_of_riskiest(ten), 0.4);
}

}  // namespace
}  // namespace kip::forecast
