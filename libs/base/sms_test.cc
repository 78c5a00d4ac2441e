#include "base/sms.h"

#include <gtest/gtest.h>

#include <string>

namespace kip {
namespace {

std::string size(const std::string& text) {
  const SmsSize s = sms_size(text);
  return std::to_string(s.units) + (s.plain ? " plain " : " wide ") + std::to_string(s.parts);
}

std::string letters(std::size_t count) { return std::string(count, 'a'); }

TEST(SmsSize, CountsAsTheNetworkDoes) {
  EXPECT_EQ(size(""), "0 plain 0");
  EXPECT_EQ(size(letters(160)), "160 plain 1");
  EXPECT_EQ(size(letters(161)), "161 plain 2");
  EXPECT_EQ(size(letters(306)), "306 plain 2");
  EXPECT_EQ(size(letters(307)), "307 plain 3");
  EXPECT_EQ(size("ế" + letters(69)), "70 wide 1");
  EXPECT_EQ(size("ế" + letters(70)), "71 wide 2");
  EXPECT_EQ(size("ế" + letters(134)), "135 wide 3");
  EXPECT_EQ(size("😀"), "2 wide 1");
  EXPECT_EQ(size("\xFF"), "1 wide 1");
}

TEST(SmsSize, CharactersOfTheExtensionCountTwice) {
  EXPECT_EQ(size("[]{}\\^~|"), "16 plain 1");
  EXPECT_EQ(size("€"), "2 plain 1");
  EXPECT_EQ(size(letters(158) + "["), "160 plain 1");
  EXPECT_EQ(size(letters(159) + "["), "161 plain 2");
}

TEST(SmsSize, TheAlphabetHasLettersBeyondAscii) {
  EXPECT_EQ(size("£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà"), "39 plain 1");
  for (const char* other : {"á", "ç", "ê", "đ", "`", "\t", "\x7F", "“", "\u00A0"}) {
    EXPECT_FALSE(sms_size(other).plain) << other;
  }
}

TEST(SmsSize, NoPartEndsWithinACharacter) {
  EXPECT_EQ(size(letters(152) + "[" + letters(152)), "306 plain 3");
  EXPECT_EQ(size(letters(151) + "[" + letters(153)), "306 plain 2");
  EXPECT_EQ(size("ế" + letters(65) + "😀" + letters(66)), "134 wide 3");
}

// 128 places of the alphabet, one of them the way to the ten of the extension.
TEST(GsmSeptets, AsManyCharactersAsTheTablesHave) {
  int one = 0, two = 0;
  for (char32_t c = 0; c < 0x3000; ++c) {
    one += gsm_septets(c) == 1 ? 1 : 0;
    two += gsm_septets(c) == 2 ? 1 : 0;
  }
  EXPECT_EQ(one, 127);
  EXPECT_EQ(two, 10);
}

}  // namespace
}  // namespace kip
