#include "store/rocks_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <semaphore>
#include <thread>

#include "store/rocks_db.h"
#include "store/testing.h"

namespace kip {
namespace {

namespace fs = std::filesystem;
using test::all_rows;
using test::keys_of;
using test::noise;
using test::put;
using test::TempDir;
using test::value_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const RocksOptions kPlain = {.reserve_bytes = 0};
// Flushes and compacts all the time.
const RocksOptions kTinyRocks = {.reserve_bytes = 0, .write_buffer_bytes = 256 << 10};

std::unique_ptr<RocksStore> open(const std::string& dir, const RocksOptions& options = kPlain) {
  auto store = RocksStore::open(dir, options);
  EXPECT_TRUE(store) << store.error().message;
  return *std::move(store);
}

std::unique_ptr<RocksStore> open_reader(const std::string& dir) {
  auto store = RocksStore::open_reader(dir);
  EXPECT_TRUE(store) << store.error().message;
  return *std::move(store);
}

void fill(Store& store, int batches) {
  for (int n = 0; n < batches; ++n) {
    Batch batch;
    for (int i = 0; i < kTableCount; ++i) {
      batch.put(static_cast<Table>(i), "key-" + std::to_string(n % 50),
                noise(2000, static_cast<std::uint64_t>(n)));
    }
    if (n % 10 == 9) batch.erase_range(Table::kLog, "key-1", "key-2");
    ASSERT_TRUE(store.write(batch, Durability::kBuffered));
  }
}

TEST(RocksStore, KeepsEverythingOverAReopen) {
  const TempDir dir;
  auto store = open(dir.path(), kTinyRocks);
  fill(*store, 300);
  const auto before = all_rows(*store);
  store.reset();
  EXPECT_EQ(all_rows(*open(dir.path())), before);
}

TEST(RocksStore, ClosedKeepsEverythingAlsoWithoutAWal) {
  const TempDir dir;
  RocksOptions options = kTinyRocks;
  options.wal = false;
  auto store = open(dir.path(), options);
  fill(*store, 300);
  const auto before = all_rows(*store);
  store.reset();
  EXPECT_EQ(all_rows(*open(dir.path(), options)), before);
}

TEST(RocksStore, KnowsWhetherItFlushesOrCompacts) {
  const TempDir dir;
  const auto store = open(dir.path(), kTinyRocks);
  bool busy = false;
  for (int round = 0; round < 100 && !busy; ++round) {
    fill(*store, 20);
    busy = !store->at_rest();
  }
  EXPECT_TRUE(busy);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (!store->at_rest() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  EXPECT_TRUE(store->at_rest());
}

TEST(RocksStore, RefusesASecondWriterInTheSameProcess) {
  const TempDir dir;
  const auto store = open(dir.path());
  const auto second = RocksStore::open(dir.path(), kPlain);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr("already open for writing in this process"));
}

TEST(RocksStore, ADirectoryThatCannotBeMadeOrReadIsCorruptAndNamed) {
  const TempDir dir;
  std::ofstream(dir / "file") << "x";
  const auto in_a_file = RocksStore::open(dir / "file", kPlain);
  ASSERT_FALSE(in_a_file);
  EXPECT_EQ(in_a_file.error().code, Errc::kCorrupt);
  EXPECT_THAT(in_a_file.error().message, HasSubstr(dir / "file"));

  open(dir / "store");
  std::ofstream(dir / "store/db/CURRENT") << "rubbish\n";
  const auto damaged = RocksStore::open(dir / "store", kPlain);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, Errc::kCorrupt);
  const auto reader = RocksStore::open_reader(dir / "store");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, Errc::kCorrupt);
}

TEST(RocksStore, WithoutAStoreThereIsNothingToReadAndNothingIsMade) {
  const TempDir dir;
  const auto reader = RocksStore::open_reader(dir / "none");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, Errc::kNotFound);
  EXPECT_FALSE(fs::exists(dir / "none"));
}

TEST(RocksReader, SeesWhatIsOnlyInTheWalAndWhatCameAfterARefresh) {
  const TempDir dir;
  const auto store = open(dir.path());
  ASSERT_TRUE(put(*store, Table::kItem, "a", "1"));
  const auto reader = open_reader(dir.path());
  EXPECT_EQ(value_of(*reader, Table::kItem, "a"), "1");
  ASSERT_TRUE(put(*store, Table::kItem, "a", "2"));
  ASSERT_TRUE(put(*store, Table::kDead, "b", "3"));
  EXPECT_EQ(value_of(*reader, Table::kItem, "a"), "1");
  ASSERT_TRUE(reader->refresh());
  EXPECT_EQ(value_of(*reader, Table::kItem, "a"), "2");
  EXPECT_THAT(keys_of(*reader, Table::kDead), ElementsAre("b"));
  ASSERT_TRUE(store->refresh());
}

TEST(RocksReader, WorksWhereNoWriterRuns) {
  const TempDir dir;
  auto store = open(dir.path(), kTinyRocks);
  fill(*store, 200);
  const auto rows = all_rows(*store);
  store.reset();
  EXPECT_EQ(all_rows(*open_reader(dir.path())), rows);
}

// As an older program left it: before there were readings.
void drop_readings(const std::string& dir) {
  const auto db = RocksDb::open((fs::path(dir) / "db").string(), kPlain, {});
  ASSERT_TRUE(db);
  ASSERT_TRUE((*db)->db().DropColumnFamily((*db)->family(Table::kReading)).ok());
}

TEST(RocksStore, AddsATableThatOlderDataHasNot) {
  const TempDir dir;
  ASSERT_TRUE(put(*open(dir.path()), Table::kItem, "a", "1"));
  drop_readings(dir.path());
  const auto store = open(dir.path());
  EXPECT_THAT(keys_of(*store, Table::kReading), IsEmpty());
  ASSERT_TRUE(put(*store, Table::kReading, "r", "1"));
  EXPECT_EQ(value_of(*store, Table::kItem, "a"), "1");
}

TEST(RocksReader, TakesATableThatOlderDataHasNotForEmptyAndCopiesTheRest) {
  const TempDir dir;
  ASSERT_TRUE(put(*open(dir.path()), Table::kItem, "a", "1"));
  drop_readings(dir.path());
  const auto reader = open_reader(dir.path());
  EXPECT_EQ(value_of(*reader, Table::kReading, "r"), "(none)");
  EXPECT_THAT(keys_of(*reader, Table::kReading), IsEmpty());
  EXPECT_EQ(value_of(*reader, Table::kItem, "a"), "1");
  const TempDir to;
  ASSERT_TRUE(reader->copy_to(to.path()));
  EXPECT_EQ(all_rows(*open(to.path())), all_rows(*reader));
}

TEST(RocksStore, SaysThatDataWithAnUnknownTableIsOfANewerProgram) {
  const TempDir dir;
  open(dir.path());
  {
    const auto db = RocksDb::open((fs::path(dir.path()) / "db").string(), kPlain, {});
    ASSERT_TRUE(db);
    rocksdb::ColumnFamilyHandle* later = nullptr;
    ASSERT_TRUE((*db)->db().CreateColumnFamily({}, "later", &later).ok());
    ASSERT_TRUE((*db)->db().DestroyColumnFamilyHandle(later).ok());
  }
  const auto refused = RocksStore::open(dir.path(), kPlain);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("'later'"));
  EXPECT_THAT(refused.error().message, HasSubstr("use a newer kip"));
}

TEST(RocksReader, DoesNotWrite) {
  const TempDir dir;
  open(dir.path());
  const auto refused = put(*open_reader(dir.path()), Table::kItem, "a", "1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kInvalid);
}

// A secondary instance that only catches up keeps what it once read from the WAL, also after the
// writer has overwritten or erased and flushed it.
TEST(RocksReader, SeesTheNewestValueAfterFlushesOfTheWriter) {
  const TempDir dir;
  const auto store = open(dir.path(), kTinyRocks);
  ASSERT_TRUE(put(*store, Table::kItem, "changed", "old"));
  ASSERT_TRUE(put(*store, Table::kItem, "erased", "old"));
  const auto reader = open_reader(dir.path());
  fill(*store, 200);
  Batch batch;
  batch.put(Table::kItem, "changed", "new");
  batch.erase(Table::kItem, "erased");
  ASSERT_TRUE(store->write(batch, Durability::kSynced));
  fill(*store, 200);
  ASSERT_TRUE(reader->refresh());
  EXPECT_EQ(value_of(*reader, Table::kItem, "changed"), "new");
  EXPECT_EQ(value_of(*reader, Table::kItem, "erased"), "(none)");
}

TEST(RocksReader, KeepsItsStateWhileTheWriterDeletesTheFilesUnderIt) {
  const TempDir dir;
  const auto store = open(dir.path(), kTinyRocks);
  fill(*store, 300);
  const auto rows = all_rows(*store);
  const auto reader = open_reader(dir.path());
  Batch erase;
  for (int i = 0; i < kTableCount; ++i) erase.erase_range(static_cast<Table>(i), "a", "z");
  ASSERT_TRUE(store->write(erase, Durability::kSynced));
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(put(*store, Table::kItem, "key-x" + std::to_string(i), noise(2000, 1)));
  }
  EXPECT_EQ(all_rows(*reader), rows);
}

TEST(RocksReader, NeverSeesHalfABatchNorAStepBackBesideABusyWriter) {
  const TempDir dir;
  const auto store = open(dir.path(), {.reserve_bytes = 0, .write_buffer_bytes = 1 << 20});
  // Beside each look of the reader the writer writes so many batches; unbounded, it would starve
  // the reader of a loaded machine.
  constexpr int kBatches = 30;
  std::counting_semaphore<> permits(0);
  std::atomic<bool> stop = false;
  std::atomic<int> acknowledged = -1;
  std::thread writer([&] {
    for (int n = 0;; ++n) {
      permits.acquire();
      if (stop) return;
      Batch batch;
      for (int i = 0; i < kTableCount; ++i) {
        batch.put(static_cast<Table>(i), "n", std::to_string(n));
      }
      batch.put(Table::kLog, "pad-" + std::to_string(n % 100),
                noise(4000, static_cast<std::uint64_t>(n)));
      EXPECT_TRUE(store->write(batch, Durability::kSynced));
      acknowledged = n;
    }
  });
  permits.release(kBatches);
  while (acknowledged < 0) std::this_thread::yield();
  auto opened = RocksStore::open_reader(dir.path());
  ASSERT_TRUE(opened) << opened.error().message;
  const std::unique_ptr<RocksStore> reader = *std::move(opened);
  int refreshed = 0;
  for (int round = 0; round < 40; ++round) {
    permits.release(kBatches);
    const int before = acknowledged;
    const Status status = reader->refresh();
    if (!status) {
      EXPECT_EQ(status.error().code, Errc::kUnavailable) << status.error().message;
      continue;
    }
    ++refreshed;
    const std::string n = value_of(*reader, Table::kLog, "n");
    EXPECT_GE(std::stoi(n), before);
    for (int i = 0; i < kTableCount; ++i) {
      EXPECT_EQ(value_of(*reader, static_cast<Table>(i), "n"), n);
    }
  }
  stop = true;
  permits.release();
  writer.join();
  EXPECT_GE(refreshed, 20);
  RecordProperty("batches", acknowledged);
  RecordProperty("refreshed", refreshed);
}

TEST(RocksReader, ARefreshDoesNotDisturbAScanUnderWay) {
  const TempDir dir;
  const auto store = open(dir.path());
  ASSERT_TRUE(put(*store, Table::kItem, "a", "1"));
  ASSERT_TRUE(put(*store, Table::kItem, "b", "1"));
  const auto reader = open_reader(dir.path());
  std::string seen;
  ASSERT_TRUE(reader->scan(Table::kItem, "", "", [&](std::string_view, std::string_view value) {
    seen += value;
    return put(*store, Table::kItem, "b", "2") && reader->refresh();
  }));
  EXPECT_EQ(seen, "11");
  EXPECT_EQ(value_of(*reader, Table::kItem, "b"), "2");
}

TEST(RocksCopy, OfAWriterAndOfAReaderEqualTheStore) {
  const TempDir dir;
  const auto store = open(dir / "store", kTinyRocks);
  fill(*store, 300);
  const auto rows = all_rows(*store);
  ASSERT_TRUE(store->copy_to(dir / "a"));
  ASSERT_TRUE(open_reader(dir / "store")->copy_to(dir / "deep/b"));
  EXPECT_EQ(all_rows(*open(dir / "a")), rows);
  EXPECT_EQ(all_rows(*open_reader(dir / "deep/b")), rows);
  EXPECT_FALSE(fs::exists(dir / "a/db.partial"));
}

TEST(RocksCopy, HoldsOneStateWhileTheWriterGoesOn) {
  const TempDir dir;
  const auto store = open(dir / "store");
  fill(*store, 100);
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int n = 0; !stop; ++n) {
      Batch batch;
      for (int i = 0; i < kTableCount; ++i) {
        batch.put(static_cast<Table>(i), "n", std::to_string(n));
      }
      EXPECT_TRUE(store->write(batch, Durability::kBuffered));
    }
  });
  for (int round = 0; round < 5; ++round) {
    const std::string to = dir / std::to_string(round);
    EXPECT_TRUE(store->copy_to(to));
    const auto copy = open(to);
    const std::string n = value_of(*copy, Table::kLog, "n");
    for (int i = 0; i < kTableCount; ++i) {
      EXPECT_EQ(value_of(*copy, static_cast<Table>(i), "n"), n);
    }
  }
  stop = true;
  writer.join();
}

TEST(RocksCopy, DoesNotOverwriteAStoreButReplacesACopyCutShort) {
  const TempDir dir;
  const auto store = open(dir / "store");
  ASSERT_TRUE(put(*store, Table::kItem, "a", "1"));
  fs::create_directories(dir / "copy/db.partial");
  std::ofstream(dir / "copy/db.partial/CURRENT") << "rubbish\n";
  ASSERT_TRUE(store->copy_to(dir / "copy"));
  const Status again = store->copy_to(dir / "copy");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::kInvalid);
  EXPECT_EQ(value_of(*open(dir / "copy"), Table::kItem, "a"), "1");
}

TEST(RocksDisk, RefusesToWriteIntoTheReserve) {
  const TempDir dir;
  const auto store = open(dir.path(), {.reserve_bytes = UINT64_MAX});
  const Status refused = put(*store, Table::kItem, "a", "1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("disk full"));
  EXPECT_EQ(value_of(*store, Table::kItem, "a"), "(none)");
  EXPECT_GT(store->free_bytes(), 0U);
}

TEST(RocksDisk, CountsTheBatchItselfAgainstTheReserve) {
  const TempDir dir;
  const auto probe = open(dir / "probe");
  // Others fill and empty the same disk meanwhile: taken anew until a small batch finds room.
  std::unique_ptr<RocksStore> store;
  bool small = false;
  for (int attempt = 0; attempt < 20 && !small; ++attempt) {
    store.reset();
    store = open(dir / "store", {.reserve_bytes = probe->free_bytes() - (256ULL << 20)});
    small = put(*store, Table::kItem, "a", "1").ok();
  }
  ASSERT_TRUE(small);
  const Status refused = put(*store, Table::kItem, "a", std::string(512ULL << 20, 'x'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kUnavailable);
}

}  // namespace
}  // namespace kip
