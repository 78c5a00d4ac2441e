// The audit of an engine's partitions: the same data, apart in a store each.

#include <gmock/gmock.h>

#include "app/audit.h"
#include "app/bench_load.h"
#include "app/test_data.h"
#include "runtime/embedded_log.h"
#include "store/keys.h"
#include "store/union_store.h"

namespace kip::test {
namespace {

constexpr std::uint32_t kShards = 3;

std::uint32_t shard_of_row(Table table, std::string_view key) {
  if (table == Table::kTimer || table == Table::kTotal) return keys::read_u32(key);
  return shard_of(key.substr(0, key.find('\0')), kShards);
}

class AuditOfPartitions : public testing::Test {
 protected:
  AuditOfPartitions() {
    const BenchLoad load = BenchLoad::lives(0, 200, 7);
    std::vector<std::string> events;
    for (std::size_t i = 0; i < load.size(); ++i) events.emplace_back(load.at(i));
    feed(*whole, events, kShards, kBenchNow, office());
    for (std::uint32_t shard = 0; shard < kShards; ++shard) {
      stores.push_back(open_mem_store());
      parts.push_back({shard, stores.back().get()});
      for (const Table table : {Table::kItem, Table::kHistory, Table::kTimer, Table::kTotal})
        copy(table, shard);
      for (const std::string& name : {position_key(shard), "policy/" + std::to_string(shard)})
        put(shard, Table::kMeta, name, whole->get(Table::kMeta, name)->value());
    }
  }

  void copy(Table table, std::uint32_t shard) {
    EXPECT_TRUE(whole->scan(table, "", "", [&](std::string_view key, std::string_view value) {
      if (shard_of_row(table, key) == shard)
        put(shard, table, std::string(key), std::string(value));
      return true;
    }));
  }

  void put(std::uint32_t shard, Table table, const std::string& key, const std::string& value) {
    Batch batch;
    batch.put(table, key, value);
    EXPECT_TRUE(stores[shard]->write(batch, Durability::kBuffered));
  }

  AuditFigures audited() {
    std::vector<std::shared_ptr<const Store>> all(stores.begin(), stores.end());
    AuditOptions options;
    options.parts = parts;
    options.policy = office();
    auto figures = audit(*open_union(std::move(all)), options);
    EXPECT_TRUE(figures);
    return figures ? *figures : AuditFigures{};
  }

  std::unique_ptr<Store> whole = open_mem_store();
  std::vector<std::shared_ptr<Store>> stores;
  std::vector<AuditPart> parts;
};

TEST_F(AuditOfPartitions, GivesTheDigestsOfTheWhole) {
  AuditOptions options;
  options.policy = office();
  auto together = audit(*whole, options);
  ASSERT_TRUE(together);
  const AuditFigures apart = audited();
  EXPECT_GT(apart.items, 100U);
  EXPECT_EQ(apart.items, together->items);
  EXPECT_EQ(apart.state_digest, together->state_digest);
  EXPECT_EQ(apart.totals_digest, together->totals_digest);
  EXPECT_EQ(apart.differences, 0U);
  EXPECT_EQ(apart.skipped, "");
  EXPECT_EQ(apart.positions, together->positions);
}

TEST_F(AuditOfPartitions, FindsAnItemThatTwoOfThemHave) {
  std::string id;
  ASSERT_TRUE(stores[0]->scan(Table::kItem, "", "", [&](std::string_view key, std::string_view) {
    id = key;
    return false;
  }));
  put(1, Table::kItem, id, stores[0]->get(Table::kItem, id)->value());
  EXPECT_GT(audited().differences, 0U);
}

TEST_F(AuditOfPartitions, FindsATotalThatNobodyStandsIn) {
  put(2, Table::kTotal, keys::total(2, "planted"), keys::u64(1));
  EXPECT_EQ(audited().differences, 1U);
}

}  // namespace
}  // namespace kip::test
