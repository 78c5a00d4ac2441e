#include "base/ascii.h"

#include <gtest/gtest.h>

namespace kip {
namespace {

TEST(Ascii, LettersAndDigitsAreThoseOfAsciiAlone) {
  int letters = 0, digits = 0, changed = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    letters += is_letter(c) ? 1 : 0;
    digits += is_digit(c) ? 1 : 0;
    changed += ascii_lower(c) != c ? 1 : 0;
  }
  EXPECT_EQ(letters, 52);
  EXPECT_EQ(digits, 10);
  EXPECT_EQ(changed, 26);
  EXPECT_EQ(ascii_lower("X-Kịp: ĐẤT @[`{"), "x-kịp: ĐẤt @[`{");
}

TEST(Ascii, ControlsAreBelowTheBlankAndDel) {
  for (const char c : {'\0', '\n', '\r', '\t', '\x1F', '\x7F'}) {
    EXPECT_TRUE(has_control(std::string("a") + c + "b"));
  }
  EXPECT_FALSE(has_control(" ~ Kịp \x80"));
}

TEST(Ascii, HexDigitsHaveTheirValue) {
  EXPECT_EQ(hex_value('0'), 0);
  EXPECT_EQ(hex_value('9'), 9);
  EXPECT_EQ(hex_value('a'), 10);
  EXPECT_EQ(hex_value('F'), 15);
  for (const char c : {'g', 'G', '/', ':', '@', '`', '\xE1'}) EXPECT_EQ(hex_value(c), -1) << c;
}

TEST(Ascii, WhatIsNotPlainIsEncodedByteByByte) {
  EXPECT_EQ(percent_encoded("a/b c~\n\xFF", "~"), "a%2Fb%20c~%0A%FF");
  EXPECT_EQ(percent_encoded("Kịp", ""), "K%E1%BB%8Bp");
}

}  // namespace
}  // namespace kip
