#include "forecast/forecast.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "forecast/test_world.h"

namespace kip::forecast {
namespace {

// Of a small world, learned once.
const Model& learnt() {
  static const Learned kLearned = learn(world(600));
  return *kLearned.model;
}

std::optional<Forecast> at(const std::string& procedure, double share, double idle = 0) {
  return forecast_of(learnt(), trace_at(procedure, "s", share, idle), {}, day(share * 12));
}

void expect_in_order(const Forecast& f, Instant now) {
  EXPECT_LE(now, f.earliest);
  EXPECT_LE(f.earliest, f.expected);
  EXPECT_LE(f.expected, f.latest);
}

TEST(Forecast, SaysTheChanceOfTheModelAndWhenItWillBeFinished) {
  const auto f = at("slow", 0.5, 5.5);
  ASSERT_TRUE(f);
  EXPECT_EQ(f->at, day(6));
  EXPECT_EQ(f->chance, learnt().chance(features("slow", "s", 0.5, 5.5)));
  ASSERT_GT(f->chance, 0.7);
  EXPECT_GT(f->expected, day(12));  // rather late than not
  EXPECT_LT(f->expected, day(20));  // late ones take 1.1 to 2 of the term, as often each
  EXPECT_NEAR(static_cast<double>(ms_of(f->latest)) / kDay, 12 * 1.87, 1.5);
  expect_in_order(*f, day(6));
  const auto calm = at("fast", 0.5, 0.2);
  ASSERT_LT(calm->chance, 0.4);
  EXPECT_GT(calm->expected, day(10.8));  // those in time end at .93 to .99
  EXPECT_LE(calm->expected, day(12));
}

TEST(Forecast, CountsEndedItemsOfTheProcedureOnce) {
  const auto all = world(600);
  std::uint32_t slow = 0;
  for (const Example& e : all) {
    slow +=
        e.features.groups == features("slow", "s", knot_share(0)).groups && e.features.share < 0.2;
  }
  EXPECT_EQ(at("slow", 0.5)->cases, slow);
  EXPECT_EQ(at("fast", 0.5)->cases, 600 - slow);
}

TEST(Forecast, NothingIsSaidOfAProcedureOfWhichTooFewHaveEnded) {
  EXPECT_FALSE(at("unseen", 0.5));
  for (const int ended : {1, 9, 10}) {
    auto examples = world(600);
    for (int i = 0; i < 30 * static_cast<int>(kKnots); ++i) {
      Example e = examples[static_cast<std::size_t>(i)];
      e.features = features("rare", "s", e.features.share);
      e.item += 1;
      e.late = e.late || i / static_cast<int>(kKnots) >= ended;
      e.ended = i / static_cast<int>(kKnots) < ended;
      examples.push_back(e);
    }
    const Learned learned = learn(examples);
    const auto f = forecast_of(*learned.model, trace_at("rare", "s", 0.5), {}, day(6));
    EXPECT_EQ(f.has_value(), ended >= 10) << ended;
    if (f) {
      EXPECT_EQ(f->cases, 10U);
    }
  }
}

TEST(Forecast, NothingIsSaidBeforeTheFirstLookThatWasLearnedFrom) {
  EXPECT_FALSE(at("slow", kShareMin - 0.001));
  EXPECT_TRUE(at("slow", kShareMin));
}

TEST(Forecast, ItemsOfNoProcedureAreOfOne) {
  auto examples = world(300);
  for (Example& e : examples) e.features = features("", "s", e.features.share);
  const Learned learned = learn(examples);
  EXPECT_EQ(trace_at("", "s", 0.5).procedure, 0U);
  const auto f = forecast_of(*learned.model, trace_at("", "s", 0.5), {}, day(6));
  ASSERT_TRUE(f);
  EXPECT_EQ(f->cases, 300U);
}

TEST(Forecast, NeverContradictsItself) {
  bool likely = false, unlikely = false;
  for (int i = 17; i <= 100; ++i) {
    for (const std::string procedure : {"slow", "fast"}) {
      const double share = i / 100.0;
      for (const double idle : {0.0, share * 11}) {
        const auto f = at(procedure, share, idle);
        if (f->chance > 0.5) {
          EXPECT_GE(f->expected, day(12)) << share;
        }
        if (f->chance < 0.5) {
          EXPECT_LE(f->expected, day(12)) << share;
        }
        likely = likely || f->chance > 0.5;
        unlikely = unlikely || f->chance < 0.5;
        expect_in_order(*f, day(share * 12));
      }
    }
  }
  EXPECT_TRUE(likely && unlikely);
}

TEST(Forecast, PastTheDueIsLateAndTheFinishIsAhead) {
  for (const double share : {1.0001, 1.5, 7.0, 9.0, 500.0}) {
    const auto f = at("slow", share);
    EXPECT_EQ(f->chance, 1);
    expect_in_order(*f, day(share * 12));
    EXPECT_GT(f->expected, day(share * 12));
  }
}

TEST(Forecast, TermsOfAMomentAndOfTenYearsGiveInstantsStill) {
  for (const double term : {1e-8, 1e-3, 3652.0}) {
    for (const double age : {-5.0, 0.0, 1e-8, 3000.0, 4e6}) {
      Trace t;
      see(t, EventOf("x", 100).received(100).procedure("slow").step("s").unit("u"));
      t.due = t.received + Millis{std::max<std::int64_t>(1, ms_of(day(term)))};
      t.due_known = true;
      const Instant now = day(100 + age);
      const auto f = forecast_of(learnt(), t, {}, now);
      const auto share = static_cast<double>((now - t.received).count()) /
                         static_cast<double>((t.due - t.received).count());
      EXPECT_EQ(f.has_value(), share >= kShareMin) << share;
      if (!f) continue;
      expect_in_order(*f, now);
      EXPECT_GE(f->earliest, std::max(now, t.received));
      EXPECT_LE(f->latest, t.received + 16 * std::max(t.due - t.received, now - t.received));
    }
  }
  Trace far = trace_at("slow", "s", 0.5);
  far.due = kFarFuture;
  const Instant late = far.received + (far.due - far.received) / 2;
  EXPECT_LE(forecast_of(learnt(), far, {}, late)->latest, kFarFuture);
}

TEST(Forecast, DurationsOfZeroAndOfTenYearsTeachNoNonsense) {
  auto examples = world(300);
  for (Example& e : examples) {
    if (e.late) e.finish_share = e.finish_share < 1.5 ? 3650 : 1e-9 + 1;
    if (!e.late) e.finish_share = 0;  // finished before its receipt, or at it
  }
  const Learned learned = learn(examples);
  for (const double share : {0.2, 0.3, 0.99, 2.0, 20.0}) {
    const auto f = forecast_of(*learned.model, trace_at("slow", "s", share), {}, day(share * 12));
    expect_in_order(*f, day(share * 12));
    EXPECT_LE(f->latest, day(12 * 2 * std::max(8.0, share) + 1e-6));
  }
}

}  // namespace
}  // namespace kip::forecast
