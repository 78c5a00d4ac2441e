// What a desk below asks twice is told above once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerting/test_desks.h"

namespace kip {
namespace {

using std::chrono::minutes;
using test::Desks;
using test::kMonday;
using test::TestOffice;
using test::vn;
using testing::ElementsAre;
using testing::IsEmpty;

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
