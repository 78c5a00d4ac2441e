// What desks do while the source of an item's data is silent (SEMANTICS 4).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerting/test_desks.h"

namespace kip {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::Desks;
using test::kMonday;
using test::TestOffice;
using test::vn;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const char* const kUnit = "xay-dung";

class StaleTest : public testing::Test {
 protected:
  AlertFacts facts(const std::string& id, AlertLevel level) const {
    AlertFacts f = desks.facts(id, level, kUnit);
    f.source = "mot-cua";
    return f;
  }
  void raise(const std::string& id, AlertLevel level) { desks.raise(facts(id, level)); }
  std::vector<Why> journal(const std::string& id) const {
    std::vector<Why> out;
    for (const Decision& d : desks.decisions) {
      if (d.alert_id == id) out.push_back(d.why);
    }
    return out;
  }
  Desks desks{TestOffice(), kMonday};
};

TEST_F(StaleTest, AnOverdueOneIsToldWhenItsSourceIsBackIfItIsStillTrue) {
  desks.silent({{"mot-cua", kMonday - minutes{30}}});
  raise("1", AlertLevel::kCritical);
  raise("2", AlertLevel::kCritical);
  desks.until(kMonday + hours{6});
  EXPECT_THAT(desks.told(), IsEmpty());
  desks.resolve(facts("2", AlertLevel::kCritical));  // it was done, and its source says so at last
  desks.silent({});
  desks.until(kMonday + hours{7});
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 14:00 tp-xd: first 1"));
  EXPECT_THAT(journal("1"), ElementsAre(Why::kStaleData, Why::kWaiting, Why::kFirst));
  EXPECT_THAT(journal("2"), ElementsAre(Why::kStaleData, Why::kDropped));
}

TEST_F(StaleTest, WhatWasOverdueByItsLastWordIsToldAndGoesNoHigher) {
  desks.silent({{"mot-cua", kMonday}});
  raise("1", AlertLevel::kCritical);  // its onset is no later
  desks.until(vn("2026-11-04 17:00"));
  ASSERT_THAT(desks.sent, SizeIs(1));
  EXPECT_EQ(desks.sent[0].entries[0].data_until, kMonday);
  desks.sent.clear();
  desks.silent({});
  desks.until(vn("2026-11-04 18:00"));
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-04 17:02 ct: escalated 1"));
}

TEST_F(StaleTest, OtherSourcesAndOtherRulesAreToldAsEver) {
  desks.silent({{"mot-cua", kMonday - minutes{30}}});
  AlertFacts other = facts("1", AlertLevel::kCritical);
  other.source = "nhiem-vu";
  desks.raise(other);
  raise("2", AlertLevel::kWarning);
  desks.until(kMonday + minutes{30});
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 08:02 tp-xd: first 1  first 2"));
}

// The list has it, and says by which data.
TEST_F(StaleTest, TheMorningListSaysUntilWhenTheDataGo) {
  desks.silent({{"mot-cua", kMonday - minutes{30}}});
  raise("1", AlertLevel::kCritical);
  desks.until(vn("2026-11-03 08:00"));
  ASSERT_THAT(desks.lists.back().digest.open, SizeIs(1));
  EXPECT_EQ(desks.lists.back().digest.open[0].data_until, kMonday - minutes{30});
}

// Else its warning would be silenced by what nobody was told.
TEST_F(StaleTest, WhatIsHeldBackDoesNotStandForTheWarningOfItsItem) {
  raise("1/w", AlertLevel::kWarning);
  desks.until(kMonday + minutes{30});
  desks.told();
  Answer answer = desks.answer("a", "tp-xd", Disposition::kMine);
  answer.promised_at = kMonday + hours{2};
  desks.answer(kUnit, answer, {"1/w"});
  desks.silent({{"mot-cua", kMonday}});
  raise("1/o", AlertLevel::kCritical);
  EXPECT_TRUE(desks.alert(kUnit, "1/w")->answer);  // not void yet
  desks.silent({});
  EXPECT_FALSE(desks.alert(kUnit, "1/w")->answer);
}

// A badge is one at any level.
TEST_F(StaleTest, ABadgeThatWorsensStaysInTheList) {
  AlertFacts badge = facts("1", AlertLevel::kNotice);
  badge.rule = "stalled";
  desks.raise(badge);
  badge.level = AlertLevel::kWarning;
  ++badge.revision;
  desks.take(badge, AlertChangeKind::kLevel);
  desks.until(kMonday + hours{2});
  EXPECT_THAT(desks.told(), IsEmpty());
}

TEST_F(StaleTest, ASilentSourceIsToldAndALateOneOnlyListed) {
  AlertFacts source = desks.facts("s", AlertLevel::kNotice, kUnit);
  source.rule = kSourceSilent;
  source.subject_kind = 's';
  source.subject = "mot-cua";
  desks.raise(source);
  desks.until(kMonday + hours{1});
  EXPECT_THAT(desks.told(), IsEmpty());
  source.level = AlertLevel::kWarning;
  ++source.revision;
  desks.take(source, AlertChangeKind::kLevel);
  desks.until(kMonday + hours{2});
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 09:10 tp-xd: first s"));
}

}  // namespace
}  // namespace kip
