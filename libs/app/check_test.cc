#include "app/check.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "store/testing.h"
#include "support/files.h"

namespace kip::test {
namespace {

namespace fs = std::filesystem;

const std::string kShipped = KIP_SOURCE_DIR "/deploy/config";

TEST(Check, FindsNoMistakeInTheShippedConfiguration) {
  CommonOptions options;
  options.config = kShipped;
  const CheckFigures f = check_config(options, std::nullopt);
  EXPECT_THAT(f.problems, testing::IsEmpty());
  EXPECT_GE(f.rules, kRuleCount);
  EXPECT_GT(f.days, 0U);
  EXPECT_THAT(f.estimated, testing::IsEmpty());
}

TEST(Check, NamesTheEstimatedDaysOfTheYearAhead) {
  CommonOptions options;
  options.config = kShipped;
  const CheckFigures f = check_config(options, parse_rfc3339("2029-01-01T00:00:00Z").value());
  EXPECT_GT(f.estimated.size(), 0U);
  EXPECT_LT(f.estimated.size(), f.days_estimated);
  EXPECT_FALSE(f.years_end_soon);
  EXPECT_TRUE(check_config(options, parse_rfc3339("2030-06-01T00:00:00Z").value()).years_end_soon);
}

TEST(Check, TellsTheOperatorWhatTheCalendarLacks) {
  CheckFigures f;
  f.last_year = 2030;
  EXPECT_THAT(calendar_words(f), testing::IsEmpty());
  f.years_end_soon = true;
  f.estimated = {"2030-02-02 Tết", "2030-02-03 Tết"};
  EXPECT_THAT(calendar_words(f),
              testing::ElementsAre(
                  "lịch sắp hết: cần thêm năm 2031 vào calendar.yaml; hạn sau năm 2030 tạm tính "
                  "theo tuần thường",
                  "2 ngày trong một năm tới còn là ước tính: xem kip check"));
}

TEST(Check, SaysWhichUnitsNobodyAnswersForAndWhoIsToldInstead) {
  CheckFigures f;
  EXPECT_THAT(people_words(f), testing::ElementsAre("chưa có people.yaml: không ai nhận tin nhắn"));
  f.people = 2;
  f.duty_unit = "van-phong";
  f.units_without_anybody = {"hdnd"};
  EXPECT_THAT(people_words(f),
              testing::ElementsAre("2 người nhận tin   ok",
                                   "hdnd: chưa có trưởng, phó; trực ban (van-phong) nhận thay",
                                   "0 kênh gửi tin    ok"));
  const TempDir dir;
  for (const auto& file : fs::directory_iterator(kShipped)) {
    fs::copy(file.path(), fs::path(dir.path()) / file.path().filename());
  }
  std::ofstream(dir / "people.yaml")
      << replaced(shipped("people.yaml"), "  - {unit: cong-an, head: truong-ca}\n", "");
  CommonOptions options;
  options.config = dir.path();
  const CheckFigures found = check_config(options, std::nullopt);
  EXPECT_THAT(found.problems, testing::IsEmpty());
  EXPECT_THAT(to_json(found), testing::HasSubstr(R"("units_without_anybody":["cong-an"])"));
  EXPECT_EQ(found.channels, 1U);
  EXPECT_FALSE(found.shadow);
  std::ofstream(dir / "notify.yaml") << "version: 1\nmode: shadow\nescalate_hours: 4\n";
  std::string all;
  for (const Problem& p : check_config(options, std::nullopt).problems) all += to_string(p) + "\n";
  EXPECT_THAT(all, testing::HasSubstr("mode: shadow needs an operator"));
  EXPECT_THAT(all, testing::HasSubstr("escalate_hours: unknown key"));
}

TEST(Check, HoldsTheTemplatesOfMessagesToTheirPlaceholders) {
  const TempDir dir;
  fs::copy(kShipped, dir.path(), fs::copy_options::recursive);
  CommonOptions options;
  options.config = dir.path();
  EXPECT_THAT(check_config(options, std::nullopt).problems, testing::IsEmpty());
  const fs::path messages = fs::path(dir.path()) / "messages";
  std::ofstream(messages / "vi/alerts.text.mustache") << "{{headline}}\n{{uint}}\n";
  std::ofstream(messages / "en/digest.html.mustache") << "<p>{{headline}}\n";
  std::ofstream(messages / "vi/alerts.txt") << "{{headline}}\n";
  fs::remove(messages / "en/test.text.mustache");  // the shipped one stands
  std::vector<std::string> said;
  for (const Problem& problem : check_config(options, std::nullopt).problems) {
    said.push_back(to_string(problem).substr(messages.string().size() + 1));
  }
  EXPECT_THAT(said, testing::UnorderedElementsAre(
                        "vi/alerts.text.mustache:2: uint: unknown placeholder; nearest: unit",
                        "vi/alerts.txt: is no template of Kịp; nearest: vi/alerts.text.mustache",
                        "en/digest.html.mustache:1: <p> is not closed"));
}

TEST(Check, NamesEveryMistakeWithFileAndLine) {
  const TempDir dir;
  for (const auto& file : fs::directory_iterator(kShipped)) {
    fs::copy(file.path(), fs::path(dir.path()) / file.path().filename());
  }
  std::ofstream(dir / "rules.yaml", std::ios::app) << "levle: 3\n";
  std::ofstream(dir / "people.yaml", std::ios::app) << "peple: 3\n";
  fs::remove(dir / "units.yaml");
  CommonOptions options;
  options.config = dir.path();
  const CheckFigures f = check_config(options, std::nullopt);
  std::string all;
  for (const Problem& problem : f.problems) all += to_string(problem) + "\n";
  EXPECT_THAT(all, testing::ContainsRegex("rules.yaml:[0-9]+: levle: "));
  EXPECT_THAT(all, testing::HasSubstr("units.yaml: the file is missing"));
  EXPECT_THAT(all, testing::ContainsRegex("people.yaml:[0-9]+: peple: unknown key"));
  EXPECT_THAT(to_json(f), testing::HasSubstr(R"("key":"levle")"));
  EXPECT_THAT(to_json(f), testing::HasSubstr(R"(units.yaml","line":null)"));
}

}  // namespace
}  // namespace kip::test
