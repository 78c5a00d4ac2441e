#include "store/union_store.h"

#include <gtest/gtest.h>

#include <map>

namespace kip {
namespace {

using Rows = std::map<std::string, std::string>;

std::shared_ptr<const Store> part(const Rows& rows) {
  std::shared_ptr<Store> store = open_mem_store();
  Batch batch;
  for (const auto& [key, value] : rows) batch.put(Table::kItem, key, value);
  EXPECT_TRUE(store->write(batch, Durability::kSynced));
  return store;
}

std::vector<std::string> keys_of(const Store& store, std::string_view from, std::string_view until,
                                 std::size_t most = 10'000) {
  std::vector<std::string> keys;
  EXPECT_TRUE(store.scan(Table::kItem, from, until, [&](std::string_view key, std::string_view) {
    keys.emplace_back(key);
    return keys.size() < most;
  }));
  return keys;
}

TEST(UnionStore, FindsWhatAnyPartHas) {
  const auto all = open_union({part({{"a", "1"}, {"d", "4"}}), part({{"b", "2"}})});
  EXPECT_EQ(**all->get(Table::kItem, "b"), "2");
  EXPECT_EQ(**all->get(Table::kItem, "d"), "4");
  EXPECT_FALSE(*all->get(Table::kItem, "c"));
  EXPECT_FALSE(*all->get(Table::kMeta, "a"));
}

TEST(UnionStore, ScansInByteOrderOverAllParts) {
  const auto all =
      open_union({part({{"a", "1"}, {"d", "4"}}), part({{"b", "2"}, {"e", "5"}}), part({})});
  EXPECT_EQ(keys_of(*all, "", ""), (std::vector<std::string>{"a", "b", "d", "e"}));
  EXPECT_EQ(keys_of(*all, "b", "e"), (std::vector<std::string>{"b", "d"}));
  EXPECT_EQ(keys_of(*all, "", "", 2), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(keys_of(*all, "e", "b").empty());
}

TEST(UnionStore, ReadsOnWhereAPartHasMoreRowsThanAreReadAtOnce) {
  Rows odd, even;
  std::vector<std::string> wanted;
  for (int i = 1000; i < 3000; ++i) {
    // Runs of one part that are longer than what is read at once.
    ((i / 700) % 2 == 0 ? even : odd)[std::to_string(i)] = "x";
    wanted.push_back(std::to_string(i));
  }
  EXPECT_EQ(keys_of(*open_union({part(odd), part(even)}), "", ""), wanted);
}

TEST(UnionStore, NamesTheLastKeyOfAll) {
  const auto all = open_union({part({{"a", "1"}, {"d", "4"}}), part({{"b", "2"}})});
  EXPECT_EQ(**all->last_key(Table::kItem, "", ""), "d");
  EXPECT_EQ(**all->last_key(Table::kItem, "", "d"), "b");
  EXPECT_FALSE(*all->last_key(Table::kItem, "e", ""));
}

TEST(UnionStore, OfNoPartsIsEmptyAndNeverWritten) {
  const auto none = open_union({});
  EXPECT_TRUE(keys_of(*none, "", "").empty());
  EXPECT_FALSE(*none->last_key(Table::kItem, "", ""));
  Batch batch;
  batch.put(Table::kItem, "a", "1");
  EXPECT_EQ(std::const_pointer_cast<Store>(none)->write(batch, Durability::kSynced).error().code,
            Errc::kInvalid);
}

}  // namespace
}  // namespace kip
