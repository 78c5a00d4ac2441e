#include "forecast/challenge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "forecast/test_world.h"

namespace kip::forecast {
namespace {

using testing::HasSubstr;

std::vector<const Example*> pointers(const std::vector<Example>& examples) {
  std::vector<const Example*> all;
  for (const Example& e : examples) all.push_back(&e);
  return all;
}

// Items of the world from..to, of which each has kKnots examples; item i is known on day i + 12.
std::vector<Example> part(const std::vector<Example>& examples, int from, int to) {
  const auto at = [&](int item) { return examples.begin() + item * static_cast<int>(kKnots); };
  return {at(from), at(to)};
}

// From item `from` on the world is another: what was late is in time.
std::vector<Example> turned(int items, int from) {
  auto examples = world(items);
  for (std::size_t i = static_cast<std::size_t>(from) * kKnots; i < examples.size(); ++i) {
    examples[i].late = !examples[i].late;
  }
  return examples;
}

Instant known_until(int items) { return day(items - 1 + 12); }

TEST(Challenge, AFirstModelServesIfItBeatsTheShareOfLateOnes) {
  const auto examples = world(500);
  const Challenge c = challenge(pointers(examples), nullptr, {});
  EXPECT_TRUE(c.wins) << c.why;
  EXPECT_EQ(c.held_out_items, 100U);
  EXPECT_LT(*c.brier_new, *c.brier_old);
  EXPECT_GT(*c.auc_new, 0.6);
  EXPECT_FALSE(c.auc_old);
  ASSERT_NE(c.learned.model, nullptr);
  EXPECT_EQ(c.learned.items, 500U);  // what serves learned from the newest too
  const Features f = features("slow", "s", 0.5, 3);
  EXPECT_EQ(c.learned.model->chance(f), learn(examples).model->chance(f));
}

TEST(Challenge, AFirstModelThatMisleadsDoesNotServe) {
  const auto examples = turned(500, 400);  // only those that are held out
  const Challenge c = challenge(pointers(examples), nullptr, {});
  EXPECT_FALSE(c.wins);
  EXPECT_GT(*c.brier_new, *c.brier_old);
  EXPECT_EQ(c.learned.model, nullptr);
  EXPECT_THAT(c.why, HasSubstr("no better: on the newest 100 items"));
}

TEST(Challenge, AfterTheWorldHasTurnedTheNewModelWins) {
  const auto examples = turned(1000, 600);
  const Learned old = learn(part(examples, 0, 600));
  const Challenge c = challenge(pointers(examples), old.model.get(), known_until(600));
  EXPECT_TRUE(c.wins) << c.why;
  EXPECT_EQ(c.held_out_items, 200U);
  EXPECT_LT(*c.brier_new, *c.brier_old - 0.02);
  EXPECT_EQ(c.learned.items, 1000U);
}

TEST(Challenge, TheOneInUseStaysWhereTheNewOneLearnsFromTroubledTimes) {
  // The model in use is of a good time; then it was the other way round for a while, not now.
  auto examples = world(1000);
  for (std::size_t i = 0; i < 800 * kKnots; ++i) examples[i].late = !examples[i].late;
  const Learned good = learn(world(600));
  const Challenge c = challenge(pointers(examples), good.model.get(), known_until(600));
  EXPECT_EQ(c.held_out_items, 200U);
  EXPECT_FALSE(c.wins) << c.why;
  EXPECT_EQ(c.learned.model, nullptr);
  EXPECT_THAT(c.why, HasSubstr("of the one in use"));
}

TEST(Challenge, OfTheHeldOutNeitherHasLearned) {
  // 39 have ended since: the newer half of them is 20, the model in use knows none of them.
  const auto examples = world(639);
  const Learned old = learn(part(examples, 0, 600));
  const Challenge c = challenge(pointers(examples), old.model.get(), known_until(600));
  EXPECT_EQ(c.held_out_items, 20U);
  EXPECT_TRUE(c.brier_new && c.brier_old && c.auc_new && c.auc_old);
  // What becomes of the items that are held out changes nothing of what is learned.
  auto other = examples;
  for (std::size_t i = 619 * kKnots; i < other.size(); ++i) other[i].late = !other[i].late;
  const Challenge turned_over = challenge(pointers(other), old.model.get(), known_until(600));
  EXPECT_NEAR(*turned_over.auc_new, 1 - *c.auc_new, 1e-9);
}

TEST(Challenge, TooFewHaveEndedSince) {
  const auto examples = world(637);
  const Learned old = learn(part(examples, 0, 600));
  const Challenge few = challenge(pointers(examples), old.model.get(), known_until(600));
  EXPECT_FALSE(few.wins);
  EXPECT_EQ(few.held_out_items, 19U);
  EXPECT_FALSE(few.brier_new || few.brier_old);
  EXPECT_THAT(few.why, HasSubstr("Too few have ended since: 19 items"));
  const Challenge none = challenge(pointers(examples), old.model.get(), known_until(637));
  EXPECT_EQ(none.held_out_items, 0U);
  EXPECT_THAT(none.why, HasSubstr("Too few"));
  EXPECT_FALSE(challenge({}, nullptr, {}).wins);
}

TEST(Challenge, OneClassOnlyIsTooFew) {
  for (const bool late : {false, true}) {
    auto examples = world(500);
    for (Example& e : examples) e.late = late;
    const Challenge c = challenge(pointers(examples), nullptr, {});
    EXPECT_FALSE(c.wins);
    EXPECT_THAT(c.why, HasSubstr("Too few have ended since: 100 items"));
    for (std::size_t i = 400 * kKnots; i < examples.size(); i += 2 * kKnots) {
      for (std::size_t k = 0; k < kKnots; ++k) examples[i + k].late = !late;
    }
    EXPECT_THAT(challenge(pointers(examples), nullptr, {}).why,
                HasSubstr("Too few have ended before to learn from: 400 items"));
  }
}

TEST(Challenge, OddItemsChangeNothingMuch) {
  auto examples = world(500);
  const Features odd[] = {features("once", "s", 0.5), features("slow", "other", 0.9)};
  for (const double share : {0.0, -5.0, 1e300}) {  // no time at all, before its receipt, ten years
    for (const Features& f : odd) {
      Example e;
      e.features = f;
      e.item = fnv1a("odd") + examples.size();
      e.late = share > 1;
      e.ended = true;
      e.finish_share = share;
      e.known = day(100);
      examples.push_back(e);
    }
  }
  const Challenge c = challenge(pointers(examples), nullptr, {});
  EXPECT_TRUE(c.wins) << c.why;
  EXPECT_EQ(c.learned.items, 506U);
  const Features f = features("slow", "s", 0.5, 3);
  EXPECT_NEAR(c.learned.model->chance(f), learn(world(500)).model->chance(f), 0.03);
}

TEST(Challenge, AllKnownAtOnceIsTooFewToLearnFrom) {
  auto examples = world(500);
  for (Example& e : examples) e.known = day(1);
  const Challenge c = challenge(pointers(examples), nullptr, {});
  EXPECT_FALSE(c.wins);
  EXPECT_THAT(c.why, HasSubstr("Too few have ended before"));
}

}  // namespace
}  // namespace kip::forecast
