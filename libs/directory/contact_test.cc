#include "directory/contact.h"

#include <gtest/gtest.h>

namespace kip {
namespace {

TEST(Contact, AMailAddressIsOneThatCannotBeAnythingElse) {
  for (const char* good : {"a@b.vn", "van-phong.1+x@honai.example", "A_b@mail.honai.example"}) {
    EXPECT_EQ(email_fault(good), "") << good;
  }
  for (const char* bad : {"",           "a",        "@b.vn",    "a@",           "a@b",
                          "a@b..vn",    "a@.vn",    ".a@b.vn",  "a.@b.vn",      "a@b.vn.",
                          "a b@c.vn",   "a@b c.vn", "a@b@c.vn", "Tên <a@b.vn>", "a@b.vn,c@d.vn",
                          "\"a\"@b.vn", "a@-b.vn",  "a@b-.vn",  "tên@b.vn",     "a@[10.0.0.1]",
                          "a;b@c.vn"}) {
    EXPECT_NE(email_fault(bad), "") << bad;
  }
  EXPECT_NE(email_fault(std::string(65, 'a') + "@b.vn"), "");
  EXPECT_NE(email_fault("a@" + std::string(64, 'b') + ".vn"), "");
}

TEST(Contact, NothingGoesIntoTheHeadOfAMail) {
  for (const std::string bad : {"a@b.vn\r\nBcc: c@d.vn", "a@b.vn\n", "\na@b.vn", "a@b.vn\r",
                                "a\t@b.vn", "a@b.vn\u2028", "a@b.vn\u0085", "a@b.vn\x7F"}) {
    EXPECT_EQ(email_fault(bad), "may hold no line break and no other control character");
    EXPECT_EQ(line_fault(bad), "may hold no line break and no other control character");
  }
  EXPECT_NE(email_fault(std::string("a@b.vn\0", 7)), "");
  EXPECT_EQ(line_fault("Trưởng phòng Kinh tế, Hạ tầng và Đô thị"), "");
  EXPECT_EQ(line_fault("\xFF"), "is not UTF-8");
  EXPECT_EQ(line_fault(std::string(120, 'a')), "");
  EXPECT_NE(line_fault(std::string(121, 'a')), "");
}

TEST(Contact, APhoneIsWrittenInOneForm) {
  for (const char* text : {"0912345678", "0912 345 678", "0912.345.678", "84912345678",
                           "+84 912 345 678", "+84-912-345-678"}) {
    EXPECT_EQ(phone_of(text), "84912345678") << text;
  }
  EXPECT_EQ(phone_of("0251 382 2222"), "842513822222");
  for (const char* bad :
       {"", "912345678", "0012345678", "84", "091234567", "091234567890", "+0912345678",
        "0912345678a", "09123\n45678", "+1 202 555 0123", "84+9"}) {
    EXPECT_EQ(phone_of(bad), std::nullopt) << bad;
  }
}

TEST(Contact, AZaloIdIsAPlainWord) {
  EXPECT_EQ(zalo_fault("1000000000000000030"), "");
  for (const char* bad : {"", "a b", "a\n", "a/b", "tên"}) EXPECT_NE(zalo_fault(bad), "") << bad;
  EXPECT_NE(zalo_fault(std::string(41, '1')), "");
}

}  // namespace
}  // namespace kip
