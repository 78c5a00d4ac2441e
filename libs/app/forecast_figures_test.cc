#include "app/forecast_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/office.h"

namespace kip {
namespace {

using test::vn;
using testing::HasSubstr;

const Instant kLooked = vn("2026-11-24 09:00");

SaidFigures said_in(const std::string& ward, const Totals& totals, Instant now = kLooked) {
  auto wards = said_lately(totals, now);
  return wards[ward];
}

TEST(SaidLately, OfNothingSaysNothing) {
  const SaidFigures figures = said_in("w", {});
  EXPECT_EQ(figures.items, 0U);
  EXPECT_FALSE(figures.brier);
  EXPECT_FALSE(figures.auc);
}

// 0.81 and 0.21 are the middles of their fiftieths.
TEST(SaidLately, IsOfThisMonthAndTheLastOfTheWard) {
  const Totals totals = {{"said|w|u|2026-11|40|late", 3},    {"said|w|u|2026-11|40|in_time", 1},
                         {"said|w|u2|2026-10|10|late", 1},   {"said|w|u2|2026-10|10|in_time", 3},
                         {"said|w|u|2026-09|40|in_time", 9}, {"said|x|u|2026-11|40|in_time", 9},
                         {"warned|w|u|2026-11|40|late", 9},  {"items|w|u|task|overdue", 9}};
  const SaidFigures figures = said_in("w", totals);
  EXPECT_EQ(figures.items, 8U);
  EXPECT_EQ(figures.late, 4U);
  const double near = 0.19 * 0.19, far = 0.81 * 0.81, low = 0.21 * 0.21, high = 0.79 * 0.79;
  EXPECT_NEAR(*figures.brier, (3 * near + far + high + 3 * low) / 8, 1e-9);
  // Of 16 pairs 9 are right (late at .81, in time at .21), and 3 and 3 are equal.
  EXPECT_NEAR(*figures.auc, (9 + 6 / 2.0) / 16, 1e-9);
}

TEST(SaidLately, InJanuaryTheLastMonthIsDecember) {
  EXPECT_EQ(said_in("w", {{"said|w|u|2025-12|40|late", 2}}, vn("2026-01-31 09:00")).items, 2U);
}

TEST(SaidLately, WithoutALateOneThereIsNoRank) {
  const SaidFigures figures = said_in("w", {{"said|w|u|2026-11|40|in_time", 2}});
  EXPECT_TRUE(figures.brier);
  EXPECT_FALSE(figures.auc);
}

TEST(SavedByMonth, SetsTheExpectedBesideWhatCame) {
  const Totals totals = {{"warned|w|u|2026-10|40|late", 1},
                         {"warned|w|u|2026-11|40|late", 2},
                         {"warned|w|u|2026-11|40|in_time", 3},
                         {"warned|w|a|b|2026-11|10|in_time", 4},  // a unit may hold a bar
                         {"said|w|u|2026-11|10|in_time", 4}};
  const auto rows = saved_by_month(totals);
  ASSERT_EQ(rows.size(), 5U);  // newest month first, the whole ward before its units
  EXPECT_EQ(rows[0].unit, "");
  EXPECT_EQ(rows[0].warned, 9);
  EXPECT_EQ(rows[0].late, 2);
  EXPECT_NEAR(rows[0].expected, 5 * 0.81 + 4 * 0.21, 1e-9);
  EXPECT_EQ(rows[1].unit, "a|b");
  EXPECT_EQ(rows[2].unit, "u");
  EXPECT_EQ(rows[2].false_alarms(), 3);
  EXPECT_NEAR(rows[2].saved(), 5 * 0.81 - 2, 1e-9);
  EXPECT_NEAR(rows[2].margin(), 1.96 * std::sqrt(5 * 0.81 * 0.19), 1e-9);
  EXPECT_EQ(rows[3].month, "2026-10");
  EXPECT_THAT(to_json(rows), HasSubstr(R"("month":"2026-11","ward_id":"w","unit_id":"a|b")"));
  EXPECT_THAT(to_json({}), HasSubstr(R"({"rows":[],"note":)"));
}

}  // namespace
}  // namespace kip
