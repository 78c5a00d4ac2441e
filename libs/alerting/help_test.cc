// Help that is wanted: of whom, and until when; what a desk below asks twice is told above once.

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

class HelpTest : public testing::Test {
 protected:
  HelpTest() {
    AlertFacts facts = desks.facts("1", AlertLevel::kWarning, "xay-dung");
    facts.field = "xd";
    desks.raise(facts);
    desks.until(kMonday + hours{1});
    ask("xay-dung", "a", "tp-xd", Disposition::kNeedHelp);
    desks.until(kMonday + hours{2});
    EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 08:10 tp-xd: first 1",
                                          "2026-11-02 09:10 pct: help_wanted 1"));
  }
  void ask(const std::string& desk, const std::string& id, const char* person, Disposition what) {
    desks.answer(desk, desks.answer(id, person, what), {"1"});
  }
  Desks desks{TestOffice(), kMonday};
};

TEST_F(HelpTest, IsWantedOfTheLeaderUntilItIsOver) {
  EXPECT_EQ(help_wanted(*desks.alert("xay-dung", "1"))->id, "a");
  EXPECT_EQ(help_wanted(*desks.alert("lanh-dao", "1")), nullptr);
  desks.resolve(desks.facts("1", AlertLevel::kWarning, "xay-dung"));
  EXPECT_EQ(desks.alert("xay-dung", "1"), nullptr);
  EXPECT_EQ(desks.alert("lanh-dao", "1"), nullptr);
}

TEST_F(HelpTest, OfTheSameDeskIsWantedUntilHeAnswers) {
  ask("lanh-dao", "b", "pct", Disposition::kNeedHelp);
  desks.until(kMonday + hours{4});
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 10:10 ct: help_wanted 1"));
  EXPECT_EQ(help_wanted(*desks.alert("lanh-dao", "1"))->id, "b");
  ask("lanh-dao", "c", "ct", Disposition::kMine);
  desks.until(kMonday + hours{5});
  EXPECT_EQ(help_wanted(*desks.alert("lanh-dao", "1")), nullptr);
}

class AskedAgainTest : public testing::Test {
 protected:
  AskedAgainTest() {
    desks.raise(desks.facts("1/due_soon", AlertLevel::kWarning, "xay-dung"));
    desks.raise(desks.facts("1/overdue", AlertLevel::kCritical, "xay-dung"));
    desks.until(kMonday + minutes{30});
    ask_help("a", "1/overdue");
    desks.until(kMonday + minutes{60});
    EXPECT_THAT(desks.told(),
                ElementsAre("2026-11-02 08:02 tp-xd: first 1/overdue  first 1/due_soon",
                            "2026-11-02 08:32 ct: help_wanted 1/overdue"));
  }
  void ask_help(const std::string& id, const std::string& alert) {
    desks.answer("xay-dung", desks.answer(id, "tp-xd", Disposition::kNeedHelp), {alert});
  }
  Desks desks{TestOffice(), kMonday};
};

TEST_F(AskedAgainTest, ForTheSameItemItIsNotToldAgain) {
  ask_help("b", "1/due_soon");
  desks.until(kMonday + minutes{120});
  EXPECT_THAT(desks.told(), IsEmpty());
}

TEST_F(AskedAgainTest, OnceAnsweredAboveANewRequestIsTold) {
  desks.answer("lanh-dao", desks.answer("c", "ct", Disposition::kMine), {"1/overdue"});
  ask_help("b", "1/due_soon");
  desks.until(kMonday + minutes{120});
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 09:02 ct: help_wanted 1/overdue"));
}

TEST_F(AskedAgainTest, AnotherReasonIsTold) {
  desks.answer("xay-dung", desks.answer("b", "tp-xd", Disposition::kNotMine), {"1/due_soon"});
  desks.until(kMonday + minutes{120});
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 09:02 ct: not_mine 1/overdue"));
}

}  // namespace
}  // namespace kip
