// Answers from kip.acks.v1 on their way to the desks.

#include "app/kafka_acks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_answers.h"
#include "contract/state.h"

namespace kip {
namespace {

using test::AnswerTest;
using test::kHead;
using test::kOffice;
using test::rows_of;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kTopic = "kip.acks.v1";

class KafkaAcks : public AnswerTest {
 protected:
  AnswerNews news(const std::string& id, std::vector<std::string> alerts) const {
    AnswerNews out;
    out.answer.id = id;
    out.answer.person = kHead;
    out.answer.what = Disposition::kMine;
    out.answer.at = engine_->now();
    out.answer.channel = "other";
    out.alert_ids = std::move(alerts);
    return out;
  }
  static TopicRecord record(std::optional<std::string> value, std::int64_t offset = 0) {
    TopicRecord out;
    out.partition = 1;
    out.offset = offset;
    out.key = "the key";
    out.value = std::move(value);
    out.headers = {{"trace", "7"}};
    return out;
  }
  TakenAcks take_all(const std::vector<TopicRecord>& records) {
    auto taken = take_acks(records, store(), engine_->alert_parts(), *engine_->policy(), kTopic,
                           engine_->now());
    EXPECT_TRUE(taken) << taken.error().message;
    // The embedded store keeps dead letters, where there is a topic for them.
    EXPECT_TRUE(store().write(taken->batch, Durability::kSynced));
    return std::move(*taken);
  }
  std::vector<DeadLetter> letters() {
    std::vector<DeadLetter> out;
    for (const auto& [key, value] : rows_of(store(), Table::kDead))
      out.push_back(*decode_dead(value));
    return out;
  }
};

TEST_F(KafkaAcks, BecomeOneAnswerADesk) {
  const auto taken = take_all({record(encode_answer(news("k-1", {key("NV-1"), key("NV-2")})), 41)});
  EXPECT_EQ(taken.answers, 1U);
  ASSERT_THAT(written(), SizeIs(1));
  EXPECT_EQ(written().front(), news("k-1", {key("NV-1"), key("NV-2")}));
  EXPECT_EQ(**store().get(Table::kMeta, "acks/1"), keys::u64(42));
}

TEST_F(KafkaAcks, MayBeJson) {
  const std::string json = R"( {"ack_id":"k-1","alert_ids":[")" + key("NV-1") +
                           R"("],"person_id":"tp-kinh-te","disposition":"ACK_DISPOSITION_MINE",)" +
                           R"("at":"2026-11-23T02:42:00Z","channel":"other"})";
  EXPECT_EQ(take_all({record(json)}).answers, 1U);
  EXPECT_THAT(written(), ElementsAre(news("k-1", {key("NV-1")})));
}

TEST_F(KafkaAcks, CountOnceInABatchWaitingAndTaken) {
  const TopicRecord one = record(encode_answer(news("k-1", {key("NV-1")})));
  EXPECT_EQ(take_all({one, one}).repeats, 1U);
  EXPECT_EQ(take_all({one}).repeats, 1U);
  take();
  EXPECT_EQ(take_all({one}).repeats, 1U);
  EXPECT_THAT(written(), SizeIs(1));
  // The same answer to one alert more is new for that one.
  EXPECT_EQ(take_all({record(encode_answer(news("k-1", {key("NV-1"), key("NV-2")})))}).answers, 1U);
  ASSERT_THAT(written(), SizeIs(2));
  EXPECT_THAT(written().back().alert_ids, ElementsAre(key("NV-2")));
}

TEST_F(KafkaAcks, ThatCannotBeTakenAreDeadLettersWithTheirBytes) {
  AnswerNews nobody = news("k-2", {key("NV-1")});
  nobody.answer.person.clear();
  AnswerNews late = news("k-3", {key("NV-1")});
  late.answer.promised_at = late.answer.at - std::chrono::minutes{1};
  const std::string unknown = encode_answer(news("k-4", {"never-raised"}));
  const auto taken = take_all({record("\xff\xff"), record(std::nullopt), record(R"({"ack_id":1})"),
                               record(R"({"ack_id":"a"})"), record(encode_answer(nobody)),
                               record(encode_answer(late)), record(unknown, 9)});
  EXPECT_EQ(taken.refused, 7U);
  EXPECT_THAT(written(), IsEmpty());
  const auto dead = letters();
  ASSERT_THAT(dead, SizeIs(7));
  std::vector<std::string> why;
  for (const DeadLetter& letter : dead)
    why.push_back(letter.refusal.code + " " + letter.refusal.field);
  EXPECT_THAT(why, ElementsAre("bad_answer body", "missing body", "wrong_type ack_id",
                               "missing alert_ids", "bad_answer person_id",
                               "bad_answer promised_at", "unknown_alert alert_ids"));
  EXPECT_EQ(dead[0].value, "\xff\xff");
  EXPECT_EQ(dead[1].value, std::nullopt);
  EXPECT_EQ(dead[6].value, unknown);
  EXPECT_EQ(dead[6].key, "the key");
  EXPECT_THAT(dead[6].headers, ElementsAre(std::pair<std::string, std::string>("trace", "7")));
  EXPECT_EQ(dead[6].channel, "kafka:kip.acks.v1");
  EXPECT_EQ(**store().get(Table::kMeta, "acks/1"), keys::u64(10));
}

// Of an alert that the desks have not looked at yet, and of one that is over.
TEST_F(KafkaAcks, FindTheDeskOfAnAlertThatIsNewOrOver) {
  // Over: the desk's row is gone, its journal stays.
  Batch over;
  over.erase(Table::kDesk, keys::pair(kOffice, key("NV-1")));
  ASSERT_TRUE(store().write(over, Durability::kSynced));
  EXPECT_EQ(take_all({record(encode_answer(news("k-1", {key("NV-1")})))}).answers, 1U);
  // New: neither row nor journal, but the log has it where the desks have not read.
  Batch unread;
  for (const auto& [row, value] : rows_of(store(), Table::kJournal))
    unread.erase(Table::kJournal, row);
  for (const auto& [row, value] : rows_of(store(), Table::kMeta))
    if (row.starts_with("desks/alerts/")) unread.erase(Table::kMeta, row);
  for (const auto& [row, value] : rows_of(store(), Table::kDesk)) unread.erase(Table::kDesk, row);
  ASSERT_TRUE(store().write(unread, Durability::kSynced));
  EXPECT_EQ(take_all({record(encode_answer(news("k-2", {key("NV-2")})))}).answers, 1U);
  EXPECT_THAT(written(), SizeIs(2));
}

}  // namespace
}  // namespace kip
