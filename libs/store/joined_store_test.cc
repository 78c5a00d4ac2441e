#include "store/joined_store.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace kip {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::unique_ptr<Store> store_of(const std::vector<std::string>& keys, const std::string& value) {
  auto store = open_mem_store();
  Batch batch;
  for (const std::string& key : keys) batch.put(Table::kItem, key, value);
  EXPECT_TRUE(store->write(batch, Durability::kBuffered));
  return store;
}

std::vector<std::string> rows_of(const Store& store, std::string_view from,
                                 std::string_view until) {
  std::vector<std::string> rows;
  EXPECT_TRUE(
      store.scan(Table::kItem, from, until, [&](std::string_view key, std::string_view value) {
        rows.push_back(std::string(key) + value.data());
        return true;
      }));
  return rows;
}

TEST(JoinedStore, GivesTheRowsOfAllInTheOrderOfTheirKeys) {
  const auto one = store_of({"a", "c", "d"}, "1");
  const auto two = store_of({"b", "c", "e"}, "2");
  const auto joined = join_stores({one.get(), two.get()});
  EXPECT_THAT(rows_of(*joined, "", ""), ElementsAre("a1", "b2", "c1", "d1", "e2"));
  EXPECT_THAT(rows_of(*joined, "b", "d"), ElementsAre("b2", "c1"));
  EXPECT_EQ(joined->get(Table::kItem, "e")->value_or(""), "2");
  EXPECT_EQ(joined->get(Table::kItem, "c")->value_or(""), "1");
  EXPECT_FALSE(*joined->get(Table::kItem, "f"));
  EXPECT_EQ(joined->last_key(Table::kItem, "", "")->value_or(""), "e");
}

TEST(JoinedStore, ScansWhatIsMoreThanItHoldsAtOnce) {
  std::vector<std::string> odd, even;
  for (int i = 10'000; i < 15'000; ++i) (i % 2 == 0 ? even : odd).push_back(std::to_string(i));
  const auto one = store_of(odd, "");
  const auto two = store_of(even, "");
  const auto rows = rows_of(*join_stores({one.get(), two.get()}), "", "");
  EXPECT_THAT(rows, SizeIs(5'000));
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
}

TEST(JoinedStore, IsNotWrittenTo) {
  EXPECT_EQ(join_stores({})->write(Batch{}, Durability::kBuffered).error().code, Errc::kInvalid);
}

}  // namespace
}  // namespace kip
