#include "directory/directory.h"

#include <gtest/gtest.h>

#include "directory/test_people.h"

namespace kip {
namespace {

using test::people;
using test::replaced;
using test::shipped;
using test::vn;
using test::words;

const std::string kPeople =
    "version: 1\npeople:\n"
    "  - {id: bt, role: Bí thư, unit: thuong-truc-dang-uy, email: bt@honai.example}\n"
    "  - {id: pbt, role: Phó Bí thư, unit: thuong-truc-dang-uy, email: pbt@honai.example}\n"
    "  - {id: ct, role: Chủ tịch, unit: lanh-dao-ubnd, email: ct@honai.example}\n"
    "  - {id: pct, role: Phó Chủ tịch, unit: lanh-dao-ubnd, email: pct@honai.example}\n"
    "  - {id: cvp, role: Chánh Văn phòng, unit: van-phong, email: cvp@honai.example}\n"
    "  - {id: tp, role: Trưởng phòng, unit: van-hoa-xa-hoi, email: tp@honai.example}\n"
    "  - {id: ptp, role: Phó phòng, unit: van-hoa-xa-hoi, email: ptp@honai.example}\n"
    "  - {id: cn, role: Chủ nhiệm, unit: ubkt-dang-uy, email: cn@honai.example}\n";
const std::string kUnits =
    "units:\n"
    "  - {unit: van-phong, head: cvp}\n"
    "  - {unit: lanh-dao-ubnd, head: ct, deputies: [pct]}\n"
    "  - {unit: thuong-truc-dang-uy, head: bt, deputies: [pbt]}\n"
    "  - {unit: ubkt-dang-uy, head: cn}\n";
const std::string kPost = "  - {unit: van-hoa-xa-hoi, head: tp, deputies: [ptp]}\n";
const std::string kSuperiors =
    "superiors:\n"
    "  fields: [{person: pct, fields: [Đất đai]}]\n"
    "  units: [{person: pbt, units: [lanh-dao-ubnd]}]\n"
    "  default: ct\n"
    "  party: pbt\n";

// A unit whose head is away from the second to the fourth of December.
Directory with(const std::string& substitutes, const std::string& superiors = kSuperiors) {
  return people(kPeople + kUnits + "  - unit: van-hoa-xa-hoi\n    head: tp\n    deputies: [ptp]\n" +
                "    substitutes: [" + substitutes + "]\n" + superiors);
}
const std::string kAway = "{person: ptp, from: 2026-12-02, until: 2026-12-04}";

TEST(Directory, TheHeadGetsTheMessagesOfItsUnit) {
  const Directory d = people(kPeople + kUnits + kPost);
  const Recipient found = d.recipient("van-hoa-xa-hoi", vn("2026-12-01 08:00"));
  EXPECT_EQ(words(found), "tp: head");
  EXPECT_EQ(found.person, d.person("tp"));
  EXPECT_EQ(found.person->role, "Trưởng phòng");
  EXPECT_EQ(d.person("nobody"), nullptr);
}

TEST(Directory, ASubstituteStandsInFromTheFirstMinuteToTheLastOfHisDays) {
  const Directory d = with(kAway);
  const auto at = [&](const char* when) { return words(d.recipient("van-hoa-xa-hoi", vn(when))); };
  EXPECT_EQ(at("2026-12-01 23:59"), "tp: head");
  EXPECT_EQ(at("2026-12-02 00:00"), "ptp for tp: substitute");
  EXPECT_EQ(at("2026-12-04 23:59"), "ptp for tp: substitute");
  EXPECT_EQ(at("2026-12-05 00:00"), "tp: head");
  // The border is that of UTC+7: 17:00 of the day before in UTC.
  const Instant border = parse_rfc3339("2026-12-01T17:00:00Z").value();
  EXPECT_EQ(words(d.recipient("van-hoa-xa-hoi", border)), "ptp for tp: substitute");
  EXPECT_EQ(words(d.recipient("van-hoa-xa-hoi", border - Millis{1})), "tp: head");
}

TEST(Directory, WhoeverStandsInForASubstituteStandsInForTheHead) {
  const Directory d =
      with(kAway + ", {person: cvp, for: ptp, from: 2026-12-03, until: 2026-12-03}");
  const auto at = [&](const char* when) { return words(d.recipient("van-hoa-xa-hoi", vn(when))); };
  EXPECT_EQ(at("2026-12-02 08:00"), "ptp for tp: substitute");
  EXPECT_EQ(at("2026-12-03 08:00"), "cvp for tp: substitute");
}

TEST(Directory, TheFirstDeputyLeadsWhereThereIsNoHead) {
  const std::string post =
      "  - unit: van-hoa-xa-hoi\n    deputies: [ptp, tp]\n    substitutes:\n"
      "      - {person: tp, for: ptp, from: 2026-12-02, until: 2026-12-02}\n";
  const Directory d = people(kPeople + kUnits + post);
  EXPECT_EQ(words(d.recipient("van-hoa-xa-hoi", vn("2026-12-01 08:00"))), "ptp: deputy");
  EXPECT_EQ(words(d.recipient("van-hoa-xa-hoi", vn("2026-12-02 08:00"))), "tp for ptp: substitute");
}

TEST(Directory, TheDutyOfficeGetsWhatHasNobody) {
  const std::string away = replaced(kUnits, "{unit: van-phong, head: cvp}",
                                    "{unit: van-phong, head: cvp, substitutes: "
                                    "[{person: tp, from: 2026-12-02, until: 2026-12-02}]}");
  const Directory d = people(kPeople + away + kPost);
  for (const char* unit : {"cong-an", "unassigned", "no-such-unit", ""}) {
    EXPECT_EQ(words(d.recipient(unit, vn("2026-12-01 08:00"))), "cvp: duty_office") << unit;
    EXPECT_EQ(words(d.recipient(unit, vn("2026-12-02 08:00"))), "tp for cvp: duty_office") << unit;
  }
  EXPECT_EQ(words(d.recipient("van-phong", vn("2026-12-01 08:00"))), "cvp: head");
  EXPECT_EQ(d.units_without_anybody().size(), test::shipped_registry().units.size() - 5);
  EXPECT_EQ(d.units_without_anybody().front(), "hdnd");
}

TEST(Directory, TheSuperiorIsByFieldThenByUnitThenTheDefault) {
  const Directory d = people(kPeople + kUnits + kPost +
                             replaced(kSuperiors, "[lanh-dao-ubnd]}",
                                      "[lanh-dao-ubnd]}, "
                                      "{person: cvp, units: [van-hoa-xa-hoi]}"));
  const Instant at = vn("2026-12-01 08:00");
  EXPECT_EQ(words(d.superior("van-hoa-xa-hoi", "Đất đai", at)), "pct: superior");
  EXPECT_EQ(d.superior("van-hoa-xa-hoi", "Đất đai", at).by, Charge::kField);
  EXPECT_EQ(words(d.superior("van-hoa-xa-hoi", "Hộ tịch", at)), "cvp: superior");
  EXPECT_EQ(d.superior("van-hoa-xa-hoi", "Hộ tịch", at).by, Charge::kUnit);
  EXPECT_EQ(words(d.superior("cong-an", "", at)), "ct: superior");
  EXPECT_EQ(d.superior("cong-an", "", at).by, Charge::kDefault);
  EXPECT_EQ(words(d.superior("unassigned", "Đất đai", at)), "pct: superior");
}

TEST(Directory, TheLadderEndsWithWhoeverHasNobodyAbove) {
  const Directory d = people(kPeople + kUnits + kPost + kSuperiors);
  const Instant at = vn("2026-12-01 08:00");
  std::string all;
  Recipient up = d.superior("van-hoa-xa-hoi", "Đất đai", at);
  for (; up.person; up = d.superior_of(*up.person, "Đất đai", at)) all += words(up) + "\n";
  EXPECT_EQ(all, "pct: superior\nct: head\npbt: superior\nbt: head\n");
  EXPECT_EQ(words(up), "top");
  EXPECT_EQ(words(d.superior("thuong-truc-dang-uy", "Đất đai", at)), "top");
}

TEST(Directory, WhoStandsInForASuperiorIsToldInHisPlace) {
  const std::string away =
      replaced(kUnits, "deputies: [pct]}",
               "deputies: [pct], substitutes: "
               "[{person: ct, for: pct, from: 2026-12-02, until: 2026-12-02}]}");
  const Directory d = people(kPeople + away + kPost + kSuperiors);
  EXPECT_EQ(words(d.superior("van-hoa-xa-hoi", "Đất đai", vn("2026-12-02 08:00"))),
            "ct for pct: substitute");
}

TEST(Directory, ASuperiorWhoHasTheMessageAlreadyIsPassedOver) {
  // The vice chairman stands in for the head: one step above is the chairman.
  const Directory d = with(replaced(kAway, "ptp", "pct"));
  EXPECT_EQ(words(d.superior("van-hoa-xa-hoi", "Đất đai", vn("2026-12-01 08:00"))),
            "pct: superior");
  EXPECT_EQ(words(d.superior("van-hoa-xa-hoi", "Đất đai", vn("2026-12-02 08:00"))), "ct: superior");
}

TEST(Directory, APartyBodyGoesUpToThePartyNeverToTheGovernment) {
  const Instant at = vn("2026-12-01 08:00");
  const Directory d = people(kPeople + kUnits + kPost + kSuperiors);
  EXPECT_EQ(words(d.superior("ubkt-dang-uy", "Đất đai", at)), "pbt: superior");
  EXPECT_EQ(d.superior("ubkt-dang-uy", "Đất đai", at).by, Charge::kParty);
  const Directory without =
      people(kPeople + kUnits + kPost + replaced(kSuperiors, "  party: pbt\n", ""));
  EXPECT_EQ(words(without.superior("ubkt-dang-uy", "Đất đai", at)), "top");
}

TEST(Directory, InThePartyNobodyStandsInWhoIsNotOfTheParty) {
  // Away from a post in the government too, where the chairman's man stands in.
  const std::string both =
      "  - {unit: hdnd, head: pbt, substitutes: [{person: ct, "
      "from: 2026-12-02, until: 2026-12-02}]}\n";
  const Directory d = people(kPeople + kUnits + kPost + both + kSuperiors);
  const Instant at = vn("2026-12-02 08:00");
  EXPECT_EQ(words(d.recipient("hdnd", at)), "ct for pbt: substitute");
  EXPECT_EQ(words(d.superior("ubkt-dang-uy", "", at)), "pbt: superior");
  EXPECT_EQ(words(d.superior("lanh-dao-ubnd", "", at)), "top");  // it would be the chairman
}

TEST(Directory, AChairmanWithAPostInThePartyMayBeAboveAPartyBody) {
  const Directory d = people(kPeople + kUnits + kPost + "  - {unit: dang-uy-ubnd, head: ct}\n" +
                             replaced(kSuperiors, "[lanh-dao-ubnd]}",
                                      "[lanh-dao-ubnd]}, "
                                      "{person: ct, units: [chi-bo-truc-thuoc]}"));
  EXPECT_EQ(words(d.superior("chi-bo-truc-thuoc", "", vn("2026-12-02 08:00"))), "ct: superior");
}

TEST(Directory, TheNextChangeIsTheNextBorderThatChangesAnAnswer) {
  const Directory d = with(kAway +
                           ", {person: ptp, from: 2026-12-05, until: 2026-12-06}"
                           ", {person: tp, for: ptp, from: 2026-12-20, until: 2026-12-21}");
  EXPECT_EQ(d.next_change(vn("2026-11-01 08:00")), vn("2026-12-02 00:00"));
  EXPECT_EQ(d.next_change(vn("2026-12-02 00:00") - Millis{1}), vn("2026-12-02 00:00"));
  // The same substitute goes on, and for the deputy nobody asks while there is a head.
  EXPECT_EQ(d.next_change(vn("2026-12-02 00:00")), vn("2026-12-07 00:00"));
  EXPECT_EQ(d.next_change(vn("2026-12-07 00:00")), kFarFuture);
  EXPECT_EQ(people(kPeople + kUnits).next_change(vn("2026-12-07 00:00")), kFarFuture);
}

TEST(Directory, TheDefaultsOfAPersonAreThoseOfTheWardAndOfTheMorning) {
  const Directory d = people(replaced(kPeople, "email: tp@honai.example}",
                                      "email: tp@honai.example, phone: \"0912 345 678\"}") +
                             kUnits + kPost);
  const Person& tp = *d.person("tp");
  EXPECT_EQ(tp.language, Language::kVietnamese);
  EXPECT_EQ(tp.digest_minute, 450);
  EXPECT_FALSE(tp.quiet);
  EXPECT_EQ(tp.phone, "84912345678");
  EXPECT_EQ(tp.channels, (std::vector<Way>{Way::kEmail, Way::kSms}));
}

TEST(Directory, WhatIsSaidOfAPersonIsTaken) {
  const Directory d =
      people(replaced(kPeople, "email: tp@honai.example}",
                      "phone: +84912345678, zalo: \"12\", language: en, channels: [sms, zalo], "
                      "digest_at: \"06:45\", quiet: {from: \"19:30\", until: \"06:00\"}}") +
             kUnits + kPost);
  const Person& tp = *d.person("tp");
  EXPECT_EQ(tp.language, Language::kEnglish);
  EXPECT_EQ(tp.channels, (std::vector<Way>{Way::kSms, Way::kZalo}));
  EXPECT_EQ(tp.digest_minute, 6 * 60 + 45);
  EXPECT_EQ(tp.quiet->from, 19 * 60 + 30);
  EXPECT_EQ(tp.quiet->until, 6 * 60);
}

TEST(Directory, TheDigestIsThatOfWhatIsMeant) {
  const std::string text = kPeople + kUnits + kPost + kSuperiors;
  const std::string digest = people(text).digest();
  EXPECT_EQ(digest.size(), 64U);
  EXPECT_EQ(people("# a comment\n" + replaced(text, "role: Trưởng phòng", "role: \"Trưởng phòng\""))
                .digest(),
            digest);
  EXPECT_NE(people(replaced(text, "Trưởng phòng", "Quyền Trưởng phòng")).digest(), digest);
  EXPECT_NE(people(replaced(text, "head: tp, deputies: [ptp]", "head: ptp")).digest(), digest);
  EXPECT_NE(people(replaced(text, "default: ct", "default: pct")).digest(), digest);
}

TEST(Directory, WhatItWritesItReadsAgain) {
  for (const std::string& text :
       {shipped("people.yaml"), kPeople + kUnits + kPost + kSuperiors,
        kPeople + kUnits +
            replaced(kPost, "head: tp, ", "head: tp, substitutes: [" + kAway + "], ")}) {
    const Directory d = people(text);
    EXPECT_EQ(people(people_text(d.content())).digest(), d.digest());
    EXPECT_EQ(people_text(people(people_text(d.content())).content()), people_text(d.content()));
  }
}

TEST(Directory, WithoutAFileNobodyIsThere) {
  const Directory d;
  EXPECT_TRUE(d.empty());
  EXPECT_EQ(words(d.recipient("van-phong", vn("2026-12-01 08:00"))), "nobody");
  EXPECT_EQ(words(d.superior("van-phong", "", vn("2026-12-01 08:00"))), "top");
  EXPECT_EQ(d.next_change(vn("2026-12-01 08:00")), kFarFuture);
  EXPECT_EQ(d.digest(), "");
  EXPECT_TRUE(d.units_without_anybody().empty());
}

TEST(Directory, TheShippedOneAnswersForEveryUnit) {
  const Directory d = people(shipped("people.yaml"));
  for (const Unit& unit : test::shipped_registry().units) {
    const Recipient found = d.recipient(unit.id, vn("2026-12-08 08:00"));
    EXPECT_TRUE(found.person) << unit.id;
    const Recipient up = d.superior(unit.id, "Đất đai", vn("2026-12-08 08:00"));
    if (unit.kind == "party" && up.person) {
      EXPECT_TRUE(d.of_party(*up.person)) << unit.id;
    }
  }
  EXPECT_EQ(d.units_without_anybody(), std::vector<std::string>{});
  EXPECT_EQ(words(d.recipient("kinh-te-ha-tang-do-thi", vn("2026-12-08 08:00"))),
            "ptp-kinh-te for tp-kinh-te: substitute");
}

}  // namespace
}  // namespace kip
