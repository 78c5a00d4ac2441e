#include "messages/text.h"

#include <gtest/gtest.h>

#include <random>

#include "base/utf8.h"

namespace kip {
namespace {

TEST(MessageText, IsOneCleanLine) {
  EXPECT_EQ(plain_text("  Sửa\r\n\tmái  trường \x01\x7f"), "Sửa mái trường");
  EXPECT_EQ(plain_text("a\u202eb\u200bc\u2066d\ufeff"), "abcd");
  EXPECT_EQ(plain_text("ngắt\u2028dòng"), "ngắt dòng");
  EXPECT_EQ(plain_text("hỏng \xff\xfe hẳn"), "hỏng hẳn");
  EXPECT_EQ(plain_text(""), "");
}

TEST(MessageText, HasVietnameseCapitals) {
  EXPECT_EQ(capitals("Ủy ban nhân dân phường Hồ Nai"), "ỦY BAN NHÂN DÂN PHƯỜNG HỒ NAI");
  const std::string small = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ";
  const std::string large = "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ";
  EXPECT_EQ(capitals(small), large);
  EXPECT_EQ(capitals(large + " 12-ß÷“𝟙"), large + " 12-ß÷“𝟙");
}

TEST(MessageText, KeepsAFigureAndItsPercentTogether) {
  EXPECT_EQ(plain_text("xong 42 %"), "xong 42\u00a0%");
  EXPECT_EQ(plain_text("bao nhiêu %"), "bao nhiêu %");
}

TEST(MessageText, IsCutByCharactersAtAWord) {
  EXPECT_EQ(shortened("Sửa mái", 7), "Sửa mái");
  EXPECT_EQ(shortened("Sửa chữa mái trường mầm non", 20), "Sửa chữa mái trường…");
  EXPECT_EQ(shortened(std::string(30, 'x'), 10), std::string(9, 'x') + "…");
  EXPECT_EQ(shortened("abc", 0), "");
  std::string kib;
  while (kib.size() < 1024) kib += "ữ";
  EXPECT_EQ(characters(shortened(kib, 120)), 120U);
}

TEST(MessageText, LosesItsAccentsForSms) {
  EXPECT_EQ(without_accents("Đặng Thị Ngọc Hiền: 84\u00a0% “quá hạn” – hẹn…"),
            "Dang Thi Ngoc Hien: 84 % \"qua han\" - hen...");
  EXPECT_EQ(without_accents("Ơ Ư ẫ ỹ ■ 中"), "O U a y  ");
}

TEST(MessageText, OnlyWebLinksAreLinks) {
  EXPECT_EQ(safe_link("https://kip.example/x/7Q2M?a=1&b=2"), "https://kip.example/x/7Q2M?a=1&b=2");
  EXPECT_EQ(safe_link("http://10.0.0.1:8080"), "http://10.0.0.1:8080");
  for (const char* bad :
       {"javascript:alert(1)", "https://", "ftp://a/b", "https://a/\"onclick=", "https://a b",
        "https://a/\n", " https://a", "https://a/<b>", "//a", ""}) {
    EXPECT_EQ(safe_link(bad), "") << bad;
  }
}

TEST(MessageText, IsEscapedForHtml) {
  EXPECT_EQ(html_escaped("<script>alert('a&\"b')</script>"),
            "&lt;script&gt;alert(&#39;a&amp;&quot;b&#39;)&lt;/script&gt;");
}

// Whatever bytes come: what goes out is UTF-8, on one line, within its limit.
TEST(MessageText, HoldsForAnyBytes) {
  std::mt19937 random(20261123);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(random() % 60, ' ');
    for (char& c : bytes) c = static_cast<char>(random());
    const std::string line = plain_text(bytes);
    EXPECT_TRUE(utf8_valid(line));
    EXPECT_EQ(line.find_first_of("\n\r\t\x1e"), std::string::npos);
    EXPECT_EQ(plain_text(line), line);
    const std::size_t limit = random() % 20;
    EXPECT_LE(characters(shortened(line, limit)), limit);
    for (const char c : without_accents(bytes)) EXPECT_GE(c, '\n');
  }
}

}  // namespace
}  // namespace kip
