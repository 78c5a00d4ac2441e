#include "app/refused.h"

#include <gtest/gtest.h>

#include "app/test_data.h"

namespace kip {
namespace {

TEST(Refused, ARowNamesFileLineFieldAndReason) {
  RefusedRow row;
  row.file = "a.csv";
  row.row = 7;
  row.refusal = {"wrong_type", "due_at", "no \"time\": \xff"};
  EXPECT_EQ(refused_json(row), R"({"file":"a.csv","line":7,"code":"wrong_type","field":"due_at",)"
                               R"("reason":"no \"time\": \\xff"})");
}

TEST(Refused, AnEventOfAFullItemNamesItemAndEvent) {
  const auto accepted = test::through_door(
      test::said("HS-1", "e9", "2026-11-02T01:00:00Z").SerializeAsString(), test::office());
  DeadLetter letter;
  letter.key = "HS-1";
  letter.value = accepted.bytes;
  letter.refusal = {"sealed", "item_id", "too late"};
  EXPECT_EQ(refused_json(letter),
            R"({"item_id":"HS-1","event_id":"e9","code":"sealed","field":"item_id",)"
            R"("reason":"too late"})");
}

}  // namespace
}  // namespace kip
