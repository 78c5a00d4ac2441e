#include "config/reader.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace kip {
namespace {

// The problems of reading `text` as f.yaml, each as "f.yaml:line: key: message".
std::vector<std::string> problems_of(const std::string& text,
                                     const std::function<void(Reader&)>& read) {
  Problems problems;
  Reader root = Reader::parse("f.yaml", text, problems);
  read(root);
  std::vector<std::string> out;
  for (const Problem& problem : problems) out.push_back(to_string(problem));
  return out;
}
using Said = std::vector<std::string>;

TEST(Reader, ReadsEveryTypeOfValue) {
  Problems problems;
  Reader r =
      Reader::parse("f.yaml",
                    "text: \"Hồ Nai\"\nwhole: -3\nreal: 2.5\nyes: true\nno: false\nlist: [a, b]\n"
                    "word: two\nshare: 0.375\npart: {x: 1}\nrows: [{x: 1}, {x: 2}]\n",
                    problems);
  EXPECT_EQ(r.text("text"), "Hồ Nai");
  EXPECT_EQ(r.integer("whole", -10, 10), -3);
  EXPECT_EQ(r.number("real", 0, 10), 2.5);
  EXPECT_TRUE(r.flag("yes"));
  EXPECT_FALSE(r.flag("no"));
  EXPECT_EQ(r.optional_list("list"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(r.choice("word", {"one", "two"}), 1U);
  EXPECT_EQ(r.optional_millionths("share", "a share", 0, 1'000'000), 375'000);
  Reader part = r.section("part");
  EXPECT_EQ(part.integer("x", 0, 9), 1);
  part.done();
  std::vector<Reader> rows = r.sections("rows");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].integer("x", 0, 9), 1);
  EXPECT_EQ(rows[1].integer("x", 0, 9), 2);
  rows[0].done();
  rows[1].done();
  r.done();
  EXPECT_TRUE(problems.empty());
}

TEST(Reader, WhatIsOptionalMayBeAbsentOrNull) {
  Problems problems;
  Reader r = Reader::parse("f.yaml", "a: ~\nb:\n", problems);
  for (const char* key : {"a", "b", "c"}) {
    EXPECT_FALSE(r.has(key));
    EXPECT_EQ(r.optional_text(key), std::nullopt);
    EXPECT_EQ(r.optional_integer(key, 0, 1), std::nullopt);
    EXPECT_EQ(r.optional_number(key, 0, 1), std::nullopt);
    EXPECT_EQ(r.optional_flag(key), std::nullopt);
    EXPECT_EQ(r.optional_list(key), std::nullopt);
    EXPECT_EQ(r.optional_millionths(key, "a share", 0, 1), std::nullopt);
    EXPECT_FALSE(r.optional_section(key).has_value());
    EXPECT_TRUE(r.optional_sections(key).empty());
  }
  r.done();
  EXPECT_TRUE(problems.empty());
}

TEST(Reader, AnUnknownKeyNamesFileLineKeyAndTheNearestKnownOne) {
  EXPECT_EQ(problems_of("level: a\n\nlevle: b\n",
                        [](Reader& r) {
                          r.text("level");
                          r.done();
                        }),
            Said{"f.yaml:3: levle: unknown key; nearest: level"});
}

TEST(Reader, AnUnknownKeyThatResemblesNothingNamesTheNearestAllTheSame) {
  EXPECT_EQ(problems_of("level: a\nzzzzzzzzzzzz: b\n",
                        [](Reader& r) {
                          r.text("level");
                          r.done();
                        }),
            Said{"f.yaml:2: zzzzzzzzzzzz: unknown key; nearest: level"});
}

TEST(Reader, AKeyOfASectionOrRowIsNamedWithItsPath) {
  EXPECT_EQ(problems_of("part:\n  rows:\n    - {x: 1}\n    - x: 1\n      y: 2\n",
                        [](Reader& r) {
                          Reader part = r.section("part");
                          for (Reader& row : part.sections("rows")) {
                            row.integer("x", 0, 9);
                            row.done();
                          }
                          part.done();
                          r.done();
                        }),
            Said{"f.yaml:5: part.rows[1].y: unknown key; nearest: x"});
}

TEST(Reader, AKeyThatStandsTwiceIsNamedWhereItStandsAgain) {
  EXPECT_EQ(problems_of("a: 1\nb: 2\na: 3\n",
                        [](Reader& r) {
                          r.text("a");
                          r.text("b");
                          r.done();
                        }),
            Said{"f.yaml:3: a: stands twice"});
}

struct Wrong {
  const char* text;
  std::function<void(Reader&)> read;
  const char* said;
};

TEST(Reader, AValueOfTheWrongTypeNamesFileLineAndKey) {
  const std::vector<Wrong> cases = {
      {"a: 1\nb: x\n", [](Reader& r) { r.integer("b", 0, 9); },
       "f.yaml:2: b: must be a whole number from 0 to 9, not 'x'"},
      {"a: 1\nb: 10\n", [](Reader& r) { r.integer("b", 0, 9); },
       "f.yaml:2: b: must be a whole number from 0 to 9, not '10'"},
      {"b: 1.5\n", [](Reader& r) { r.integer("b", 0, 9); },
       "f.yaml:1: b: must be a whole number from 0 to 9, not '1.5'"},
      {"b: 99999999999999999999\n", [](Reader& r) { r.integer("b", 0, 9); },
       "f.yaml:1: b: must be a whole number from 0 to 9, not '99999999999999999999'"},
      {"b: ''\n", [](Reader& r) { r.integer("b", 0, 9); },
       "f.yaml:1: b: must be a whole number from 0 to 9, not ''"},
      {"b: yes\n", [](Reader& r) { r.flag("b"); }, "f.yaml:1: b: must be true or false, not 'yes'"},
      {"b: [1]\n", [](Reader& r) { r.text("b"); }, "f.yaml:1: b: must be a single value"},
      {"b: {x: 1}\n", [](Reader& r) { r.text("b"); }, "f.yaml:1: b: must be a single value"},
      {"b: x\n", [](Reader& r) { r.optional_list("b"); }, "f.yaml:1: b: must be a list"},
      {"b: [[1]]\n", [](Reader& r) { r.optional_list("b"); },
       "f.yaml:1: b: must be a list of single values"},
      {"b: [x, y, x]\n", [](Reader& r) { r.optional_list("b"); }, "f.yaml:1: b: 'x' stands twice"},
      {"b: x\n", [](Reader& r) { r.section("b"); }, "f.yaml:1: b: must be a mapping of keys"},
      {"b: x\n", [](Reader& r) { r.sections("b"); }, "f.yaml:1: b: must be a list"},
      {"b:\n  - {x: 1}\n  - y\n", [](Reader& r) { r.sections("b"); },
       "f.yaml:3: b[1]: must be a mapping of keys"},
      {"b: tow\n",
       [](Reader& r) {
         r.choice("b", {"one", "two"});
       },
       "f.yaml:1: b: 'tow' is none of one, two; nearest: two"},
  };
  for (const Wrong& c : cases) EXPECT_EQ(problems_of(c.text, c.read), Said{c.said}) << c.text;
}

TEST(Reader, WhatIsMissingIsNamed) {
  const std::vector<std::function<void(Reader&)>> reads = {
      [](Reader& r) { r.text("b"); },
      [](Reader& r) { r.integer("b", 0, 9); },
      [](Reader& r) { r.number("b", 0, 9); },
      [](Reader& r) { r.flag("b"); },
      [](Reader& r) { r.choice("b", {"one"}); },
      [](Reader& r) { r.section("b"); },
      [](Reader& r) { r.sections("b"); },
  };
  for (const auto& read : reads)
    EXPECT_EQ(problems_of("a: 1\n", read), Said{"f.yaml:1: b: missing"});
}

TEST(Reader, NothingIsSaidBelowWhatIsMissing) {
  const auto read = [](Reader& r) {
    Reader part = r.section("part");
    part.integer("x", 0, 9);
    part.section("deeper").text("y");
    part.done();
  };
  EXPECT_EQ(problems_of("a: 1\nrows: [1]\n", read), Said{"f.yaml:1: part: missing"});
  EXPECT_EQ(problems_of("a: 1\npart: word\n", read),
            Said{"f.yaml:2: part: must be a mapping of keys"});
  EXPECT_EQ(problems_of("a: 1\npart: {x: 1}\n", read), Said{"f.yaml:2: part.deeper: missing"});
}

TEST(Reader, OfAFileThatIsMissingOrUnreadableNothingElseIsSaid) {
  const auto read = [](Reader& r) {
    r.integer("version", 1, 1);
    r.sections("rows");
    r.section("part").text("x");
    r.done();
  };
  for (const char* text : {"a: [1\n", "", "- a\n"}) {
    EXPECT_EQ(problems_of(text, read).size(), 1U) << text;
  }
  Problems problems;
  Reader missing = Reader::missing("f.yaml", problems);
  read(missing);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(to_string(problems[0]), "f.yaml: the file is missing");
}

TEST(Reader, SharesAreReadWithoutBinaryFractions) {
  Problems problems;
  Reader r = Reader::parse("f.yaml", "a: 0.1\nb: 0.000001\nc: 1\nd: 12.5\n", problems);
  EXPECT_EQ(r.optional_millionths("a", "a share", 0, 1'000'000), 100'000);
  EXPECT_EQ(r.optional_millionths("b", "a share", 0, 1'000'000), 1);
  EXPECT_EQ(r.optional_millionths("c", "a share", 0, 1'000'000), 1'000'000);
  EXPECT_EQ(r.optional_millionths("d", "a share", 0, 100'000'000), 12'500'000);
  EXPECT_TRUE(problems.empty());
}

TEST(Reader, AShareOutOfRangeOrTooFineIsAProblem) {
  for (const char* value : {"1.000001", "-0.1", "0.1234567", "x", "1e-3", ".5", "1.2.3"}) {
    const Said said = problems_of("b: " + std::string(value) + "\n", [](Reader& r) {
      r.optional_millionths("b", "a share", 0, 1'000'000);
    });
    ASSERT_EQ(said.size(), 1U) << value;
    EXPECT_EQ(said[0], "f.yaml:1: b: must be a share from 0 to 1 with at most 6 decimals, not '" +
                           std::string(value) + "'");
  }
}

TEST(Reader, ADecimalIsToldAsWhatItIs) {
  EXPECT_EQ(problems_of(
                "b: soon\n",
                [](Reader& r) { r.optional_millionths("b", "a number of hours", 1, 12'500'000); }),
            Said{"f.yaml:1: b: must be a number of hours from 0.000001 to 12.5 with at most 6 "
                 "decimals, not 'soon'"});
}

TEST(Reader, AReaderIsSoundUntilAProblemIsFoundInIt) {
  Problems problems;
  Reader r = Reader::parse("f.yaml", "part: {x: 1}\nother: {y: 1}\n", problems);
  Reader part = r.section("part");
  Reader other = r.section("other");
  part.done();
  other.text("y");
  other.done();
  EXPECT_FALSE(part.sound());
  EXPECT_TRUE(other.sound());
  EXPECT_TRUE(r.sound());
}

TEST(Reader, AKeyMayStandWithNothingBehindIt) {
  Problems problems;
  Reader r = Reader::parse("f.yaml", "a:\nb: []\nc: {}\nd: ''\ne: [1]\n", problems);
  for (const char* key : {"a", "b", "c"}) EXPECT_TRUE(r.has_nothing(key)) << key;
  for (const char* key : {"d", "e", "f"}) EXPECT_FALSE(r.has_nothing(key)) << key;
}

TEST(Reader, EveryProblemOfAFileIsNamedInOneReading) {
  EXPECT_EQ(problems_of("a: x\nb: y\n",
                        [](Reader& r) {
                          r.integer("a", 0, 9);
                          r.flag("b");
                          r.text("c");
                          r.done();
                        })
                .size(),
            3U);
}

TEST(Reader, WhatIsNoYamlNamesTheLine) {
  const Said said = problems_of("a: 1\nb: [1, 2\nc: 3\n", [](Reader& r) { r.done(); });
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].rfind("f.yaml:3: no YAML: ", 0), 0U) << said[0];
}

TEST(Reader, AFileThatIsNoMappingIsAProblem) {
  for (const char* text : {"", "- a\n", "word\n"}) {
    EXPECT_EQ(problems_of(text, [](Reader& r) { r.done(); }),
              Said{"f.yaml:1: the file must be a mapping of keys"})
        << text;
  }
}

TEST(Reader, AKeyThatIsNoWordIsUnknown) {
  EXPECT_EQ(problems_of("[a, b]: 1\n", [](Reader& r) { r.done(); }),
            Said{"f.yaml:1: ?: unknown key"});
}

TEST(Nearest, FindsASlipOfTheHand) {
  const std::vector<std::string> words = {"due_soon", "overdue", "stalled", "step_overdue"};
  EXPECT_EQ(nearest("overdue", words), "overdue");
  EXPECT_EQ(nearest("ovredue", words), "overdue");
  EXPECT_EQ(nearest("duesoon", words), "due_soon");
  EXPECT_EQ(nearest("staled", words), "stalled");
  EXPECT_EQ(nearest("step-overdue", words), "step_overdue");
  EXPECT_EQ(nearest("STALLED", words), "stalled");
}

TEST(Reader, ARemarkHasFileLineAndKeyAndIsNoProblem) {
  Problems problems;
  Reader root = Reader::parse("rules.yaml", "version: 1\nsecret_file: open\n", problems);
  EXPECT_EQ(to_string(root.remark("secret_file", "others may read it")),
            "rules.yaml:2: secret_file: others may read it");
  EXPECT_TRUE(root.sound());
  EXPECT_TRUE(problems.empty());
}

TEST(Nearest, FindsWhatWasMeantByItsBeginningOrAPart) {
  const std::vector<std::string> keys = {"clock_stops", "duty_unit", "history_days",
                                         "language",    "version",   "ward"};
  EXPECT_EQ(nearest("history", keys), "history_days");
  EXPECT_EQ(nearest("histroy", keys), "history_days");
  EXPECT_EQ(nearest("lang", keys), "language");
  EXPECT_EQ(nearest("stops", keys), "clock_stops");
  EXPECT_EQ(nearest("ward_id_and_name", keys), "ward");
  EXPECT_EQ(nearest("crit", {"notice", "warning", "critical"}), "critical");
  EXPECT_EQ(nearest("kinh-te", {"cong-an", "kinh-te-ha-tang-do-thi", "van-phong"}),
            "kinh-te-ha-tang-do-thi");
  EXPECT_EQ(nearest("over", {"over_internal_limit", "overdue"}), "overdue");
  EXPECT_EQ(nearest("stem", {"step_overdue", "step"}), "step");
}

TEST(Nearest, NamesOneHoweverFarAndNoneOnlyOfNothing) {
  EXPECT_EQ(nearest("severity", {"after_hours", "level", "rule", "when"}), "level");
  EXPECT_EQ(nearest("moves", {"level", "minimum_hold_hours", "rule", "when"}), "level");
  EXPECT_EQ(nearest("zzzzzzzz", {"overdue", "stalled"}), "overdue");
  EXPECT_EQ(nearest("", {"overdue", "hi"}), "hi");
  EXPECT_EQ(nearest("overdue", {}), "");
}

TEST(Nearest, OfTwoThatAreEquallyNearTheFirstIsNamed) {
  EXPECT_EQ(nearest("ac", {"ab", "ad"}), "ab");
}

}  // namespace
}  // namespace kip
