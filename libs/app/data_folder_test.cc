// Whoever looks at data refuses what it could not understand.

#include "app/data_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace kip
