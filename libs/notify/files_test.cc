// Files that are there whole or not at all: the outbox, secrets, the lock.

#include "notify/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "notify/json_condition.h"
#include "notify/outbox.h"

namespace kip {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    folder = ::testing::TempDir() + "kip-notify-XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
  }
  void TearDown() override { fs::remove_all(folder); }
  std::vector<std::string> names(const std::string& where) {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(where)) out.push_back(entry.path().filename());
    std::sort(out.begin(), out.end());
    return out;
  }
  std::string folder;
};

Delivery message() {
  Delivery d;
  d.key = "k:1/2";
  d.channel = "outbox";
  d.recipients = {"nam@honai.example"};
  d.subject = "Kịp";
  d.text = "một";
  return d;
}

TEST_F(Files, TheOutboxHoldsOneFileAKeyAndARepeatTakesItsPlace) {
  const auto outbox = make_outbox({.folder = folder + "/a/b"});
  Delivery d = message();
  SendOutcome outcome = outbox->send(d);
  EXPECT_EQ(outcome.kind, SendOutcomeKind::kDelivered);
  EXPECT_EQ(outcome.code, "written");
  const auto first = read_file(folder + "/a/b/k%3A1%2F2.eml", 10'000);
  EXPECT_EQ(outbox->send(d).code, "written");
  EXPECT_EQ(names(folder + "/a/b"), std::vector<std::string>{"k%3A1%2F2.eml"});
  EXPECT_EQ(read_file(folder + "/a/b/k%3A1%2F2.eml", 10'000), first);
  struct stat info {};
  ASSERT_EQ(stat((folder + "/a/b/k%3A1%2F2.eml").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(Files, TheOutboxWritesJsonForWhatIsNoMail) {
  const auto outbox = make_outbox({.folder = folder});
  Delivery d = message();
  d.recipients = {"0912345678"};
  d.fields["unit"] = "kt";
  EXPECT_EQ(outbox->send(d).detail, "written as k%3A1%2F2.json");
  const auto value = parse_json(*read_file(folder + "/k%3A1%2F2.json", 10'000));
  ASSERT_TRUE(value);
  EXPECT_EQ(JsonPath::parse("$.recipients[0]")->text(*value), "0912345678");
  EXPECT_EQ(JsonPath::parse("$.fields.unit")->text(*value), "kt");
}

TEST_F(Files, TheOutboxRefusesWhatIsUnfitAndWaitsForTheDisk) {
  const auto outbox = make_outbox({.folder = folder + "/file"});
  Delivery d = message();
  d.subject = "a\nb";
  EXPECT_EQ(outbox->send(d).code, "bad_header");
  std::ofstream(folder + "/file") << "no folder";
  const SendOutcome outcome = outbox->send(message());
  EXPECT_EQ(outcome.kind, SendOutcomeKind::kTransient);
  EXPECT_EQ(outcome.code, "disk");
}

TEST(FileName, IsAnotherForEachKeyAndStaysInTheFolder) {
  EXPECT_EQ(file_name("a-B_9.x"), "a-B_9.x");
  EXPECT_EQ(file_name("../x"), "%2E.%2Fx");
  EXPECT_EQ(file_name(".x"), "%2Ex");
  EXPECT_EQ(file_name("a%b"), "a%25b");
  EXPECT_NE(file_name("a/b"), file_name("a%2Fb"));
}

TEST_F(Files, ASecretIsOneLine) {
  const auto secret = [&](const std::string& text) {
    std::ofstream(folder + "/s", std::ios::binary) << text;
    const auto read = read_secret(folder + "/s");
    return read ? *read : "! " + read.error().message;
  };
  EXPECT_EQ(secret("abc"), "abc");
  EXPECT_EQ(secret("abc\n"), "abc");
  EXPECT_EQ(secret("abc \r\n"), "abc ");
  EXPECT_EQ(secret(""), "! the file is empty");
  EXPECT_EQ(secret("a\nb\n"), "! the file must hold the secret as its one line");
  EXPECT_EQ(secret(std::string("a\0b", 3)), "! the file must hold the secret as its one line");
  EXPECT_EQ(secret(std::string(5000, 'a')),
            "! the file holds more than one secret of at most 4096 bytes");
  EXPECT_EQ(read_secret(folder).error().message, "this is no file");
  EXPECT_EQ(read_secret(folder + "/none").error().message, "there is no such file");
}

TEST_F(Files, AWriteThatFailsLeavesTheOldFileAndNoDraft) {
  ASSERT_TRUE(write_whole(folder + "/x", "old"));
  EXPECT_FALSE(write_whole(folder + "/none/x", "new"));
  fs::create_directory(folder + "/y");
  EXPECT_FALSE(write_whole(folder + "/y", "new"));  // a folder is in its place
  EXPECT_EQ(read_file(folder + "/x", 10), "old");
  EXPECT_EQ(names(folder), (std::vector<std::string>{"x", "y"}));
}

TEST_F(Files, TheLockHasOneHolder) {
  using std::chrono::milliseconds;
  {
    const auto first = FileLock::take(folder + "/lock", milliseconds(0));
    ASSERT_TRUE(first);
    const auto second = FileLock::take(folder + "/lock", milliseconds(40));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message, "is held by another process");
  }
  EXPECT_TRUE(FileLock::take(folder + "/lock", milliseconds(0)));
}

}  // namespace
}  // namespace kip
