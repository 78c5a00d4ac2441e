#include "forecast/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "forecast/test_world.h"

namespace kip::forecast {
namespace {

const Model& model() {
  static const Learned kLearned = learn(world(600));
  return *kLearned.model;
}

Facts facts(const Model& of, const Trace& trace, double share) {
  const Features f = features_at(trace, {}, day(share * 12));
  return facts_of(of, trace, f, of.account(f));
}

std::vector<Fact> list(const Facts& facts) {
  return {facts.facts.begin(), facts.facts.begin() + facts.count};
}

bool of_idle(const Fact& fact) {
  return fact.number == Number::kIdleShare || fact.number == Number::kIdleOfLife;
}

bool of_procedure(const Fact& fact) {
  return fact.group == Group::kFamily || fact.group == Group::kProcedure ||
         fact.group == Group::kProcedureUnit;
}

TEST(Facts, AreWhatRaisesTheChanceEachOnce) {
  const auto told = list(facts(model(), trace_at("slow", "s", 0.5, 5.7), 0.5));
  EXPECT_EQ(std::count_if(told.begin(), told.end(), of_idle), 1);
  EXPECT_EQ(std::count_if(told.begin(), told.end(), of_procedure), 1);
  for (const Fact& fact : told) {
    EXPECT_NE(fact.number.has_value(), fact.group.has_value());
    EXPECT_NE(fact.number, Number::kShare);
    EXPECT_NE(fact.number, Number::kElapsedDays);
    EXPECT_NE(fact.group, Group::kAll);
    if (fact.number == Number::kIdleShare) {
      EXPECT_NEAR(fact.value, 5.7 / 12, 1e-6);
    }
    if (fact.number == Number::kIdleOfLife) {
      EXPECT_NEAR(fact.value, 5.7 / 6, 1e-6);
    }
    if (of_procedure(fact)) {
      EXPECT_GT(fact.value, 0.6);  // .1 + .25 + .3 on the mean
    }
  }
}

TEST(Facts, StrongestFirstAndOnlyThoseOfATenth) {
  const Features f = features("slow", "s", 0.5, 5.7);
  const Parts parts = model().account(f).parts;
  const auto told = list(facts(model(), trace_at("slow", "s", 0.5, 5.7), 0.5));
  ASSERT_GE(told.size(), 2U);
  double before = 1e9;
  for (const Fact& fact : told) {
    const double by = fact.number ? parts.numbers[static_cast<std::size_t>(*fact.number)]
                                  : parts.groups[static_cast<std::size_t>(*fact.group)];
    EXPECT_GE(by, 0.1);
    EXPECT_LE(by, before);
    before = by;
  }
}

TEST(Facts, AnItemWithoutTroubleHasNoneOfIt) {
  const auto told = list(facts(model(), trace_at("fast", "s", 0.5, 0.1), 0.5));
  EXPECT_EQ(std::count_if(told.begin(), told.end(), of_idle), 0);
  EXPECT_EQ(std::count_if(told.begin(), told.end(), of_procedure), 0);
}

TEST(Facts, PartsSumUpToWhatTheChanceIsBeyondTheMean) {
  // No step is known by name in this world but the one that all have, which is none to tell apart.
  const auto sum = [](const Parts& parts) {
    double all = 0;
    for (const double part : parts.numbers) all += part;
    for (const double part : parts.groups) all += part;
    return all;
  };
  const auto log_odds = [](double p) { return std::log(p / (1 - p)); };
  const Features one = features("slow", "s", 0.5, 4), other = features("fast", "s", 0.4, 1);
  EXPECT_NEAR(sum(model().account(one).parts) - sum(model().account(other).parts),
              log_odds(model().chance(one)) - log_odds(model().chance(other)), 1e-9);
}

TEST(Facts, OfAGroupNeedTenItemsOfItsOwn) {
  for (const int items : {9, 10}) {
    auto examples = world(600);
    for (int i = 0; i < items * static_cast<int>(kKnots); ++i) {
      Example e = examples[static_cast<std::size_t>(i)];
      e.features = features("new", "s", e.features.share, 3 * e.features.share);
      e.item += 1;
      e.late = true;
      e.finish_share = 2;
      examples.push_back(e);
    }
    const Learned learned = learn(examples);
    const auto told = list(facts(*learned.model, trace_at("new", "s", 0.5, 1.5), 0.5));
    const auto procedures = std::count_if(told.begin(), told.end(), of_procedure);
    EXPECT_EQ(procedures, items >= 10 ? 1 : 0) << items;
  }
}

TEST(Facts, TheTermIsGivenInDays) {
  const Features f = features("slow", "s", 0.5);
  EXPECT_NEAR(term_days(number(f, Number::kTermDays)), 12, 1e-4);
  auto examples = world(600);  // the term alone tells them apart
  for (Example& e : examples) {
    Trace t;
    see(t, EventOf("x", 0).received(0).due(e.late ? 40 : 10).procedure("p").step("s").unit("u"));
    const double share = e.features.share;
    t.last = day(share * (e.late ? 40 : 10));
    e.features = features_at(t, {}, t.last);
  }
  const Learned learned = learn(examples);
  Trace t;
  see(t, EventOf("x", 0).received(0).due(40).procedure("p").step("s").unit("u"));
  t.last = day(20);
  const Features now = features_at(t, {}, day(20));
  const auto told = list(facts_of(*learned.model, t, now, learned.model->account(now)));
  const auto term = std::find_if(told.begin(), told.end(),
                                 [](const Fact& x) { return x.number == Number::kTermDays; });
  ASSERT_NE(term, told.end());
  EXPECT_NEAR(term->value, 40, 1e-3);
}

TEST(Facts, AUnitOfNobodyIsNoGroup) {
  auto examples = world(600);
  const auto unit_less = [](double share) {
    Trace t;
    see(t, EventOf("x", 0).received(0).due(12).procedure("p"));
    t.last = day(share * 12);
    return t;
  };
  for (Example& e : examples) {
    const double share = e.features.share;
    if (e.late) e.features = features_at(unit_less(share), {}, day(share * 12));
  }
  const Learned learned = learn(examples);
  const auto told = list(facts(*learned.model, unit_less(0.5), 0.5));
  EXPECT_FALSE(told.empty());
  for (const Fact& fact : told) {
    EXPECT_TRUE(fact.group != Group::kUnit && fact.group != Group::kProcedureUnit &&
                fact.group != Group::kStep && fact.group != Group::kProcedureStepUnit &&
                fact.group != Group::kOwner);
  }
}

}  // namespace
}  // namespace kip::forecast
