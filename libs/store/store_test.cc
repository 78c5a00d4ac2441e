// What every store does, run over each of them.
#include "store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "store/fault_store.h"
#include "store/rocks_store.h"
#include "store/testing.h"

namespace kip {
namespace {

using test::keys_of;
using test::put;
using test::rows_of;
using test::value_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

struct Mem {
  std::unique_ptr<Store> store = open_mem_store();
};
struct Fault {
  std::unique_ptr<Store> store = std::make_unique<FaultStore>();
};
struct Rocks {
  test::TempDir dir;
  std::unique_ptr<Store> store = *RocksStore::open(dir.path(), {.reserve_bytes = 0});
};

template <typename Holder>
class AnyStore : public ::testing::Test {
 protected:
  Store& store() { return *holder_.store; }
  Status write(const Batch& batch) { return store().write(batch, Durability::kSynced); }

 private:
  Holder holder_;
};

struct Names {
  template <typename T>
  static std::string GetName(int i) {
    return i == 0 ? "Mem" : i == 1 ? "Fault" : "Rocks";
  }
};
using Stores = ::testing::Types<Mem, Fault, Rocks>;
TYPED_TEST_SUITE(AnyStore, Stores, Names);

TYPED_TEST(AnyStore, GivesBackWhatWasPutAndNoneForTheRest) {
  const std::string bytes("\x00\xff\x00", 3);
  ASSERT_TRUE(put(this->store(), Table::kItem, bytes, bytes));
  EXPECT_EQ(value_of(this->store(), Table::kItem, bytes), bytes);
  ASSERT_TRUE(put(this->store(), Table::kTimer, "due", ""));
  EXPECT_EQ(value_of(this->store(), Table::kTimer, "due"), "");
  EXPECT_EQ(value_of(this->store(), Table::kItem, "due"), "(none)");
}

TYPED_TEST(AnyStore, KeepsTheTablesApart) {
  for (int i = 0; i < kTableCount; ++i) {
    const auto table = static_cast<Table>(i);
    ASSERT_TRUE(put(this->store(), table, "k", std::string(table_name(table))));
  }
  for (int i = 0; i < kTableCount; ++i) {
    const auto table = static_cast<Table>(i);
    EXPECT_THAT(rows_of(this->store(), table), ElementsAre(Pair("k", table_name(table))));
  }
}

TYPED_TEST(AnyStore, ScansAHalfOpenRangeInUnsignedByteOrder) {
  Batch batch;
  for (const char* key : {"b", "\xff", "a", "\x7f", "\x80", "ab"}) {
    batch.put(Table::kLog, key, "v");
  }
  ASSERT_TRUE(this->write(batch));
  EXPECT_THAT(keys_of(this->store(), Table::kLog),
              ElementsAre("a", "ab", "b", "\x7f", "\x80", "\xff"));
  EXPECT_THAT(keys_of(this->store(), Table::kLog, "ab", "\x80"), ElementsAre("ab", "b", "\x7f"));
  EXPECT_THAT(keys_of(this->store(), Table::kLog, "aa"),
              ElementsAre("ab", "b", "\x7f", "\x80", "\xff"));
  EXPECT_THAT(keys_of(this->store(), Table::kLog, "b", "b"), IsEmpty());
  EXPECT_THAT(keys_of(this->store(), Table::kLog, "b", "a"), IsEmpty());
  EXPECT_THAT(keys_of(this->store(), Table::kItem), IsEmpty());
}

TYPED_TEST(AnyStore, AScanStopsWhenToldTo) {
  Batch batch;
  for (const char* key : {"a", "b", "c"}) batch.put(Table::kLog, key, "v");
  ASSERT_TRUE(this->write(batch));
  int seen = 0;
  ASSERT_TRUE(this->store().scan(Table::kLog, "", "",
                                 [&](std::string_view, std::string_view) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

TYPED_TEST(AnyStore, AScanSeesOneStateWhileItsVisitorWrites) {
  Batch batch;
  for (const char* key : {"a", "b", "c"}) batch.put(Table::kTimer, key, "old");
  ASSERT_TRUE(this->write(batch));
  test::Rows seen;
  ASSERT_TRUE(
      this->store().scan(Table::kTimer, "", "", [&](std::string_view key, std::string_view value) {
        seen.emplace_back(key, value);
        Batch change;
        change.erase(Table::kTimer, std::string(key));
        change.put(Table::kTimer, "c", "new");
        change.put(Table::kTimer, std::string(key) + "+", "new");
        return this->write(change).ok();
      }));
  EXPECT_THAT(seen, ElementsAre(Pair("a", "old"), Pair("b", "old"), Pair("c", "old")));
  EXPECT_THAT(keys_of(this->store(), Table::kTimer), ElementsAre("a+", "b+", "c", "c+"));
}

TYPED_TEST(AnyStore, FindsTheLastKeyOfARange) {
  Batch batch;
  for (const char* key : {"a1", "a2", "b1"}) batch.put(Table::kLog, key, "v");
  ASSERT_TRUE(this->write(batch));
  const auto last = [&](std::string_view from, std::string_view until) {
    const auto key = this->store().last_key(Table::kLog, from, until);
    EXPECT_TRUE(key);
    return key->value_or("(none)");
  };
  EXPECT_EQ(last("", ""), "b1");
  EXPECT_EQ(last("a", "b"), "a2");
  EXPECT_EQ(last("a", "a2"), "a1");
  EXPECT_EQ(last("a", "a1"), "(none)");
  EXPECT_EQ(last("a3", "b1"), "(none)");
  EXPECT_EQ(last("b1", ""), "b1");
  EXPECT_EQ(last("c", ""), "(none)");
  EXPECT_EQ(last("b", "a"), "(none)");
}

TYPED_TEST(AnyStore, ErasesKeysAndHalfOpenRanges) {
  Batch batch;
  for (const char* key : {"a", "b", "c", "d", "e"}) batch.put(Table::kHistory, key, "v");
  ASSERT_TRUE(this->write(batch));
  Batch erase;
  erase.erase(Table::kHistory, "a");
  erase.erase(Table::kHistory, "never there");
  erase.erase_range(Table::kHistory, "b", "d");
  erase.erase_range(Table::kHistory, "z", "a");
  ASSERT_TRUE(this->write(erase));
  EXPECT_THAT(keys_of(this->store(), Table::kHistory), ElementsAre("d", "e"));
  EXPECT_EQ(value_of(this->store(), Table::kHistory, "c"), "(none)");
}

TYPED_TEST(AnyStore, WithinABatchTheLaterChangeWins) {
  ASSERT_TRUE(put(this->store(), Table::kItem, "b", "old"));
  Batch batch;
  batch.put(Table::kItem, "a", "1");
  batch.erase(Table::kItem, "a");
  batch.erase_range(Table::kItem, "b", "c");
  batch.put(Table::kItem, "b", "2");
  batch.put(Table::kItem, "c", "3");
  batch.put(Table::kItem, "c", "4");
  batch.put(Table::kItem, "d", "5");
  batch.erase_range(Table::kItem, "d", "e");
  ASSERT_TRUE(this->write(batch));
  EXPECT_THAT(rows_of(this->store(), Table::kItem), ElementsAre(Pair("b", "2"), Pair("c", "4")));
}

TYPED_TEST(AnyStore, AnEmptyBatchChangesNothing) {
  EXPECT_TRUE(this->write({}));
  EXPECT_TRUE(this->store().write({}, Durability::kBuffered));
}

TYPED_TEST(AnyStore, AgreesWithAPlainMapOverRandomBatches) {
  std::mt19937 random(7);
  const auto key = [&] { return std::string(1, static_cast<char>('a' + random() % 26)); };
  std::map<std::string, std::string> model;
  for (int round = 0; round < 200; ++round) {
    Batch batch;
    for (int i = 0; i < 5; ++i) {
      const std::string a = key();
      const std::string b = key();
      if (random() % 4 == 0) {
        batch.erase(Table::kItem, a);
        model.erase(a);
      } else if (random() % 8 == 0) {
        batch.erase_range(Table::kItem, a, b);
        if (a < b) model.erase(model.lower_bound(a), model.lower_bound(b));
      } else {
        batch.put(Table::kItem, a, std::to_string(round) + b);
        model[a] = std::to_string(round) + b;
      }
    }
    ASSERT_TRUE(this->store().write(batch, Durability::kBuffered));
    ASSERT_EQ(rows_of(this->store(), Table::kItem), test::Rows(model.begin(), model.end()));
  }
}

TYPED_TEST(AnyStore, AReaderInAnotherThreadNeverSeesHalfABatch) {
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int n = 0; n < 300; ++n) {
      Batch batch;
      for (const char* key : {"a", "b", "c"}) batch.put(Table::kItem, key, std::to_string(n));
      EXPECT_TRUE(this->store().write(batch, Durability::kBuffered));
    }
    done = true;
  });
  while (!done) {
    const test::Rows rows = rows_of(this->store(), Table::kItem);
    for (const auto& row : rows) EXPECT_EQ(row.second, rows.front().second);
    EXPECT_TRUE(rows.empty() || rows.size() == 3);
  }
  writer.join();
}

TEST(Batch, CountsItsBytesAndStartsAfresh) {
  Batch batch;
  EXPECT_TRUE(batch.empty());
  batch.put(Table::kItem, "ab", "cde");
  batch.erase(Table::kItem, "f");
  batch.erase_range(Table::kItem, "g", "hi");
  EXPECT_EQ(batch.bytes(), 9U);
  EXPECT_EQ(batch.writes().size(), 3U);
  batch.clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.bytes(), 0U);
}

TEST(Batch, TakesWritesOfAnother) {
  Batch from, to;
  from.put(Table::kItem, "ab", "cde");
  from.erase(Table::kItem, "f");
  from.erase_range(Table::kMeta, "g", "hi");
  for (const Write& write : from.writes()) to.add(write);
  EXPECT_EQ(to.bytes(), from.bytes());
  ASSERT_EQ(to.writes().size(), 3U);
  EXPECT_EQ(to.writes()[0].value, "cde");
  EXPECT_EQ(to.writes()[1].value, std::nullopt);
  EXPECT_EQ(to.writes()[2].table, Table::kMeta);
  EXPECT_EQ(to.writes()[2].until, "hi");
}

TEST(BatchDeathTest, ARangeWithoutAnEndIsAFailedCheck) {
  Batch batch;
  EXPECT_DEATH(batch.erase_range(Table::kItem, "a", ""), "check failed");
}

}  // namespace
}  // namespace kip
