#include "app/text_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "app/rule_table.h"
#include "app/test_rules.h"
#include "messages/text.h"

namespace kip {
namespace {

using testing::HasSubstr;

TEST(TextTable, LettersOfOursTakeOneColumn) {
  EXPECT_EQ(aligned({{"quy tắc", "sót", "n"}, {"due_soon", "1", "22"}, {"cả kỳ"}}),
            "quy tắc               sót   n\n"
            "due_soon                1  22\n"
            "cả kỳ\n");
}

TEST(TextTable, TextIsBrokenBetweenWords) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "chậm bảy ";
  const std::string broken = wrapped(text + std::string(120, 'x'));
  std::istringstream lines(broken);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count)
    EXPECT_TRUE(characters(line) <= 100 || line == std::string(120, 'x')) << line;
  EXPECT_EQ(count, 5U);  // 360 letters in four, and what is too long for one
  EXPECT_EQ(broken.find("  "), std::string::npos);
}

TEST(RuleTable, SaysHowRightTheForecastWasAndWhatWasSaved) {
  const RuleBacktest run = test::run_on_slow_and_fast();
  const std::string text = table_text({run, run, {}});
  EXPECT_THAT(text, HasSubstr("học " + std::to_string(run.foreseen.lessons) + " lần"));
  EXPECT_THAT(text, HasSubstr("\nlikely_late "));
  EXPECT_THAT(text, HasSubstr("\n75 %  "));
  EXPECT_THAT(text, HasSubstr("\n  04/2025 "));
  EXPECT_THAT(text, HasSubstr("\n  u "));
  EXPECT_THAT(text, HasSubstr(" ±\u00a0"));
}

}  // namespace
}  // namespace kip
