// Whoever looks at data refuses what it could not understand.

#include "app/data_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "app/backup.h"
#include "app/test_service.h"
#include "runtime/format.h"
#include "store/keys.h"
#include "store/testing.h"

namespace kip {
namespace {

using testing::HasSubstr;

class DataFolder : public testing::Test {
 protected:
  void set_format(std::uint64_t format) {
    auto store = RocksStore::open(dir_ / "data", {});
    ASSERT_TRUE(store);
    ASSERT_TRUE(test::put(**store, Table::kMeta, "format", keys::u64(format)));
  }
  test::TempDir dir_;
};

TEST_F(DataFolder, OfANewerFormatIsOpenedByNobody) {
  set_format(kStateFormat + 1);
  const auto refused = open_data(dir_ / "data");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kInvalid);
  EXPECT_THAT(refused.error().message, HasSubstr("use a newer kip"));
  const auto saved = backup(dir_ / "data", dir_ / "saved", nullptr);
  ASSERT_FALSE(saved);
  EXPECT_THAT(saved.error().message, HasSubstr("use a newer kip"));
  const auto engine = Engine::open(test::standing_clock(dir_ / "data"), test::shipped_policy());
  ASSERT_FALSE(engine);
  EXPECT_THAT(engine.error().message, HasSubstr("use a newer kip"));
}

TEST_F(DataFolder, OfAnOlderFormatIsReadAsItStandsAndBroughtUpByTheEngine) {
  set_format(1);
  const auto reader = open_data(dir_ / "data");
  ASSERT_TRUE(reader);
  EXPECT_EQ(*stored_format(**reader), 1U);
  const auto engine = Engine::open(test::standing_clock(dir_ / "data"), test::shipped_policy());
  ASSERT_TRUE(engine) << engine.error().message;
  EXPECT_EQ(*stored_format((*engine)->store()), kStateFormat);
}

// What nobody can look at is no empty folder: a view that left it out would be of half the items.
TEST_F(DataFolder, ThatCannotBeLookedAtIsAnErrorAndNotLeftOut) {
  namespace fs = std::filesystem;
  ASSERT_FALSE(view_data(std::string(300, 'd')));
  const fs::path data = dir_ / "data";
  ASSERT_TRUE(RocksStore::open((data / "0").string(), {}));
  ASSERT_TRUE(view_data(data.string()));
  for (const char* broken : {"db", "1/db", "alerts/db"}) {
    const fs::path at = data / broken;
    fs::create_directories(at.parent_path());
    fs::create_symlink(at.filename(), at);  // to itself
    EXPECT_FALSE(view_data(data.string())) << broken;
    fs::remove(at);
    EXPECT_TRUE(view_data(data.string())) << broken;
  }
}

}  // namespace
}  // namespace kip
