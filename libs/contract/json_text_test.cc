#include "contract/json_text.h"

#include <gtest/gtest.h>

#include "contract/codes.h"

namespace kip {
namespace {

std::string skipped(std::string_view text, int depth_max = 32) {
  JsonText json(text, depth_max);
  if (json.skip(true) && json.end()) return "fine";
  return json.fault()->code;
}

TEST(JsonText, TakesWhatTheGrammarHas) {
  for (const auto* text : {"{}", " [ ] ", "[1,-0,0.5,1e9,1E-2]", R"({"a":{"b":[true,false,null]}})",
                           R"("\"\\\/\b\f\n\r\t\u00e1\uD83D\uDE00")", "\t7\r\n"}) {
    EXPECT_EQ(skipped(text), "fine") << text;
  }
}

TEST(JsonText, RefusesWhatTheGrammarLacks) {
  for (const auto* text : {"",     "{",           "[",      "]",       "{]",          "[1,]",
                           "{,}",  R"({"a":1,})", "{a:1}",  "{'a':1}", R"({"a" 1})",  "01",
                           "+1",   ".5",          "1.",     "1e",      "-",           "nul",
                           "True", "NaN",         "\"\t\"", R"("\x")", R"("\u12g4")", "\"a",
                           "1 2",  "{} {}",       "[1 2]",  "/*c*/1"}) {
    EXPECT_EQ(skipped(text), "not_json") << text;
  }
}

TEST(JsonText, ReadsEscapesAndSurrogatePairs) {
  JsonText json(R"("a\u1ED3\uD83D\uDE00\n\u0000")", 1);
  std::string value;
  ASSERT_TRUE(json.string(value));
  EXPECT_EQ(value, std::string("a\u1ED3\U0001F600\n\0", 10));
}

TEST(JsonText, RefusesHalfSurrogatesAndInvalidUtf8) {
  EXPECT_EQ(skipped(R"("\uD83D")"), "bad_utf8");
  EXPECT_EQ(skipped(R"("\uDE00\uD83D")"), "bad_utf8");
  EXPECT_EQ(skipped(R"("\uD83Dx")"), "bad_utf8");
  EXPECT_EQ(skipped("\"\xC0\x80\""), "bad_utf8");
  EXPECT_EQ(skipped("{\"\xFF\":1}"), "bad_utf8");
}

TEST(JsonText, CountsObjectsAndArraysAsDepth) {
  const auto nested = [](int n) {
    return std::string(static_cast<std::size_t>(n), '[') +
           std::string(static_cast<std::size_t>(n), ']');
  };
  EXPECT_EQ(skipped(nested(32)), "fine");
  EXPECT_EQ(skipped(nested(33)), "too_deep");
  EXPECT_EQ(skipped(R"([{"a":[]}])", 3), "fine");
  EXPECT_EQ(skipped(R"([{"a":[]}])", 2), "too_deep");
  EXPECT_EQ(skipped("[[],[],[]]", 2), "fine");
}

TEST(JsonText, FindsDuplicateNamesInObjectsItPassesOver) {
  EXPECT_EQ(skipped(R"({"a":{"b":1,"b":2}})"), "duplicate_key");
  EXPECT_EQ(skipped(R"({"a":1,"\u0061":2})"), "duplicate_key");
  EXPECT_EQ(skipped(R"({"a":{"a":1},"b":{"a":1}})"), "fine");
}

TEST(JsonText, IsJsonNumberWantsTheWholeText) {
  EXPECT_TRUE(is_json_number("-1.5e3"));
  for (const auto* text : {"", " 1", "1 ", "1x", "0x1", "inf"}) EXPECT_FALSE(is_json_number(text));
}

}  // namespace
}  // namespace kip
