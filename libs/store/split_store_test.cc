#include "store/split_store.h"

#include <gtest/gtest.h>

namespace kip {
namespace {

TEST(SplitStore, ReadsOneTableElsewhereAndWritesItNowhere) {
  std::shared_ptr<Store> own = open_mem_store(), other = open_mem_store();
  Batch of_other;
  of_other.put(Table::kAlerts, "a", "1");
  of_other.put(Table::kMeta, "m", "theirs");
  ASSERT_TRUE(other->write(of_other, Durability::kSynced));
  const auto split = open_split(own, Table::kAlerts, other);

  Batch mine;
  mine.put(Table::kMeta, "m", "mine");
  ASSERT_TRUE(split->write(mine, Durability::kSynced));
  EXPECT_EQ(**split->get(Table::kMeta, "m"), "mine");
  EXPECT_EQ(**own->get(Table::kMeta, "m"), "mine");
  EXPECT_EQ(**split->get(Table::kAlerts, "a"), "1");
  EXPECT_EQ(**split->last_key(Table::kAlerts, "", ""), "a");
  int rows = 0;
  EXPECT_TRUE(split->scan(Table::kAlerts, "", "", [&](auto, auto) { return ++rows > 0; }));
  EXPECT_EQ(rows, 1);

  Batch theirs;
  theirs.put(Table::kMeta, "n", "2");
  theirs.put(Table::kAlerts, "b", "2");
  const Status refused = split->write(theirs, Durability::kSynced);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kInvalid);
  EXPECT_FALSE(*own->get(Table::kMeta, "n"));
  EXPECT_FALSE(*other->get(Table::kAlerts, "b"));
}

}  // namespace
}  // namespace kip
