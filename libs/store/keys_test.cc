#include "store/keys.h"

#include <gtest/gtest.h>

#include <vector>

namespace kip {
namespace {

TEST(Keys, NumbersSortAsBytesAndReadBack) {
  const std::vector<std::uint64_t> ascending = {
      0, 1, 255, 256, 65'535, 0x7fffffff, 0x80000000, 0xffffffff, 1ULL << 40, UINT64_MAX};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    EXPECT_EQ(keys::read_u64(keys::u64(ascending[i])), ascending[i]);
    if (i > 0) {
      EXPECT_LT(keys::u64(ascending[i - 1]), keys::u64(ascending[i]));
    }
  }
  EXPECT_LT(keys::u32(255), keys::u32(256));
  EXPECT_EQ(keys::read_u32(keys::u32(0xfedcba98)), 0xfedcba98U);
  EXPECT_EQ(keys::u32(0x01020304), "\x01\x02\x03\x04");
}

TEST(KeysDeathTest, TooFewBytesIsAFailedCheck) {
  EXPECT_DEATH(keys::read_u32("abc"), "check failed");
  EXPECT_DEATH(keys::read_u64("abcdefg"), "check failed");
  EXPECT_DEATH(keys::log_offset("short"), "check failed");
  EXPECT_DEATH(keys::read_timer("short"), "check failed");
}

TEST(Keys, TheLogSortsByShardThenOffset) {
  EXPECT_LT(keys::log(1, 255), keys::log(1, 256));
  EXPECT_LT(keys::log(1, UINT64_MAX), keys::log(2, 0));
  EXPECT_EQ(keys::log_offset(keys::log(7, 123'456'789'012)), 123'456'789'012U);
  EXPECT_LT(keys::log(1, UINT64_MAX), keys::u32(2));
  EXPECT_LE(keys::u32(2), keys::log(2, 0));
}

TEST(Keys, TimersSortByInstantAlsoBefore1970) {
  const std::vector<std::int64_t> ascending = {
      INT64_MIN, ms_of(kFarPast), -256, -1, 0, 1, 255, 256, ms_of(kFarFuture), INT64_MAX};
  for (std::size_t i = 1; i < ascending.size(); ++i) {
    // The instant decides before the item does.
    EXPECT_LT(keys::timer(3, instant_of(ascending[i - 1]), "Z"),
              keys::timer(3, instant_of(ascending[i]), "A"));
  }
  EXPECT_LT(keys::timer(3, kFarFuture, "Z"), keys::timer(4, kFarPast, "A"));
}

TEST(Keys, ReadingsOfOneLieTogetherByInstant) {
  const std::string first = keys::reading('i', "rate", kFarPast, "");
  const std::string end = keys::reading_end('i', "rate");
  const std::vector<std::string> ascending = {first,
                                              keys::reading('i', "rate", instant_of(-1), "zz"),
                                              keys::reading('i', "rate", instant_of(0), "aa"),
                                              keys::reading('i', "rate", instant_of(0), "ab"),
                                              keys::reading('i', "rate", kFarFuture, "aa")};
  for (std::size_t i = 1; i < ascending.size(); ++i) EXPECT_LT(ascending[i - 1], ascending[i]);
  EXPECT_LT(ascending.back(), end);
  for (const auto& other :
       {keys::reading('i', "rate2", kFarPast, ""), keys::reading('i', "rat", kFarFuture, "zz"),
        keys::reading('s', "rate", instant_of(0), "aa")}) {
    EXPECT_TRUE(other < first || other >= end);
  }
}

TEST(Keys, ATimerReadsBack) {
  for (const std::int64_t ms : {-5LL, 0LL, 1'795'000'000'000LL}) {
    const std::string key = keys::timer(9, instant_of(ms), "HS-1");
    const keys::TimerKey read = keys::read_timer(key);
    EXPECT_EQ(read.shard, 9U);
    EXPECT_EQ(read.at, instant_of(ms));
    EXPECT_EQ(read.item_id, "HS-1");
  }
  EXPECT_EQ(keys::read_timer(keys::timer(0, instant_of(1), "")).item_id, "");
}

TEST(Keys, AnItemsHistoryHoldsItsChunksInOrderAndNoOthers) {
  const std::string from = keys::history("HS-1", 0);
  const std::string end = keys::history_end("HS-1");
  EXPECT_LT(keys::history("HS-1", 255), keys::history("HS-1", 256));
  EXPECT_LT(keys::history("HS-1", UINT32_MAX - 1ULL), keys::history("HS-1", UINT32_MAX));
  EXPECT_LT(keys::history("HS-1", UINT32_MAX), keys::history("HS-1", UINT32_MAX + 1ULL));
  EXPECT_LT(keys::history("HS-1", UINT64_MAX), end);
  for (const std::uint64_t chunk :
       std::vector<std::uint64_t>{0, 255, UINT32_MAX - 1, UINT32_MAX, UINT64_MAX})
    EXPECT_EQ(keys::history_chunk(keys::history("HS-1", chunk)), chunk);
  EXPECT_EQ(keys::history_item(from), "HS-1");
  for (const std::string other : {"HS-", "HS-0", "HS-10", "HS-11", "HS-2", "HS-1\x01", "HS-1 "}) {
    for (const std::uint64_t chunk : std::vector<std::uint64_t>{0, UINT32_MAX, UINT64_MAX}) {
      const std::string key = keys::history(other, chunk);
      EXPECT_TRUE(key < from || key >= end) << other;
    }
  }
}

TEST(Keys, TotalsSortByShard) {
  EXPECT_EQ(keys::total(1, "open"), keys::u32(1) + "open");
  EXPECT_LT(keys::total(1, "zzz"), keys::total(2, "aaa"));
}

}  // namespace
}  // namespace kip
