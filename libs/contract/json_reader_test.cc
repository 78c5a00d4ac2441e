#include "contract/json_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "contract/proto_values.h"

namespace kip {
namespace {

struct Read {
  v1::WorkEvent event;
  std::string refused;  // "code field"
  std::uint32_t unknown = 0;
};

Read read(std::string_view text, int depth_max = 32) {
  Read out;
  auto done = read_json(text, {.depth_max = depth_max}, out.event);
  if (done.refused) out.refused = done.refused->code + " " + done.refused->field;
  out.unknown = done.unknown_fields;
  return out;
}

v1::IndicatorEvent indicator(std::string_view text) {
  v1::IndicatorEvent event;
  EXPECT_FALSE(read_json(text, {}, event).refused) << text;
  return event;
}

TEST(JsonReader, ReadsSnakeCaseAndCamelCaseNames) {
  const auto snake =
      read(R"({"item_id":"A","progress_percent":7,"step":{"due_at":"2026-01-01T00:00:00Z"}})");
  const auto camel =
      read(R"({"itemId":"A","progressPercent":7,"step":{"dueAt":"2026-01-01T00:00:00Z"}})");
  EXPECT_EQ(snake.refused, "");
  EXPECT_EQ(snake.event.SerializeAsString(), camel.event.SerializeAsString());
  EXPECT_EQ(snake.event.item_id(), "A");
}

TEST(JsonReader, NullIsAbsent) {
  const auto got =
      read(R"({"item_id":null,"step":null,"voids":null,"focus":null,"due_at":null,"status":null})");
  EXPECT_EQ(got.refused, "");
  EXPECT_EQ(got.event.ByteSizeLong(), 0u);
}

TEST(JsonReader, ZeroAndEmptyAreValuesOfOptionalFields) {
  const auto got = read(R"({"title":"","progress_percent":0,"focus":false,"depends_on":{}})");
  EXPECT_TRUE(got.event.has_title());
  EXPECT_TRUE(got.event.has_progress_percent());
  EXPECT_TRUE(got.event.has_focus());
  EXPECT_TRUE(got.event.has_depends_on());
}

TEST(JsonReader, KeepsNanosecondsAndTakesAnyOffset) {
  const auto got = read(R"({"occurred_at":"2026-11-02T08:00:00.123456789+07:00"})");
  EXPECT_EQ(got.event.occurred_at().nanos(), 123456789);
  EXPECT_EQ(instant_of(got.event.occurred_at()), *parse_rfc3339("2026-11-02T01:00:00.123Z"));
}

TEST(JsonReader, TakesEnumsAsWordsAndNumbers) {
  EXPECT_EQ(read(R"({"status":"WORK_STATUS_WAITING"})").event.status(), v1::WORK_STATUS_WAITING);
  EXPECT_EQ(read(R"({"status":4})").event.status(), v1::WORK_STATUS_WAITING);
  for (const auto* bad :
       {"\"WAITING\"", "\"work_status_waiting\"", "14", "-1", "4.5", "99999999999", "\"4\""}) {
    EXPECT_EQ(read(std::string(R"({"status":)") + bad + "}").refused, "unknown_enum status") << bad;
  }
}

TEST(JsonReader, TakesNumbersAlsoAsTexts) {
  EXPECT_EQ(read(R"({"sequence":"18446744073709551615"})").event.sequence(), UINT64_MAX);
  EXPECT_EQ(read(R"({"sequence":18446744073709551615})").event.sequence(), UINT64_MAX);
  EXPECT_EQ(read(R"({"progress_percent":"80"})").event.progress_percent(), 80u);
  EXPECT_EQ(read(R"({"progress_percent":8e1})").event.progress_percent(), 80u);
  EXPECT_EQ(read(R"({"progress_percent":80.0})").event.progress_percent(), 80u);
  EXPECT_EQ(indicator(R"({"value":"1.5","target":2})").value(), 1.5);
}

TEST(JsonReader, RefusesNumbersThatDoNotFit) {
  EXPECT_EQ(read(R"({"sequence":18446744073709551616})").refused, "number_range sequence");
  EXPECT_EQ(read(R"({"sequence":"99999999999999999999999"})").refused, "number_range sequence");
  EXPECT_EQ(read(R"({"sequence":-1})").refused, "number_range sequence");
  EXPECT_EQ(read(R"({"progress_percent":4294967296})").refused, "number_range progress_percent");
  EXPECT_EQ(read(R"({"progress_percent":1e400})").refused, "number_range progress_percent");
  EXPECT_EQ(read(R"({"progress_percent":1.5})").refused, "wrong_type progress_percent");
  v1::IndicatorEvent event;
  EXPECT_EQ(read_json(R"({"value":1e400})", {}, event).refused->code, "number_range");
  EXPECT_EQ(read_json(R"({"value":"NaN"})", {}, event).refused->code, "not_finite");
  EXPECT_EQ(read_json(R"({"value":"-Infinity"})", {}, event).refused->code, "not_finite");
  EXPECT_EQ(read_json(R"({"value":NaN})", {}, event).refused->code, "not_json");
}

TEST(JsonReader, RefusesWrongTypesAndNamesTheField) {
  EXPECT_EQ(read(R"({"item_id":1})").refused, "wrong_type item_id");
  EXPECT_EQ(read(R"({"step":"x"})").refused, "wrong_type step");
  EXPECT_EQ(read(R"({"step":{"code":true}})").refused, "wrong_type step.code");
  EXPECT_EQ(read(R"({"step":{"dueAt":17}})").refused, "wrong_type step.due_at");
  EXPECT_EQ(read(R"({"voids":"x"})").refused, "wrong_type voids");
  EXPECT_EQ(read(R"({"voids":["x",null]})").refused, "wrong_type voids");
  EXPECT_EQ(read(R"({"depends_on":["x"]})").refused, "wrong_type depends_on");
  EXPECT_EQ(read(R"({"depends_on":{"ids":[1]}})").refused, "wrong_type depends_on.ids");
  EXPECT_EQ(read(R"({"focus":"true"})").refused, "wrong_type focus");
  EXPECT_EQ(read(R"({"status":true})").refused, "wrong_type status");
  EXPECT_EQ(read(R"({"progress_percent":"eighty"})").refused, "wrong_type progress_percent");
  EXPECT_EQ(read("[]").refused, "wrong_type body");
  EXPECT_EQ(read("7").refused, "wrong_type body");
  EXPECT_EQ(read(R"({"due_at":"tomorrow"})").refused, "bad_time due_at");
  EXPECT_EQ(read(R"({"due_at":"2026-02-30T00:00:00Z"})").refused, "bad_time due_at");
}

TEST(JsonReader, RefusesANameThatComesTwiceInEitherSpelling) {
  EXPECT_EQ(read(R"({"item_id":"A","item_id":"A"})").refused, "duplicate_key item_id");
  EXPECT_EQ(read(R"({"item_id":"A","itemId":"B"})").refused, "duplicate_key item_id");
  EXPECT_EQ(read(R"({"due_at":null,"due_at":"2026-01-01T00:00:00Z"})").refused,
            "duplicate_key due_at");
  EXPECT_EQ(read(R"({"step":{"code":"a","code":"b"}})").refused, "duplicate_key step.code");
  EXPECT_EQ(read(R"({"mine":1,"mine":2})").refused, "duplicate_key mine");
  EXPECT_EQ(read(R"({"mine":{"a":1,"a":2}})").refused, "duplicate_key mine");
}

TEST(JsonReader, PassesOverUnknownFieldsAndCountsThem) {
  const auto got = read(R"({"x":1,"y":{"z":[1,2]},"step":{"q":null,"code":"s"},"item_id":"A"})");
  EXPECT_EQ(got.refused, "");
  EXPECT_EQ(got.unknown, 3u);
  EXPECT_EQ(got.event.item_id(), "A");
  EXPECT_EQ(got.event.step().code(), "s");
}

TEST(JsonReader, NamesWhereTheTextBreaksOff) {
  EXPECT_EQ(read(R"({"step":{"code":"a)").refused, "not_json step.code");
  EXPECT_EQ(read(R"({"item_id":"A"} x)").refused, "not_json body");
  EXPECT_EQ(read("").refused, "not_json body");
  EXPECT_EQ(read("{\"title\":\"\xFF\"}").refused, "bad_utf8 title");
}

TEST(JsonReader, RefusesNestingBeyondTheLimitOnly) {
  const auto nested = [](std::size_t arrays) {
    return R"({"x":)" + std::string(arrays, '[') + std::string(arrays, ']') + "}";
  };
  EXPECT_EQ(read(nested(31)).refused, "");
  EXPECT_EQ(read(nested(32)).refused, "too_deep x");
}

TEST(JsonReader, ASendersNameIsRepeatedOnlyWhereItIsPlain) {
  EXPECT_EQ(read("{\"a b\\n\":[}").refused, "not_json (unknown)");
  EXPECT_EQ(read("{\"" + std::string(5000, 'x') + "\":[}").refused, "not_json (unknown)");
}

}  // namespace
}  // namespace kip
