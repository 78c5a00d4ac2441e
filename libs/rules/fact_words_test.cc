// What raises a chance, in words: everything that can be a fact has some, in both languages.

#include "rules/fact_words.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "rules/reason.h"
#include "support/desk.h"

namespace kip {
namespace {

using forecast::Fact;
using forecast::Group;
using forecast::Number;

constexpr WorkTime kTerm = work_hours(8 * 20);

Fact number(Number n, double value) { return {.number = n, .group = {}, .value = value}; }
Fact group(Group g, double value) { return {.number = {}, .group = g, .value = value}; }
std::string vi(const Fact& fact) { return fact_words(fact, kTerm, Language::kVietnamese); }
std::string en(const Fact& fact) { return fact_words(fact, kTerm, Language::kEnglish); }

TEST(FactWords, EveryNumberAndGroupThatCanBeAFactHasItsOwnInBothLanguages) {
  const std::set<Number> never = {Number::kShare,      Number::kElapsedDays,
                                  Number::kWeekday,    Number::kWeekdayReceived,
                                  Number::kWeekdayDue, Number::kHourReceived};
  std::set<std::string> vietnamese, english;
  std::size_t facts = 0;
  const auto meet = [&](const Fact& fact, bool told) {
    for (const std::string& text : {vi(fact), en(fact)}) {
      EXPECT_EQ(!text.empty(), told);
      EXPECT_EQ(text.find("  "), std::string::npos) << text;
    }
    if (!told) return;
    ++facts;
    vietnamese.insert(vi(fact));
    english.insert(en(fact));
  };
  for (std::size_t n = 0; n < forecast::kNumbers; ++n) {
    const auto which = static_cast<Number>(n);
    meet(number(which, 2), !never.contains(which));
  }
  for (std::size_t g = 0; g < forecast::kGroups; ++g) {
    const auto which = static_cast<Group>(g);
    meet(group(which, 0.31), which != Group::kAll);
  }
  EXPECT_EQ(vietnamese.size(), facts);
  EXPECT_EQ(english.size(), facts);
}

TEST(FactWords, SayTheFigureAsAPersonWould) {
  EXPECT_EQ(vi(number(Number::kIdleShare, 0.3)), "đã 6 ngày làm việc không có gì mới");
  EXPECT_EQ(en(number(Number::kIdleShare, 0.3)), "nothing new for 6 working days");
  EXPECT_EQ(vi(number(Number::kIdleShare, 0.05)), "đã 8 giờ làm việc không có gì mới");
  EXPECT_EQ(vi(number(Number::kGapMax, 0.0)), "có lúc dưới 1 giờ làm việc không có gì mới");
  EXPECT_EQ(vi(number(Number::kTermDays, 15)), "được giao trong 15 ngày làm việc");
  EXPECT_EQ(vi(number(Number::kReturns, 2)), "bị trả lại 2 lần");
  EXPECT_EQ(en(number(Number::kReturns, 1)), "sent back once");
  EXPECT_EQ(vi(number(Number::kReturns, 0)), "chưa bị trả lại");
  EXPECT_EQ(vi(number(Number::kLoadUnit, 1.4)), "đơn vị đang giữ 1,4 lần số việc thường có");
  EXPECT_EQ(en(number(Number::kLoadOwner, 2)),
            "its officer holds 2 times the usual number of items");
  EXPECT_EQ(vi(group(Group::kStep, 0.31)), "việc ở bước này: 31 % trễ");
  EXPECT_EQ(vi(group(Group::kOwner, 0.305)), "việc của người đang giữ: 31 % trễ");
  EXPECT_EQ(en(group(Group::kProcedure, 1)), "items of this procedure: 100 % late");
}

TEST(FactWords, SharesOfNoTermSayNothing) {
  for (const Number n : {Number::kIdleShare, Number::kGapMax, Number::kGapFirst})
    EXPECT_EQ(fact_words(number(n, 0.5), WorkTime{}, Language::kVietnamese), "");
  EXPECT_EQ(fact_words(Fact{}, kTerm, Language::kEnglish), "");
}

// Of an item of five days: its term is from the start to the due as they are seen.
TEST(FactWords, OfAnItemAreInTheOrderOfTheForecastWithoutThoseThatSayNothing) {
  const auto policy = test::office_policy();
  ItemState item;
  item.folded =
      test::task("NV-1").received("2026-11-02 08:00").due("2026-11-07 08:00").fold(policy->fold);
  Seen before(item, *policy, test::vn("2026-11-04 08:00"));
  EXPECT_TRUE(because_of(before, Language::kVietnamese).empty());
  item.forecast =
      forecast::Forecast{.facts = {number(Number::kIdleShare, 0.6), number(Number::kShare, 0.5),
                                   group(Group::kUnit, 0.4)},
                         .facts_count = 3};
  const Seen seen(item, *policy, test::vn("2026-11-04 08:00"));
  EXPECT_EQ(because_of(seen, Language::kVietnamese),
            (std::vector<std::string>{"đã 3 ngày làm việc không có gì mới",
                                      "việc của đơn vị này: 40 % trễ"}));
  item.forecast->facts_count = 1;
  EXPECT_EQ(because_of(seen, Language::kEnglish),
            std::vector<std::string>{"nothing new for 3 working days"});
}

// What likely_late says on Wednesday of an item that is due on Friday.
class LikelyLateWords : public testing::Test {
 protected:
  LikelyLateWords() {
    item_.folded =
        test::task("NV-1").received("2026-11-02 08:00").due("2026-11-06 17:00").fold(policy_->fold);
    forecast::Forecast& said = item_.forecast.emplace();
    said.at = test::vn("2026-11-04 09:00");
    said.chance = 0.83649;
    said.cases = 50;
    said.earliest = test::vn("2026-11-05 11:00");
    said.expected = test::vn("2026-11-09 11:00");
    said.latest = test::vn("2026-11-16 11:00");
    entry_.params = LikelyLate{};
  }
  Seen seen(std::optional<double> cut = std::nullopt) const {
    Seen seen(item_, *policy_, test::vn("2026-11-04 09:00"));
    seen.cut = cut;
    return seen;
  }
  std::string reason(double chance, std::uint32_t cases) {
    item_.forecast->chance = chance;
    item_.forecast->cases = cases;
    return reason_of(entry_, seen(), {}, Language::kVietnamese);
  }

  std::shared_ptr<Policy> policy_ = test::office_policy();
  ItemState item_;
  RuleEntry entry_;
};

TEST_F(LikelyLateWords, AreWholeCasesOfNoMoreThanItWasLearnedFrom) {
  EXPECT_EQ(reason(0.83649, 50),
            "42 trong 50 việc như thế này đã trễ; dự kiến xong T2 09/11/2026, 11:00, sau hạn "
            "T6 06/11/2026, 17:00.");
  EXPECT_TRUE(reason(0.83649, 49).starts_with("17 trong 20 "));
  EXPECT_TRUE(reason(0.83649, 19).starts_with("8 trong 10 "));
  EXPECT_TRUE(reason(0.999, 1000).starts_with("49 trong 50 "));
  EXPECT_TRUE(reason(0.001, 1000).starts_with("1 trong 50 "));
  item_.forecast->expected = test::vn("2026-11-06 17:00");
  EXPECT_EQ(reason(0.41, 10),
            "4 trong 10 việc như thế này đã trễ; dự kiến xong T6 06/11/2026, 17:00, hạn "
            "T6 06/11/2026, 17:00.");
}

TEST_F(LikelyLateWords, HaveTheFactsBehindTheFigures) {
  item_.forecast->facts = {number(Number::kReturns, 2), group(Group::kStep, 0.31), Fact{}};
  item_.forecast->facts_count = 2;
  const std::string text = reason(0.7, 60);
  EXPECT_TRUE(text.ends_with("; vì bị trả lại 2 lần; việc ở bước này: 31 % trễ.")) << text;
  EXPECT_EQ(reason_of(entry_, seen(), {}, Language::kEnglish),
            "35 of 50 items like this were late; expected to be finished 2026-11-09 11:00, after "
            "its due time 2026-11-06 17:00; because of: sent back 2 times; items at this step: "
            "31 % late.");
}

TEST_F(LikelyLateWords, EvidenceIsTheChanceTheCasesTheBandAndWhy) {
  item_.forecast->facts = {number(Number::kReturns, 2), group(Group::kStep, 0.31), Fact{}};
  item_.forecast->facts_count = 2;
  std::map<std::string, decltype(Evidence::value)> evidence;
  for (const Evidence& e : evidence_of(entry_, seen(0.61234), {})) evidence[e.name] = e.value;
  const std::map<std::string, decltype(Evidence::value)> wanted = {
      {"because", "bị trả lại 2 lần; việc ở bước này: 31 % trễ"},
      {"cases", 50.0},
      {"chance_late", 0.836},
      {"cut", 0.612},
      {"earliest_finish", item_.forecast->earliest},
      {"expected_finish", item_.forecast->expected},
      {"latest_finish", item_.forecast->latest}};
  evidence.erase("source");
  EXPECT_EQ(evidence, wanted);
}

}  // namespace
}  // namespace kip
