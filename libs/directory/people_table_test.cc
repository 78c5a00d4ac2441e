#include "directory/people_table.h"

#include <gtest/gtest.h>

#include "directory/test_people.h"
#include "directory/test_xlsx.h"

namespace kip {
namespace {

using Rows = std::vector<std::vector<std::string>>;
using Said = std::vector<std::string>;

const std::vector<std::string> kHeadings = {
    "Mã",          "Chức danh", "Đơn vị",      "Email",       "Điện thoại",       "Vai trò",
    "Từ ngày",     "Đến ngày",  "Thay cho",    "Lĩnh vực",    "Đơn vị phụ trách", "Kênh",
    "Giờ bản tin", "Ngôn ngữ",  "Yên lặng từ", "Yên lặng đến"};
const Rows kGoodRows = {
    kHeadings,
    {"cvp", "Chánh Văn phòng", "Văn phòng", "cvp@honai.example", "=912345678", "Trưởng"},
    {"tp", "Trưởng phòng", "Phòng Văn hóa - Xã hội", "tp@honai.example", "0251 382 2222", "trưởng",
     "", "", "", "", "", "sms; email", "=0.28125", "EN", "19:00", "=0.25"},
    {"ptp", "Phó phòng", "van-hoa-xa-hoi", "ptp@honai.example", "", "phó"},
    {"ptp", "", "", "", "", "Người thay", "=46358", "18/12/2026"},
    {"ct", "Chủ tịch", "LĐ UBND", "ct@honai.example", "", "trưởng"},
    {"ct", "", "", "", "", "cấp trên mặc định"},
    {"pct", "Phó Chủ tịch", "lanh-dao-ubnd", "pct@honai.example", "", "phó"},
    {"pct", "", "", "", "", "cấp trên", "", "", "", "Đất đai; Hộ tịch", "Trạm Y tế"},
    {"pbt", "Phó Bí thư", "Thường trực Đảng ủy", "pbt@honai.example", "", "trưởng"},
    {"pbt", "", "", "", "", "CẤP TRÊN KHỐI ĐẢNG"}};

std::optional<std::string> yaml_of(const std::string& bytes, Said& said) {
  Problems problems;
  const auto text =
      people_from_xlsx("danh-ba.xlsx", bytes, test::shipped_registry(), false, problems);
  EXPECT_EQ(text.has_value(), problems.empty());
  for (const Problem& problem : problems) said.push_back(to_string(problem));
  return text;
}

Said problems_with(std::size_t row, std::size_t column, const std::string& text) {
  Rows rows = kGoodRows;
  if (rows[row].size() <= column) rows[row].resize(column + 1);
  rows[row][column] = text;
  Said said;
  yaml_of(test::table(rows), said);
  return said;
}

TEST(PeopleTable, ATableIsTheSameAsTheFileThatItBecomes) {
  Said said;
  const auto text = yaml_of(test::table(kGoodRows), said);
  ASSERT_EQ(said, Said{});
  const Directory d = test::people(*text);
  EXPECT_EQ(test::words(d.recipient("van-hoa-xa-hoi", test::vn("2026-12-01 23:59"))), "tp: head");
  // 46358 is 2026-12-02.
  EXPECT_EQ(test::words(d.recipient("van-hoa-xa-hoi", test::vn("2026-12-02 00:00"))),
            "ptp for tp: substitute");
  EXPECT_EQ(test::words(d.recipient("van-hoa-xa-hoi", test::vn("2026-12-19 00:00"))), "tp: head");
  const Instant at = test::vn("2026-12-01 08:00");
  EXPECT_EQ(test::words(d.superior("van-hoa-xa-hoi", "Hộ tịch", at)), "pct: superior");
  EXPECT_EQ(test::words(d.superior("tram-y-te", "", at)), "pct: superior");
  EXPECT_EQ(test::words(d.superior("van-hoa-xa-hoi", "", at)), "ct: superior");
  EXPECT_EQ(test::words(d.superior("ubkt-dang-uy", "Hộ tịch", at)), "pbt: superior");
  EXPECT_EQ(d.person("cvp")->phone, "84912345678");
  const Person& tp = *d.person("tp");
  EXPECT_EQ(tp.phone, "842513822222");
  EXPECT_EQ(tp.channels, (std::vector<Way>{Way::kSms, Way::kEmail}));
  EXPECT_EQ(tp.digest_minute, 6 * 60 + 45);
  EXPECT_EQ(tp.language, Language::kEnglish);
  EXPECT_EQ(tp.quiet->from, 19 * 60);
  EXPECT_EQ(tp.quiet->until, 6 * 60);
}

TEST(PeopleTable, AMistakeIsNamedWithSheetRowAndColumn) {
  const std::string sheet = "danh-ba.xlsx, sheet Danh bạ:";
  const struct {
    std::size_t row, column;
    const char* text;
    const char* said;
  } cases[] = {
      {0, 3, "Emial", "1: D: 'Emial' is no heading; nearest: email"},
      {0, 3, "Mã", "1: D: 'Mã' stands twice"},
      {0, 0, "", "1: has no column 'mã'"},
      {2, 16, "x", "3: Q: 'x' stands in a column without a heading"},
      {3, 2, "Phòng Văn hóa",
       "4: C (đơn vị): 'Phòng Văn hóa' is no unit of units.yaml; nearest: "
       "Phòng Văn hóa - Xã hội"},
      {3, 1, "", "4: B (chức danh): missing"},
      {3, 0, "Phó", "4: A (mã): 'Phó' may hold only a-z, 0-9 and -"},
      {2, 3, "tp", "3: D (email): 'tp' is no mail address such as van-phong@honai.example"},
      {2, 3, "tp@honai.example\nBcc: x@honai.example",
       "3: D (email): may hold no line break and no other control character"},
      {2, 4, "=12", "3: E (điện thoại): must be a number such as \"0912 345 678\" or 84912345678"},
      {2, 5, "trưởn", "3: F (vai trò): 'trưởn' is no vai trò; nearest: trưởng"},
      {2, 12, "=1.5", "3: M (giờ bản tin): must be a time of day such as \"07:30\", not '1.5'"},
      {2, 12, "=nan", "3: M (giờ bản tin): must be a time of day such as \"07:30\", not 'nan'"},
      {2, 12, "=inf", "3: M (giờ bản tin): must be a time of day such as \"07:30\", not 'inf'"},
      {2, 12, "=1e300", "3: M (giờ bản tin): must be a time of day such as \"07:30\", not '1e300'"},
      {2, 15, "", "3: O (yên lặng từ): needs both from and until"},
      {4, 3, "other@honai.example",
       "5: D (email): 'other@honai.example' differs from row 4, the first of this mã; leave it "
       "empty here"},
      {4, 6, "", "5: G (từ ngày): missing"},
      {4, 7, "31/11/2026", "5: H (đến ngày): must be a day such as 24/11/2026, not '31/11/2026'"},
      {4, 7, "=nan", "5: H (đến ngày): must be a day such as 24/11/2026, not 'nan'"},
      {4, 7, "=-inf", "5: H (đến ngày): must be a day such as 24/11/2026, not '-inf'"},
      {4, 7, "1/12/2026",
       "5: H (đến ngày): lies before from; it is the last day, and the first may be the last"},
      {4, 8, "nobody", "5: I (thay cho): 'nobody' is nobody of people; nearest: pbt"},
      {8, 9, "Đất đa",
       "9: J (lĩnh vực): 'Đất đa' is no field of procedures.yaml; nearest: "
       "Đất đai"},
      {8, 10, "Trạm",
       "9: K (đơn vị phụ trách): 'Trạm' is no unit of units.yaml; nearest: Trạm Y tế"},
      {10, 5, "cấp trên",
       "11: F (vai trò): a 'cấp trên' needs a 'lĩnh vực' or a 'đơn vị phụ "
       "trách'; of all others he is 'cấp trên mặc định'"},
      {5, 3, "", "6: A (mã): 'ct' is the head and has no channel: an email, a phone or a zalo id"},
  };
  for (const auto& c : cases) {
    Said said = problems_with(c.row, c.column, c.text);
    ASSERT_FALSE(said.empty()) << c.said;
    EXPECT_EQ(said.front(), sheet + c.said);
  }
}

TEST(PeopleTable, AfterAThousandMistakesNoMoreIsRead) {
  Rows rows = kGoodRows;
  for (int i = 0; i < 1'100; ++i) rows.push_back({"p" + std::to_string(i), "x", "Nơi khác"});
  Said said;
  yaml_of(test::table(rows), said);
  ASSERT_EQ(said.size(), 1'001U);
  EXPECT_EQ(said.back(),
            "danh-ba.xlsx, sheet Danh bạ:1012: after so many mistakes no more is read");
}

TEST(PeopleTable, AnEmptyOrForeignFileIsNamed) {
  Said said;
  yaml_of(test::table({}), said);
  yaml_of("PK", said);
  EXPECT_EQ(said, (Said{"danh-ba.xlsx, sheet Danh bạ: is empty",
                        "danh-ba.xlsx: is no XLSX file (no archive, or a damaged one)"}));
}

TEST(PeopleTable, HeadingsAreKnownHoweverTheyAreWritten) {
  EXPECT_EQ(folded("  ĐƠN   Vị\n"), "don vi");
  EXPECT_EQ(folded("Thường trực Đảng ủy"), "thuong truc dang uy");
  EXPECT_EQ(folded("Đơn vị phụ trách"), "don vi phu trach");
  // Decomposed, as another system writes it.
  EXPECT_EQ(folded("Vai tro\u0300, chu\u031Bc danh, điê\u0323n thoa\u0323i"),
            "vai tro, chuc danh, dien thoai");
  EXPECT_EQ(folded("a\xFF\xC3"), "a??");
}

}  // namespace
}  // namespace kip
