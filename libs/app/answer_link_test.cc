#include "app/answer_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <set>

#include "store/testing.h"

namespace kip {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(AnswerLink, RulesAreReadStrictly) {
  const auto read = [](const std::string& text, Problems& problems) {
    return read_desk_rules(Reader::parse("notify.yaml", "version: 1\n" + text, problems),
                           Registry(), Directory());
  };
  Problems none;
  const DeskRules rules =
      read("public_url: https://kip.example/\nlink_days: 3\nanswer_key_file: k\n", none);
  EXPECT_THAT(none, IsEmpty());
  EXPECT_EQ(rules.public_url, "https://kip.example");
  EXPECT_EQ(rules.link_days, 3);
  EXPECT_EQ(rules.answer_key_file, "k");
  EXPECT_EQ(read("", none).link_days, 7);
  EXPECT_EQ(read("reschedules_max: 2\n", none).reschedules_max, 2);
  for (const char* wrong : {"public_url: kip.example\n", "link_days: 0\n", "link_days: 91\n",
                            "reschedules_max: 10\n"}) {
    Problems problems;
    read(wrong, problems);
    EXPECT_THAT(problems, SizeIs(1)) << wrong;
  }
}

TEST(AnswerLink, ManyWhoStartAtOnceHaveOneKey) {
  const test::TempDir dir;
  std::vector<std::future<std::string>> tokens;
  for (int i = 0; i < 8; ++i) {
    tokens.push_back(std::async(std::launch::async, [&dir] {
      const auto links = AnswerLinks::open(dir.path(), DeskRules());
      return links ? links->token_of("m") : links.error().message;
    }));
  }
  std::set<std::string> all;
  for (auto& token : tokens) all.insert(token.get());
  EXPECT_THAT(all, SizeIs(1));
  EXPECT_THAT(*all.begin(), HasSubstr("m-"));
}

TEST(AnswerLink, AKeyThatCannotBeLookedAtIsNamedAndLeftAlone) {
  const test::TempDir dir;
  const auto file = std::filesystem::path(dir.path()) / kAnswerKeyFile;
  std::filesystem::create_symlink(kAnswerKeyFile, file);  // to itself
  const auto links = AnswerLinks::open(dir.path(), DeskRules());
  ASSERT_FALSE(links);
  EXPECT_THAT(links.error().message, HasSubstr(file.string()));
  EXPECT_TRUE(std::filesystem::is_symlink(file));
}

}  // namespace
}  // namespace kip
