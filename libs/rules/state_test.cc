// What follows from an item's alerts: its state word, the counters it stands in, when it is sealed.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules/settle.h"
#include "support/desk.h"

namespace kip {
namespace {

using test::Desk;
using test::dossier;
using test::History;
using test::kMs;
using test::task;
using test::vn;
using enum WorkStatus;

// Monday 07:30 to Tuesday 17:00: 16 h, so due soon from Tuesday 13:48 on.
History two_days() {
  return dossier("HS-1").received("2026-11-02 07:30").due("2026-11-03 17:00").unit("u");
}
std::string word(const Desk& desk) { return std::string(item_word(word_of(desk.item))); }

TEST(StateWord, IsOnTrackThenAtRiskThenOverdue) {
  Desk desk;
  desk.tell(two_days());
  EXPECT_EQ(word(desk), "on_track");
  desk.until(vn("2026-11-03 13:48") - kMs);
  EXPECT_EQ(word(desk), "on_track");
  desk.until("2026-11-03 13:48");
  EXPECT_EQ(word(desk), "at_risk");
  desk.until("2026-11-03 17:00");
  EXPECT_EQ(word(desk), "at_risk");
  desk.until("2026-11-03 17:00:00.001");
  EXPECT_EQ(word(desk), "overdue");
}

TEST(StateWord, InAStopIsPausedBeforeAtRisk) {
  Desk desk;
  desk.tell(two_days().at("2026-11-03 14:00").status(kWaiting));
  EXPECT_NE(desk.open(RuleId::kDueSoon), nullptr);
  EXPECT_EQ(word(desk), "paused");
}

TEST(StateWord, OverdueInAStopIsOverdue) {
  Desk desk;
  desk.tell(two_days().at("2026-11-04 08:00").status(kWaiting)).until("2026-11-30 08:00");
  EXPECT_EQ(word(desk), "overdue");
}

TEST(StateWord, ADueThatPassesDuringAStopLeavesItPaused) {
  Desk desk;
  desk.tell(two_days().at("2026-11-03 08:00").status(kWaiting)).until("2026-11-30 08:00");
  EXPECT_EQ(word(desk), "paused");
}

TEST(StateWord, ABadgeLeavesTheItemOnTrack) {
  Desk desk;
  desk.tell(task("NV-1").at("2026-11-02 08:00").status(kRegistered)).until("2026-11-30 08:00");
  EXPECT_EQ(desk.item.open.size(), 3U);  // not_accepted, stalled, unclear
  EXPECT_EQ(word(desk), "on_track");
}

TEST(StateWord, BehindPlanAndAStepOverdueMakeAtRisk) {
  Desk behind;
  behind.tell(two_days().progress(0)).until("2026-11-02 16:00");
  EXPECT_EQ(word(behind), "at_risk");
  Desk step;
  step.tell(two_days().step("1", "2026-11-02 09:00")).until("2026-11-02 16:00");
  EXPECT_EQ(word(step), "at_risk");
}

TEST(StateWord, OfEndedAndVoidItemsIsNone) {
  for (const WorkStatus s : {kCompleted, kReturned, kRejected, kWithdrawn, kTransferred, kVoid}) {
    Desk desk;
    desk.tell(two_days().at("2026-11-04 08:00").status(s));
    EXPECT_EQ(word_of(desk.item), ItemWord::kNone) << status_word(s);
  }
}

TEST(StateWord, ADeclinedTaskThatNobodyTakesUpIsOverdue) {
  Desk desk;
  desk.tell(task("NV-1").at("2026-11-02 08:00").status(kDeclined).due("2026-11-03 10:00"))
      .until("2026-11-03 11:00");
  EXPECT_EQ(word(desk), "overdue");
}

using Counters = std::vector<std::string>;

TEST(Counters, OfAnOpenItemAreItsStateItsAlertsAndTheDayItFallsDue) {
  Desk desk;
  desk.tell(two_days());
  EXPECT_EQ(desk.item.counted, Counters{"items|ho-nai|u|dossier|on_track"});
  desk.until("2026-11-03 14:00");
  EXPECT_EQ(desk.item.counted,
            (Counters{"alerts|ho-nai|u|warning", "due|ho-nai|u|2026-11-03",
                      "items|ho-nai|u|dossier|at_risk", "rules|ho-nai|due_soon|warning"}));
  desk.until("2026-11-03 18:00");
  EXPECT_EQ(desk.item.counted,
            (Counters{"alerts|ho-nai|u|critical", "alerts|ho-nai|u|warning",
                      "items|ho-nai|u|dossier|overdue", "rules|ho-nai|due_soon|warning",
                      "rules|ho-nai|overdue|critical"}));
}

TEST(Counters, OfAnOpenItemDueBeyondTheCalendarSayThatItIsProvisional) {
  const auto policy = test::office_policy();
  policy->calendars.set_years(2025, 2026);
  Desk desk(policy);
  History h = dossier("HS-1").received("2026-11-02 07:30").due("2026-12-31 17:00").unit("u");
  desk.tell(h);
  EXPECT_EQ(desk.item.counted, Counters{"items|ho-nai|u|dossier|on_track"});
  desk.take_last(h.at("2026-11-02 08:00").due("2027-01-04 17:00"));
  EXPECT_EQ(desk.item.counted,
            (Counters{"items|ho-nai|u|dossier|on_track", "provisional|ho-nai|u"}));
  desk.take_last(h.at("2026-11-02 09:00").status(kCompleted));
  EXPECT_EQ(desk.item.counted.size(), 1U);
  EXPECT_TRUE(desk.item.counted[0].starts_with("completed|"));
}

TEST(Counters, AHoldersAlertIsCountedForTheHolder) {
  Desk desk;
  desk.tell(two_days().step("1", "2026-11-02 09:00").step_at("p")).until("2026-11-02 16:00");
  EXPECT_EQ(desk.item.counted,
            (Counters{"alerts|ho-nai|p|warning", "due|ho-nai|u|2026-11-03",
                      "items|ho-nai|u|dossier|at_risk", "rules|ho-nai|step_overdue|warning"}));
}

// The counter of the finished item.
std::string result(const History& h) {
  Desk desk;
  desk.tell(h);
  return desk.item.counted.empty() ? "" : desk.item.counted.front();
}

TEST(Counters, AFinishedItemIsInTimeByItsDateAlsoAfterTheHour) {
  EXPECT_EQ(result(two_days().at("2026-11-03 16:00").status(kCompleted)),
            "completed|ho-nai|u|dossier|on_time|2026-11");
  EXPECT_EQ(result(two_days().at("2026-11-03 23:59").status(kCompleted)),
            "completed|ho-nai|u|dossier|on_time|2026-11");
  EXPECT_EQ(result(two_days().at("2026-11-04 00:00").status(kCompleted)),
            "completed|ho-nai|u|dossier|late|2026-11");
}

TEST(Counters, AFinishedItemStandsInTheMonthOfItsEndInVietnamTime) {
  EXPECT_EQ(result(two_days().at("2026-12-01 00:00").status(kCompleted)),
            "completed|ho-nai|u|dossier|late|2026-12");
  EXPECT_EQ(
      result(two_days().at("2026-12-01 00:00").status(kCompleted).completed("2026-11-30 23:59")),
      "completed|ho-nai|u|dossier|late|2026-11");
}

TEST(Counters, WithoutADueOrWithAnotherEndTheResultSaysSo) {
  EXPECT_EQ(result(dossier("X")
                       .received("2026-11-02 08:00")
                       .unit("u")
                       .at("2026-11-03 08:00")
                       .status(kCompleted)),
            "completed|ho-nai|u|dossier|no_due|2026-11");
  EXPECT_EQ(result(two_days().at("2026-11-09 08:00").status(kWithdrawn)),
            "completed|ho-nai|u|dossier|on_time|2026-11");
  for (const WorkStatus s : {kRejected, kTransferred}) {
    EXPECT_EQ(result(two_days().at("2026-11-09 08:00").status(s)),
              "completed|ho-nai|u|dossier|not_counted|2026-11");
  }
}

TEST(Counters, AVoidItemStandsInNone) {
  EXPECT_EQ(result(two_days().at("2026-11-03 08:00").status(kVoid)), "");
}

TEST(Counters, OfAnItemOfNoUnitAreThoseOfUnassigned) {
  EXPECT_EQ(result(dossier("X").received("2026-11-02 08:00")),
            "items|ho-nai|unassigned|dossier|on_track");
}

TEST(Sealing, AnItemIsSealed400DaysAfterItsEndByItsOwnClock) {
  Desk desk;
  desk.tell(task("NV-1").at("2026-11-02 08:00").status(kCompleted));
  const Instant seal = vn("2026-11-02 08:00") + std::chrono::days{400};
  EXPECT_EQ(desk.item.next_look, seal);
  desk.until(seal - kMs);
  EXPECT_FALSE(desk.item.sealed);
  desk.until(seal);
  EXPECT_TRUE(desk.item.sealed);
  EXPECT_EQ(desk.item.next_look, kFarFuture);
  EXPECT_EQ(desk.item.counted,
            Counters{"completed|ho-nai|unassigned|task|no_due|2026-11"});  // it still counts
}

TEST(Sealing, TheEndIsCompletedAtWhereThereIsOneAndTheDaysAreConfigured) {
  auto policy = test::office_policy();
  policy->registry.ward.history_days = 10;
  Desk desk(policy);
  desk.tell(task("NV-1").at("2026-11-02 08:00").status(kCompleted).completed("2026-11-01 09:00"));
  EXPECT_EQ(desk.item.next_look, vn("2026-11-11 09:00"));
}

TEST(Sealing, AnOpenOrReopenedItemIsNeverSealed) {
  Desk desk;
  History h = task("NV-1").at("2026-11-02 08:00").status(kCompleted);
  desk.tell(h);
  desk.take_last(h.at("2026-11-03 08:00").status(kInProgress));
  desk.until("2029-11-03 08:00");
  EXPECT_FALSE(desk.item.sealed);
}

TEST(Sealing, ADossierThatWaitsForItsReturnIsLookedAtBefore) {
  Desk desk;
  desk.tell(dossier("HS-1").at("2026-11-02 08:00").status(kCompleted));
  EXPECT_EQ(desk.item.next_look, vn("2026-11-03 08:00") + kMs);
  desk.until("2026-11-04 08:00");
  EXPECT_EQ(desk.item.next_look, vn("2026-11-02 08:00") + std::chrono::days{400});
}

}  // namespace
}  // namespace kip
