#include "app/people.h"

#include <gmock/gmock.h>

#include <fstream>

#include "app/test_service.h"
#include "directory/test_xlsx.h"

namespace kip::test {
namespace {

CommonOptions shipped_options() {
  CommonOptions options;
  options.config = KIP_SOURCE_DIR "/deploy/config";
  return options;
}

std::string file_of(const TempDir& dir, const std::vector<std::vector<std::string>>& rows) {
  const std::string path = dir / "danh-ba.xlsx";
  std::ofstream(path, std::ios::binary) << table(rows);
  return path;
}

const std::vector<std::string> kHeadings = {"Mã", "Chức danh", "Đơn vị", "Vai trò", "Email"};

TEST(People, ATableIsHeldAgainstTheUnitsOfTheConfiguration) {
  const TempDir dir;
  Problems problems;
  const auto text = import_people(
      shipped_options(),
      file_of(dir, {kHeadings, {"cvp", "Chánh Văn phòng", "Văn phòng", "trưởng", "cvp@b.vn"}}),
      problems);
  ASSERT_TRUE(text && *text);
  EXPECT_THAT(**text, testing::HasSubstr("  - unit: \"van-phong\"\n    head: \"cvp\"\n"));
  const auto wrong =
      import_people(shipped_options(),
                    file_of(dir, {kHeadings, {"cvp", "r", "Văn phòng", "trưởng", "b"}}), problems);
  ASSERT_TRUE(wrong && !*wrong);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(to_string(problems[0]),
              testing::StartsWith("danh-ba.xlsx, sheet Danh bạ:2: E (email): 'b' is no mail"));
}

TEST(People, AFileThatIsNotThereIsSaidToBe) {
  Problems problems;
  for (const char* file : {"/nonexistent.xlsx", KIP_SOURCE_DIR}) {
    EXPECT_EQ(import_people(shipped_options(), file, problems).error().code, Errc::kNotFound);
  }
}

TEST(People, EveryUnitHasALineAndWhatBelongsToNoneToo) {
  const auto lines = desk_lines(*shipped_policy(), parse_rfc3339("2026-12-08T01:00:00Z").value());
  ASSERT_EQ(lines.size(), shipped_policy()->registry.units.size() + 1);
  EXPECT_EQ(to_json(lines[3]),
            R"({"unit":"kinh-te-ha-tang-do-thi","to":"ptp-kinh-te","role":"Phó Trưởng phòng )"
            R"(Kinh tế, Hạ tầng và Đô thị","reason":"substitute","on_behalf_of":"tp-kinh-te",)"
            R"("superior":"pct-kinh-te"})");
  EXPECT_EQ(lines.back().unit, "unassigned");
  EXPECT_EQ(lines.back().to, "cvp");
  EXPECT_EQ(lines.back().reason, "duty_office");
}

}  // namespace
}  // namespace kip::test
