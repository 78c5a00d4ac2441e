#include "forecast/finish_times.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "forecast/test_items.h"

namespace kip::forecast {
namespace {

Features open_at(double share, const std::string& procedure = "p") {
  Trace t;
  see(t, EventOf("x", 0).received(0).due(10).procedure(procedure).unit("u"));
  Features f = features_at(t, {}, day(0));
  f.share = share;
  return f;
}

void add(FinishTimes& times, int items, double share, bool ended = true,
         const std::string& procedure = "p") {
  const Features f = open_at(0, procedure);
  for (int i = 0; i < items; ++i) {
    for (const Group group : kFinishGroups) {
      times.add(f.groups[static_cast<std::size_t>(group)], share, ended);
    }
  }
}

void expect_ordered(const FinishBand& band, double share) {
  EXPECT_LE(share, band.earliest);
  EXPECT_LE(band.earliest, band.expected);
  EXPECT_LE(band.expected, band.latest);
  EXPECT_LE(band.latest, 2 * std::max(8.0, share) * (1 + 1e-12));
}

TEST(FinishTimes, GiveWhenTheMiddleOneEnds) {
  FinishTimes times;
  add(times, 4000, 0.52);
  add(times, 1000, 0.12);
  add(times, 5000, 1.1);
  // Before the due 1 in 5 end at 0.10..0.15, the others at 0.50..0.55; 4 in 10 are late.
  const FinishBand band = times.band(open_at(0), 0.4);
  EXPECT_NEAR(band.earliest, 0.10 + 0.05 * (0.10 / 0.12), 0.01);
  EXPECT_NEAR(band.expected, 0.50 + 0.05 * (0.38 / 0.48), 0.01);
  EXPECT_NEAR(band.latest, std::exp2(0.25 * (0.3 / 0.4)), 0.01);
}

TEST(FinishTimes, AreThoseOfItemsThatAreStillOpen) {
  FinishTimes times;
  add(times, 1000, 0.12);
  add(times, 1000, 0.77);
  EXPECT_NEAR(times.band(open_at(0), 0.01).earliest, 0.12, 0.03);
  EXPECT_NEAR(times.band(open_at(0.3), 0.01).earliest, 0.755, 0.01);
  // Inside a bin what is left of it is as likely as before.
  EXPECT_NEAR(times.band(open_at(0.78), 0.01).expected, 0.79, 0.005);
}

TEST(FinishTimes, NeverContradictTheChance) {
  FinishTimes fast, slow;
  add(fast, 500, 0.3);
  add(slow, 500, 2.5);
  for (const FinishTimes* times : {&fast, &slow}) {
    for (const double share : {0.0, 0.2, 0.5, 0.93, 0.999999, 1.0}) {
      const FinishBand likely = times->band(open_at(share), 0.55);
      const FinishBand unlikely = times->band(open_at(share), 0.45);
      EXPECT_GT(likely.expected, 1) << share;
      EXPECT_LE(unlikely.expected, 1) << share;
      EXPECT_LE(times->band(open_at(share), 0.05).latest, 1) << share;
      EXPECT_GT(times->band(open_at(share), 0.95).earliest, 1) << share;
      expect_ordered(likely, share);
      expect_ordered(unlikely, share);
    }
  }
}

TEST(FinishTimes, PastTheDueAllThatIsLeftIsLate) {
  FinishTimes times;
  add(times, 1000, 0.5);
  add(times, 1000, 1.1);
  add(times, 1000, 3.0);
  const FinishBand band = times.band(open_at(1.5), 1);
  expect_ordered(band, 1.5);
  EXPECT_NEAR(band.expected, 3.0, 0.4);
}

TEST(FinishTimes, WithNothingLeftBeyondItAnItemStillHasABandAhead) {
  FinishTimes times;
  add(times, 1000, 0.5);
  expect_ordered(times.band(open_at(6), 1), 6);
  EXPECT_GT(times.band(open_at(6), 1).expected, 6.2);
  for (const double share : {8.0, 50.0, 1e12}) {
    const FinishBand band = times.band(open_at(share), 1);
    expect_ordered(band, share);
    EXPECT_NEAR(band.expected / share, std::sqrt(2), 1e-9);  // the open bin, by its logarithm
  }
  const FinishBand unknown = FinishTimes{}.band(open_at(0.5), 0.5);
  expect_ordered(unknown, 0.5);
}

TEST(FinishTimes, AThinProcedureBorrowsFromAll) {
  FinishTimes times;
  add(times, 500, 0.22);
  add(times, 1, 0.88, true, "q");
  EXPECT_LT(times.band(open_at(0, "q"), 0.01).expected, 0.3);
  add(times, 500, 0.88, true, "q");
  EXPECT_GT(times.band(open_at(0, "q"), 0.01).expected, 0.8);
  EXPECT_NEAR(times.band(open_at(0, "new"), 0.01).latest, 0.88, 0.03);
}

TEST(FinishTimes, ThoseThatHaveNotEndedTellThatItTakesLonger) {
  FinishTimes ended, both;
  for (FinishTimes* times : {&ended, &both}) {
    add(*times, 200, 1.1);
    add(*times, 200, 5.0);
  }
  add(both, 1000, 1.3, false);
  EXPECT_GT(both.band(open_at(0.5), 0.9).expected, ended.band(open_at(0.5), 0.9).expected);
  const std::uint64_t all = open_at(0).groups[0];
  EXPECT_EQ(both.ended(all), 400U);
  EXPECT_EQ(both.ended(12345), 0U);
}

TEST(FinishTimes, OddSharesDoNoHarm) {
  FinishTimes times;
  add(times, 20, -3);
  add(times, 20, 0);
  add(times, 20, 1e300);
  add(times, 20, std::numeric_limits<double>::infinity(), false);
  EXPECT_EQ(times.ended(open_at(0).groups[0]), 60U);
  for (const double share : {-1.0, 0.0, 0.5, 1.0, 1e-300, 1e15}) {
    for (const double chance : {0.0, 0.005, 0.5, 0.995, 1.0}) {
      const FinishBand band = times.band(open_at(share), chance);
      EXPECT_TRUE(std::isfinite(band.latest));
      expect_ordered(band, std::max(0.0, share));
    }
  }
}

}  // namespace
}  // namespace kip::forecast
