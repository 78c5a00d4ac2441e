// Events over HTTP: what 202 promises, and how a refusal names what is wrong.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_service.h"

namespace kip {
namespace {

using test::cloud_event;
using test::task_event;
namespace js = boost::json;

std::size_t dead_letters(test::Service& service) {
  return test::rows_of(service.engine().store(), Table::kDead).size();
}

TEST(Intake, AStructuredEventIsInTheItemsHistory) {
  test::Service service;
  const auto answer = service.post(task_event("e1", "NV-1"));
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(js::parse(answer.body), js::value({{"event_id", "e1"}, {"item_id", "NV-1"}}));
  const auto item = service.json("/v1/items/NV-1");
  ASSERT_EQ(item.at("history").as_array().size(), 1U);
  EXPECT_EQ(item.at("history").at(0).at("event").at("event_id"), "e1");
}

TEST(Intake, ABinaryEventCountsAsTheSame) {
  test::Service service;
  const auto answer = service.send(
      "Content-Type: application/json\r\nce-specversion: 1.0\r\nce-type: vn.kip.work.v1\r\n"
      "ce-id: e1\r\nce-source: urn:kip:sample:nhiemvu\r\nce-subject: NV-1\r\n"
      "ce-time: 2026-11-23T01:00:00Z\r\n",
      R"({"kind":"WORK_KIND_TASK"})");
  EXPECT_EQ(answer.status, 202) << answer.body;
  EXPECT_EQ(js::parse(answer.body).at("item_id"), "NV-1");
}

TEST(Intake, ABareEventNeedsNoEnvelope) {
  test::Service service;
  const auto answer = service.send("Content-Type: application/json\r\n",
                                   R"({"event_id":"e1","source":"urn:kip:sample:nhiemvu",)"
                                   R"("item_id":"NV-1","occurred_at":"2026-11-23T01:00:00Z"})");
  EXPECT_EQ(answer.status, 202) << answer.body;
}

TEST(Intake, IndicatorsAndSourceReportsAreTaken) {
  test::Service service;
  auto indicator = cloud_event("i1", "disbursement-rate", "2026-11-23T01:00:00Z", {{"value", 61}});
  indicator["type"] = "vn.kip.indicator.v1";
  const auto answer = service.post(indicator);
  EXPECT_EQ(answer.status, 202) << answer.body;
  EXPECT_EQ(js::parse(answer.body).at("indicator_id"), "disbursement-rate");
  auto report = cloud_event("r1", test::kSource, "2026-11-23T01:00:00Z", {{"heartbeat", true}});
  report["type"] = "vn.kip.source.v1";
  EXPECT_EQ(service.post(report).status, 202);
}

TEST(Intake, TheSameEventAgainIs202AndCountsOnce) {
  test::Service service;
  EXPECT_EQ(service.post(task_event("e1", "NV-1")).status, 202);
  EXPECT_EQ(service.post(task_event("e1", "NV-1")).status, 202);
  EXPECT_EQ(service.json("/v1/items/NV-1").at("history").as_array().size(), 1U);
  const auto sources = service.engine().sources();
  const SourceCount& count = sources.at(test::kSource);
  EXPECT_EQ(count.accepted, 1U);
  EXPECT_EQ(count.duplicate, 1U);
}

TEST(Intake, ARefusalNamesTheFieldAndLeavesADeadLetter) {
  test::Service service;
  auto event = task_event("e1", "NV-1");
  event["data"].as_object()["due_at"] = "hôm qua";
  const auto answer = service.post(event);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.header("content-type"), "application/problem+json");
  const auto problem = js::parse(answer.body).as_object();
  EXPECT_EQ(problem.at("code"), "bad_time");
  EXPECT_EQ(problem.at("errors").at(0).at("pointer"), "due_at");
  EXPECT_EQ(dead_letters(service), 1U);
  EXPECT_EQ(service.engine().sources().at(test::kSource).dead, 1U);
}

TEST(Intake, WhatIsTooLargeIs413) {
  test::Service service;
  auto event = task_event("e1", "NV-1");
  event["padding"] = std::string(1 << 20, 'x');
  const auto answer = service.post(event);
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(js::parse(answer.body).at("code"), "too_large");
}

TEST(Intake, WhatABrowserSendsUnaskedIs415AndLeavesNothing) {
  test::Service service;
  const std::string body = js::serialize(task_event("e1", "NV-1"));
  for (const char* headers :
       {"", "Content-Type: text/plain\r\n", "Content-Type: Text/Plain; charset=utf-8\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n"}) {
    const auto answer = service.send(headers, body);
    EXPECT_EQ(answer.status, 415) << headers;
    EXPECT_EQ(js::parse(answer.body).at("code"), "content_type");
  }
  EXPECT_EQ(dead_letters(service), 0U);
}

TEST(Intake, AnotherContentTypeIs415WithADeadLetter) {
  test::Service service;
  const auto answer = service.send("Content-Type: application/xml\r\n", "<x/>");
  EXPECT_EQ(answer.status, 415);
  EXPECT_EQ(dead_letters(service), 1U);
}

web::Answer send_batch(test::Service& service, const js::array& events) {
  return service.send("Content-Type: application/cloudevents-batch+json\r\n",
                      js::serialize(events));
}

TEST(Intake, ABatchThatIsNoArrayIsADeadLetterWhole) {
  test::Service service;
  for (const char* body : {"hello", "{}", "", "[{}"}) {
    const auto answer = service.send("Content-Type: application/cloudevents-batch+json\r\n", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(js::parse(answer.body).at("code"), "not_json") << body;
  }
  EXPECT_EQ(dead_letters(service), 4U);
  EXPECT_EQ(service.engine().counters().refused, 4U);
}

TEST(Intake, WhatIsWrongInOneElementOfABatchCostsThatOneAlone) {
  test::Service service;
  const std::string good = js::serialize(task_event("e1", "NV-1"));
  const std::string body = "[" + good + R"(, {"id": "e2", "title": "\ud800"}])";
  const auto answer = service.send("Content-Type: application/cloudevents-batch+json\r\n", body);
  EXPECT_EQ(answer.status, 207);
  service.settle();
  EXPECT_EQ(service.get("/v1/items/NV-1").status, 200);
  EXPECT_EQ(dead_letters(service), 1U);
}

TEST(Intake, ABatchIs202WhereAllAreTaken) {
  test::Service service;
  const auto answer = send_batch(service, {task_event("e1", "NV-1"), task_event("e2", "NV-2")});
  EXPECT_EQ(answer.status, 202);
  const auto results = js::parse(answer.body).at("results").as_array();
  EXPECT_THAT(test::ids_of(results, "id"), testing::ElementsAre("e1", "e2"));
}

TEST(Intake, ABatchAnswersEachEventInOrder) {
  test::Service service;
  auto wrong = task_event("e2", "NV-2");
  wrong["type"] = "org.example";
  const auto answer =
      send_batch(service, {task_event("e1", "NV-1"), wrong, 7, task_event("e4", "NV-4")});
  EXPECT_EQ(answer.status, 207);
  const auto results = js::parse(answer.body).at("results").as_array();
  ASSERT_EQ(results.size(), 4U);
  EXPECT_EQ(results[0], js::value({{"id", "e1"}, {"status", 202}}));
  EXPECT_EQ(results[1].at("id"), "e2");
  EXPECT_EQ(results[1].at("status"), 400);
  EXPECT_EQ(results[1].at("problem").at("code"), "type");
  EXPECT_EQ(results[2].at("status"), 400);
  EXPECT_EQ(results[3].at("status"), 202);
}

TEST(Intake, ABatchThatIsNoArrayIs400) {
  test::Service service;
  const auto answer =
      service.send("Content-Type: application/cloudevents-batch+json\r\n", R"({"a":1})");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(js::parse(answer.body).at("code"), "not_json");
}

TEST(Intake, AnEmptyBatchIsTaken) {
  test::Service service;
  EXPECT_EQ(send_batch(service, {}).status, 202);
}

TEST(Intake, WhatTheQueueHasNoRoomForIsToBeSentAgain) {
  test::Service service([](EngineOptions& options) { options.queue_max = 0; }, true);
  const auto answer = service.send("Content-Type: application/cloudevents+json\r\n",
                                   js::serialize(task_event("e1", "NV-1")));
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("retry-after"), "1");
}

}  // namespace
}  // namespace kip
