// What a shard holds in memory while it catches up, and its position before that.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/test_put_off.h"

namespace kip {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;
using test::Bench;
using test::disorder;
using test::kLate;
using test::kMonday;
using test::put_off_all;
using test::Said;
using test::sealing_policy;
using test::waiting;
using testing::IsEmpty;
using testing::SizeIs;

// However often it is killed meanwhile: nothing is told or refused twice.
TEST(Held, IsReadAgainAfterAKill) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    const auto policy = sealing_policy();
    Bench late(Clock::kGiven, policy), live(Clock::kGiven, policy);
    const Instant now = kLate + days{500};  // what has ended is sealed at once
    live.open();
    late.options().held_max = 1'000'000;
    late.options().timers_max = 2;
    auto lives = disorder(seed);
    for (const char* id : {"HS-1", "HS-3"})
      lives.push_back(Said(id, kLate).status(v1::WORK_STATUS_COMPLETED));
    for (const Said& said : lives) {
      live.append(said);
      late.append(said);
    }
    live.run(now);
    late.open();
    put_off_all(late, now);
    EXPECT_THAT(waiting(late), IsEmpty());
    EXPECT_EQ(late.shard().position(), 0U);
    for (int steps = 1; steps <= 3; ++steps) {  // of four
      for (int i = 0; i < steps; ++i) ASSERT_TRUE(late.shard().step(now));
      EXPECT_EQ(late.shard().position(), 0U);
      EXPECT_THAT(test::keys_of(late.store(), Table::kItem), SizeIs(2 * steps));
      for (const std::string& id : test::keys_of(late.store(), Table::kItem))
        EXPECT_FALSE(late.item(id).sealed);
      late.open();
      put_off_all(late, now);
    }
    late.run(now);
    EXPECT_EQ(late.shard().position(), lives.size());
    EXPECT_THAT(late.dead(), IsEmpty());
    EXPECT_THAT(late.words(), testing::UnorderedElementsAreArray(live.words()));
    EXPECT_TRUE(late.item("HS-1").sealed);
    for (const std::string& id : test::keys_of(live.store(), Table::kItem)) {
      EXPECT_TRUE(late.item(id).folded == live.item(id).folded) << id << ", seed " << seed;
      EXPECT_EQ(late.item(id).history_events, live.item(id).history_events) << id;
    }
    EXPECT_EQ(test::keys_of(late.store(), Table::kTimer),
              test::keys_of(live.store(), Table::kTimer));
  }
}

// What was folded ahead of the position is not sealed before all of it has come again.
TEST(Held, CatchingUpIsNotBrokenOffBeforeItIsReadAgain) {
  Bench bench(Clock::kGiven, sealing_policy());
  const Instant now = kLate + days{500};
  bench.options().held_max = 1'000'000;
  bench.options().timers_max = 1;
  for (const char* id : {"A", "B"}) {
    bench.append(Said(id, kMonday).due(kMonday + hours{30}));
    bench.append(Said(id, kLate).status(v1::WORK_STATUS_COMPLETED));
  }
  bench.open();
  put_off_all(bench, now);
  ASSERT_TRUE(bench.shard().step(now));
  bench.options().records_max = 1;
  bench.open();
  ASSERT_TRUE(bench.shard().step(now));
  const Instant later = now + std::chrono::minutes{11};
  EXPECT_FALSE(bench.shard().step(later)->overdue_catch_up);
  bench.run(later);
  EXPECT_THAT(bench.dead(), IsEmpty());
  EXPECT_TRUE(bench.item("A").sealed);
  EXPECT_TRUE(bench.item("B").sealed);
  for (const std::string& key : test::keys_of(bench.store(), Table::kMeta))
    EXPECT_THAT(key, testing::Not(testing::StartsWith("held")));
}

TEST(Held, ADeadLetterHasTheRestStored) {
  Bench bench(Clock::kGiven);
  bench.options().held_max = 10'000'000;
  for (const char* id : {"A", "B", "C"}) {
    for (int n = 0; n < 3; ++n) bench.append(Said(id, kMonday + seconds{n}).title(500'000));
  }
  bench.open();
  put_off_all(bench, kLate);
  EXPECT_EQ(bench.shard().position(), 0U);
  bench.options().timers_max = 1;
  bench.open();
  put_off_all(bench, kLate);
  ASSERT_TRUE(bench.shard().step(kLate));
  EXPECT_THAT(bench.dead(), SizeIs(1));
  EXPECT_EQ(bench.shard().position(), 9U);
  EXPECT_THAT(waiting(bench), SizeIs(2));
  bench.open().run(kLate);
  EXPECT_THAT(bench.dead(), SizeIs(3));
  EXPECT_EQ(bench.repeats, 0U);
  EXPECT_THAT(waiting(bench), IsEmpty());
}

TEST(Held, WhatADeadLetterHasStoredIsTakenInTheSameLife) {
  Bench bench(Clock::kGiven);
  bench.options().held_max = 10'000'000;
  for (const char* id : {"A", "B", "C"}) {
    for (int n = 0; n < 3; ++n) bench.append(Said(id, kMonday + seconds{n}).title(500'000));
  }
  bench.open().run(kLate);
  EXPECT_THAT(bench.dead(), SizeIs(3));
  EXPECT_THAT(waiting(bench), IsEmpty());
  EXPECT_FALSE(bench.shard().behind());
  for (const char* id : {"A", "B", "C"}) EXPECT_EQ(bench.item(id).folded.events, 2U);
}

}  // namespace
}  // namespace kip
