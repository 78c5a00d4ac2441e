#include "contract/utf8.h"

#include <gtest/gtest.h>

#include <string>

#include "contract/codes.h"

namespace kip {
namespace {

TEST(Utf8, TakesEveryLengthOfSequence) {
  EXPECT_TRUE(valid_utf8(""));
  EXPECT_TRUE(valid_utf8("plain text that is longer than eight bytes"));
  EXPECT_TRUE(valid_utf8("Hồ sơ đất đai"));
  EXPECT_TRUE(valid_utf8("\xF0\x9F\x93\x84"));
  EXPECT_TRUE(valid_utf8("\xF4\x8F\xBF\xBF"));
}

TEST(Utf8, RefusesOverlongSurrogateCutAndTooLargeSequences) {
  for (const auto* bad :
       {"\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\x80", "\xE1\xBB", "\xFF", "eight by\xE1\xBB"}) {
    EXPECT_FALSE(valid_utf8(bad)) << testing::PrintToString(bad);
  }
}

TEST(Utf8, AQuotedValueIsShortAndAlwaysValid) {
  EXPECT_EQ(in_quotes("HS-1"), "'HS-1'");
  EXPECT_EQ(in_quotes("a\nb\xFF"), "'a?b?'");
  const std::string cut = in_quotes(std::string(1000, 'x') + "ồ");
  EXPECT_LT(cut.size(), 80u);
  EXPECT_TRUE(cut.ends_with("...'"));
}

}  // namespace
}  // namespace kip
