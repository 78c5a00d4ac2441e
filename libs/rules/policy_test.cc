#include "rules/policy.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/files.h"
#include "support/office.h"

namespace kip {
namespace {

using test::replaced;
using test::vn;

std::map<std::string, std::string> texts() {
  std::map<std::string, std::string> out;
  for (const std::string& file : policy_files()) out[file] = test::shipped(file);
  return out;
}

std::vector<std::string> problems_of(const std::map<std::string, std::string>& files) {
  Problems problems;
  EXPECT_EQ(read_policy(files, {}, problems), nullptr);
  std::vector<std::string> out;
  for (const Problem& problem : problems) out.push_back(to_string(problem));
  return out;
}
using Said = std::vector<std::string>;

std::string digest(const std::map<std::string, std::string>& files,
                   const PolicyOptions& options = {}) {
  Problems problems;
  const auto policy = read_policy(files, options, problems);
  EXPECT_TRUE(policy);
  return policy ? policy->digest : "";
}

TEST(Policy, TheShippedFilesMakeOne) {
  Problems problems;
  const auto policy = read_policy(texts(), {}, problems);
  for (const Problem& problem : problems) ADD_FAILURE() << to_string(problem);
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->registry.ward.id, "ho-nai");
  EXPECT_EQ(policy->registry.ward.history_days, 400);
  EXPECT_EQ(policy->fold.calendars, &policy->calendars);
  EXPECT_FALSE(policy->registry.open);
  EXPECT_FALSE(policy->calendars.common().is_working_day(local_day(vn("2026-11-24 12:00"))));
}

TEST(Policy, AFileThatIsMissingIsNamed) {
  for (const std::string& file : policy_files()) {
    auto files = texts();
    files.erase(file);
    EXPECT_EQ(problems_of(files), Said{file + ": the file is missing"});
  }
}

TEST(Policy, OfAFileThatIsNoYamlNothingElseIsSaid) {
  for (const std::string& file : policy_files()) {
    auto files = texts();
    files[file] = "version: [1\n";
    const Said said = problems_of(files);
    ASSERT_EQ(said.size(), 1U) << file;
    EXPECT_EQ(said[0].rfind(file + ":", 0), 0U) << said[0];
  }
}

TEST(Policy, WhereAUnitCannotBeReadNoReferenceIsJudged) {
  auto files = texts();
  files["units.yaml"] = replaced(files["units.yaml"], "{id: van-phong,", "{di: van-phong,");
  EXPECT_EQ(problems_of(files).size(), 2U);  // missing, and unknown
  files = texts();
  files["units.yaml"] = replaced(files["units.yaml"], "- {id: hdnd", "- hdnd # {");
  const Said said = problems_of(files);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_NE(said[0].find("units[1]: must be a mapping of keys"), std::string::npos) << said[0];
}

TEST(Policy, AMistakeInOneFileMakesNone) {
  auto files = texts();
  files["rules.yaml"] = replaced(files["rules.yaml"], "rule: stalled", "rule: staled");
  const Said said = problems_of(files);
  ASSERT_FALSE(said.empty());
  EXPECT_NE(said[0].find("nearest: stalled"), std::string::npos) << said[0];
}

TEST(Policy, ASelectorMayNameWhatProceduresYamlKnowsAndOpenAnything) {
  const auto with = [](const std::string& when) {
    auto files = texts();
    files["rules.yaml"] =
        replaced(files["rules.yaml"], "\nrules:\n",
                 "\nrules:\n  - {rule: overdue, when: {" + when + "}, level: notice}\n");
    return files;
  };
  Problems problems;
  EXPECT_TRUE(read_policy(with("procedure: [\"1.001193\", dat-dai], field: [\"Đất đai\", Khác]"),
                          {}, problems));
  for (const char* when : {"procedure: [\"9.9\"]", "field: [\"Đất đa\"]", "unit: [nobody]"}) {
    EXPECT_EQ(problems_of(with(when)).size(), 1U) << when;
    EXPECT_TRUE(read_policy(with(when), {.calendar = {}, .registry_open = true}, problems));
  }
  EXPECT_TRUE(problems.empty());
  auto files = with("procedure: [\"9.9\"], field: [\"Đất đa\"], unit: [nobody]");
  files.erase("procedures.yaml");
  files.erase("units.yaml");
  EXPECT_EQ(problems_of(files),
            (Said{"units.yaml: the file is missing", "procedures.yaml: the file is missing"}));
}

TEST(Policy, ADutyUnitThatDoesNotExistIsNamedWithItsLine) {
  auto files = texts();
  files["kip.yaml"] =
      "version: 1\nward: {id: w, name: n}\nlanguage: vi\nduty_unit: van-phongs\nhistory_days: 1\n";
  EXPECT_EQ(
      problems_of(files),
      Said{"kip.yaml:4: duty_unit: 'van-phongs' is no unit of units.yaml; nearest: van-phong"});
}

TEST(Policy, MistakesOfSeveralFilesAreNamedTogether) {
  auto files = texts();
  files["kip.yaml"] += "\nlangage: vi\n";
  files["units.yaml"] = replaced(files["units.yaml"], "kind: police", "kind: polise");
  const Said said = problems_of(files);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_NE(said[0].find("kip.yaml:"), std::string::npos);
  EXPECT_NE(said[1].find("units.yaml:"), std::string::npos);
}

TEST(Policy, TheDigestIsThatOfEveryFileAndOption) {
  const std::string first = digest(texts());
  EXPECT_EQ(digest(texts()), first);
  std::set<std::string> met = {first};
  for (const std::string& file : policy_files()) {
    auto files = texts();
    files[file] += "\n# another\n";
    EXPECT_TRUE(met.insert(digest(files)).second) << file;
  }
  EXPECT_TRUE(
      met.insert(digest(texts(), {.calendar = CalendarMode::kAlways, .registry_open = false}))
          .second);
  EXPECT_TRUE(
      met.insert(digest(texts(), {.calendar = CalendarMode::kWeekdays, .registry_open = false}))
          .second);
  EXPECT_TRUE(
      met.insert(digest(texts(), {.calendar = CalendarMode::kConfig, .registry_open = true}))
          .second);
}

TEST(Policy, PeopleMayBeMissingAndAreOfTheCheckedWhole) {
  Problems problems;
  const auto without = read_policy(texts(), {}, problems);
  ASSERT_TRUE(without);
  EXPECT_TRUE(without->directory.empty());
  EXPECT_EQ(without->directory.recipient("van-phong", vn("2026-12-01 08:00")).person, nullptr);
  auto files = texts();
  files["people.yaml"] = test::shipped("people.yaml");
  const auto with = read_policy(files, {}, problems);
  ASSERT_TRUE(with);
  EXPECT_TRUE(with->directory.recipient("van-phong", vn("2026-12-01 08:00")).person);
  files["people.yaml"] = replaced(files["people.yaml"], "default: ct-ubnd", "default: ct-ubdn");
  const Said said = problems_of(files);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_NE(said[0].find("superiors.default: 'ct-ubdn' is nobody of people; nearest: ct-ubnd"),
            std::string::npos)
      << said[0];
}

TEST(Policy, AnotherHeadSettlesNothingAnew) {
  auto files = texts();
  files["people.yaml"] = test::shipped("people.yaml");
  Problems problems;
  const auto before = read_policy(files, {}, problems);
  files["people.yaml"] = replaced(files["people.yaml"], "head: tp-van-xa, ", "head: ptp-van-xa ");
  files["people.yaml"] =
      replaced(files["people.yaml"], "head: ptp-van-xa deputies: [ptp-van-xa]", "head: ptp-van-xa");
  const auto after = read_policy(files, {}, problems);
  ASSERT_TRUE(before && after);
  EXPECT_EQ(after->digest, before->digest);
  EXPECT_NE(after->directory.digest(), before->directory.digest());
}

TEST(Policy, TheCalendarIsThatOfTheFileOfThePlainWeekOrAlways) {
  const auto worked = [](CalendarMode mode, const char* from, const char* to) {
    Problems problems;
    const auto policy = read_policy(texts(), {.calendar = mode, .registry_open = false}, problems);
    return policy->calendars.of("van-phong").between(vn(from), vn(to));
  };
  const char* from = "2026-11-24 00:00";  // a holiday on a Tuesday
  const char* to = "2026-11-25 00:00";
  EXPECT_EQ(worked(CalendarMode::kConfig, from, to), WorkTime{});
  EXPECT_EQ(worked(CalendarMode::kWeekdays, from, to), work_hours(8));
  EXPECT_EQ(worked(CalendarMode::kAlways, from, to), work_hours(24));
}

}  // namespace
}  // namespace kip
