#include "store/rocks_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "store/testing.h"

namespace kip {
namespace {

using test::TempDir;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(RocksLog, KeepsWarningsWithTheirTime) {
  const TempDir dir;
  {
    const auto log = open_rocks_log(dir.path());
    rocksdb::Warn(log, "compaction of %d files stalled", 7);
    rocksdb::Info(log, "nothing of importance");
  }
  EXPECT_THAT(text_of(dir.path() + "/LOG"),
              MatchesRegex("20[0-9T:-]+Z .WARN. compaction of 7 files stalled\n"));
}

TEST(RocksLog, GoesOnInTheSameFileUntilItIsLong) {
  const TempDir dir;
  rocksdb::Warn(open_rocks_log(dir.path()), "first");
  rocksdb::Warn(open_rocks_log(dir.path()), "second %s", std::string(2'000, 'x').c_str());
  EXPECT_THAT(text_of(dir.path() + "/LOG"), HasSubstr("first"));
  EXPECT_THAT(text_of(dir.path() + "/LOG"), HasSubstr("second"));
  std::filesystem::resize_file(dir.path() + "/LOG", (1U << 20) + 1);
  rocksdb::Warn(open_rocks_log(dir.path()), "third");
  EXPECT_LT(text_of(dir.path() + "/LOG").size(), 100U);
  EXPECT_THAT(text_of(dir.path() + "/LOG.old"), HasSubstr("first"));
}

TEST(RocksLog, StaysShortWhileItIsWritten) {
  const TempDir dir;
  const auto log = open_rocks_log(dir.path());
  for (int i = 0; i < 5'000; ++i) rocksdb::Warn(log, "%d %s", i, std::string(900, 'x').c_str());
  for (const char* name : {"/LOG", "/LOG.old"})
    EXPECT_LT(std::filesystem::file_size(dir.path() + name), (1U << 20) + 1'024U) << name;
  EXPECT_THAT(text_of(dir.path() + "/LOG"), HasSubstr("4999 x"));
}

TEST(RocksLog, SurvivesADiskThatIsFull) {
  const TempDir dir;
  std::filesystem::create_symlink("/dev/full", dir.path() + "/LOG");
  const auto log = open_rocks_log(dir.path());
  for (int i = 0; i < 10; ++i) rocksdb::Warn(log, "%s", std::string(900, 'x').c_str());
  log->Flush();
}

TEST(RocksLog, DropsAllWithoutAFile) {
  const auto log = open_rocks_log("/nonexistent");
  ASSERT_NE(log, nullptr);
  rocksdb::Warn(log, "no room");
}

}  // namespace
}  // namespace kip
