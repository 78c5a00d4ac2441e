#include "registry/registry.h"

#include <gtest/gtest.h>

#include <string>

#include "support/files.h"

namespace kip {
namespace {

using test::shipped;

Registry shipped_registry() {
  Problems problems;
  Registry registry;
  registry.ward = read_ward(Reader::parse("kip.yaml", shipped("kip.yaml"), problems));
  read_units(Reader::parse("units.yaml", shipped("units.yaml"), problems), registry);
  read_sources(Reader::parse("sources.yaml", shipped("sources.yaml"), problems), registry);
  read_procedures(Reader::parse("procedures.yaml", shipped("procedures.yaml"), problems), registry);
  registry.index();
  EXPECT_TRUE(problems.empty());
  return registry;
}

TEST(Registry, AnEmptyOrUnknownUnitIsUnassigned) {
  const Registry registry = shipped_registry();
  EXPECT_EQ(registry.unit_or_unassigned("van-phong"), "van-phong");
  EXPECT_EQ(registry.unit_or_unassigned("nobody"), "unassigned");
  EXPECT_EQ(registry.unit_or_unassigned(""), "unassigned");
  EXPECT_EQ(registry.unit_or_unassigned(std::nullopt), "unassigned");
}

TEST(Registry, OpenEveryUnitButTheEmptyOneIsKnown) {
  Registry registry = shipped_registry();
  registry.open = true;
  EXPECT_TRUE(registry.unit_known("nobody"));
  EXPECT_FALSE(registry.unit_known(""));
  EXPECT_EQ(registry.unit("nobody"), nullptr);
}

TEST(Registry, TheWardFollowsFromTheUnitAndWardIdCountsOnlyWhereTheUnitIsUnknown) {
  Registry registry = shipped_registry();
  registry.units[0].ward = "other-ward";
  registry.index();
  EXPECT_EQ(registry.ward_of(registry.units[0].id, "said"), "other-ward");
  EXPECT_EQ(registry.ward_of("van-phong", "said"), "ho-nai");
  EXPECT_EQ(registry.ward_of("unassigned", "said"), "said");
  EXPECT_EQ(registry.ward_of("unassigned", ""), "ho-nai");
  EXPECT_EQ(registry.ward_of("unassigned", std::nullopt), "ho-nai");
}

TEST(Registry, OnlyARegisteredSourceCanBeTrustedWithTitles) {
  Registry registry = shipped_registry();
  EXPECT_FALSE(registry.source_trusted("urn:kip:sample:motcua"));
  EXPECT_FALSE(registry.source_trusted("nobody"));
  registry.sources[0].titles_trusted = true;
  EXPECT_TRUE(registry.source_trusted(registry.sources[0].id));
}

TEST(Registry, TheCatalogueNamesProceduresAndSubjects) {
  const Registry registry = shipped_registry();
  EXPECT_EQ(registry.catalogue_name("1.001193"), "Đăng ký khai sinh");
  ASSERT_FALSE(registry.subjects.empty());
  EXPECT_EQ(registry.catalogue_name(registry.subjects[0].code), registry.subjects[0].name);
  EXPECT_EQ(registry.catalogue_name("nothing"), "");
}

TEST(Registry, PetitionsHaveTheLimitsOfDecision766AsSubClocks) {
  const Registry registry = shipped_registry();
  std::map<std::string, std::int64_t> days;
  for (const SubClockRule& rule : registry.sub_clocks) {
    if (rule.kind == Kind::kPetition) days[rule.name] = rule.millionth_days / 1'000'000;
  }
  const std::map<std::string, std::int64_t> expected = {
      {"refuse", 2}, {"request_supplement", 5}, {"transfer", 5}, {"resolve", 15}, {"publish", 2}};
  EXPECT_EQ(days, expected);
}

TEST(Registry, ClockStopsAreThoseOfTheKindUnlessTheFileSaysOthers) {
  const Ward standard = shipped_registry().ward;
  EXPECT_EQ(standard.clock_stops, FoldRules{}.clock_stops);
  Problems problems;
  const std::string text =
      shipped("kip.yaml") +
      "\nclock_stops:\n  task: [suspended]\n  petition: []\n  dossier: [waiting]\n";
  const Ward ward = read_ward(Reader::parse("kip.yaml", text, problems));
  EXPECT_TRUE(problems.empty());
  const auto bits = [&](Kind kind) { return ward.clock_stops.at(static_cast<std::size_t>(kind)); };
  EXPECT_EQ(bits(Kind::kTask), static_cast<std::uint8_t>(ClockStop::kSuspended));
  EXPECT_EQ(bits(Kind::kNone), bits(Kind::kTask));  // no kind: as a task
  EXPECT_EQ(bits(Kind::kPetition), 0);
  EXPECT_EQ(bits(Kind::kDossier), static_cast<std::uint8_t>(ClockStop::kWaiting));
  EXPECT_EQ(bits(Kind::kProject),
            FoldRules{}.clock_stops.at(static_cast<std::size_t>(Kind::kProject)));
}

TEST(Registry, TheCommentedClockStopsAreTheDefault) {
  std::string text = shipped("kip.yaml");
  const std::size_t at = text.find("#clock_stops:");
  ASSERT_NE(at, std::string::npos);
  std::string entry = text.substr(at);
  std::erase(entry, '#');
  Problems problems;
  EXPECT_EQ(read_ward(Reader::parse("kip.yaml", text.substr(0, at) + entry, problems)).clock_stops,
            FoldRules{}.clock_stops);
  EXPECT_TRUE(problems.empty());
  EXPECT_NE(entry.find("task:"), std::string::npos);
}

TEST(ParseDay, TakesOnlyAWholeDayThatExists) {
  EXPECT_EQ(parse_day("1970-01-02"), LocalDay{std::chrono::days{1}});
  for (const char* text : {"", "2026-11-31", "2026-11-3", "2026-11-24T00:00:00Z", "24/11/2026"}) {
    EXPECT_EQ(parse_day(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace kip
