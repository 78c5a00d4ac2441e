#include "notify/json_condition.h"

#include <gtest/gtest.h>

namespace kip {
namespace {

bool holds(const std::string& condition, const std::string& answer) {
  const auto parsed = JsonCondition::parse(condition);
  EXPECT_TRUE(parsed) << condition;
  const auto value = parse_json(answer);
  EXPECT_TRUE(value) << answer;
  return parsed && value && parsed->holds(*value);
}

TEST(JsonCondition, ComparesNumbersTextsTruthAndNull) {
  EXPECT_TRUE(holds("$.error == 0", R"({"error":0})"));
  EXPECT_TRUE(holds("$.error == 0", R"({"error":0.0})"));
  EXPECT_FALSE(holds("$.error == 0", R"({"error":-124})"));
  EXPECT_TRUE(holds("$.error == -124", R"({"error":-124})"));
  EXPECT_FALSE(holds("$.error == 0", R"({"error":"0"})"));
  EXPECT_TRUE(holds(R"($.status == "OK")", R"({"status":"OK"})"));
  EXPECT_FALSE(holds(R"($.status == "OK")", R"({"status":"ok"})"));
  EXPECT_TRUE(holds(R"($.s == "=! \"x\"")", R"({"s":"=! \"x\""})"));
  EXPECT_TRUE(holds("$.ok==true", R"({"ok":true})"));
  EXPECT_FALSE(holds("$.ok == true", R"({"ok":1})"));
  EXPECT_TRUE(holds("$.fault == null", R"({"fault":null})"));
  EXPECT_TRUE(holds("$.code != 5", R"({"code":4})"));
  EXPECT_FALSE(holds("$.code != 5", R"({"code":5})"));
  EXPECT_TRUE(holds("$.big == 18446744073709551615", R"({"big":18446744073709551615})"));
  EXPECT_FALSE(holds("$.big == 9007199254740993", R"({"big":9007199254740992})"));
}

TEST(JsonCondition, FollowsNamesAndIndexes) {
  const std::string answer = R"({"data":[{"id":"a"},{"id-2":7}]})";
  EXPECT_TRUE(holds(R"($.data[0].id == "a")", answer));
  EXPECT_TRUE(holds("$.data[1].id-2 == 7", answer));
  EXPECT_TRUE(holds("$ == 1", "1"));
  EXPECT_TRUE(holds("$[1] == 3", "[2,3]"));
}

TEST(JsonCondition, WhatIsMissingSatisfiesNothing) {
  for (const char* condition : {"$.error == 0", "$.error != 1", "$.error == null", "$.a[2] != 0",
                                "$.a.b != 0", "$.text[0] != 0"}) {
    EXPECT_FALSE(holds(condition, R"({"a":[1,2],"text":"x"})")) << condition;
  }
}

TEST(JsonCondition, OfAnAnswerNumbersAreToldAndTextsAreNot) {
  const auto condition = JsonCondition::parse(" $.error == 0 ");
  ASSERT_TRUE(condition);
  EXPECT_EQ(condition->words(), "$.error == 0");
  EXPECT_EQ(condition->found(*parse_json(R"({"error":-124})")), "-124");
  EXPECT_EQ(condition->found(*parse_json(R"({"error":"token abc"})")), "a text");
  EXPECT_EQ(condition->found(*parse_json("[]")), "nothing");
  EXPECT_EQ(condition->found(*parse_json(R"({"error":{"x":1}})")), "no single value");
}

TEST(JsonCondition, RefusesWhatIsNone) {
  for (const char* text : {"",
                           "$.error",
                           "error == 0",
                           "$.error = 0",
                           "$.error > 0",
                           "$.error === 0",
                           "$.error == ",
                           "$.error == OK",
                           "$.error == {}",
                           "$.error == [1]",
                           "$. == 0",
                           "$.1a == 0",
                           "$.a[x] == 0",
                           "$.a[1 == 0",
                           "$.a[-1] == 0",
                           "$..a == 0",
                           "$.a[] == 0",
                           "$.* == 0",
                           "$.error == 0 0",
                           "$.a[99999999999999999999] == 0"}) {
    EXPECT_FALSE(JsonCondition::parse(text)) << text;
  }
}

TEST(JsonPath, GivesTextsAndNumbersAsText) {
  const auto path = JsonPath::parse("$.expires_in");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->text(*parse_json(R"({"expires_in":"90000"})")), "90000");
  EXPECT_EQ(path->text(*parse_json(R"({"expires_in":90000})")), "90000");
  EXPECT_EQ(path->text(*parse_json(R"({"expires_in":null})")), std::nullopt);
}

TEST(ParseJson, HoldsItsDepth) {
  EXPECT_TRUE(parse_json(std::string(32, '[') + std::string(32, ']')));
  EXPECT_FALSE(parse_json(std::string(33, '[') + std::string(33, ']')));
  EXPECT_FALSE(parse_json("<html>"));
  EXPECT_FALSE(parse_json(""));
}

}  // namespace
}  // namespace kip
