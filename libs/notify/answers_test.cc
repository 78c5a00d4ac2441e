// What an answer means: HTTP status and body, SMTP reply. And the bytes that are sent.

#include <gtest/gtest.h>

#include "notify/alertmanager.h"
#include "notify/smtp.h"
#include "notify/webhook.h"

namespace kip {
namespace {

HttpAnswer answered(int status, std::string body = {}) {
  HttpAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

AnswerRules zalo_rules() {
  AnswerRules rules;
  rules.success = *JsonCondition::parse("$.error == 0");
  rules.retry_when = {*JsonCondition::parse("$.error == -100")};
  return rules;
}

std::string judged(const HttpAnswer& answer, const AnswerRules& rules = {}) {
  const SendOutcome outcome = judge(answer, rules, "gate.example");
  const char* kinds[] = {"delivered ", "permanent ", "transient "};
  return kinds[static_cast<std::size_t>(outcome.kind)] + outcome.code;
}

TEST(Judge, TheStatusDecidesWhereNoConditionIsAsked) {
  for (int status : {200, 201, 202, 204}) {
    EXPECT_EQ(judged(answered(status)), "delivered http_" + std::to_string(status));
  }
  for (int status : {400, 401, 403, 404, 409, 410, 422}) {
    EXPECT_EQ(judged(answered(status)), "permanent http_" + std::to_string(status));
  }
  for (int status : {408, 425, 429, 500, 502, 503, 504, 599}) {
    EXPECT_EQ(judged(answered(status)), "transient http_" + std::to_string(status));
  }
  for (int status : {301, 302, 303, 307, 308}) {
    EXPECT_EQ(judged(answered(status)), "permanent redirect");
  }
}

TEST(Judge, AListOfStatusesTakesThePlaceOfThe200s) {
  AnswerRules rules;
  rules.success_status = {200, 409};
  EXPECT_EQ(judged(answered(409), rules), "delivered http_409");
  EXPECT_EQ(judged(answered(201), rules), "permanent http_201");
  EXPECT_EQ(judged(answered(500), rules), "transient http_500");
}

TEST(Judge, AnErrorWithin200IsRefused) {
  EXPECT_EQ(judged(answered(200, R"({"error":0})"), zalo_rules()), "delivered http_200");
  EXPECT_EQ(judged(answered(200, R"({"error":-118})"), zalo_rules()), "permanent refused_by_body");
  EXPECT_EQ(judged(answered(200, R"({})"), zalo_rules()), "permanent refused_by_body");
  EXPECT_EQ(judged(answered(200, R"({"error":-100})"), zalo_rules()), "transient retry_by_body");
  EXPECT_EQ(judged(answered(400, R"({"error":-100})"), zalo_rules()), "transient retry_by_body");
  EXPECT_EQ(judged(answered(200, "<html>"), zalo_rules()), "transient bad_answer");
  EXPECT_EQ(judged(answered(503, R"({"error":0})"), zalo_rules()), "transient http_503");
  const SendOutcome refused = judge(answered(200, R"({"error":-118,"message":"84912345678"})"),
                                    zalo_rules(), "gate.example");
  EXPECT_EQ(refused.detail, "gate.example refused it: $.error == 0 does not hold, there is -118");
}

TEST(Judge, ABodyThatDidNotComeWholeMattersOnlyWhereItIsRead) {
  HttpAnswer answer = answered(200, R"({"error":0})");
  answer.failure = transient("timeout", "gate.example did not answer in time");
  EXPECT_EQ(judged(answer), "delivered http_200");
  EXPECT_EQ(judged(answer, zalo_rules()), "transient timeout");
  answer.status = 0;
  EXPECT_EQ(judged(answer), "transient timeout");
}

TEST(Judge, HandsOnHowLongToWait) {
  HttpAnswer answer = answered(429);
  answer.retry_after = std::chrono::seconds(17);
  EXPECT_EQ(judge(answer, {}, "h").retry_after, std::chrono::seconds(17));
  answer.status = 503;
  EXPECT_EQ(judge(answer, {}, "h").retry_after, std::chrono::seconds(17));
  answer.status = 200;
  EXPECT_EQ(judge(answer, {}, "h").retry_after, std::nullopt);
}

std::string smtp(const SmtpEnd& end, const SendOutcome& failure = transient("dropped", "lost")) {
  const SendOutcome outcome = outcome_of(end, failure, "mail.example");
  const char* kinds[] = {"delivered ", "permanent ", "transient "};
  return kinds[static_cast<std::size_t>(outcome.kind)] + outcome.code + ": " + outcome.detail;
}

TEST(SmtpOutcome, TheReplyDecides) {
  EXPECT_EQ(smtp({true, 250, "2.0.0"}), "delivered 250: mail.example took it: 250 2.0.0");
  EXPECT_EQ(smtp({false, 550, "5.1.1"}), "permanent 550: mail.example refused it: 550 5.1.1");
  EXPECT_EQ(smtp({false, 552, ""}), "permanent 552: mail.example refused it: 552");
  EXPECT_EQ(smtp({false, 451, "4.7.1"}), "transient 451: mail.example put it off: 451 4.7.1");
  EXPECT_EQ(smtp({false, 421, ""}), "transient 421: mail.example put it off: 421");
  for (int reply : {530, 534, 535, 538}) {
    EXPECT_TRUE(smtp({false, reply, ""}).starts_with("transient auth: ")) << reply;
  }
}

// It says nothing of the mail, which it has not seen: it takes none from us now.
TEST(SmtpOutcome, ARefusalBeforeTheFirst250IsPassing) {
  EXPECT_EQ(smtp({false, 554, "5.7.1", false}),
            "transient 554: mail.example takes no mail from us now: 554 5.7.1");
  EXPECT_EQ(smtp({false, 502, "", false}),
            "transient 502: mail.example takes no mail from us now: 502");
  EXPECT_EQ(smtp({false, 421, "", false}), "transient 421: mail.example put it off: 421");
  EXPECT_TRUE(smtp({false, 530, "", false}).starts_with("transient auth: "));
}

TEST(SmtpOutcome, WhatWasLostAfterDataMayHaveArrived) {
  EXPECT_TRUE(smtp({false, 354, ""}).starts_with("transient dropped_in_data: "));
  EXPECT_TRUE(smtp({false, 354, ""}, transient("timeout", "late"))
                  .starts_with("transient timeout: mail.example did not confirm"));
  EXPECT_EQ(smtp({false, 0, ""}, transient("connect", "no")), "transient connect: no");
  EXPECT_EQ(smtp({false, 250, ""}, transient("dropped", "lost")), "transient dropped: lost");
}

TEST(EnhancedCode, IsTakenAloneOutOfAReply) {
  EXPECT_EQ(enhanced_code("550 5.1.1 <nam@honai.example> unknown\r\n"), "5.1.1");
  EXPECT_EQ(enhanced_code("250-2.10.105 ok"), "2.10.105");
  for (const char* line : {"550 no", "550 5.1 x x", "550 10.0.0.1 x", "550 5..1 x", "220 a.b.c d",
                           "250 1234567890", "550 5.1.1.1 x", ""}) {
    EXPECT_EQ(enhanced_code(line), "") << line;
  }
}

TEST(Signature, IsTheHmacOverTimeAndBody) {
  // printf '1795000000.{"a":1}' | openssl dgst -sha256 -hmac secret
  EXPECT_EQ(signature("secret", "1795000000", R"({"a":1})"),
            "v1=f9e0bd0d1a561fbfdabec6356500586e2c72d7d797314b41b8380761868d6c25");
}

TEST(WebhookValues, ACutTextKeepsItsLinkAndTellsItsParts) {
  Delivery d;
  d.key = "k";
  d.recipients = {"+84912345678"};
  d.text = "Phường có 3 việc nguy cơ trễ hạn, xem tại https://kip.example/x/7Q2M";
  d.fields["link"] = "https://kip.example/x/7Q2M";
  WebhookOptions options;
  options.recipient = RecipientForm::kPhone0;
  options.text_septets_max = 50;
  const auto values = webhook_values(d, options);
  ASSERT_TRUE(values);
  EXPECT_EQ(values->at("recipient"), "0912345678");
  EXPECT_EQ(values->at("text_plain"), "Phuong co 3 viec... https://kip.example/x/7Q2M");
  EXPECT_EQ(values->at("parts"), "1");
  EXPECT_EQ(values->at("text"), d.text);
  d.recipients = {"nam@honai.example"};
  EXPECT_EQ(webhook_values(d, options).error().message,
            "n***@honai.example is no phone number of Vietnam");
  d.recipients = {"0912345678", "0912345679"};
  EXPECT_FALSE(webhook_values(d, options));
}

TEST(AlertBody, HasLabelsWithoutHyphensAndNoKeyAmongThem) {
  Delivery d;
  d.key = "k1";
  d.channel = "am";
  d.subject = "3 việc";
  d.text = "Kính gửi";
  d.fields = {{"receiving-unit", "kt"}, {"level", ""}, {"link", "https://kip.example"}};
  d.at = *parse_rfc3339("2026-11-24T07:00:00Z");
  AlertmanagerOptions options;
  options.labels = {"receiving-unit", "level", "absent"};
  EXPECT_EQ(*parse_json(alert_body(d, options)),
            *parse_json(R"([{"labels":{"alertname":"KipMessage","channel":"am",
              "receiving_unit":"kt"},"annotations":{"summary":"3 việc","description":"Kính gửi",
              "key":"k1"},"startsAt":"2026-11-24T07:00:00Z","endsAt":"2026-11-24T11:00:00Z",
              "generatorURL":"https://kip.example"}])"));
  EXPECT_EQ(label_name("a-b_C9"), "a_b_C9");
  for (const char* bad : {"", "9a", "a b", "đơn_vị", "a.b"}) EXPECT_EQ(label_name(bad), "") << bad;
}

}  // namespace
}  // namespace kip
