// The routes as a whole: the contract says what is served, readiness says what is known.

#include "app/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <set>

#include "app/test_service.h"
#include "store/keys.h"

namespace kip {
namespace {

using test::task_event;
using testing::HasSubstr;
namespace js = boost::json;

TEST(Contract, NamesEveryRouteAndNoOther) {
  test::Service service;
  const auto contract = service.json("/v1/openapi.json");
  EXPECT_EQ(contract.at("openapi"), "3.1.0");
  std::set<std::pair<std::string, std::string>> told, served;
  for (const auto& [path, methods] : contract.at("paths").as_object()) {
    for (const auto& [method, operation] : methods.as_object()) {
      std::string upper(method);
      for (char& c : upper) c = static_cast<char>(std::toupper(c));
      told.emplace(upper, std::string(path));
      EXPECT_TRUE(operation.as_object().contains("responses")) << path;
    }
  }
  for (const auto& route : route_names()) served.insert(route);
  EXPECT_EQ(told, served);
}

TEST(Contract, NamesEveryRuleAndNoOther) {
  test::Service service;
  const auto contract = service.json("/v1/openapi.json");
  const auto parameters =
      js::value(contract).at_pointer("/paths/~1v1~1alerts/get/parameters").as_array();
  const auto rule = std::find_if(parameters.begin(), parameters.end(), [](const js::value& p) {
    return p.as_object().contains("name") && p.at("name") == "rule";
  });
  ASSERT_NE(rule, parameters.end());
  js::array names;
  for (std::size_t r = 0; r < kRuleCount; ++r) {
    const auto id = static_cast<RuleId>(r);
    names.emplace_back(rule_name(id));
    EXPECT_FALSE(rule_label(id).empty()) << rule_name(id);
  }
  EXPECT_EQ(rule->at_pointer("/schema/enum"), names);
}

TEST(Contract, EveryRouteAnswers) {
  test::Service service;
  service.post(task_event("e1", "NV-1"));
  for (const auto& [method, pattern] : route_names()) {
    if (method != "GET") continue;
    if (pattern == "/v1/help" || pattern == "/x/{token}") continue;  // a notifier's: acks_test
    if (pattern.ends_with("/apology")) continue;  // of a late dossier: apology_test
    std::string target = pattern;
    if (const auto at = target.find("{id}"); at != std::string::npos) target.replace(at, 4, "NV-1");
    EXPECT_EQ(service.get(target).status, 200) << target;
  }
}

TEST(Contract, AnotherMethodOrPathIsAProblem) {
  test::Service service;
  EXPECT_EQ(service.get("/v1/events").status, 405);
  EXPECT_EQ(service.get("/v1/nothing").header("content-type"), "application/problem+json");
}

TEST(Ready, OnlyOnceItIsStarted) {
  test::Service service(false);
  EXPECT_EQ(service.get("/healthz").status, 200);
  const auto answer = service.get("/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("content-type"), "application/problem+json");
  EXPECT_EQ(js::parse(answer.body).at("reasons").at(0).at("code"), "starting");
  ASSERT_TRUE(service.engine().start());
  service.settle();
  EXPECT_EQ(service.get("/readyz").status, 200);
}

TEST(Ready, NotOnceAShardHasFailed) {
  test::TempDir dir;
  {
    auto store = std::move(*RocksStore::open(dir.path(), {}));
    // A record that the door never wrote: what is stored cannot be trusted any more.
    ASSERT_TRUE(test::put(*store, Table::kLog, keys::log(0, 0), "\xff\xff damaged"));
  }
  std::promise<std::string> told;
  EngineOptions options = test::standing_clock(dir.path());
  options.on_failure = [&](const Error& error) { told.set_value(error.message); };
  auto engine = std::move(*Engine::open(std::move(options), test::shipped_policy()));
  const auto server = web::start(make_routes(*engine, {}));
  ASSERT_TRUE(engine->start());
  auto failed = told.get_future();
  ASSERT_EQ(failed.wait_for(std::chrono::seconds{10}), std::future_status::ready);
  EXPECT_THAT(failed.get(), HasSubstr("StampedEvent"));
  EXPECT_EQ(web::ask(*server, "GET", "/healthz").status, 200);
  const auto answer = web::ask(*server, "GET", "/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("\"failed\""));
  const auto sent =
      web::ask(*server, "POST", "/v1/events", "Content-Type: application/cloudevents+json\r\n",
               js::serialize(task_event("e1", "NV-1")));
  EXPECT_EQ(sent.status, 503);
  server->stop();
}

// Waits until it is durable, or refused.
Outcome accepted_by(Engine& engine, const js::object& event) {
  Submission message;
  message.body = js::serialize(event);
  message.headers = {{"content-type", "application/cloudevents+json"}};
  std::promise<Outcome> done;
  engine.accept(std::move(message), [&](Outcome outcome) { done.set_value(std::move(outcome)); });
  auto outcome = done.get_future();
  EXPECT_EQ(outcome.wait_for(std::chrono::seconds{10}), std::future_status::ready);
  return outcome.get();
}

TEST(Version, IsTold) {
  test::Service service;
  EXPECT_EQ(service.json("/version").at("version"), "9.8.7");
}

TEST(Engine, RemembersAfterARestartWhenASourceWasLastHeard) {
  test::TempDir dir;
  std::optional<Instant> heard;
  for (int run = 0; run < 2; ++run) {
    auto engine =
        std::move(*Engine::open(test::standing_clock(dir.path()), test::shipped_policy()));
    ASSERT_TRUE(engine->start());
    if (run == 0) {
      EXPECT_TRUE(accepted_by(*engine, task_event("e1", "NV-1")).accepted);
    }
    ASSERT_TRUE(engine->drain({}));
    engine->stop();
    const auto sources = engine->sources();
    ASSERT_TRUE(sources.contains(test::kSource)) << "run " << run;
    heard = sources.find(test::kSource)->second.last_event;
    EXPECT_EQ(heard, engine->now());
    EXPECT_EQ(sources.find(test::kSource)->second.accepted, run == 0 ? 1U : 0U);
  }
}

TEST(Engine, AnswersBusyOnceItIsStopped) {
  test::TempDir dir;
  auto engine = std::move(*Engine::open(test::standing_clock(dir.path()), test::shipped_policy()));
  ASSERT_TRUE(engine->start());
  engine->stop();
  EXPECT_EQ(accepted_by(*engine, task_event("e1", "NV-1")).kind, Outcome::Kind::kBusy);
}

TEST(Engine, ForgetsSourcesThatAreMadeUp) {
  test::Service service;
  js::array batch;
  for (int i = 0; i < 1'100; ++i) {
    batch.push_back(task_event("e1", "NV-" + std::to_string(i)));
    batch.back().as_object()["source"] = "urn:made-up:" + std::to_string(i);
  }
  const auto answer =
      service.send("Content-Type: application/cloudevents-batch+json\r\n", js::serialize(batch));
  EXPECT_EQ(answer.status, 202);
  service.settle();
  EXPECT_LE(service.engine().sources().size(), 1'001U);
}

}  // namespace
}  // namespace kip
