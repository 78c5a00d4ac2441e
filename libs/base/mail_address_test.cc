#include "base/mail_address.h"

#include <gtest/gtest.h>

#include <string>

namespace kip {
namespace {

TEST(MailAddress, IsWhatServersTake) {
  for (const char* good : {"nam@honai.example", "a.b+c@x-y.gov.vn", "root@localhost", "o'n@a.b",
                           "A_b@mail.honai.example"}) {
    EXPECT_TRUE(mail_address_valid(good)) << good;
  }
  for (const char* bad :
       {"",        "nam",         "@a.b",          "nam@",     ".a@b.c",
        "a.@b.c",  "a..b@c.d",    "a b@c.d",       "<a@b.c>",  "a@b..c",
        "a@-b.c",  "a@b-.c",      "a@b.c.",        "a@.b",     "a@b@c.d",
        "đạo@b.c", "a@b.c,d@e.f", "a@b.c;d@e.f",   "a@b_c.d",  "a@b.c\r\nRCPT TO:<x@y>",
        "a@b.c\n", "\"a\"@b.c",   "a@[127.0.0.1]", "a@b.c\x7F"}) {
    EXPECT_FALSE(mail_address_valid(bad)) << bad;
  }
  EXPECT_FALSE(mail_address_valid(std::string("a@b.c\0", 6)));
}

TEST(MailAddress, HasTheLengthsOfTheStandards) {
  EXPECT_TRUE(mail_address_valid(std::string(64, 'a') + "@b.c"));
  EXPECT_FALSE(mail_address_valid(std::string(65, 'a') + "@b.c"));
  EXPECT_TRUE(mail_address_valid("a@" + std::string(63, 'b') + ".c"));
  EXPECT_FALSE(mail_address_valid("a@" + std::string(64, 'b') + ".c"));
  std::string host = "b";
  while (host.size() < 251) host += ".b";
  EXPECT_TRUE(mail_address_valid("aa@" + host));  // 254 bytes
  EXPECT_FALSE(mail_address_valid("aaa@" + host));
}

TEST(HostName, IsLabelsOfLettersDigitsAndHyphens) {
  for (const char* good : {"localhost", "mail.honai.example", "x-1.gov.vn", "10.0.0.1"}) {
    EXPECT_TRUE(host_name_valid(good)) << good;
  }
  for (const char* bad :
       {"", ".", "a..b", "a.", ".a", "-a", "a-", "a_b", "a b", "https://a", "a:1", "*.a", "ấ.vn"}) {
    EXPECT_FALSE(host_name_valid(bad)) << bad;
  }
  std::string longest = "abc";
  while (longest.size() < 253) longest += ".b";
  EXPECT_TRUE(host_name_valid(longest));
  EXPECT_FALSE(host_name_valid("a" + longest));
}

}  // namespace
}  // namespace kip
