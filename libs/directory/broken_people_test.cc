// What is wrong in people.yaml is named with file, line and key; in the shipped file nothing is.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "directory/test_people.h"

namespace kip {
namespace {

using test::replaced;
using test::shipped;
using Said = std::vector<std::string>;

Said problems_of(const std::string& text) {
  Said said;
  test::people(text, &said);
  return said;
}

const std::string kGood =
    "version: 1\n"                                                                      // 1
    "people:\n"                                                                         // 2
    "  - {id: pbt, role: r, unit: thuong-truc-dang-uy, email: pbt@honai.example}\n"     // 3
    "  - {id: ct, role: r, unit: lanh-dao-ubnd, email: ct@honai.example}\n"             // 4
    "  - {id: cvp, role: r, unit: van-phong, email: cvp@honai.example}\n"               // 5
    "  - {id: pvp, role: r, unit: van-phong, email: pvp@honai.example}\n"               // 6
    "  - id: tp\n    role: r\n    unit: van-hoa-xa-hoi\n    email: tp@honai.example\n"  // 7-10
    "units:\n"                                                                          // 11
    "  - {unit: lanh-dao-ubnd, head: ct}\n"                                             // 12
    "  - unit: van-phong\n    head: cvp\n    deputies: [pvp]\n    substitutes:\n"       // 13-16
    "      - {person: pvp, from: 2026-12-01, until: 2026-12-05}\n"                      // 17
    "  - unit: van-hoa-xa-hoi\n    head: tp\n"                                          // 18-19
    "superiors:\n"                                                                      // 20
    "  fields:\n    - {person: ct, fields: [Đất đai]}\n"                                // 21-22
    "  units:\n    - {person: pbt, units: [lanh-dao-ubnd]}\n"                           // 23-24
    "  default: ct\n"                                                                   // 25
    "  party: pbt\n";                                                                   // 26

struct Broken {
  const char* from;
  const char* to;
  const char* said;
};

void expect_said(const std::vector<Broken>& cases) {
  for (const Broken& c : cases) {
    ASSERT_NE(kGood.find(c.from), std::string::npos) << c.from;
    EXPECT_EQ(problems_of(replaced(kGood, c.from, c.to)), Said{c.said});
  }
}

TEST(BrokenPeople, TheTextThatIsBrokenBelowAndTheShippedFileAreWhole) {
  EXPECT_EQ(problems_of(kGood), Said{});
  EXPECT_EQ(problems_of(shipped("people.yaml")), Said{});
}

TEST(BrokenPeople, AMistakeInAPersonIsNamed) {
  expect_said({
      {"version: 1", "version: 2",
       "people.yaml:1: version: must be a whole number from 1 to 1, not '2'"},
      {"id: tp", "id: cvp", "people.yaml:7: people[4].id: 'cvp' stands twice"},
      {"unit: van-hoa-xa-hoi\n    email", "unit: van-hoa-xa-ho\n    email",
       "people.yaml:9: people[4].unit: 'van-hoa-xa-ho' is no unit of units.yaml; nearest: "
       "van-hoa-xa-hoi"},
      {"    email: tp", "    emial: x\n    email: tp",
       "people.yaml:10: people[4].emial: unknown key; nearest: email"},
      {"    role: r", "    role: \"Trưởng\\nphòng\"",
       "people.yaml:8: people[4].role: may hold no line break and no other control character"},
      {"    role: r", "    role: ''", "people.yaml:8: people[4].role: must not be empty"},
      {"    email: tp@honai.example\n", "    email: tp\n",
       "people.yaml:10: people[4].email: 'tp' is no mail address such as "
       "van-phong@honai.example"},
      {"    email: tp@honai.example\n",
       "    email: \"tp@honai.example\\r\\nBcc: x@honai.example\"\n",
       "people.yaml:10: people[4].email: may hold no line break and no other control character"},
      {"    email: tp@honai.example\n", "    phone: \"912\"\n",
       "people.yaml:10: people[4].phone: must be a number such as \"0912 345 678\" or "
       "84912345678"},
      {"    email: tp@honai.example\n", "    zalo: \"a b\"\n",
       "people.yaml:10: people[4].zalo: 'a b' is no Zalo id: letters, digits, - and _, at most "
       "40"},
      {"    email: tp", "    channels: [email, zal]\n    email: tp",
       "people.yaml:10: people[4].channels: 'zal' is no channel; nearest: zalo"},
      {"    email: tp", "    channels: [email, sms]\n    email: tp",
       "people.yaml:10: people[4].channels: 'sms' needs a phone"},
      {"    email: tp", "    language: vn\n    email: tp",
       "people.yaml:10: people[4].language: 'vn' is none of vi, en; nearest: vi"},
      {"    email: tp", "    digest_at: \"7:30\"\n    email: tp",
       "people.yaml:10: people[4].digest_at: must be a time of day such as \"07:30\", not "
       "'7:30'"},
      {"    email: tp", "    quiet: {from: \"19:00\", until: \"24:00\"}\n    email: tp",
       "people.yaml:10: people[4].quiet: must be a time of day such as \"07:30\", not '24:00'"},
      {"    email: tp", "    quiet: {from: \"19:00\"}\n    email: tp",
       "people.yaml:10: people[4].quiet.until: missing"},
      {"    email: tp", "    quiet: {from: \"19:00\", until: \"19:00\"}\n    email: tp",
       "people.yaml:10: people[4].quiet: must end at another time"},
  });
}

TEST(BrokenPeople, AMistakeInAUnitIsNamed) {
  expect_said({
      {"unit: van-hoa-xa-hoi\n    head", "unit: van-hoa\n    head",
       "people.yaml:18: units[2].unit: 'van-hoa' is no unit of units.yaml; nearest: "
       "van-hoa-xa-hoi"},
      {"unit: van-hoa-xa-hoi\n    head", "unit: van-phong\n    head",
       "people.yaml:18: units[2].unit: 'van-phong' stands twice"},
      {"head: tp", "head: tpp",
       "people.yaml:19: units[2].head: 'tpp' is nobody of people; "
       "nearest: tp"},
      {"deputies: [pvp]", "deputies: [pvp, pv]",
       "people.yaml:15: units[1].deputies: 'pv' is nobody of people; nearest: pvp"},
      {"deputies: [pvp]", "deputies: [pvp, cvp]",
       "people.yaml:15: units[1].deputies: 'cvp' is the head"},
      {"head: tp", "heat: tp\n    head: tp",
       "people.yaml:19: units[2].heat: unknown key; nearest: head"},
      {"    head: cvp\n    deputies: [pvp]\n    substitutes:\n"
       "      - {person: pvp, from: 2026-12-01, until: 2026-12-05}\n",
       "",
       "people.yaml:11: units: 'van-phong', the duty_unit of kip.yaml, has neither head nor "
       "deputy: what belongs to no unit would reach nobody"},
  });
}

TEST(BrokenPeople, AHeadWithoutAChannelIsNamed) {
  expect_said({
      {"    email: tp@honai.example\n", "",
       "people.yaml:18: units[2].head: 'tp' is the head and has no channel: an email, a phone or "
       "a zalo id"},
      {"    email: tp@honai.example\n", "    email: tp@honai.example\n    channels: []\n",
       "people.yaml:20: units[2].head: 'tp' is the head and has no channel: an email, a phone or "
       "a zalo id"},
      {", email: pvp@honai.example", "",
       "people.yaml:17: units[1].substitutes[0].person: 'pvp' is a substitute and has no channel: "
       "an email, a phone or a zalo id"},
  });
}

TEST(BrokenPeople, AMistakeInASubstituteIsNamed) {
  expect_said({
      {"{person: pvp, from", "{person: cvp, from",
       "people.yaml:17: units[1].substitutes[0].person: 'cvp' cannot stand in for himself"},
      {"{person: pvp, from", "{person: pv, from",
       "people.yaml:17: units[1].substitutes[0].person: 'pv' is nobody of people; nearest: pvp"},
      {"until: 2026-12-05", "until: 2026-11-30",
       "people.yaml:17: units[1].substitutes[0].until: lies before from; it is the last day, and "
       "the first may be the last"},
      {"until: 2026-12-05", "until: 2026-12-32",
       "people.yaml:17: units[1].substitutes[0].until: must be a day such as 2026-11-24, not "
       "'2026-12-32'"},
      {", until: 2026-12-05", "", "people.yaml:17: units[1].substitutes[0].until: missing"},
      {"until: 2026-12-05", "until: 2026-12-05, for: tp",
       "people.yaml:17: units[1].substitutes[0].for: 'tp' is neither head nor deputy of "
       "'van-phong'"},
      {"until: 2026-12-05}\n",
       "until: 2026-12-05}\n      - {person: tp, from: 2026-12-05, until: 2026-12-07}\n",
       "people.yaml:18: units[1].substitutes[1].from: on 2026-12-05 'pvp' stands in for 'cvp' "
       "already"},
      {"until: 2026-12-05}\n",
       "until: 2026-12-05}\n      - {person: cvp, for: pvp, from: 2026-12-05, until: 2026-12-07}\n",
       "people.yaml:18: units[1].substitutes[1].person: on 2026-12-05 'cvp' is away too, and who "
       "stands in for him leads back to 'pvp'"},
      {"    head: cvp\n", "",
       "people.yaml:16: units[1].substitutes[0].for: missing: 'van-phong' has no head to stand in "
       "for"},
  });
  // The day after is another day.
  EXPECT_EQ(problems_of(replaced(
                kGood, "until: 2026-12-05}\n",
                "until: 2026-12-05}\n      - {person: tp, from: 2026-12-06, until: 2026-12-06}\n")),
            Said{});
}

TEST(BrokenPeople, AMistakeInTheSuperiorsIsNamed) {
  expect_said({
      {"default: ct", "default: cta",
       "people.yaml:25: superiors.default: 'cta' is nobody of people; nearest: ct"},
      {"[Đất đai]", "[Đất đa]",
       "people.yaml:22: superiors.fields[0].fields: 'Đất đa' is no field of procedures.yaml; "
       "nearest: Đất đai"},
      {"[Đất đai]}", "[Đất đai]}\n    - {person: cvp, fields: [Đất đai]}",
       "people.yaml:23: superiors.fields[1].fields: 'Đất đai' stands twice"},
      {"[lanh-dao-ubnd]", "[lanh-dao-ubn]",
       "people.yaml:24: superiors.units[0].units: 'lanh-dao-ubn' is no unit of units.yaml; "
       "nearest: lanh-dao-ubnd"},
      {"units: [lanh-dao-ubnd]", "units: [thuong-truc-dang-uy]",
       "people.yaml:24: superiors.units[0].units: 'pbt' belongs to 'thuong-truc-dang-uy' and is "
       "not above it"},
      {"  party", "  praty: pbt\n  party",
       "people.yaml:26: superiors.praty: unknown key; nearest: party"},
  });
}

TEST(BrokenPeople, APartyBodyBelowTheGovernmentIsNamed) {
  expect_said({
      {"party: pbt", "party: ct",
       "people.yaml:26: superiors.party: 'ct' has no post in the Party; Party bodies go up to the "
       "Party's leaders alone"},
      {"units: [lanh-dao-ubnd]}",
       "units: [lanh-dao-ubnd]}\n    - {person: ct, units: [ubkt-dang-uy]}",
       "people.yaml:25: superiors.units[1].person: 'ct' has no post in the Party; 'ubkt-dang-uy' "
       "goes up to the Party's leaders alone"},
  });
}

TEST(BrokenPeople, SuperiorsInACircleAreNamedOnce) {
  expect_said({
      {"{person: pbt, units: [lanh-dao-ubnd]}", "{person: tp, units: [lanh-dao-ubnd]}",
       "people.yaml:24: superiors.units[0].person: the superiors of 'lanh-dao-ubnd' go in a "
       "circle: tp → ct → tp"},
      {"units: [lanh-dao-ubnd]}\n",
       "units: [lanh-dao-ubnd]}\n    - {person: pvp, units: [van-hoa-xa-hoi]}\n"
       "    - {person: tp, units: [van-phong]}\n",
       "people.yaml:26: superiors.units[2].person: the superiors of 'van-phong' go in a circle: "
       "tp → pvp → cvp → tp"},
  });
}

TEST(BrokenPeople, AFileLargerThanAnyWardsIsNotJudged) {
  std::string fields;
  for (int i = 0; i < 500; ++i) fields += (i > 0 ? ", f" : "f") + std::to_string(i);
  Said said = problems_of(replaced(kGood, "[Đất đai]", "[" + fields + "]"));
  EXPECT_EQ(said, Said{"people.yaml:20: superiors: may be of at most 500 fields and units"});
}

TEST(BrokenPeople, OfWhatIsWrongNoDirectoryIsMade) {
  Said said;
  EXPECT_FALSE(test::people(kGood).empty());
  EXPECT_TRUE(test::people(replaced(kGood, "default: ct", "default: cta"), &said).empty());
  EXPECT_TRUE(test::people(replaced(kGood, "party: pbt", "party: ct"), &said).empty());
  EXPECT_EQ(said.size(), 2U);
}

TEST(BrokenPeople, OfWhatCannotBeReadNoReferenceIsJudged) {
  EXPECT_EQ(problems_of(replaced(kGood, "id: tp", "di: tp")),
            (Said{"people.yaml:7: people[4].id: missing",
                  "people.yaml:7: people[4].di: unknown key; nearest: id"}));
  EXPECT_EQ(problems_of("version: [1\n").size(), 1U);
  EXPECT_EQ(problems_of("version: 1\n"), Said{"people.yaml:1: people: missing"});
}

}  // namespace
}  // namespace kip
