#include "alerting/desk.h"

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

constexpr AlertLevel kWarning = AlertLevel::kWarning, kCritical = AlertLevel::kCritical;

class DeskTest : public testing::Test {
 protected:
  Desks desks{TestOffice(), kMonday};
  void raise(const std::string& id, AlertLevel level = kWarning, const std::string& field = "") {
    AlertFacts facts = desks.facts(id, level, "xay-dung");
    facts.field = field;
    desks.raise(facts);
  }
  void resolve(const std::string& id) { desks.resolve(desks.facts(id, kWarning, "xay-dung")); }
  void answer(const std::string& id, Disposition what, const std::vector<std::string>& ids,
              std::optional<Instant> promised = {}) {
    Answer a = desks.answer(id, "tp-xd", what);
    a.promised_at = promised;
    desks.answer("xay-dung", a, ids);
  }
};

TEST_F(DeskTest, CollectsWhatComesTogetherIntoOneMessage) {
  raise("1");
  desks.until(kMonday + minutes{5});
  raise("2");
  desks.until(kMonday + minutes{60});
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 08:10 tp-xd: first 1  first 2"));
}

TEST_F(DeskTest, TellsACriticalOneSoonerAndTheWorstFirst) {
  raise("1");
  raise("2", kCritical);
  desks.until(kMonday + minutes{60});
  ASSERT_THAT(desks.sent, SizeIs(1));
  EXPECT_EQ(desks.sent[0].answer_by, vn("2026-11-02 13:32"));  // 4 working hours
  EXPECT_EQ(desks.sent[0].goes_up_to, "ct");
  EXPECT_EQ(desks.sent[0].level, kCritical);
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 08:02 tp-xd: first 2  first 1"));
}

TEST_F(DeskTest, HoldsInTheNightAndDropsWhatClearsMeanwhile) {
  desks.until(vn("2026-11-02 18:00"));
  raise("1");
  raise("2");
  desks.until(vn("2026-11-02 20:00"));
  resolve("1");
  desks.until(vn("2026-11-03 08:00"));
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-03 07:30 tp-xd: first 2"));
  std::vector<std::string> words;
  for (const Decision& d : desks.decisions) words.emplace_back(why_word(d.why));
  EXPECT_THAT(words, ElementsAre("held", "held", "dropped", "first"));
}

TEST_F(DeskTest, ACriticalOneBreaksTheQuietButNotTheNight) {
  desks.until(vn("2026-11-02 18:00"));
  raise("1", kCritical);
  desks.until(vn("2026-11-02 21:30"));
  raise("2", kCritical);
  desks.until(vn("2026-11-03 07:00"));
  EXPECT_THAT(desks.told(),
              ElementsAre("2026-11-02 18:02 tp-xd: first 1", "2026-11-03 06:30 tp-xd: first 2"));
}

TEST_F(DeskTest, KeepsADistanceAndStopsAtTheDaysMost) {
  for (int i = 0; i < 20; ++i) {
    raise("c" + std::to_string(i), kCritical);
    desks.until(desks.now() + minutes{30});
  }
  std::map<std::string, int> days;
  Instant last = kFarPast;
  for (const Message& m : desks.sent) {
    if (m.person != "tp-xd") continue;
    ++days[format_local(m.at).substr(0, 10)];
    EXPECT_GE(m.at - last, minutes{30});
    last = m.at;
  }
  EXPECT_EQ(days["2026-11-02"], 6);
}

TEST_F(DeskTest, NobodyIsToldOfABadgeUnlessTheItemIsAFocus) {
  AlertFacts badge = desks.facts("1", kWarning, "xay-dung");
  badge.rule = "stalled";
  desks.raise(badge);
  badge.alert_id = "2";
  badge.focus = true;
  desks.raise(badge);
  desks.until(kMonday + hours{2});
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 08:10 tp-xd: first 2"));
}

TEST_F(DeskTest, ACriticalOneThatNobodyAnswersGoesUpStepByStep) {
  raise("1", kCritical, "xd");
  desks.until(vn("2026-11-04 17:00"));
  EXPECT_THAT(desks.told(),
              ElementsAre("2026-11-02 08:02 tp-xd: first 1", "2026-11-02 13:34 pct: escalated 1",
                          "2026-11-03 08:06 ct: escalated 1"));
}

TEST_F(DeskTest, AWarningNeverGoesUpAloneItStandsInTheMorningListThere) {
  raise("1");
  desks.until(vn("2026-11-03 12:00"));
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 08:10 tp-xd: first 1"));
  const Message* list = nullptr;
  for (const Message& m : desks.lists) {
    if (m.person == "ct") list = &m;
  }
  ASSERT_NE(list, nullptr);
  ASSERT_THAT(list->digest.below, SizeIs(1));
  EXPECT_EQ(list->digest.below[0].from_unit, "xay-dung");
  EXPECT_EQ(list->digest.below[0].told_at, vn("2026-11-02 08:10"));
}

TEST_F(DeskTest, AnAnswerStopsTheWayUp) {
  raise("1", kCritical);
  desks.until(kMonday + hours{1});
  answer("a", Disposition::kMine, {"1"}, vn("2026-11-04 10:00"));
  desks.until(vn("2026-11-04 09:00"));
  EXPECT_THAT(desks.told(), SizeIs(1));
  desks.until(vn("2026-11-04 17:00"));
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-04 10:02 tp-xd: promise_broken 1",
                                        "2026-11-04 15:34 ct: escalated 1"));
}

TEST_F(DeskTest, AnAnswerMutesUntilItIsWorse) {
  raise("1/a");
  desks.until(kMonday + hours{1});
  answer("a", Disposition::kMine, {"1/a"}, vn("2026-11-06 10:00"));
  raise("1/b");  // of the same item, no worse
  desks.until(vn("2026-11-03 09:00"));
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 08:10 tp-xd: first 1/a"));
  raise("1/c", kCritical);
  desks.until(vn("2026-11-03 09:30"));
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-03 09:02 tp-xd: first 1/c"));
  EXPECT_FALSE(desks.alert("xay-dung", "1/a")->answer);
}

TEST_F(DeskTest, DoneAtTheSourceHoldsAWorkingDay) {
  raise("1");
  desks.until(kMonday + hours{1});
  answer("a", Disposition::kDoneAtSource, {"1"});
  desks.until(vn("2026-11-03 12:00"));
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 08:10 tp-xd: first 1",
                                        "2026-11-03 09:10 tp-xd: hold_over 1"));
}

TEST_F(DeskTest, WhatIsNotTheirsGoesBack) {
  raise("1");
  desks.until(kMonday + hours{1});
  answer("a", Disposition::kNotMine, {"1"});
  desks.until(kMonday + hours{3});
  EXPECT_THAT(desks.told(),
              ElementsAre("2026-11-02 08:10 tp-xd: first 1", "2026-11-02 09:10 ct: not_mine 1"));
}

TEST_F(DeskTest, AnAnswerAfterTheEndReopensNothingAndTwiceIsOnce) {
  raise("1");
  desks.until(kMonday + hours{1});
  resolve("1");
  answer("a", Disposition::kMine, {"1"});
  EXPECT_EQ(desks.alert("xay-dung", "1"), nullptr);
  raise("2");
  answer("b", Disposition::kMine, {"2"}, vn("2026-11-04 10:00"));
  answer("b", Disposition::kNotMine, {"2"});
  EXPECT_EQ(desks.alert("xay-dung", "2")->answer->what, Disposition::kMine);
}

TEST_F(DeskTest, WhoStandsInIsToldOnceWhenTheHeadLeaves) {
  raise("1");
  desks.until(kMonday + hours{1});
  using std::chrono::sys_days;
  const LocalDay tuesday = local_day(vn("2026-11-03 00:00"));
  desks.use(TestOffice({{"pp-xd", "tp-xd", tuesday, tuesday + std::chrono::days{2}}}));
  desks.until(vn("2026-11-09 08:00"));
  std::vector<std::string> told = desks.told();
  ASSERT_GE(told.size(), 2U);
  EXPECT_EQ(told[0], "2026-11-02 08:10 tp-xd: first 1");
  EXPECT_EQ(told[1], "2026-11-03 07:30 pp-xd: handed_over 1");
  for (std::size_t i = 2; i < told.size(); ++i)
    EXPECT_THAT(told[i], testing::HasSubstr("reminder"));
}

TEST_F(DeskTest, AShortTermGoesToTheCounterAndOverdueToTheHead) {
  TestOffice office;
  office.rules.counter_unit = "quay";
  desks.use(office);
  AlertFacts facts = desks.facts("1", kWarning, "xay-dung");
  facts.allowed = work_hours(8);
  facts.assignee_id = "cb";
  desks.raise(facts);
  desks.until(kMonday + hours{1});
  EXPECT_THAT(desks.told(), testing::UnorderedElementsAre("2026-11-02 08:10 cb: short_term 1",
                                                          "2026-11-02 08:10 tq: short_term 1"));
  facts = desks.facts("2", kCritical, "xay-dung");
  facts.allowed = work_hours(8);
  desks.raise(facts);
  desks.until(kMonday + hours{2});
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 09:02 tp-xd: first 2"));
}

// Five working hours between two messages would leave it seven before its due.
TEST_F(DeskTest, TheDistanceBetweenMessagesTakesNoItemsLastWorkingDay) {
  raise("1", kWarning);
  desks.until(kMonday + minutes{30});
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 08:10 tp-xd: first 1"));
  AlertFacts pressing = desks.facts("2", kWarning, "xay-dung");
  pressing.due_at = vn("2026-11-03 10:00");
  desks.raise(pressing);
  AlertFacts calm = desks.facts("3", kWarning, "xay-dung");
  calm.due_at = vn("2026-11-10 10:00");
  desks.until(vn("2026-11-02 09:59"));
  desks.raise(calm);
  desks.until(vn("2026-11-02 12:00"));
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 10:00 tp-xd: first 2  first 3"));
}

TEST_F(DeskTest, WhatFlapsStandsInTheListUntilItIsCalm) {
  for (int i = 0; i < 4; ++i) {
    raise("1", kWarning);
    desks.until(desks.now() + minutes{30});
    if (i < 3) resolve("1");
    desks.until(desks.now() + minutes{30});
  }
  EXPECT_THAT(desks.told(), SizeIs(1));
  EXPECT_EQ(desks.alert("xay-dung", "1")->last, Why::kFlapping);
  desks.until(vn("2026-11-04 08:00"));
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-03 11:10 tp-xd: first 1"));
}

TEST_F(DeskTest, MessagesBeginWithWhatIsLateThen) {
  TestOffice office;
  office.rules.live_from = vn("2026-11-03 08:00");
  desks.use(office);
  raise("late1", kCritical);
  raise("late2", kCritical);
  raise("soon");
  desks.until(vn("2026-11-03 12:00"));
  EXPECT_THAT(desks.told(),
              ElementsAre("2026-11-03 08:02 tp-xd: live_start late1  live_start late2"));
  raise("new");
  desks.until(vn("2026-11-03 15:00"));
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-03 13:34 ct: escalated late1  escalated late2",
                                        "2026-11-03 14:32 tp-xd: first new"));
}

TEST_F(DeskTest, TheMorningListComesOnWorkingDaysEvenWhenAllIsWell) {
  desks.desk("xay-dung");
  desks.use(TestOffice());
  desks.until(vn("2026-11-09 12:00"));
  std::vector<std::string> days;
  for (const Message& m : desks.lists) {
    EXPECT_EQ(m.person, "tp-xd");
    EXPECT_EQ(m.level, AlertLevel::kNone);
    days.push_back(format_local(m.at));
  }
  EXPECT_THAT(days, ElementsAre("2026-11-02 08:00", "2026-11-03 07:30", "2026-11-04 07:30",
                                "2026-11-05 07:30", "2026-11-06 07:30", "2026-11-09 07:30"));
}

TEST_F(DeskTest, SaysInTheListWhatIsOverAndWhatIsPromised) {
  raise("1");
  raise("2");
  desks.until(kMonday + hours{1});
  answer("a", Disposition::kMine, {"2"}, vn("2026-11-03 15:00"));
  resolve("1");
  desks.until(vn("2026-11-03 08:00"));
  ASSERT_FALSE(desks.lists.empty());
  const DigestFacts& list = desks.lists.back().digest;
  ASSERT_THAT(list.resolved, SizeIs(1));
  EXPECT_EQ(list.resolved[0].alert_id, "1");
  ASSERT_THAT(list.promised, SizeIs(1));
  EXPECT_EQ(list.promised[0].promised_at, vn("2026-11-03 15:00"));
  desks.until(vn("2026-11-04 08:00"));
  EXPECT_THAT(desks.lists.back().digest.resolved, IsEmpty());
}

TEST_F(DeskTest, ARevisionTwiceIsOnce) {
  AlertFacts facts = desks.facts("1", kWarning, "xay-dung");
  desks.raise(facts);
  desks.until(kMonday + hours{1});
  desks.raise(facts);
  desks.until(kMonday + hours{4});
  EXPECT_THAT(desks.told(), SizeIs(1));
}

TEST_F(DeskTest, TheSameDecisionHasTheSameName) {
  Desks other(TestOffice(), kMonday);
  for (Desks* each : {&desks, &other}) {
    each->raise(each->facts("1", kWarning, "xay-dung"));
    each->until(kMonday + hours{1});
  }
  ASSERT_THAT(desks.sent, SizeIs(1));
  EXPECT_EQ(desks.sent, other.sent);
  EXPECT_EQ(desks.sent[0].id.size(), 26U);
}

// The counter's head reads the short terms of every unit.
TEST_F(DeskTest, TheDaysMostIsOfAPersonNotOfAUnit) {
  TestOffice office;
  office.rules.counter_unit = "quay";
  office.rules.interval = work_hours(1);
  desks.use(office);
  for (int i = 0; i < 8; ++i) {
    for (const char* unit : {"xay-dung", "van-phong"}) {
      AlertFacts facts = desks.facts(unit + std::to_string(i), kWarning, unit);
      facts.allowed = work_hours(8);
      desks.raise(facts);
    }
    desks.until(desks.now() + hours{1});
  }
  int sent = 0;
  for (const Message& m : desks.sent) sent += m.person == "tq" ? 1 : 0;
  EXPECT_GE(sent, 4);
  EXPECT_LE(sent, 6);
}

TEST_F(DeskTest, WhoComesBackIsNotToldAtMidnight) {
  const LocalDay monday = local_day(kMonday);
  desks.use(TestOffice({{"pp-xd", "tp-xd", monday, monday + std::chrono::days{4}}}));
  desks.until(vn("2026-11-06 15:50"));
  raise("1");
  desks.until(vn("2026-11-06 16:20"));
  raise("2");
  desks.until(vn("2026-11-09 12:00"));
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-06 16:00 pp-xd: first 1",
                                        "2026-11-09 07:30 tp-xd: handed_over 1 first 2"));
}

TEST_F(DeskTest, WhatNobodyLookedAtInTimeIsHeldAllTheSame) {
  const TestOffice office;
  Desk desk;
  desk.unit = "xay-dung";
  DeskEffects effects;
  desks.until(vn("2026-11-02 16:30"));
  take_alert(desk, {desks.facts("1", kWarning, "xay-dung"), AlertChangeKind::kRaised}, desks.now(),
             office.office(), effects);
  settle_desk(desk, desks.now(), office.office(), effects);
  EXPECT_EQ(settle_desk(desk, vn("2026-11-02 23:00"), office.office(), effects),
            vn("2026-11-03 00:00") + minutes{450});
  for (const Message& m : effects.messages) EXPECT_NE(m.kind, MessageKind::kAlerts);
}

TEST_F(DeskTest, AWorseOneOfAnItemSpeaksForAll) {
  raise("1/soon");
  desks.until(kMonday + hours{1});
  answer("a", Disposition::kMine, {"1/soon"}, vn("2026-11-20 10:00"));
  desks.until(vn("2026-11-03 09:00"));
  raise("1/over", kCritical);
  raise("1/plan");  // goes along
  desks.until(vn("2026-11-03 10:00"));
  answer("b", Disposition::kMine, {"1/over"}, vn("2026-11-20 10:00"));
  desks.until(vn("2026-11-12 12:00"));
  EXPECT_THAT(desks.told(), ElementsAre("2026-11-02 08:10 tp-xd: first 1/soon",
                                        "2026-11-03 09:02 tp-xd: first 1/over  first 1/plan"));
  for (const Message& m : desks.lists) {
    if (m.person != "ct") continue;
    EXPECT_THAT(m.digest.below, IsEmpty());
  }
}

}  // namespace
}  // namespace kip
