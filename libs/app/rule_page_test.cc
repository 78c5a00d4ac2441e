#include "app/rule_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "app/test_rules.h"

namespace kip {
namespace {

using testing::HasSubstr;
using testing::Not;

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

TEST(RulePage, StandsAlone) {
  const std::string page = page_of(test::held_against(20, 60));
  for (const char* outside : {"http:", "https:", "url(", "<script", "src=", "@import", "<link"}) {
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  }
}

TEST(RulePage, SaysWhatIsLostAndDrawsBoth) {
  const std::string page = page_of(test::held_against(20, 60));
  EXPECT_THAT(page, HasSubstr("<h1>Bộ quy tắc mới so với cũ: phải cân nhắc</h1>"));
  EXPECT_THAT(page,
              HasSubstr("<b>Mất:</b> thêm 0,1 cảnh báo mỗi tuần (0,7 → 0,8); báo nhầm thêm 1"));
  EXPECT_THAT(page, HasSubstr("due_soon: remaining.share 0.2 → 0.6"));
  EXPECT_EQ(count_of(page, "<polyline"), 3U);          // two curves, one stepped line
  EXPECT_EQ(count_of(page, "class=\"bar-new\""), 8U);  // weeks
  // The words of the curve: 2 of 3 late ones were told 2 days ahead by the old, all by the new.
  EXPECT_THAT(page, HasSubstr("2 ngày: mới 100 %, cũ 67 %"));
}

TEST(RulePage, OneConfigurationHasNothingToCompare) {
  const std::string page = page_of({test::run_on_hand_counted(20), {}, {}});
  EXPECT_THAT(page, Not(HasSubstr("Mất:")));
  EXPECT_THAT(page, Not(HasSubstr("Cũ")));
  EXPECT_EQ(count_of(page, "<polyline"), 1U);
}

TEST(RulePage, DrawsHowRightTheForecastWas) {
  const RuleBacktest run = test::run_on_slow_and_fast();
  const std::string page = page_of({run, run, {}});
  EXPECT_EQ(count_of(page, "<polyline"), 5U);  // two more curves
  EXPECT_THAT(page, HasSubstr("khi đã dùng nửa thời gian: nói "));
  EXPECT_THAT(page, HasSubstr("không phải thử nghiệm có đối chứng"));
  EXPECT_THAT(page_of(test::held_against(20, 60)), HasSubstr("Chưa đủ dữ liệu: chưa việc nào"));
}

TEST(RulePage, EscapesTextsOfOthers) {
  Backtests b = test::held_against(20, 60);
  b.before->config = "<img onerror=x>";
  EXPECT_THAT(page_of(b), Not(HasSubstr("<img")));
}

TEST(RuleBacktestJson, CarriesAllOfIt) {
  const auto json = boost::json::parse(to_json(test::held_against(20, 60))).as_object();
  const auto& after = json.at("after").as_object();
  EXPECT_EQ(after.at("config"), "at-60");
  EXPECT_EQ(after.at("late"), 3);
  const auto& soon = after.at("rules").at("due_soon").as_object();
  EXPECT_EQ(soon.at("flagged"), 5);
  EXPECT_EQ(soon.at("missed"), 1);
  EXPECT_EQ(soon.at("lead_days").at("median"), 6);
  EXPECT_EQ(soon.at("alerts_by_week").as_array().size(), 8U);
  EXPECT_TRUE(after.at("rules").at("overdue").at("missed").is_null());
  const auto& difference = json.at("difference").at("together").as_object();
  EXPECT_EQ(difference.at("verdict"), "mixed");
  EXPECT_EQ(difference.at("false_alarms"), 1);
  EXPECT_EQ(difference.at("lead_days_median"), 4);
  EXPECT_EQ(json.at("changes").at(0).at("after"), "0.6");
  EXPECT_EQ(json.at("before").at("rules").at("due_soon").at("flagged"), 4);
  EXPECT_EQ(json.at("sentences").as_array().size(), 3U);
}

TEST(RuleBacktestJson, SaysHowRightTheForecastWas) {
  const RuleBacktest run = test::run_on_slow_and_fast();
  const auto json = boost::json::parse(to_json({run, {}, {}})).as_object();
  const auto& forecast = json.at("after").at("forecast").as_object();
  EXPECT_EQ(forecast.at("lessons"), run.foreseen.lessons);
  const auto& half = forecast.at("points").at(1).as_object();
  EXPECT_EQ(half.at("time_used"), 0.5);
  EXPECT_EQ(half.at("not_enough_data"), half_of(run.foreseen)->unknown);
  EXPECT_EQ(half.at("bins").as_array().size(), 10U);
  const auto& saved = forecast.at("saved").as_object();
  EXPECT_EQ(saved.at("together").at("warned"), run.foreseen.saved_all.warned);
  EXPECT_EQ(saved.at("rows").as_array().size(), run.foreseen.saved.size());
  EXPECT_TRUE(saved.at("note").is_string());
}

}  // namespace
}  // namespace kip
