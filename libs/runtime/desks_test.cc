#include "runtime/desks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/desk_state.h"
#include "contract/publish.h"
#include "store/fault_store.h"
#include "store/keys.h"
#include "store/testing.h"
#include "support/office.h"

namespace kip {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::keys_of;
using test::kMonday;
using test::vn;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::shared_ptr<const DeskSetup> setup_with(const std::string& head) {
  auto policy = plain_policy(test::plain_week());
  policy->registry.units = {
      {.id = "xay-dung", .name = "", .short_name = "", .kind = "government", .ward = ""}};
  Person person;
  person.id = head;
  person.unit = "xay-dung";
  person.channels = {Way::kEmail};
  policy->directory = Directory(
      {{person}, {{.unit = "xay-dung", .head = head, .deputies = {}, .substitutes = {}}}, {}},
      policy->registry);
  auto setup = std::make_shared<DeskSetup>();
  setup->policy = policy;
  setup->rules.interval = work_hours(1);
  setup->channels = [](const Message&) { return std::vector<std::string>{"outbox"}; };
  return setup;
}

// The same, with a leader above.
std::shared_ptr<const DeskSetup> setup_with_leader() {
  auto setup = std::make_shared<DeskSetup>(*setup_with("tp"));
  auto policy = plain_policy(test::plain_week());
  for (const char* id : {"xay-dung", "lanh-dao"})
    policy->registry.units.push_back(
        {.id = id, .name = "", .short_name = "", .kind = "government", .ward = ""});
  Person head, leader;
  head.id = "tp";
  head.unit = "xay-dung";
  leader.id = "ct";
  leader.unit = "lanh-dao";
  policy->directory =
      Directory({{head, leader},
                 {{.unit = "xay-dung", .head = "tp", .deputies = {}, .substitutes = {}},
                  {.unit = "lanh-dao", .head = "ct", .deputies = {}, .substitutes = {}}},
                 {{.person = "ct", .by = Charge::kDefault, .of = ""}}},
                policy->registry);
  setup->policy = policy;
  return setup;
}

class DesksTest : public testing::Test {
 protected:
  void write_alert(const std::string& id, AlertChangeKind change, std::uint32_t revision,
                   std::uint32_t log = 0, const std::string& unit = "xay-dung") {
    AlertChange alert;
    alert.alert_id = id;
    alert.revision = revision;
    alert.change = change;
    alert.level = AlertLevel::kWarning;
    alert.rule = RuleId::kDueSoon;
    alert.item_id = "HS-" + id;
    alert.unit_id = unit;
    alert.onset = alert.changed_at = kMonday;
    alert.due_at = kMonday + hours{20};
    alert.evidence = {{"allowed_working_minutes", 4'800.0}};
    ASSERT_TRUE(
        test::put(*store_, Table::kAlerts, keys::log(log, next_[log]++), encode_alert(alert)));
  }
  std::unique_ptr<Desks> open(const std::string& head = "tp") {
    auto desks = std::make_unique<Desks>(*store_, 2, setup_with(head));
    EXPECT_TRUE(desks->open());
    return desks;
  }
  // Steps until nothing is left to read, then at each look up to `until`.
  void run(Desks& desks, Instant from, Instant until) {
    for (Instant now = from; now <= until; now = desks.next_look()) {
      DeskStep step{.more = true};
      while (step.more) {
        auto done = desks.step(now);
        ASSERT_TRUE(done) << done.error().message;
        step = *done;
      }
    }
  }
  // "tp: first 1, first 2" of what is to be sent.
  std::vector<std::string> messages() const {
    std::vector<std::string> out;
    for (const auto& [key, bytes] : test::rows_of(*store_, Table::kMessage)) {
      const auto message = decode_message(bytes);
      if (!message || message->kind != MessageKind::kAlerts) continue;
      std::string line = message->person + ":";
      for (const MessageEntry& e : message->entries)
        line.append(" ").append(why_word(e.why)).append(" ").append(e.alert.alert_id);
      out.push_back(line);
    }
    std::sort(out.begin(), out.end());
    return out;
  }
  std::vector<std::string> journal(const std::string& id) const {
    std::vector<std::string> out;
    EXPECT_TRUE(store_->scan(Table::kJournal, keys::pair(id, ""), keys::pair_end(id),
                             [&](std::string_view, std::string_view value) {
                               const auto line = decode_journal(id, value);
                               EXPECT_TRUE(line);
                               out.emplace_back(line->answer ? disposition_word(line->answer->what)
                                                             : why_word(line->decision.why));
                               return true;
                             }));
    return out;
  }

  std::unique_ptr<Store> store_ = open_mem_store();
  std::map<std::uint32_t, std::uint64_t> next_;
};

TEST_F(DesksTest, CommitsOfOneInstantKeepTheirLinesOfTheJournal) {
  auto desks = open();
  write_alert("1", AlertChangeKind::kRaised, 1);
  run(*desks, kMonday, kMonday + hours{1});
  const auto before = journal("1");
  AnswerLog answers(*store_);
  for (const char* id : {"a", "b", "c"}) {
    Answer answer;
    answer.id = id;
    answer.what = Disposition::kMine;
    answer.at = desks->time();
    ASSERT_TRUE(answers.append("xay-dung", encode_answer({answer, {"1"}})));
    EXPECT_THAT(*waiting_answers(*store_), SizeIs(1));
    ASSERT_TRUE(desks->step(desks->time()));
    EXPECT_THAT(*waiting_answers(*store_), IsEmpty());
    if (*id == 'b') desks = open();
  }
  auto after = journal("1");
  ASSERT_GE(after.size(), before.size() + 3);
  after.resize(before.size());
  EXPECT_EQ(after, before);
}

TEST_F(DesksTest, WhatShardsWriteIsToldOnceAndToBeSentOnce) {
  auto desks = open();
  write_alert("1", AlertChangeKind::kRaised, 1, 0);
  write_alert("2", AlertChangeKind::kRaised, 1, 1);
  run(*desks, kMonday, kMonday + hours{1});
  EXPECT_THAT(messages(), ElementsAre("tp: first 1 first 2"));
  desks = open();  // killed: it goes on where it was
  run(*desks, kMonday + hours{1}, kMonday + hours{3});
  EXPECT_THAT(messages(), SizeIs(1));
  const auto outbox = keys_of(*store_, Table::kOutbox);
  ASSERT_THAT(outbox, SizeIs(2));  // and the morning list
  const auto first = keys::read_outbox(outbox[1]);
  EXPECT_EQ(first.channel, "outbox");
  EXPECT_EQ(first.at, vn("2026-11-02 08:10"));
  const auto delivery = store_->get(Table::kDelivery, keys::pair(first.message_id, first.channel));
  ASSERT_TRUE(delivery && *delivery);
  EXPECT_EQ(decode_delivery(**delivery)->state, DeliveryRecord::State::kPending);
  EXPECT_THAT(journal("1"), ElementsAre("waiting", "first"));
}

TEST_F(DesksTest, ABacklogOfAlertsTellsWhatIsTrueAtItsEnd) {
  for (int i = 0; i < 3'000; ++i) {
    write_alert("a" + std::to_string(i), AlertChangeKind::kRaised, 1);
    write_alert("a" + std::to_string(i), AlertChangeKind::kResolved, 2);
  }
  write_alert("b", AlertChangeKind::kRaised, 1);
  auto desks = open();
  auto step = desks->step(kMonday);
  ASSERT_TRUE(step);
  EXPECT_TRUE(step->more);
  EXPECT_EQ(step->messages, 0U);
  run(*desks, kMonday, kMonday + hours{1});
  EXPECT_THAT(messages(), ElementsAre("tp: first b"));
}

// More than one step reads: what the first of them brought must not wait for the next morning.
TEST_F(DesksTest, ABurstOfAnotherUnitHoldsUpNobody) {
  auto desks = open();
  run(*desks, kMonday, kMonday + minutes{1});
  write_alert("1", AlertChangeKind::kRaised, 1);
  for (std::size_t i = 0; i < Desks::kTakenMax + 10; ++i)
    write_alert("b" + std::to_string(i), AlertChangeKind::kRaised, 1, 0, "elsewhere");
  run(*desks, kMonday + hours{1}, kMonday + hours{2});
  EXPECT_THAT(messages(), ElementsAre("tp: first 1"));
}

// What a desk says to another is passed on by a step that has more to read, too.
TEST_F(DesksTest, ALeaderForgetsWhatIsOverInABurst) {
  Desks desks(*store_, 2, setup_with_leader());
  ASSERT_TRUE(desks.open());
  write_alert("1", AlertChangeKind::kRaised, 1);
  run(desks, kMonday, vn("2026-11-03 12:00"));  // it stands in the leader's list
  EXPECT_THAT(keys_of(*store_, Table::kDesk), Contains(keys::pair("lanh-dao", "1")));
  write_alert("1", AlertChangeKind::kResolved, 2);
  for (std::size_t i = 0; i < Desks::kTakenMax + 10; ++i)
    write_alert("b" + std::to_string(i), AlertChangeKind::kRaised, 1, 0, "elsewhere");
  run(desks, vn("2026-11-03 12:00"), vn("2026-11-03 13:00"));
  EXPECT_THAT(keys_of(*store_, Table::kDesk), Not(Contains(keys::pair("lanh-dao", "1"))));
}

TEST_F(DesksTest, AMorningListCountsWhatItsReaderAnswersFor) {
  auto setup = std::make_shared<DeskSetup>(*setup_with_leader());
  setup->counts = [] {
    return [](const std::string& unit) {
      return std::optional(unit == "xay-dung" ? UnitCounts{1, 2, 3, 4} : UnitCounts{0, 0, 0, 5});
    };
  };
  Desks desks(*store_, 2, setup);
  ASSERT_TRUE(desks.open());
  write_alert("1", AlertChangeKind::kRaised, 1);
  run(desks, kMonday, vn("2026-11-03 12:00"));
  std::map<std::string, UnitCounts> counted;
  ASSERT_TRUE(store_->scan(Table::kMessage, "", "", [&](std::string_view, std::string_view value) {
    const auto message = decode_message(value);
    if (message->kind == MessageKind::kDigest && message->digest.counts)
      counted[message->person] = *message->digest.counts;
    return true;
  }));
  EXPECT_THAT(counted, ElementsAre(std::pair("ct", UnitCounts{1, 2, 3, 9, 1}),
                                   std::pair("tp", UnitCounts{1, 2, 3, 4, 0})));
}

TEST_F(DesksTest, AnAnswerIsTakenOnceAndStandsInTheJournal) {
  auto desks = open();
  write_alert("1", AlertChangeKind::kRaised, 1);
  run(*desks, kMonday, kMonday + hours{1});
  AnswerNews news;
  news.answer = {.id = "x",
                 .person = "tp",
                 .plan = "làm",
                 .whose = "",
                 .channel = "link",
                 .what = Disposition::kMine,
                 .at = kMonday + hours{1},
                 .promised_at = vn("2026-11-02 15:00")};
  news.alert_ids = {"1", "gone"};
  AnswerLog answers(*store_);
  ASSERT_TRUE(answers.append("xay-dung", encode_answer(news)));
  ASSERT_TRUE(AnswerLog(*store_).append("xay-dung", encode_answer(news)));  // sent twice
  desks = open();
  run(*desks, kMonday + hours{1}, kMonday + hours{2});
  EXPECT_THAT(journal("1"), ElementsAre("waiting", "first", "mine", "muted", "mine"));
  desks = open();
  run(*desks, kMonday + hours{2}, vn("2026-11-02 16:00"));
  EXPECT_THAT(messages(), ElementsAre("tp: first 1", "tp: promise_broken 1"));
}

TEST_F(DesksTest, AnotherHeadIsToldOnce) {
  auto desks = open();
  write_alert("1", AlertChangeKind::kRaised, 1);
  run(*desks, kMonday, kMonday + hours{1});
  desks->set_setup(setup_with("new"));
  run(*desks, kMonday + hours{1}, kMonday + hours{2});
  desks = open("new");
  run(*desks, kMonday + hours{2}, kMonday + hours{3});
  EXPECT_THAT(messages(), ElementsAre("new: handed_over 1", "tp: first 1"));
}

TEST_F(DesksTest, WhatIsResolvedLeavesNothingAtTheDesk) {
  auto desks = open();
  write_alert("1", AlertChangeKind::kRaised, 1);
  run(*desks, kMonday, kMonday + hours{1});
  EXPECT_THAT(keys_of(*store_, Table::kDesk), SizeIs(2));
  write_alert("1", AlertChangeKind::kResolved, 2);
  run(*desks, kMonday + hours{1}, kMonday + hours{2});
  EXPECT_THAT(keys_of(*store_, Table::kDesk), ElementsAre(keys::pair("xay-dung", "")));
  EXPECT_THAT(journal("1"), ElementsAre("waiting", "first", "resolved"));
}

// A commit that fails at any point of a day: opened anew, it says the same.
TEST_F(DesksTest, AKillAnywhereChangesNothing) {
  const auto day = [&](Instant& now, auto&& step) {
    for (int i = 0; i < 40; ++i, now += minutes{15}) {
      if (i % 5 == 0) write_alert("w" + std::to_string(i), AlertChangeKind::kRaised, 1);
      if (i % 10 == 9) write_alert("w" + std::to_string(i - 4), AlertChangeKind::kResolved, 2);
      step(now);
    }
  };
  Instant now = kMonday;
  auto calm = open();
  day(now, [&](Instant at) { ASSERT_TRUE(calm->step(at)); });
  const auto want = test::rows_of(*store_, Table::kMessage);
  EXPECT_GE(want.size(), 5U);
  store_ = open_mem_store();
  next_.clear();
  now = kMonday;
  int kills = 0;
  auto desks = open();
  day(now, [&](Instant at) {
    ++kills;
    desks = open();
    ASSERT_TRUE(desks->step(at));
    desks = open();  // nothing is told again
    ASSERT_TRUE(desks->step(at));
  });
  EXPECT_EQ(kills, 40);
  EXPECT_EQ(test::rows_of(*store_, Table::kMessage), want);
}

}  // namespace
}  // namespace kip
