#include "contract/codes.h"

#include <gtest/gtest.h>

#include <string>

namespace kip {
namespace {

TEST(InQuotes, AQuotedValueIsShortAndAlwaysValid) {
  EXPECT_EQ(in_quotes("HS-1"), "'HS-1'");
  EXPECT_EQ(in_quotes("a\nb\xFF"), "'a?b?'");
  const std::string cut = in_quotes(std::string(1000, 'x') + "ồ");
  EXPECT_LT(cut.size(), 80u);
  EXPECT_TRUE(cut.ends_with("...'"));
}

}  // namespace
}  // namespace kip
