// Answers by the API, the journal of an alert, and who waits for help.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_answers.h"
#include "app/trace.h"

namespace kip {
namespace {

using test::AnswerTest;
using test::keys_of;
using test::rows_of;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
namespace js = boost::json;

class Acks : public AnswerTest {
 protected:
  js::object json(const std::string& target) {
    const auto answer = get(target);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return js::parse(answer.body).as_object();
  }
  static js::object help() {
    return {{"person_id", test::kHead},
            {"disposition", "ACK_DISPOSITION_NEED_HELP"},
            {"plan", "Chờ ý kiến của Văn phòng"},
            {"promised_at", "2026-11-25T04:00:00Z"}};
  }
};

TEST_F(Acks, AreDurableAndCountOnce) {
  js::object body = help();
  body["ack_id"] = "a-1";
  body["whose"] = "van-phong";
  for (int i = 0; i < 2; ++i) {
    const auto answer = ack(key("NV-1"), body);
    EXPECT_EQ(answer.status, 202) << answer.body;
    EXPECT_EQ(js::parse(answer.body).at("ack_id"), "a-1");
    EXPECT_EQ(js::parse(answer.body).at("unit"), test::kOffice);
  }
  ASSERT_THAT(written(), SizeIs(1));
  take();
  EXPECT_EQ(ack(key("NV-1"), body).status, 202);  // the desk has taken it meanwhile
  ASSERT_THAT(written(), SizeIs(1));
  const Answer answer = written().front().answer;
  EXPECT_EQ(answer.what, Disposition::kNeedHelp);
  EXPECT_EQ(answer.whose, "van-phong");
  EXPECT_EQ(answer.channel, "api");
  EXPECT_EQ(answer.at, engine_->now());
  EXPECT_EQ(written().front().alert_ids, std::vector{key("NV-1")});
}

// What no channel has taken, once more; what is on its way, or was never sent, not.
TEST_F(Acks, ADeadDeliveryIsSentAgain) {
  const auto again = [&](const std::string& id, const std::string& query) {
    return web::ask(*server_, "POST", "/v1/messages/" + id + "/again" + query);
  };
  EXPECT_EQ(again(message_.id, "?channel=outbox").status, 404);  // it waits to be sent
  DeliveryRecord record;
  record.message = message_.id;
  record.channel = "outbox";
  record.state = DeliveryRecord::State::kDead;
  record.attempts = 3;
  Batch dead;
  for (const std::string& row : keys_of(store(), Table::kOutbox)) dead.erase(Table::kOutbox, row);
  dead.put(Table::kDelivery, keys::pair(message_.id, "outbox"), encode_delivery(record));
  ASSERT_TRUE(store().write(dead, Durability::kSynced));
  EXPECT_EQ(again(message_.id, "").status, 400);
  EXPECT_EQ(again(message_.id, "?channel=mail").status, 404);
  EXPECT_EQ(again("none", "?channel=outbox").status, 404);
  EXPECT_EQ(again(message_.id, "?channel=outbox").status, 202);
  EXPECT_THAT(rows_of(store(), Table::kOutbox), SizeIs(1));
  EXPECT_EQ(again(message_.id, "?channel=outbox").status, 404);  // it waits again
}

TEST_F(Acks, WithoutAnIdGetOneOfTheirContent) {
  const auto first = ack(key("NV-1"), help()), again = ack(key("NV-1"), help());
  EXPECT_EQ(first.body, again.body);
  EXPECT_THAT(written(), SizeIs(1));
  EXPECT_NE(ack(key("NV-2"), help()).body, first.body);
  EXPECT_THAT(written(), SizeIs(2));
}

TEST_F(Acks, NameTheFieldThatIsWrong) {
  const auto wrong = [&](const char* field, const js::value& value) {
    js::object body = help();
    body[field] = value;
    const auto answer = ack(key("NV-1"), body);
    EXPECT_EQ(answer.status, 400) << field;
    EXPECT_EQ(answer.header("content-type"), "application/problem+json");
    EXPECT_THAT(answer.body, HasSubstr(field));
  };
  wrong("person_id", "");
  wrong("disposition", "ACK_DISPOSITION_UNSPECIFIED");
  wrong("disposition", "ACK_DISPOSITION_OTHER");
  wrong("plan", "gọi 0912345678");
  wrong("plan", js::string(281, 'a'));
  wrong("whose", "nobody");
  wrong("at", "2026-11-23T03:42:00Z");
  wrong("promised_at", "2026-11-20T03:42:00Z");
  wrong("alert_ids", js::array{"x"});
  wrong("ack_id", js::string(200, 'a'));
  EXPECT_EQ(ack("no-such-alert", help()).status, 404);
  const auto plain = web::ask(*server_, "POST", "/v1/alerts/" + key("NV-1") + "/ack",
                              "Content-Type: text/plain\r\n", js::serialize(help()));
  EXPECT_EQ(plain.status, 415);
  EXPECT_THAT(written(), IsEmpty());
}

TEST_F(Acks, HelpHasAnOwnerAndADate) {
  js::object named = help();
  named["whose"] = "pct-van-xa";
  EXPECT_EQ(ack(key("NV-1"), named).status, 202);
  EXPECT_EQ(ack(key("NV-3"), help()).status, 202);
  js::object mine = help();
  mine["disposition"] = "ACK_DISPOSITION_MINE";
  EXPECT_EQ(ack(key("NV-2"), mine).status, 202);
  take();
  std::map<std::string, js::object> by_item;
  std::string cursor;
  for (int page = 0; page < 2; ++page) {
    const auto list = json("/v1/help?limit=1" + cursor);
    ASSERT_THAT(list.at("help").as_array(), SizeIs(1));
    const auto& one = list.at("help").at(0).as_object();
    by_item[std::string(one.at("item_id").as_string())] = one;
    if (page == 0) cursor = "&cursor=" + std::string(list.at("next").as_string());
    EXPECT_EQ(list.contains("next"), page == 0);
  }
  EXPECT_EQ(by_item.at("NV-1").at("owner"), "pct-van-xa");
  EXPECT_EQ(by_item.at("NV-3").at("owner"), "pct-kinh-te");  // one step above
  EXPECT_EQ(by_item.at("NV-3").at("wanted_by"), "2026-11-25T04:00:00Z");
  EXPECT_EQ(by_item.at("NV-3").at("unit"), test::kOffice);
  EXPECT_EQ(by_item.at("NV-3").at("answer").at("plan"), "Chờ ý kiến của Văn phòng");
  EXPECT_THAT(json("/v1/help?unit=van-phong").at("help").as_array(), IsEmpty());
  EXPECT_EQ(get("/v1/help?unit=nowhere").status, 400);
}

// A step up to his superior has taken the answer, but the help is wanted still.
TEST_F(Acks, HelpStaysWantedOfWhoWasToldSince) {
  js::object named = help();
  named["whose"] = "pct-kinh-te";
  EXPECT_EQ(ack(key("NV-3"), named).status, 202);
  take();
  const std::string row = keys::pair(test::kOffice, key("NV-3"));
  auto alert = *decode_desk_alert(**store().get(Table::kDesk, row));
  ASSERT_TRUE(alert.answer);
  alert.asked = std::move(alert.answer);
  alert.asked->whose.clear();
  alert.answer.reset();
  alert.addressee = "pct-kinh-te";
  ASSERT_TRUE(test::put(store(), Table::kDesk, row, encode_desk_alert(alert)));
  const auto list = json("/v1/help").at("help").as_array();
  ASSERT_THAT(list, SizeIs(1));
  EXPECT_EQ(list.at(0).at("item_id"), "NV-3");
  EXPECT_EQ(list.at(0).at("owner"), "pct-kinh-te");
  EXPECT_EQ(list.at(0).at("answer").at("plan"), "Chờ ý kiến của Văn phòng");
}

TEST_F(Acks, StandInTheJournalOfTheItem) {
  DeliveryRecord sent;
  sent.message = message_.id;
  sent.channel = "outbox";
  sent.state = DeliveryRecord::State::kDelivered;
  sent.attempts = 1;
  sent.code = "written";
  sent.last = engine_->now();
  ASSERT_TRUE(test::put(store(), Table::kDelivery, keys::pair(sent.message, sent.channel),
                        encode_delivery(sent)));
  js::object body = help();
  body["whose"] = "van-phong";
  EXPECT_EQ(ack(key("NV-1"), body).status, 202);
  take();
  const auto lines = json("/v1/items/NV-1").at("notifications").as_array();
  ASSERT_GE(lines.size(), 2U);
  const auto told = std::find_if(lines.begin(), lines.end(), [](const js::value& line) {
    return line.as_object().contains("message_id");
  });
  ASSERT_NE(told, lines.end());
  EXPECT_EQ(told->at("message_id").as_string(), message_.id);
  EXPECT_EQ(told->at("person_id"), test::kHead);
  EXPECT_EQ(told->at("why"), "first");
  EXPECT_EQ(told->at("deliveries").at(0).at("state"), "delivered");
  const auto answered = std::find_if(lines.begin(), lines.end(), [](const js::value& line) {
    return line.as_object().contains("answer");
  });
  ASSERT_NE(answered, lines.end());
  EXPECT_EQ(answered->at("answer").at("disposition"), "need_help");
  const char* said =
      "Trưởng phòng Kinh tế, Hạ tầng và Đô thị trả lời: cần đơn vị khác hoặc cấp "
      "trên gỡ: Văn phòng HĐND và UBND, cần trước T4 25/11, 11:00; “Chờ ý kiến";
  EXPECT_THAT(get("/items/NV-1").body, HasSubstr(said));
  const auto story = trace(store(), *test::shipped_policy(), "NV-1", engine_->now());
  const std::string text = trace_text(*story, *test::shipped_policy());
  EXPECT_THAT(text, HasSubstr(said));
  EXPECT_THAT(text, HasSubstr("✉ Báo Trưởng phòng Kinh tế, Hạ tầng và Đô thị: báo lần đầu; "
                              "outbox đã chuyển"));
  EXPECT_THAT(*trace_json(*story, *test::shipped_policy()), HasSubstr("\"need_help\""));
}

}  // namespace
}  // namespace kip
