#include "runtime/backlog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "runtime/embedded_log.h"
#include "store/keys.h"
#include "support/shard_bench.h"

namespace kip {
namespace {

using test::kMonday;
using test::Said;
using test::vn;
using testing::ElementsAre;
using testing::IsEmpty;

std::string stamped(const std::string& item) { return test::Bench::bytes_of(Said(item, kMonday)); }

// Two ids of one bucket, and one of a later bucket.
struct Ids {
  std::string one, same, later;
};
Ids ids() {
  std::map<std::uint32_t, std::string> met;
  Ids out;
  for (int i = 0; out.same.empty(); ++i) {
    const std::string id = "HS-" + std::to_string(i);
    const auto [at, fresh] = met.try_emplace(Backlog::bucket_of(id), id);
    if (fresh || at->first + 1 >= Backlog::kBuckets) continue;
    out.one = std::min(at->second, id);
    out.same = std::max(at->second, id);
  }
  for (int i = 0; out.later.empty(); ++i) {
    const std::string id = "TT-" + std::to_string(i);
    if (Backlog::bucket_of(id) > Backlog::bucket_of(out.one)) out.later = id;
  }
  return out;
}

// So many ids of one bucket, in order.
std::vector<std::string> of_one_bucket(std::size_t count) {
  std::vector<std::string> out;
  for (int i = 100; out.size() < count; ++i) {
    const std::string id = "HS-" + std::to_string(i);
    if (out.empty() || Backlog::bucket_of(id) == Backlog::bucket_of(out[0])) out.push_back(id);
  }
  std::sort(out.begin(), out.end());
  return out;
}

class BacklogTest : public testing::Test {
 protected:
  std::unique_ptr<Backlog> open() const {
    auto backlog = std::make_unique<Backlog>(*store_, 7);
    EXPECT_TRUE(backlog->open());
    return backlog;
  }
  void commit(Backlog& backlog) const {
    Batch batch;
    backlog.write(batch);
    ASSERT_TRUE(store_->write(batch, Durability::kSynced));
  }
  void put_off(Backlog& backlog, const std::vector<std::string>& items) {
    for (const std::string& id : items) backlog.put_off(id, next_++, stamped(id));
  }
  // At most `most` of what waits.
  static std::vector<std::string> take(Backlog& backlog, std::size_t most = SIZE_MAX) {
    std::vector<std::string> out;
    while (out.size() < most) {
      auto next = backlog.next();
      EXPECT_TRUE(next);
      if (!next || *next == nullptr) break;
      EXPECT_EQ((*next)->stamped, stamped(std::string((*next)->item_id)));
      out.push_back(std::string((*next)->item_id) + "@" + std::to_string((*next)->offset));
      backlog.taken();
    }
    return out;
  }
  std::vector<std::string> waiting() const {
    std::vector<std::string> out;
    EXPECT_TRUE(each_waiting(*store_, [&](std::uint32_t shard, const Backlog::One& one) {
      EXPECT_EQ(shard, 7U);
      out.push_back(std::string(one.item_id) + "@" + std::to_string(one.offset));
      return true;
    }));
    return out;
  }

  std::unique_ptr<Store> store_ = open_mem_store();
  std::uint64_t next_ = 0;
};

TEST_F(BacklogTest, ComesOutByBucketItemAndOffset) {
  const auto [one, same, later] = ids();
  auto backlog = open();
  EXPECT_FALSE(backlog->any());
  put_off(*backlog, {later, same, one, same});
  commit(*backlog);
  put_off(*backlog, {one, later});
  commit(*backlog);
  EXPECT_TRUE(open()->any());
  EXPECT_EQ(waiting_of(*store_, one)->size(), 2U);
  EXPECT_THAT(take(*backlog), ElementsAre(one + "@2", one + "@4", same + "@1", same + "@3",
                                          later + "@0", later + "@5"));
  EXPECT_FALSE(backlog->any());
  commit(*backlog);
  EXPECT_THAT(test::keys_of(*store_, Table::kBacklog), IsEmpty());
  EXPECT_THAT(test::keys_of(*store_, Table::kMeta), IsEmpty());
  EXPECT_FALSE(open()->any());
}

TEST_F(BacklogTest, GoesOnWhereACommitHasEnded) {
  const auto [one, same, later] = ids();
  const std::vector<std::string> all = {one + "@0",  one + "@3",   same + "@1",
                                        same + "@4", later + "@2", later + "@5"};
  for (std::size_t most = 1; most <= all.size(); ++most) {
    next_ = 0;
    auto backlog = open();
    put_off(*backlog, {one, same, later, one, same, later});
    commit(*backlog);
    std::vector<std::string> taken;
    for (bool reopened = false; taken.size() < all.size(); reopened = !reopened) {
      if (reopened) backlog = open();
      EXPECT_THAT(waiting(),
                  testing::UnorderedElementsAreArray(
                      all.begin() + static_cast<std::ptrdiff_t>(taken.size()), all.end()));
      for (const std::string& each : take(*backlog, most)) taken.push_back(each);
      commit(*backlog);
    }
    EXPECT_EQ(taken, all) << most;
    EXPECT_THAT(waiting(), IsEmpty());
    EXPECT_THAT(take(*open()), IsEmpty());
    // Nothing is left that would hide what comes later.
    EXPECT_THAT(test::keys_of(*store_, Table::kMeta), IsEmpty()) << most;
  }
}

TEST_F(BacklogTest, WhatComesWhileABucketIsHalfTakenIsNotPassedOver) {
  const auto [one, same, later] = ids();
  auto backlog = open();
  put_off(*backlog, {one, same});
  commit(*backlog);
  EXPECT_THAT(take(*backlog, 1), ElementsAre(one + "@0"));
  commit(*backlog);
  for (int round = 0; round < 2; ++round) {
    backlog = open();  // it catches up again
    const std::string fresh = one + "@" + std::to_string(next_);
    put_off(*backlog, {one});
    commit(*backlog);
    EXPECT_THAT(waiting(), testing::UnorderedElementsAre(same + "@1", fresh));
    backlog = open();
    EXPECT_THAT(take(*backlog, 1), ElementsAre(fresh));
    commit(*backlog);
  }
  EXPECT_THAT(take(*open()), ElementsAre(same + "@1"));
}

TEST_F(BacklogTest, WhatComesBeforeWhatIsTakenBringsThatNotBack) {
  const auto same = of_one_bucket(4);
  auto backlog = open();
  put_off(*backlog, {same[2], same[3]});
  commit(*backlog);
  EXPECT_THAT(take(*backlog, 1), ElementsAre(same[2] + "@0"));
  commit(*backlog);
  backlog = open();
  put_off(*backlog, {same[0], same[1]});
  commit(*backlog);
  EXPECT_THAT(take(*backlog, 1), ElementsAre(same[0] + "@2"));
  commit(*backlog);
  EXPECT_THAT(waiting(), testing::UnorderedElementsAre(same[1] + "@3", same[3] + "@1"));
  EXPECT_THAT(take(*open()), ElementsAre(same[1] + "@3", same[3] + "@1"));
}

TEST_F(BacklogTest, WhatWasTakenInACommitThatFailedComesAgain) {
  const auto [one, same, later] = ids();
  auto backlog = open();
  put_off(*backlog, {one, same, later});
  commit(*backlog);
  take(*backlog, 2);  // no commit
  EXPECT_THAT(take(*open()), ElementsAre(one + "@0", same + "@1", later + "@2"));
}

TEST_F(BacklogTest, ASecondBacklogFollowsTheFirst) {
  const auto [one, same, later] = ids();
  auto backlog = open();
  for (int round = 0; round < 3; ++round) {
    const std::uint64_t first = next_;
    put_off(*backlog, {later, one});
    commit(*backlog);
    EXPECT_THAT(take(*backlog, 1), ElementsAre(one + "@" + std::to_string(first + 1)));
    commit(*backlog);
    EXPECT_THAT(take(*backlog), ElementsAre(later + "@" + std::to_string(first)));
    commit(*backlog);
  }
}

TEST_F(BacklogTest, AnyCutsAndRepeatsLoseNothing) {
  const auto same = of_one_bucket(20);
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    const bool narrow = seed % 2 == 0;  // all in one bucket
    auto backlog = open();
    std::map<std::string, std::size_t> put, got;
    const auto catch_up = [&] {
      for (int n = static_cast<int>(random() % 40); n > 0; --n) {
        const std::string id =
            narrow ? same[random() % same.size()] : "HS-" + std::to_string(random() % 400);
        put_off(*backlog, {id});
        ++put[id];
      }
      commit(*backlog);
    };
    for (int commits = 0; commits < 20; ++commits) catch_up();
    while (backlog->any()) {
      for (const std::string& each : take(*backlog, random() % 30 + 1))
        ++got[each.substr(0, each.find('@'))];
      commit(*backlog);
      if (random() % 3 != 0) continue;
      backlog = open();
      if (random() % 4 == 0) catch_up();
      backlog = open();
    }
    EXPECT_EQ(got, put) << seed;
    EXPECT_THAT(test::keys_of(*store_, Table::kBacklog), IsEmpty());
  }
}

TEST_F(BacklogTest, WhatIsHeldIsNotStored) {
  const auto [one, same, later] = ids();
  const std::size_t bytes = stamped(later).size() + 2 * stamped(one).size();
  for (const bool holds : {true, false}) {
    next_ = 0;
    Backlog backlog(*store_, 7, holds ? bytes : bytes - 1);
    put_off(backlog, {later, one});
    EXPECT_TRUE(backlog.held());
    commit(backlog);
    EXPECT_THAT(waiting(), IsEmpty());
    put_off(backlog, {one});
    EXPECT_EQ(backlog.held(), holds);
    commit(backlog);
    EXPECT_THAT(waiting(), testing::SizeIs(holds ? 0 : 3));
    EXPECT_THAT(take(backlog, 1), ElementsAre(one + "@1"));
    EXPECT_TRUE(backlog.any());
    commit(backlog);
    EXPECT_THAT(take(backlog), ElementsAre(one + "@2", later + "@0"));
    EXPECT_FALSE(backlog.held());
    commit(backlog);
    EXPECT_THAT(test::keys_of(*store_, Table::kBacklog), IsEmpty());
    EXPECT_THAT(test::keys_of(*store_, Table::kMeta), IsEmpty());
    put_off(backlog, {same});  // it may hold again
    EXPECT_TRUE(backlog.held());
    EXPECT_THAT(take(backlog), ElementsAre(same + "@3"));
    commit(backlog);
  }
}

TEST_F(BacklogTest, WhatIsStoredIsFollowedByWhatIsStored) {
  const auto [one, same, later] = ids();
  auto backlog = open();
  put_off(*backlog, {one});
  commit(*backlog);
  Backlog again(*store_, 7, 1'000'000);
  ASSERT_TRUE(again.open());
  put_off(again, {later});
  EXPECT_FALSE(again.held());
  commit(again);
  EXPECT_THAT(waiting(), testing::SizeIs(2));
}

TEST_F(BacklogTest, DamageIsSaid) {
  auto backlog = open();
  put_off(*backlog, {"A"});
  commit(*backlog);
  const std::string key = test::keys_of(*store_, Table::kBacklog).front();
  for (const char* bytes : {"\xff", "\x0a\x02\x08\x01", "\x0a\x05\x08\x01\x12\x09x"}) {
    ASSERT_TRUE(test::put(*store_, Table::kBacklog, key, bytes));
    auto next = open()->next();
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().code, Errc::kCorrupt);
    EXPECT_FALSE(each_waiting(*store_, [](auto, auto&) { return true; }));
    EXPECT_FALSE(waiting_of(*store_, "A"));
  }
}

}  // namespace
}  // namespace kip
