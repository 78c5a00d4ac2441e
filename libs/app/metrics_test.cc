// The metrics: every series from the start, figures of the store, text that Prometheus takes.

#include "app/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <future>
#include <sstream>

#include "app/test_service.h"

namespace kip {
namespace {

using test::cloud_event;
using test::task_event;
using testing::HasSubstr;

std::string text_of(test::Service& service) {
  const auto answer = service.get("/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.header("content-type"), HasSubstr("version=0.0.4"));
  return answer.body;
}

// The value of the series that begins so; NaN: there is none.
double value_of(const std::string& text, const std::string& series) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::size_t series_count(const std::string& text) {
  std::istringstream lines(text);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) count += line.starts_with('#') ? 0 : 1;
  return count;
}

TEST(Metrics, AreThereAsZeroBeforeAnythingCame) {
  test::Service service;
  const std::string text = text_of(service);
  EXPECT_EQ(value_of(text,
                     "kip_items{ward=\"ho-nai\",unit=\"hdnd\",kind=\"project\","
                     "state=\"overdue\"}"),
            0);
  EXPECT_EQ(value_of(text,
                     "kip_items{ward=\"ho-nai\",unit=\"other\",kind=\"none\","
                     "state=\"paused\"}"),
            0);
  EXPECT_EQ(value_of(text,
                     "kip_completed_items{ward=\"ho-nai\",unit=\"other\","
                     "kind=\"task\",result=\"late\"}"),
            0);
  EXPECT_EQ(value_of(text, "kip_alerts{ward=\"ho-nai\",unit=\"hdnd\",level=\"critical\"}"), 0);
  EXPECT_EQ(value_of(text,
                     "kip_alerts_by_rule{ward=\"ho-nai\",rule=\"stalled\","
                     "level=\"warning\"}"),
            0);
  EXPECT_EQ(value_of(text,
                     "kip_items_at_risk_due{ward=\"ho-nai\",unit=\"hdnd\","
                     "horizon=\"later\"}"),
            0);
  EXPECT_EQ(value_of(text, "kip_events_total{source=\"other\",result=\"dead\"}"), 0);
  EXPECT_EQ(value_of(text, "kip_build_info{version=\"9.8.7\"}"), 1);
  EXPECT_GT(value_of(text, "kip_store_free_bytes"), 0);
  for (const Source& source : test::shipped_policy()->registry.sources) {
    EXPECT_EQ(
        value_of(text, "kip_source_last_event_timestamp_seconds{source=\"" + source.id + "\"}"), 0);
  }
  EXPECT_EQ(value_of(text, "kip_alerts{ward=\"other\",unit=\"other\",level=\"notice\"}"), 0);
  EXPECT_EQ(value_of(text, "kip_consumer_lag{topic=\"kip.events.v1\",partition=\"1\"}"), 0);
  EXPECT_EQ(value_of(text, "kip_clock_lag_seconds"), 0);
}

TEST(Metrics, CountItemsByUnitKindAndState) {
  test::Service service;
  service.post(task_event("e1", "NV-1"));
  service.post(task_event("e2", "NV-2", test::kLateDue));
  service.post(task_event("e3", "NV-3", test::kSoonDue, "cong-an"));
  service.post(task_event("e4", "NV-4", test::kLateDue));
  service.post(
      cloud_event("e5", "NV-4", "2026-11-23T02:00:00Z", {{"status", "WORK_STATUS_COMPLETED"}}));
  const std::string text = text_of(service);
  const std::string office = "{ward=\"ho-nai\",unit=\"van-phong\",kind=\"task\",";
  EXPECT_EQ(value_of(text, "kip_items" + office + "state=\"on_track\"}"), 1);
  EXPECT_EQ(value_of(text, "kip_items" + office + "state=\"overdue\"}"), 1);
  EXPECT_EQ(value_of(text, "kip_completed_items" + office + "result=\"late\"}"), 1);
  EXPECT_EQ(value_of(text, "kip_alerts{ward=\"ho-nai\",unit=\"van-phong\",level=\"critical\"}"), 1);
  EXPECT_EQ(value_of(text,
                     "kip_alerts_by_rule{ward=\"ho-nai\",rule=\"overdue\","
                     "level=\"critical\"}"),
            1);
  EXPECT_EQ(value_of(text,
                     "kip_items_at_risk_due{ward=\"ho-nai\",unit=\"cong-an\","
                     "horizon=\"today\"}"),
            1);
  EXPECT_EQ(value_of(text,
                     "kip_events_total{source=\"urn:kip:sample:nhiemvu\","
                     "result=\"accepted\"}"),
            5);
  EXPECT_EQ(value_of(text,
                     "kip_source_last_event_timestamp_seconds{source="
                     "\"urn:kip:sample:nhiemvu\"}"),
            1795401720);
}

TEST(Metrics, CountTheItemsDueBeyondTheCalendar) {
  test::Service service;
  service.post(task_event("e1", "NV-1", "2030-12-31T16:59:59Z"));
  const std::string office = "kip_provisional_items{ward=\"ho-nai\",unit=\"van-phong\"}";
  EXPECT_EQ(value_of(text_of(service), office), 0);
  service.post(task_event("e2", "NV-2", "2030-12-31T17:00:00Z"));
  EXPECT_EQ(value_of(text_of(service), office), 1);
  EXPECT_THAT(service.get("/items/NV-2").body, HasSubstr("01/01/2031, 00:00 (tạm tính)"));
  EXPECT_THAT(service.get("/items/NV-1").body, testing::Not(HasSubstr("tạm tính")));
}

TEST(Metrics, PutTheDayOfADueByWorkingDays) {
  // Tuesday the 24th is a holiday: Wednesday is the next working day, Thursday the second.
  test::Service service;
  const auto at_risk = [](const char* id, const char* due) {
    auto event = task_event(id, std::string("NV-") + id, due);
    event["data"].as_object()["received_at"] = "2026-06-01T01:00:00Z";
    return event;
  };
  service.post(at_risk("1", "2026-11-24T08:00:00Z"));
  service.post(at_risk("2", "2026-11-25T08:00:00Z"));
  service.post(at_risk("3", "2026-11-26T08:00:00Z"));
  service.post(at_risk("4", "2026-12-03T08:00:00Z"));
  const std::string text = text_of(service);
  const std::string office = "kip_items_at_risk_due{ward=\"ho-nai\",unit=\"van-phong\",horizon=";
  EXPECT_EQ(value_of(text, office + "\"today\"}"), 1);
  EXPECT_EQ(value_of(text, office + "\"1d\"}"), 1);
  EXPECT_EQ(value_of(text, office + "\"2d\"}"), 1);
  EXPECT_EQ(value_of(text, office + "\"later\"}"), 1);
}

TEST(Metrics, FoldSourcesOutsideTheDirectoryIntoOther) {
  test::Service service;
  auto event = task_event("e1", "NV-1");
  event["source"] = "urn:made-up";
  service.post(event);
  const std::string text = text_of(service);
  EXPECT_EQ(value_of(text, "kip_events_total{source=\"other\",result=\"accepted\"}"), 1);
  EXPECT_EQ(text.find("made-up"), std::string::npos);
}

TEST(Metrics, CountAnswersByRouteAndClass) {
  test::Service service;
  service.get("/v1/items/none");
  EXPECT_EQ(value_of(text_of(service),
                     "kip_http_requests_total{method=\"GET\","
                     "route=\"/v1/items/{id}\",code=\"4xx\"}"),
            1);
}

// A clock that runs: what an event brings is measured to its commit, what time brings from onset.
TEST(Metrics, MeasureHowLongAnAlertTook) {
  std::promise<void> raised;
  test::TempDir dir;
  EngineOptions options;
  options.data = dir.path();
  options.on_alert = [&, once = false](const AlertChange&) mutable {
    if (!std::exchange(once, true)) raised.set_value();
  };
  options.shards = 1;
  auto engine = std::move(*Engine::open(std::move(options), test::shipped_policy()));
  const auto server = web::start(make_routes(*engine, {}));
  ASSERT_TRUE(engine->start());
  const Instant now = engine->now();
  auto event = task_event("e1", "NV-1", format_rfc3339(now - std::chrono::hours{24}));
  event["time"] = format_rfc3339(now - std::chrono::hours{1});
  event["data"].as_object()["received_at"] = format_rfc3339(now - std::chrono::hours{24 * 30});
  EXPECT_EQ(web::ask(*server, "POST", "/v1/events",
                     "Content-Type: application/cloudevents+json\r\n", test::js::serialize(event))
                .status,
            202);
  ASSERT_EQ(raised.get_future().wait_for(std::chrono::seconds{10}), std::future_status::ready);
  ASSERT_TRUE(engine->drain({}));
  const std::string text = web::ask(*server, "GET", "/metrics").body;
  EXPECT_GE(value_of(text, "kip_event_to_alert_seconds_count"), 1);
  EXPECT_LT(value_of(text, "kip_event_to_alert_seconds_sum"), 10);
  EXPECT_EQ(value_of(text, "kip_timer_lateness_seconds_count"), 0);
  server->stop();
}

TEST(Metrics, StayWithinTheirBudgetOfSeries) {
  test::Service service;
  EXPECT_LT(series_count(text_of(service)), 5'000U);
}

TEST(Metrics, AreCleanForPrometheus) {
  if (std::system("promtool --version > /dev/null 2>&1") != 0) {
    GTEST_SKIP() << "skipped: promtool is not here";
  }
  test::Service service;
  service.post(task_event("e2", "NV-2", test::kLateDue));
  test::TempDir dir;
  std::ofstream(dir / "metrics") << text_of(service);
  const std::string check =
      "promtool check metrics < " + (dir / "metrics") + " 2> " + (dir / "findings");
  const int exit = std::system(check.c_str());
  std::ifstream findings(dir / "findings");
  const std::string words{std::istreambuf_iterator<char>(findings), {}};
  EXPECT_EQ(exit, 0) << words;
  EXPECT_EQ(words, "");
}

}  // namespace
}  // namespace kip
