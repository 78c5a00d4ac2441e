#include "app/backup.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "app/bench_load.h"
#include "app/test_data.h"
#include "store/rocks_store.h"
#include "store/testing.h"

namespace kip::test {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class Backup : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = RocksStore::open(dir_ / "data", {});
    ASSERT_TRUE(opened);
    store_ = std::move(*opened);
    std::vector<std::string> events;
    const BenchLoad load = BenchLoad::lives(0, 50, 3);
    for (std::size_t i = 0; i < load.size(); ++i) events.emplace_back(load.at(i));
    feed(*store_, events, 2, kBenchNow, office());
  }

  TempDir dir_;
  std::unique_ptr<RocksStore> store_;  // held open: a backup is made beside a running `up`
};

TEST_F(Backup, RestoresEveryRowBesideTheWriter) {
  const auto saved = backup(dir_ / "data", dir_ / "saved", nullptr);
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_EQ(saved->audit.items, 50U);
  EXPECT_EQ(saved->audit.differences, 0U);
  const auto restored = restore(dir_ / "saved", dir_ / "again", nullptr);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(restored->audit.state_digest, saved->audit.state_digest);
  auto again = RocksStore::open(dir_ / "again", {});
  ASSERT_TRUE(again);
  EXPECT_EQ(all_rows(**again), all_rows(*store_));
}

TEST_F(Backup, RaisesNothingAgainAfterRestore) {
  ASSERT_TRUE(backup(dir_ / "data", dir_ / "saved", nullptr));
  const auto before = restore(dir_ / "saved", dir_ / "again", nullptr);
  ASSERT_TRUE(before);
  auto again = RocksStore::open(dir_ / "again", {});
  ASSERT_TRUE(again);
  feed(**again, {}, 2, kBenchNow, office());
  const auto after = audit(**again, {});
  ASSERT_TRUE(after);
  EXPECT_EQ(after->alerts, before->audit.alerts);
  EXPECT_EQ(after->alerts_digest, before->audit.alerts_digest);
}

TEST_F(Backup, WritesOnlyIntoAnEmptyFolder) {
  ASSERT_TRUE(backup(dir_ / "data", dir_ / "saved", nullptr));
  EXPECT_EQ(backup(dir_ / "data", dir_ / "saved", nullptr).error().code, Errc::kInvalid);
  EXPECT_EQ(restore(dir_ / "saved", dir_ / "data", nullptr).error().code, Errc::kInvalid);
  fs::create_directories(dir_ / "empty");
  EXPECT_TRUE(restore(dir_ / "saved", dir_ / "empty", nullptr));
}

TEST_F(Backup, LeavesNothingBehindWhereThereIsNoData) {
  EXPECT_FALSE(backup(dir_ / "nothing", dir_ / "saved", nullptr));
  EXPECT_FALSE(fs::exists(dir_ / "saved/db"));
}

TEST_F(Backup, WithoutManifestIsNoBackup) {
  ASSERT_TRUE(backup(dir_ / "data", dir_ / "saved", nullptr));
  fs::remove(dir_ / "saved/backup.json");
  const auto restored = restore(dir_ / "saved", dir_ / "again", nullptr);
  EXPECT_EQ(restored.error().code, Errc::kNotFound);
  EXPECT_FALSE(fs::exists(dir_ / "again/db"));
}

TEST_F(Backup, ThatWasChangedIsRefusedAndTakenAway) {
  ASSERT_TRUE(backup(dir_ / "data", dir_ / "saved", nullptr));
  {
    auto saved = RocksStore::open(dir_ / "saved", {});
    ASSERT_TRUE(saved);
    const auto items = keys_of(**saved, Table::kItem);
    Batch batch;
    batch.erase(Table::kItem, items.front());
    ASSERT_TRUE((*saved)->write(batch, Durability::kSynced));
  }
  const auto restored = restore(dir_ / "saved", dir_ / "again", nullptr);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, Errc::kCorrupt);
  EXPECT_THAT(restored.error().message, HasSubstr("items differs"));
  EXPECT_FALSE(fs::exists(dir_ / "again/db"));
}

TEST_F(Backup, OfANewerFormatIsRefused) {
  ASSERT_TRUE(backup(dir_ / "data", dir_ / "saved", nullptr));
  std::ofstream(dir_ / "saved/backup.json")
      << R"({"format":99,"shards":2,"positions":[0,0],"items":0,"state_digest":"",)"
      << R"("totals_digest":"","alerts_digest":""})";
  EXPECT_THAT(restore(dir_ / "saved", dir_ / "again", nullptr).error().message,
              HasSubstr("state format 99"));
}

}  // namespace
}  // namespace kip::test
