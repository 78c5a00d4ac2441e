#include "base/utf8.h"

#include <gtest/gtest.h>

namespace kip {
namespace {

TEST(Utf8, TakesEveryLengthOfSequence) {
  EXPECT_TRUE(utf8_valid(""));
  EXPECT_TRUE(utf8_valid("plain text that is longer than eight bytes"));
  EXPECT_TRUE(utf8_valid("Hồ sơ đất đai"));
  EXPECT_TRUE(utf8_valid("\xF0\x9F\x93\x84"));
  EXPECT_TRUE(utf8_valid("\xF4\x8F\xBF\xBF"));
}

TEST(Utf8, FrontIsTheLengthOfTheFirstSequence) {
  EXPECT_EQ(utf8_front(""), 0U);
  EXPECT_EQ(utf8_front("ab"), 1U);
  EXPECT_EQ(utf8_front("ồb"), 3U);
  EXPECT_EQ(utf8_front("🙂"), 4U);
  EXPECT_EQ(utf8_front("\xE1\xBB"), 0U);
}

TEST(Utf8, TheCodeIsThatOfTheStandard) {
  EXPECT_EQ(utf8_code(std::string_view("\0", 1)), U'\0');
  EXPECT_EQ(utf8_code("z"), U'z');
  EXPECT_EQ(utf8_code("\xC2\x80"), char32_t{0x80});
  EXPECT_EQ(utf8_code("Đ"), U'Đ');
  EXPECT_EQ(utf8_code("ồ"), U'ồ');
  EXPECT_EQ(utf8_code("\xEF\xBF\xBF"), char32_t{0xFFFF});
  EXPECT_EQ(utf8_code("🙂"), U'🙂');
  EXPECT_EQ(utf8_code("\xF4\x8F\xBF\xBF"), char32_t{0x10FFFF});
}

TEST(Utf8, RefusesOverlongSurrogateCutAndTooLargeSequences) {
  for (const auto* bad :
       {"\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\x80", "\xE1\xBB", "\xFF", "eight by\xE1\xBB"}) {
    EXPECT_FALSE(utf8_valid(bad)) << testing::PrintToString(bad);
  }
}

}  // namespace
}  // namespace kip
