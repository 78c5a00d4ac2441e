#include "app/bench.h"

#include <gmock/gmock.h>

#include "app/audit.h"
#include "app/bench_load.h"
#include "app/test_data.h"
#include "store/rocks_store.h"
#include "store/testing.h"

namespace kip::test {
namespace {

TEST(Bench, LoadIsTheSameForTheSameSeed) {
  const BenchLoad a = BenchLoad::lives(2'000, 0, 5);
  const BenchLoad b = BenchLoad::lives(2'000, 0, 5);
  const BenchLoad c = BenchLoad::lives(2'000, 0, 6);
  ASSERT_EQ(a.size(), 2'000U);
  std::size_t equal = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a.at(i), b.at(i));
    equal += a.at(i) == c.at(i) ? 1U : 0U;
  }
  EXPECT_LT(equal, 20U);
}

TEST(Bench, LoadIsLikeACity) {
  const BenchLoad load = BenchLoad::lives(0, 5'000, 1);
  EXPECT_EQ(load.items(), 5'000U);
  EXPECT_NEAR(static_cast<double>(load.size()) / 5'000, 4.2, 0.3);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < load.size(); ++i) bytes += load.at(i).size();
  EXPECT_NEAR(static_cast<double>(bytes) / static_cast<double>(load.size()), 120, 25);
}

TEST(Bench, LeavesDataThatTheAuditFindsWhole) {
  const TempDir dir;
  const auto figures = bench({.data = dir / "data", .items = 500}, office(), nullptr);
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_GT(figures->alerts, 100U);
  EXPECT_GT(figures->stages.at("commit"), 0);
  EXPECT_GT(figures->commits, 0U);
  auto reader = RocksStore::open_reader(dir / "data");
  ASSERT_TRUE(reader);
  AuditOptions options;
  options.policy = office();
  const auto audited = audit(**reader, options);
  EXPECT_EQ(audited->differences, 0U);
  EXPECT_EQ(audited->items, 500U);
  EXPECT_EQ(audited->alerts, figures->alerts);
}

TEST(Bench, SaysWhatForeseeingCosts) {
  const TempDir dir;
  const auto figures = bench_forecast({.data = dir / "data", .items = 3'000}, office(), nullptr);
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_GT(figures->said, 300U);
  EXPECT_GT(figures->ratio(), 0);
  const auto few = bench_forecast({.data = dir / "few", .items = 20}, office(), nullptr);
  ASSERT_FALSE(few);
  EXPECT_THAT(few.error().message, testing::HasSubstr("too few items"));
}

TEST(Bench, StartsWithOpenItems) {
  const TempDir dir;
  const auto figures =
      bench_open({.data = dir / "data", .items = 300}, office(), {.seconds = 0}, nullptr);
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_EQ(figures->items, 300U);
  EXPECT_TRUE(figures->settled);
  EXPECT_GE(figures->settle_seconds, 0.5);
  EXPECT_GT(figures->ready_seconds, 0);
}

}  // namespace
}  // namespace kip::test
