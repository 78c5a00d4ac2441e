#include "notify/plain_letters.h"

#include <gtest/gtest.h>

#include "base/sms.h"

namespace kip {
namespace {

TEST(WithoutMarks, EveryVietnameseLetterHasItsPlainOne) {
  EXPECT_EQ(without_marks("àáảãạăằắẳẵặâầấẩẫậ"), std::string(17, 'a'));
  EXPECT_EQ(without_marks("ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ"), std::string(17, 'A'));
  EXPECT_EQ(without_marks("èéẻẽẹêềếểễệ"), std::string(11, 'e'));
  EXPECT_EQ(without_marks("ÈÉẺẼẸÊỀẾỂỄỆ"), std::string(11, 'E'));
  EXPECT_EQ(without_marks("ìíỉĩị ÌÍỈĨỊ"), "iiiii IIIII");
  EXPECT_EQ(without_marks("òóỏõọôồốổỗộơờớởỡợ"), std::string(17, 'o'));
  EXPECT_EQ(without_marks("ÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ"), std::string(17, 'O'));
  EXPECT_EQ(without_marks("ùúủũụưừứửữự"), std::string(11, 'u'));
  EXPECT_EQ(without_marks("ÙÚỦŨỤƯỪỨỬỮỰ"), std::string(11, 'U'));
  EXPECT_EQ(without_marks("ỳýỷỹỵ ỲÝỶỸỴ đ Đ"), "yyyyy YYYYY d D");
}

TEST(WithoutMarks, ComposedOrNotIsTheSame) {
  // "Đường Hồ Nai", its marks as combining characters.
  EXPECT_EQ(without_marks("\u0110u\u031b\u01a1\u0300ng Ho\u0302\u0300 Nai"), "Duong Ho Nai");
  EXPECT_EQ(without_marks("Đường Hồ Nai"), "Duong Ho Nai");
}

TEST(WithoutMarks, SignsBecomeAscii) {
  EXPECT_EQ(without_marks("“a” ‘b’ – c… → d\u00a0•\u200be"), "\"a\" 'b' - c... -> d -e");
  EXPECT_EQ(without_marks("漢 😀 ß `\t\r\nx"), "? ? ? ' \nx");
  EXPECT_EQ(without_marks("\xff"), "?");
  EXPECT_TRUE(sms_size(without_marks("Ất cả [mọi] thứ – “€” ñ Ç þ ÷")).plain);
}

TEST(CutAtWord, EndsAtAWordWithinTheLimit) {
  EXPECT_EQ(cut_at_word("mot hai ba", 10), "mot hai ba");
  EXPECT_EQ(cut_at_word("mot hai ba bon", 10), "mot hai...");
  EXPECT_EQ(cut_at_word("mot hai, ba bon", 11), "mot hai...");
  EXPECT_EQ(cut_at_word("motmotmotmot", 10), "motmotm...");
  EXPECT_EQ(cut_at_word("mot", 2), "mo");
  for (std::size_t max = 0; max < 40; ++max) {
    EXPECT_LE(cut_at_word("mot hai ba bon nam sau bay", max).size(), max);
  }
}

TEST(CutAtWord, TheLimitIsOfSeptets) {
  EXPECT_EQ(cut_at_word("[mot] hai", 11), "[mot] hai");
  EXPECT_EQ(cut_at_word("[mot] hai", 10), "[mot]...");
  EXPECT_EQ(cut_at_word("[][][][]", 10), "[][...");
  EXPECT_EQ(cut_at_word("[x", 1), "");
  const std::string link = "https://kip.example/x?a=[1]";
  for (std::size_t max = 0; max < 90; ++max) {
    const auto text = cut_at_word("[Kip] 3 viec {nguy co} tre | han mai ~ " + link, max, link);
    EXPECT_LE(sms_size(text).units, max);
    EXPECT_EQ(text.find(link) != std::string::npos, max >= 31) << max;
  }
}

TEST(CutAtWord, TheLinkStaysWhole) {
  const std::string link = "https://kip.example/x/7Q2M";
  EXPECT_EQ(cut_at_word("3 viec nguy co tre, han mai: " + link, 45, link),
            "3 viec nguy co... " + link);
  EXPECT_EQ(cut_at_word("a b c d e f g h i j k l m", 10, link), "a b c d...");
  for (std::size_t max = 28; max < 60; ++max) {
    const auto text =
        cut_at_word("3 viec nguy co tre, han mai: " + link + " va them nua", max, link);
    EXPECT_LE(text.size(), max);
    EXPECT_NE(text.find(link), std::string::npos) << max;
  }
}

TEST(Phone84, TakesTheFormsThatPeopleWrite) {
  for (const char* text : {"0912345678", "84912345678", "+84912345678", "+84 912 345 678",
                           "0912.345.678", "(091) 234-5678", "912345678"}) {
    EXPECT_EQ(phone_84(text), "84912345678") << text;
  }
  EXPECT_EQ(phone_84("0841234567"), "84841234567");
  EXPECT_EQ(phone_84("841234567"), "84841234567");
  EXPECT_EQ(phone_84("025 1388 1234"), "842513881234");
  for (const char* text : {"", "abc", "09123", "+15551234567", "091234567890", "0912345678;",
                           "0012345678", "84+912345678"}) {
    EXPECT_EQ(phone_84(text), "") << text;
  }
}

}  // namespace
}  // namespace kip
