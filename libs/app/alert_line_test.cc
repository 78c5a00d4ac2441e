#include "app/alert_line.h"

#include <gtest/gtest.h>

#include "app/test_data.h"

namespace kip::test {
namespace {

AlertChange change(AlertChangeKind kind, RuleId rule) {
  AlertChange c;
  c.change = kind;
  c.rule = rule;
  c.item_id = "NV-224";
  c.unit_id = "vh-xh";
  c.reason = "Còn 4 giờ làm việc.";
  c.detected_at = at("2026-11-23T02:42:00Z");
  c.due_at = at("2026-11-23T08:00:00Z");  // 15:00
  return c;
}

std::string line(const AlertChange& c) { return alert_line(c, *office()).value_or("none"); }

TEST(AlertLine, TellsWhatIsRaisedWithItsReason) {
  EXPECT_EQ(line(change(AlertChangeKind::kRaised, RuleId::kDueSoon)),
            "09:42  NGUY CƠ TRỄ  vh-xh           NV-224                   Còn 4 giờ làm việc.");
  EXPECT_TRUE(
      line(change(AlertChangeKind::kRaised, RuleId::kOverdue)).starts_with("09:42  QUÁ HẠN  "));
  EXPECT_EQ(line(change(AlertChangeKind::kUpdated, RuleId::kDueSoon)), "none");
}

TEST(AlertLine, TellsThatAnItemOfWhichItWarnedWasFinishedInTime) {
  AlertChange c = change(AlertChangeKind::kResolved, RuleId::kDueSoon);
  EXPECT_EQ(line(c), "none") << "it ended, but not by being finished";
  c.finished_at = at("2026-11-23T02:42:00Z");
  EXPECT_EQ(line(c),
            "09:42  kịp rồi      vh-xh           NV-224                   "
            "xong trước hạn 3 giờ 48 phút làm việc, đóng cảnh báo");
  c.finished_at = c.due_at;
  EXPECT_NE(line(c).find("xong đúng hạn, đóng cảnh báo"), std::string::npos);
  c.finished_at = *c.due_at + Millis{1};
  EXPECT_EQ(line(c), "none");
  c.finished_at = c.due_at;
  c.rule = RuleId::kStalled;
  EXPECT_EQ(line(c), "none") << "nothing was said to be late";
}

TEST(AlertLine, CountsHoursBelowTwoWorkingDaysThenDays) {
  AlertChange c = change(AlertChangeKind::kResolved, RuleId::kDueSoon);
  c.finished_at = at("2026-11-23T02:42:00Z");
  c.due_at = at("2026-11-25T02:41:00Z");
  EXPECT_NE(line(c).find("hạn 15 giờ 59 phút làm việc"), std::string::npos) << line(c);
  c.due_at = at("2026-11-25T04:18:00Z");
  EXPECT_NE(line(c).find("hạn 2,2 ngày làm việc"), std::string::npos) << line(c);
}

TEST(AlertLine, TellsAnItemByItsState) {
  UrgentItem item;
  item.item_id = "HS-1";
  item.unit = kUnassigned;
  item.word = ItemWord::kOverdue;
  item.due = at("2026-11-20T10:00:00Z");
  item.left = WorkTime{-work_hours(2).ms};
  item.reason = "Không có hạn.";
  EXPECT_EQ(urgent_line(item, *office()),
            "  QUÁ HẠN      chưa rõ         HS-1                     "
            "quá 2 giờ làm việc, hạn T6 20/11/2026, 17:00");
  item.word = ItemWord::kAtRisk;
  item.due.reset();
  EXPECT_EQ(urgent_line(item, *office()),
            "  NGUY CƠ TRỄ  chưa rõ         HS-1                     Không có hạn.");
}

}  // namespace
}  // namespace kip::test
