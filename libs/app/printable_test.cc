#include "app/printable.h"

#include <gtest/gtest.h>

namespace kip {
namespace {

TEST(Printable, ShowsVietnameseAsItIs) {
  EXPECT_EQ(printable("Hồ sơ số 1, đã trả"), "Hồ sơ số 1, đã trả");
}

TEST(Printable, EscapesWhatActsOnAScreen) {
  EXPECT_EQ(printable(std::string("a\0b\n\r\x1b[2J\x7f", 10)), R"(a\x00b\x0a\x0d\x1b[2J\x7f)");
  EXPECT_EQ(printable("\xc2\x9b\x31m"), R"(\xc2\x9b1m)");  // C1 control
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "abc"),
            R"(\xe2\x80\xaeabc)");  // right to left
  EXPECT_EQ(printable("\xe2\x81\xa6"
                      "abc"),
            R"(\xe2\x81\xa6abc)");
}

TEST(Printable, EscapesBytesThatAreNoUtf8) {
  EXPECT_EQ(printable("\xff\xc3(\xed\xa0\x80"), R"(\xff\xc3(\xed\xa0\x80)");
  EXPECT_EQ(printable("\xe1\xbb"), R"(\xe1\xbb)");
}

TEST(Printable, IsCutAtTheLimit) { EXPECT_EQ(printable("abcdef", 3), "abc…"); }

TEST(Printable, CannotBeMistakenForAnEscape) { EXPECT_EQ(printable(R"(\x00)"), R"(\\x00)"); }

}  // namespace
}  // namespace kip
