#include "app/kafka_counts.h"

#include <gtest/gtest.h>

namespace kip {
namespace {

TopicRecord view(const std::string& item, const std::string& unit, const std::string& state) {
  TopicRecord record;
  record.key = item;
  record.value = R"({"item_id":")" + item + R"(","unit_id":")" + unit + R"(","state":")" + state +
                 R"(","status":"WORK_STATUS_IN_PROGRESS"})";
  return record;
}

TEST(KafkaCounts, CountTheLastViewOfEachItem) {
  KafkaCounts counts(nullptr);
  counts.take(view("a", "u1", "on_track"));
  counts.take(view("b", "u1", "on_track"));
  counts.take(view("c", "u2", "paused"));
  EXPECT_EQ(counts.of()("u1"), (UnitCounts{0, 0, 0, 2}));
  counts.take(view("a", "u1", "overdue"));
  counts.take(view("b", "u2", "at_risk"));  // moved
  EXPECT_EQ(counts.of()("u1"), (UnitCounts{1, 0, 0, 0}));
  EXPECT_EQ(counts.of()("u2"), (UnitCounts{0, 1, 1, 0}));
  counts.take(view("a", "u1", ""));  // ended
  TopicRecord gone;
  gone.key = "c";
  counts.take(gone);
  counts.take(gone);  // and once more
  TopicRecord other = gone;
  other.key = "b";
  other.value = "no view";
  counts.take(other);
  EXPECT_EQ(counts.of()("u1"), UnitCounts{});
  EXPECT_EQ(counts.of()("u2"), UnitCounts{});
  EXPECT_EQ(counts.of()("nobody"), UnitCounts{});
}

}  // namespace
}  // namespace kip
