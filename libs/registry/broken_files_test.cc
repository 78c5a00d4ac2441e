// What is wrong in a config file is named with file, line and key; a shipped file has nothing
// wrong.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "registry/registry.h"
#include "support/files.h"

namespace kip {
namespace {

using test::replaced;
using test::shipped;

// Reads one text as the named file, with the shipped units known; "file:line: key: message" of each
// problem.
std::vector<std::string> problems_of(const std::string& file, const std::string& text) {
  Problems before;
  Registry registry;
  read_units(Reader::parse("units.yaml", shipped("units.yaml"), before), registry);
  EXPECT_TRUE(before.empty());
  Problems problems;
  Reader root = Reader::parse(file, text, problems);
  if (file == "kip.yaml") read_ward(root);
  if (file == "units.yaml") {
    Registry other;
    read_units(root, other);
  }
  if (file == "sources.yaml") read_sources(root, registry);
  if (file == "procedures.yaml") read_procedures(root, registry);
  if (file == "targets.yaml") read_targets(root, registry);
  if (file == "calendar.yaml") read_calendar(root, registry, true);
  std::vector<std::string> out;
  for (const Problem& problem : problems) out.push_back(to_string(problem));
  return out;
}
using Said = std::vector<std::string>;

TEST(ConfigFiles, EachShippedFileLoadsWithoutAProblem) {
  for (const char* file : {"kip.yaml", "units.yaml", "sources.yaml", "procedures.yaml",
                           "targets.yaml", "calendar.yaml"}) {
    EXPECT_EQ(problems_of(file, shipped(file)), Said{}) << file;
  }
}

TEST(ConfigFiles, AVersionThatIsNotKnownIsAProblem) {
  for (const char* file : {"kip.yaml", "units.yaml", "sources.yaml", "procedures.yaml",
                           "targets.yaml", "calendar.yaml"}) {
    const Said said = problems_of(file, replaced(shipped(file), "\nversion: 1", "\nversion: 2"));
    ASSERT_EQ(said.size(), 1U) << file;
    EXPECT_NE(said[0].find(": version: must be a whole number from 1 to 1, not '2'"),
              std::string::npos)
        << said[0];
  }
}

const std::string kKip =
    "version: 1\nward: {id: w, name: n}\nlanguage: vi\nduty_unit: van-phong\nhistory_days: 400\n";
const std::string kUnit = "version: 1\nunits:\n  - {id: a, name: n, short: s, kind: other}\n";
const std::string kSource = "version: 1\nsources:\n  - {id: a, name: n, titles: dropped}\n";
const std::string kProcedure =
    "version: 1\nprocedures:\n  - code: P\n    name: n\n    field: f\n    unit: van-phong\n"
    "    statutory: {value: 1, unit: day}\n    steps:\n      - {code: s, name: n, unit: van-phong, "
    "share: 0.5}\n";
const std::string kCalendar =
    "version: 1\nworking_days: [mon, tue]\noffice_hours:\n  - {open: \"07:30\", close: \"11:30\"}\n"
    "  - {open: \"13:00\", close: \"17:00\"}\nfirst_year: 2025\nlast_year: 2026\ndays:\n"
    "  - {date: 2026-01-10, working: true, kind: makeup_workday, verified: \"yes\", name: n}\n"
    "  - {date: 2026-05-01, working: false, kind: public_holiday, verified: \"yes\", name: n}\n"
    "  - {date: 2025-05-01, working: false, kind: public_holiday, verified: \"yes\", name: n}\n";

struct Broken {
  const char* file;
  std::string text;
  const char* said;
};

void expect_said(const std::vector<Broken>& cases) {
  for (const Broken& c : cases) EXPECT_EQ(problems_of(c.file, c.text), Said{c.said});
}

TEST(ConfigFiles, TheTextsThatAreBrokenBelowAreWhole) {
  EXPECT_EQ(problems_of("kip.yaml", kKip), Said{});
  EXPECT_EQ(problems_of("units.yaml", kUnit), Said{});
  EXPECT_EQ(problems_of("sources.yaml", kSource), Said{});
  EXPECT_EQ(problems_of("procedures.yaml", kProcedure), Said{});
  EXPECT_EQ(problems_of("calendar.yaml", kCalendar), Said{});
}

TEST(ConfigFiles, AMisspeltKeyIsBothMissingAndUnknown) {
  EXPECT_EQ(problems_of("kip.yaml", replaced(kKip, "duty_unit", "duty_unti")),
            (Said{"kip.yaml:1: duty_unit: missing",
                  "kip.yaml:4: duty_unti: unknown key; nearest: duty_unit"}));
}

TEST(ConfigFiles, AMistakeInKipYamlIsNamed) {
  expect_said({
      {"kip.yaml", replaced(kKip, "vi", "vn"),
       "kip.yaml:3: language: 'vn' is none of vi, en; nearest: vi"},
      {"kip.yaml", replaced(kKip, "400", "0"),
       "kip.yaml:5: history_days: must be a whole number from 1 to 36500, not '0'"},
      {"kip.yaml", replaced(kKip, "name: n", "name: n, di: x"),
       "kip.yaml:2: ward.di: unknown key; nearest: id"},
      {"kip.yaml", kKip + "clock_stops: {task: [submited]}\n",
       "kip.yaml:6: clock_stops.task: 'submited' is no condition; nearest: submitted"},
      {"kip.yaml", kKip + "clock_stops:\n  tasks: [submitted]\n",
       "kip.yaml:7: clock_stops.tasks: unknown key; nearest: task"},
      {"kip.yaml", kKip + "clock_stops: {task: submitted}\n",
       "kip.yaml:6: clock_stops.task: must be a list"},
      {"kip.yaml", kKip + "language: en\n", "kip.yaml:6: language: stands twice"},
      {"kip.yaml", replaced(kKip, "id: w", "id: other"),
       "kip.yaml:2: ward.id: 'other' stands in metrics for all that has no name here"},
      {"kip.yaml", replaced(kKip, "id: w", "id: ''"), "kip.yaml:2: ward.id: must not be empty"},
      {"kip.yaml", replaced(kKip, "van-phong", "''"), "kip.yaml:4: duty_unit: must not be empty"},
      {"kip.yaml", kKip + "clock_stops: {task: [xxxxxxxxxxxxx]}\n",
       "kip.yaml:6: clock_stops.task: 'xxxxxxxxxxxxx' is no condition; nearest: waiting"},
  });
}

TEST(ConfigFiles, AMistakeInUnitsYamlIsNamed) {
  const std::string row = "  - {id: a, name: m, short: s, kind: other}\n";
  expect_said({
      {"units.yaml", kUnit + row, "units.yaml:4: units[1].id: 'a' stands twice"},
      {"units.yaml", replaced(kUnit, "id: a", "id: Văn-phòng"),
       "units.yaml:3: units[0].id: 'Văn-phòng' may hold only a-z, 0-9 and -"},
      {"units.yaml", replaced(kUnit, "id: a", "id: unassigned"),
       "units.yaml:3: units[0].id: 'unassigned' is the name of no unit"},
      {"units.yaml", replaced(kUnit, "id: a", "id: other"),
       "units.yaml:3: units[0].id: 'other' stands in metrics for all that has no name here"},
      {"units.yaml", replaced(kUnit, "kind: other", "kind: other, ward: other"),
       "units.yaml:3: units[0].ward: 'other' stands in metrics for all that has no name here"},
      {"units.yaml", replaced(kUnit, "kind: other", "kind: other, ward: 'a|b'"),
       "units.yaml:3: units[0].ward: 'a|b' may not hold |"},
      {"units.yaml", replaced(kUnit, "id: a", "id: ''"),
       "units.yaml:3: units[0].id: must not be empty"},
      {"units.yaml", replaced(kUnit, "kind: other", "kind: pary"),
       "units.yaml:3: units[0].kind: 'pary' is none of government, party, front, police, other; "
       "nearest: party"},
      {"units.yaml", "version: 1\nunits: a\n", "units.yaml:2: units: must be a list"},
      {"units.yaml", "version: 1\n", "units.yaml:1: units: missing"},
      {"units.yaml", "version: 1\nunits: []\n", "units.yaml:2: units: at least one unit is needed"},
      {"units.yaml", replaced(kUnit, "id: a, ", ""), "units.yaml:3: units[0].id: missing"},
  });
}

TEST(ConfigFiles, AMistakeInSourcesYamlIsNamed) {
  expect_said({
      {"sources.yaml", replaced(kSource, "dropped", "trused"),
       "sources.yaml:3: sources[0].titles: 'trused' is none of dropped, trusted; nearest: trusted"},
      {"sources.yaml", replaced(kSource, "id: a", "id: other"),
       "sources.yaml:3: sources[0].id: 'other' stands in metrics for all that has no name here"},
      {"sources.yaml", kSource + "  - {id: a, name: n, titles: dropped}\n",
       "sources.yaml:4: sources[1].id: 'a' stands twice"},
  });
}

TEST(ConfigFiles, AMistakeInProceduresYamlIsNamed) {
  expect_said({
      {"procedures.yaml", replaced(kProcedure, "unit: van-phong", "unit: van-phogn"),
       "procedures.yaml:6: procedures[0].unit: 'van-phogn' is no unit of units.yaml; nearest: "
       "van-phong"},
      {"procedures.yaml",
       replaced(kProcedure, "name: n, unit: van-phong", "name: n, unit: van_phong"),
       "procedures.yaml:9: procedures[0].steps[0].unit: 'van_phong' is no unit of units.yaml; "
       "nearest: van-phong"},
      {"procedures.yaml", replaced(kProcedure, "unit: day", "unit: days"),
       "procedures.yaml:7: procedures[0].statutory.unit: 'days' is none of working_day, day, hour, "
       "same_day; "
       "nearest: day"},
      {"procedures.yaml", replaced(kProcedure, "value: 1", "value: one"),
       "procedures.yaml:7: procedures[0].statutory.value: must be a number of days from 0.000001 "
       "to "
       "1000 with at most 6 decimals, not 'one'"},
      {"procedures.yaml", replaced(kProcedure, "value: 1, unit: day", "value: 0, unit: hour"),
       "procedures.yaml:7: procedures[0].statutory.value: must be a number of hours from 0.000001 "
       "to 1000 with at most 6 decimals, not '0'"},
      {"procedures.yaml", replaced(kProcedure, "code: P", "code: ''"),
       "procedures.yaml:3: procedures[0].code: must not be empty; a row without a code is left out "
       "of the file"},
      {"procedures.yaml", replaced(kProcedure, "    steps", "    chanel: online\n    steps"),
       "procedures.yaml:8: procedures[0].chanel: unknown key; nearest: channel"},
      {"procedures.yaml", replaced(kProcedure, "    steps", "    from: 2026-02-29\n    steps"),
       "procedures.yaml:8: procedures[0].from: must be a day such as 2026-11-24, not '2026-02-29'"},
      {"procedures.yaml", replaced(kProcedure, "share: 0.5", "share: 50"),
       "procedures.yaml:9: procedures[0].steps[0].share: must be a number from 0.000000 to "
       "1.000000, not '50'"},
      {"procedures.yaml",
       kProcedure +
           "  - {code: P, name: n, field: f, unit: van-phong, statutory: {value: 1, unit: day}}\n",
       "procedures.yaml:10: procedures[1].code: 'P' stands in line 3 too, for the same channel and "
       "days: end one of them with until"},
      {"procedures.yaml", replaced(kProcedure, "value: 1, unit: day", "value: 2, unit: same_day"),
       "procedures.yaml:7: procedures[0].statutory.value: must be 1 where the unit is same_day, "
       "not '2'"},
      {"procedures.yaml",
       kProcedure + "subjects:\n  - {code: s, name: n, unit: nobody-here, field: f}\n",
       "procedures.yaml:11: subjects[0].unit: 'nobody-here' is no unit of units.yaml; nearest: "
       "hdnd"},
  });
}

TEST(ConfigFiles, AUnitThatIsReferredToByAnEmptyNameIsAMistake) {
  EXPECT_EQ(problems_of("procedures.yaml", replaced(kProcedure, "unit: van-phong", "unit: ''")),
            Said{"procedures.yaml:6: procedures[0].unit: must not be empty"});
}

TEST(ConfigFiles, RowsOfOneProcedureMayDifferInChannelOrFirstDay) {
  const std::string row =
      "  - {code: P, name: n, field: f, unit: van-phong, statutory: {value: 1, unit: day}, ";
  const std::string old = replaced(kProcedure, "    steps", "    until: 2027-03-01\n    steps");
  EXPECT_EQ(problems_of("procedures.yaml",
                        old + row + "channel: online}\n" + row + "from: 2027-03-01}\n"),
            Said{});
}

TEST(ConfigFiles, OfTwoRowsThatCountOnTheSameDayTheSecondIsNamed) {
  const std::string row =
      "  - {code: P, name: n, field: f, unit: van-phong, statutory: {value: 1, unit: day}, ";
  const std::string old = replaced(kProcedure, "    steps", "    until: 2027-03-01\n    steps");
  const char* end = ", for the same channel and days: end one of them with until";
  // The old row goes on: the new one would never count.
  EXPECT_EQ(
      problems_of("procedures.yaml", kProcedure + row + "from: 2027-03-01}\n"),
      Said{std::string("procedures.yaml:10: procedures[1].code: 'P' stands in line 3 too") + end});
  EXPECT_EQ(
      problems_of("procedures.yaml", old + row + "from: 2027-02-28}\n"),
      Said{std::string("procedures.yaml:11: procedures[1].code: 'P' stands in line 3 too") + end});
  EXPECT_EQ(
      problems_of("procedures.yaml", old + row + "from: 2027-03-01, channel: post}\n" + row +
                                         "channel: post, until: 2027-03-02}\n"),
      Said{std::string("procedures.yaml:12: procedures[2].code: 'P' stands in line 11 too") + end});
}

TEST(ConfigFiles, ARowThatCountsOnNoDayIsNamed) {
  for (const char* from : {"2027-03-01", "2027-03-02"}) {
    EXPECT_EQ(problems_of("procedures.yaml", replaced(kProcedure, "    steps",
                                                      std::string("    from: ") + from +
                                                          "\n    until: 2027-03-01\n    steps")),
              Said{"procedures.yaml:9: procedures[0].until: must lie after from; it is the first "
                   "day on which "
                   "the row no longer counts"});
  }
}

TEST(ConfigFiles, AMistakeInASubClockIsNamed) {
  const std::string clocks =
      kProcedure +
      "sub_clocks:\n  - {kind: petition, name: refuse, label: l, working_days: 2, from: "
      "submitted, to: rejected}\n";
  const std::string clock =
      "  - {kind: petition, name: refuse, label: m, working_days: 3, from: "
      "accepted, to: rejected}\n";
  EXPECT_EQ(problems_of("procedures.yaml", clocks + replaced(clock, "petition", "dossier")),
            Said{});
  expect_said({
      {"procedures.yaml", clocks + clock,
       "procedures.yaml:12: sub_clocks[1].name: 'refuse' stands twice for the same kind"},
      {"procedures.yaml", replaced(clocks, "to: rejected", "to: submitted"),
       "procedures.yaml:11: sub_clocks[0].to: must be another mark than from"},
      {"procedures.yaml", replaced(clocks, "to: rejected", "to: rejectd"),
       "procedures.yaml:11: sub_clocks[0].to: 'rejectd' is none of submitted, received, accepted, "
       "completed, supplement_asked, rejected, transferred, returned; nearest: rejected"},
      {"procedures.yaml", replaced(clocks, "working_days: 2", "working_days: two"),
       "procedures.yaml:11: sub_clocks[0].working_days: must be a number of days from 0.000001 to "
       "1000 with at "
       "most 6 decimals, not 'two'"},
  });
}

TEST(ConfigFiles, AMistakeInCalendarYamlIsNamed) {
  expect_said({
      {"calendar.yaml", replaced(kCalendar, "open: \"13:00\"", "open: \"11:00\""),
       "calendar.yaml:5: office_hours[1].open: office hours must be in order and must not overlap"},
      {"calendar.yaml",
       replaced(kCalendar, "\"07:30\", close: \"11:30\"", "\"11:30\", close: \"07:30\""),
       "calendar.yaml:4: office_hours[0].open: office hours must be in order and must not overlap"},
      {"calendar.yaml",
       replaced(kCalendar, "\"13:00\", close: \"17:00\"", "\"05:00\", close: \"07:00\""),
       "calendar.yaml:5: office_hours[1].open: office hours must be in order and must not overlap"},
      {"calendar.yaml", replaced(kCalendar, "[mon, tue]", "[mon, tues]"),
       "calendar.yaml:2: working_days: 'tues' is no weekday; nearest: tue"},
      {"calendar.yaml", replaced(kCalendar, "[mon, tue]", "[mon, tue, mon]"),
       "calendar.yaml:2: working_days: 'mon' stands twice"},
      {"calendar.yaml", replaced(kCalendar, "[mon, tue]", "[xxxxxx]"),
       "calendar.yaml:2: working_days: 'xxxxxx' is no weekday; nearest: sun"},
      {"calendar.yaml", replaced(kCalendar, "{open: \"13:00\", ", "{"),
       "calendar.yaml:5: office_hours[1].open: missing"},
      {"calendar.yaml", replaced(kCalendar, "[mon, tue]", "[]"),
       "calendar.yaml:2: working_days: at least one day must be worked"},
      {"calendar.yaml", replaced(kCalendar, "2026-01-10", "2031-01-11"),
       "calendar.yaml:9: days[0].date: lies outside first_year to last_year"},
      {"calendar.yaml", replaced(kCalendar, "working: true", "working: false"),
       "calendar.yaml:9: days[0].working: only a makeup_workday is worked"},
      {"calendar.yaml", replaced(kCalendar, "2026-01-10", "10/01/2026"),
       "calendar.yaml:9: days[0].date: must be a day such as 2026-11-24, not '10/01/2026'"},
      {"calendar.yaml",
       kCalendar +
           "  - {date: 2026-01-10, working: false, kind: swap_off, verified: \"no\", name: n}\n",
       "calendar.yaml:12: days[3].date: stands twice"},
      {"calendar.yaml",
       kCalendar + "closures: [{unit: van-phongs, from: 2026-01-01, to: 2026-01-02, name: n}]\n",
       "calendar.yaml:12: closures[0].unit: 'van-phongs' is no unit of units.yaml; nearest: "
       "van-phong"},
      {"calendar.yaml",
       kCalendar + "closures: [{unit: van-phong, from: 2026-01-03, to: 2026-01-02, name: n}]\n",
       "calendar.yaml:12: closures[0].to: lies before from"},
      {"calendar.yaml", replaced(kCalendar, "first_year: 2025", "first_year: 1975"),
       "calendar.yaml:6: first_year: must be a whole number from 1976 to 2199, not '1975'"},
  });
}

TEST(ConfigFiles, AYearWithoutAListedDayIsNamed) {
  expect_said({
      {"calendar.yaml", replaced(kCalendar, "last_year: 2026", "last_year: 2040"),
       "calendar.yaml:7: last_year: no day of 2040 is listed; the last year with one is 2026"},
      {"calendar.yaml", replaced(kCalendar, "first_year: 2025", "first_year: 1990"),
       "calendar.yaml:6: first_year: no day of 1990 is listed; the first year with one is 2025"},
      {"calendar.yaml",
       replaced(replaced(kCalendar, "first_year: 2025", "first_year: 2024"), "2025-05-01",
                "2024-05-01"),
       "calendar.yaml:8: days: no day of 2025 is listed, which lies between first_year and "
       "last_year"},
      {"calendar.yaml", kCalendar.substr(0, kCalendar.find("days:\n")) + "days: []\n",
       "calendar.yaml:8: days: at least one day is needed"},
  });
  const std::string two =
      replaced(replaced(kCalendar, "mon, tue", "mon, mon"), "last_year: 2026", "last_year: 2027");
  EXPECT_EQ(
      problems_of("calendar.yaml", two),
      (Said{
          "calendar.yaml:2: working_days: 'mon' stands twice",
          "calendar.yaml:7: last_year: no day of 2027 is listed; the last year with one is 2026"}));
}

TEST(ConfigFiles, ATimeOfDayThatIsNoneIsNamed) {
  for (const char* time : {"7:30", "07.30", "24:01", "07:60", "0730", "ab:cd", "-1:30"}) {
    const Said said = problems_of(
        "calendar.yaml", replaced(kCalendar, "\"07:30\"", "\"" + std::string(time) + "\""));
    ASSERT_EQ(said.size(), 1U) << time;
    EXPECT_EQ(
        said[0],
        "calendar.yaml:4: office_hours[0].open: must be a time of day such as \"07:30\", not '" +
            std::string(time) + "'");
  }
}

TEST(ConfigFiles, AMistakeInTargetsYamlIsNamed) {
  expect_said({
      {"targets.yaml", replaced(shipped("targets.yaml"), "  - id: T02", "  - id: T01"),
       "targets.yaml:30: targets[1].id: 'T01' stands twice"},
      {"targets.yaml",
       replaced(shipped("targets.yaml"), "owner: ban-xay-dung-dang", "owner: nobody-at-all"),
       "targets.yaml:27: targets[0].owner: 'nobody-at-all' is no unit of units.yaml; nearest: "
       "hdnd"},
      {"targets.yaml",
       replaced(shipped("targets.yaml"), "author: dang-uy-ubnd", "author: dang-uy-ubdn"),
       "targets.yaml:433: reports[0].author: 'dang-uy-ubdn' is no unit of units.yaml; nearest: "
       "dang-uy-ubnd"},
      {"targets.yaml",
       replaced(shipped("targets.yaml"), "units: [mttq, hdnd]", "units: [mttq, hdndd]"),
       "targets.yaml:497: leads[6].units: 'hdndd' is no unit of units.yaml; nearest: hdnd"},
  });
}

TEST(ConfigFiles, WhenASourceIsSilentIsJudged) {
  const std::string watched = "{id: a, name: n, titles: dropped, watched: false, unit: nobody}";
  EXPECT_THAT(
      problems_of("sources.yaml", "version: 1\nsources:\n  - " + watched + "\n"),
      testing::ElementsAre(testing::HasSubstr("sources.yaml:3: sources[0].unit: 'nobody'")));
  EXPECT_THAT(problems_of("sources.yaml", kSource + "silence: {by_chance: 0.5, after: 3}\n"),
              testing::ElementsAre(testing::HasSubstr("silence.by_chance"),
                                   testing::HasSubstr("silence.after: unknown key")));
  EXPECT_THAT(problems_of("sources.yaml", kSource + "silence: {by_chance: 0.01, after_hours: 3}\n"),
              testing::IsEmpty());
}

}  // namespace
}  // namespace kip
