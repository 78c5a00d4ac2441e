#include "notify/token.h"

#include <gtest/gtest.h>

namespace kip {
namespace {

using std::chrono::seconds;

TEST(TokenLifetime, IsWhatTheAnswerSaysAsAWholeNumberOrNot) {
  EXPECT_EQ(lifetime_of("3600", seconds(60)), seconds(3600));
  // A JSON number 3600.0 comes as 3.6E3.
  for (const char* text : {"3600.0", "3.6E3", "3.6e+3", "3600.9"}) {
    EXPECT_EQ(lifetime_of(text, seconds(60)), seconds(3600)) << text;
  }
}

TEST(TokenLifetime, IsOurOwnWhereTheAnswerSaysNoTime) {
  for (const char* text : {"", "0", "-5", "0.5", "3600s", "1h", " 3600", "nan", "inf", "1e999"}) {
    EXPECT_EQ(lifetime_of(text, seconds(60)), seconds(60)) << text;
  }
}

TEST(TokenLifetime, IsAYearAtMost) {
  for (const char* text : {"31622400", "31622401", "9223372036854775807", "1e300"}) {
    EXPECT_EQ(lifetime_of(text, seconds(60)), seconds(366 * 86'400)) << text;
  }
}

}  // namespace
}  // namespace kip
