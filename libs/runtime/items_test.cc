// The items of a commit, and what is remembered between commits.

#include "runtime/items.h"

#include <gtest/gtest.h>

#include <string>

namespace kip {
namespace {

std::string id_of(int n) { return "HS-" + std::to_string(n); }

// One commit that counts up the events of items [from, until).
void count_up(Items& items, Store& store, int from, int until) {
  for (int n = from; n < until; ++n) {
    auto entry = items.touch(id_of(n));
    ASSERT_TRUE(entry);
    ++(*entry)->state.folded.events;
    ++(*entry)->state.history_events;
  }
  Batch batch;
  ASSERT_TRUE(items.write(batch));
  ASSERT_TRUE(store.write(batch, Durability::kSynced));
  items.committed();
}

// More items than are remembered: some are found young, some old, some in the store alone.
TEST(Items, AreTheSameWhereverTheyAreFound) {
  constexpr int kItems = 1'200, kAtOnce = 200;
  const auto store = open_mem_store();
  Items items(*store, 0, 500);
  for (int round = 1; round <= 3; ++round) {
    for (int from = 0; from < kItems; from += kAtOnce)
      count_up(items, *store, from, from + kAtOnce);
    count_up(items, *store, 0, kItems / 2);  // those that are forgotten by now
  }
  int wrong = 0;
  for (int n = 0; n < kItems; ++n) {
    auto entry = items.touch(id_of(n));
    ASSERT_TRUE(entry);
    auto stored = store->get(Table::kItem, id_of(n));
    ASSERT_TRUE(stored && *stored);
    const auto there = decode_item(**stored);
    ASSERT_TRUE(there);
    const std::uint32_t want = n < kItems / 2 ? 6 : 3;
    wrong += (*entry)->state.folded.events == want && there->folded.events == want ? 0 : 1;
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace kip
