#include "app/answer_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kip {
namespace {

TEST(AnswerForm, IsReadAsBrowsersSendIt) {
  const auto form = AnswerForm::parse("act=mine&plan=m%E1%BB%99t+hai%0D%0Aba%26b%3Dc&own=");
  ASSERT_TRUE(form) << form.error().message;
  EXPECT_EQ((*form)["plan"], "một hai\r\nba&b=c");
  EXPECT_EQ((*form)["own"], "");
  EXPECT_EQ((*form)["when"], "");
  EXPECT_TRUE(AnswerForm::parse(""));
}

TEST(AnswerForm, NothingElseIsTaken) {
  for (const char* wrong : {"act", "=mine", "act=mine&act=mine", "name=x", "act=%", "act=%4",
                            "act=%zz", "act=%ff", "act=mine&&item=all", "Act=mine"})
    EXPECT_FALSE(AnswerForm::parse(wrong)) << wrong;
  EXPECT_FALSE(AnswerForm::parse("plan=" + std::string(5'000, 'a')));
}

TEST(AnswerForm, KnowsWhatLooksLikeAPhoneOrIdentityNumber) {
  for (const char* number :
       {"0912345678", "gọi 0912 345 678 nhé", "0912.345.678", "0912-345-678", "+84 912 345 678",
        "CCCD 075123456789", "số 272123456.", "(0251)3822123456", "02513 822 123"})
    EXPECT_TRUE(looks_like_number(number)) << number;
  for (const char* plain :
       {"", "12345678", "xong 25/11/2026 11:00", "trước 11:00 25.11.2026", "05.11.2026 14h",
        "H19.99-261105-0041", "000.00.19.H29-240101-0001", "số 123/UBND-VP", "1.304 hồ sơ",
        "1.234.567.890 đồng", "24/11, 25/11, 26/11", "1234567890123"})
    EXPECT_FALSE(looks_like_number(plain)) << plain;
}

TEST(AnswerForm, TimesAreThoseOfTheWard) {
  EXPECT_EQ(*parse_civil("2026-11-25T11:00"), *parse_rfc3339("2026-11-25T04:00:00Z"));
  EXPECT_EQ(civil(*parse_rfc3339("2026-11-25T04:00:00Z")), "2026-11-25T11:00");
  for (const char* wrong : {"", "25/11/2026 11:00", "2026-11-25 11:00", "2026-11-25T11:00:00",
                            "2026-13-25T11:00", "2026-11-25T25:00"})
    EXPECT_FALSE(parse_civil(wrong)) << wrong;
}

}  // namespace
}  // namespace kip
