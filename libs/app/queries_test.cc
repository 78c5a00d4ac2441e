// Items, alerts, units and the catalogue as the API tells them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "app/test_service.h"
#include "contract/state.h"

namespace kip {
namespace {

using test::cloud_event;
using test::ids_of;
using test::task_event;
using testing::ElementsAre;
using testing::HasSubstr;
namespace js = boost::json;

std::vector<std::string> item_ids(test::Service& service, const std::string& query) {
  return ids_of(service.json("/v1/items" + query).at("items").as_array(), "item_id");
}

TEST(Items, AreListedByStateUnitAndKind) {
  test::Service service;
  service.post(task_event("e1", "NV-1"));
  service.post(task_event("e2", "NV-2", test::kLateDue));
  service.post(task_event("e3", "NV-3", test::kSoonDue, "cong-an"));
  EXPECT_THAT(item_ids(service, ""), ElementsAre("NV-1", "NV-2", "NV-3"));
  EXPECT_THAT(item_ids(service, "?state=overdue"), ElementsAre("NV-2"));
  EXPECT_THAT(item_ids(service, "?state=at_risk"), ElementsAre("NV-3"));
  EXPECT_THAT(item_ids(service, "?state=on_track"), ElementsAre("NV-1"));
  EXPECT_THAT(item_ids(service, "?unit=cong-an"), ElementsAre("NV-3"));
  EXPECT_THAT(item_ids(service, "?kind=dossier"), ElementsAre());
  EXPECT_THAT(item_ids(service, "?kind=WORK_KIND_TASK&status=in_progress&holder=cong-an"),
              ElementsAre("NV-3"));
}

TEST(Items, LeaveOutWhatIsVoid) {
  test::Service service;
  service.post(task_event("e1", "NV-1"));
  service.post(cloud_event("e2", "NV-1", "2026-11-23T02:00:00Z", {{"status", "WORK_STATUS_VOID"}}));
  EXPECT_THAT(item_ids(service, ""), ElementsAre());
}

TEST(Items, ComeInPagesThatMissNothing) {
  test::Service service;
  for (int i = 10; i < 35; ++i) {
    service.send("Content-Type: application/cloudevents+json\r\n",
                 js::serialize(task_event("e" + std::to_string(i), "NV-" + std::to_string(i))));
  }
  service.settle();
  std::vector<std::string> all;
  std::string cursor;
  int pages = 0;
  do {
    const auto page =
        service.json("/v1/items?limit=10" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (auto& id : ids_of(page.at("items").as_array(), "item_id")) all.push_back(std::move(id));
    cursor = page.contains("next") ? std::string(page.at("next").as_string()) : "";
    ++pages;
  } while (!cursor.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(all.size(), 25U);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
}

// As a shard would have said it.
void foresee(test::Service& service, const std::string& item_id, double chance) {
  auto bytes = service.engine().store().get(Table::kItem, item_id);
  ASSERT_TRUE(bytes && *bytes);
  ItemState item = *decode_item(**bytes);
  item.forecast = forecast::Forecast{.chance = chance, .cases = 60};
  Batch batch;
  batch.put(Table::kItem, item_id, encode_item(item));
  ASSERT_TRUE(service.engine().store().write(batch, Durability::kSynced));
}

TEST(Items, ByChanceTheLikeliestToBeLateComeFirst) {
  test::Service service;
  for (const char* id : {"NV-1", "NV-2", "NV-3", "NV-4", "NV-5"})
    service.post(task_event(std::string("e") + id, id));
  foresee(service, "NV-2", 0.25);
  foresee(service, "NV-3", 0.75);
  foresee(service, "NV-4", 0.75);
  foresee(service, "NV-5", 0.5);
  EXPECT_THAT(item_ids(service, "?sort=chance"), ElementsAre("NV-3", "NV-4", "NV-5", "NV-2"));
  EXPECT_THAT(item_ids(service, "?sort=id&limit=2"), ElementsAre("NV-1", "NV-2"));
  std::vector<std::string> all;
  std::string cursor;
  do {
    const auto page =
        service.json("/v1/items?sort=chance&limit=1" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (auto& id : ids_of(page.at("items").as_array(), "item_id")) all.push_back(std::move(id));
    cursor = page.contains("next") ? std::string(page.at("next").as_string()) : "";
  } while (!cursor.empty());
  EXPECT_THAT(all, ElementsAre("NV-3", "NV-4", "NV-5", "NV-2"));
  const auto shown = service.json("/v1/items?sort=chance&limit=1").at("items").at(0);
  EXPECT_EQ(shown.at("forecast").at("chance"), 0.75);
  EXPECT_EQ(service.get("/v1/items?sort=size").status, 400);
  EXPECT_EQ(service.get("/v1/items?sort=chance&cursor=TlY").status, 400);
}

TEST(Reports, SavedItemsHaveTheirNoteBeforeAnythingCame) {
  test::Service service;
  const auto report = service.json("/v1/reports/saved");
  EXPECT_TRUE(report.at("rows").as_array().empty());
  EXPECT_THAT(std::string(report.at("note").as_string()), HasSubstr("không phải thử nghiệm"));
}

TEST(Items, AWrongParameterIsNamedWithTheNearest) {
  test::Service service;
  const auto detail = [&](const std::string& target) {
    const auto answer = service.get(target);
    EXPECT_EQ(answer.status, 400) << target;
    EXPECT_EQ(answer.header("content-type"), "application/problem+json");
    const auto error = js::parse(answer.body).at("errors").at(0);
    return std::string(error.at("pointer").as_string()) + ": " +
           std::string(error.at("detail").as_string());
  };
  EXPECT_THAT(detail("/v1/items?stat=overdue"), HasSubstr("stat: unknown parameter; nearest: "));
  EXPECT_THAT(detail("/v1/items?state=overdu"), HasSubstr("nearest: overdue"));
  EXPECT_THAT(detail("/v1/items?unit=cong-am"), HasSubstr("nearest: cong-an"));
  EXPECT_THAT(detail("/v1/items?limit=0"), HasSubstr("limit: "));
  EXPECT_THAT(detail("/v1/items?limit=1001"), HasSubstr("from 1 to 1000"));
  EXPECT_THAT(detail("/v1/items?cursor=xyz"), HasSubstr("cursor: "));
  EXPECT_THAT(detail("/v1/items?limit=1&limit=2"), HasSubstr("more than once"));
  EXPECT_THAT(detail("/v1/alerts?rule=overdu"), HasSubstr("nearest: overdue"));
  EXPECT_THAT(detail("/v1/alerts?cursor=78"), HasSubstr("cursor: "));
  EXPECT_THAT(detail("/v1/units?x=1"), HasSubstr("x: "));
}

TEST(Item, TellsItsHistoryInFoldOrderWithWhatWasVoided) {
  test::Service service;
  service.post(cloud_event("e2", "NV-1", "2026-11-23T02:00:00Z", {{"progress_percent", 40}}));
  service.post(task_event("e1", "NV-1"));
  auto data = js::object{{"voids", js::array{"e2"}}};
  service.post(cloud_event("e3", "NV-1", "2026-11-23T02:30:00Z", data));
  const auto history = service.json("/v1/items/NV-1").at("history").as_array();
  ASSERT_EQ(history.size(), 3U);
  std::vector<std::pair<std::string, bool>> seen;
  for (const js::value& entry : history) {
    seen.emplace_back(entry.at("event").at("event_id").as_string(), entry.at("kept").as_bool());
  }
  EXPECT_THAT(seen,
              ElementsAre(std::pair("e1", true), std::pair("e2", false), std::pair("e3", true)));
}

TEST(Item, TellsWhyItsAlertsAreOpen) {
  test::Service service;
  service.post(task_event("e1", "NV-2", test::kLateDue));
  const auto story = service.json("/v1/items/NV-2");
  std::vector<std::string> rules = ids_of(story.at("why").as_array(), "rule_id");
  EXPECT_THAT(rules, testing::Contains("overdue"));
  for (const js::value& why : story.at("why").as_array()) {
    EXPECT_FALSE(why.at("reason").as_string().empty());
    EXPECT_FALSE(why.at("evidence").as_array().empty());
  }
  EXPECT_EQ(story.at("alerts").as_array().size(), rules.size());
}

TEST(Item, TellsWhyWithTheFiguresOfNow) {
  const test::TempDir dir;
  for (const auto& [clock, left] : {std::pair("at:2026-11-23T02:42:00Z", "Còn 3 giờ 48 phút"),
                                    std::pair("at:2026-11-23T03:42:00Z", "Còn 2 giờ 48 phút")}) {
    EngineOptions options = test::standing_clock(dir.path());
    options.clock = *parse_clock(clock);
    auto engine = std::move(*Engine::open(std::move(options), test::shipped_policy()));
    const auto server = web::start(make_routes(*engine, {}));
    ASSERT_TRUE(engine->start());
    const std::string event = js::serialize(task_event("e1", "NV-1", test::kSoonDue));
    web::ask(*server, "POST", "/v1/events", "Content-Type: application/cloudevents+json\r\n",
             event);
    ASSERT_TRUE(engine->drain({}));
    const auto story = js::parse(web::ask(*server, "GET", "/v1/items/NV-1").body);
    std::string said;
    for (const js::value& why : story.at("why").as_array()) said += why.at("reason").as_string();
    EXPECT_THAT(said, HasSubstr(left));
    server->stop();
  }
}

TEST(Item, TellsWhoseHoursItTookAndTheyAddUp) {
  test::Service service;
  service.post(task_event("e1", "NV-1"));
  service.post(
      cloud_event("e2", "NV-1", "2026-11-23T02:00:00Z", {{"status", "WORK_STATUS_SUBMITTED"}}));
  const auto parts = service.json("/v1/items/NV-1").at("hours").as_array();
  EXPECT_THAT(ids_of(parts, "holder"), ElementsAre("van-phong", "assigner"));
  std::int64_t sum = 0;
  for (const js::value& part : parts) sum += part.at("working_minutes").as_int64();
  const Calendar& calendar = test::shipped_policy()->calendars.common();
  const Instant start = *parse_rfc3339("2026-11-16T01:00:00Z");
  EXPECT_EQ(sum, work_minutes(calendar.between(start, service.engine().now())));
}

TEST(Item, ThatNobodyKnowsIs404) {
  test::Service service;
  service.post(task_event("e1", "NV-1"));
  const auto answer = service.get("/v1/items/NV-9");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.header("content-type"), "application/problem+json");
  EXPECT_THAT(answer.body, HasSubstr("nearest: NV-1"));
}

TEST(Item, MayHoldASlashInItsId) {
  test::Service service;
  service.post(task_event("e1", "NV/1"));
  EXPECT_EQ(service.json("/v1/items/NV%2F1").at("item").at("item_id"), "NV/1");
}

// Three items with alerts, one of which is then closed.
void raise_some(test::Service& service) {
  service.post(task_event("e1", "NV-1", test::kLateDue));
  service.post(task_event("e2", "NV-2", test::kSoonDue));
  service.post(task_event("e3", "NV-3", test::kLateDue, "cong-an"));
  service.post(
      cloud_event("e4", "NV-3", "2026-11-23T02:00:00Z", {{"status", "WORK_STATUS_COMPLETED"}}));
}

// (alert_id, revision) of every page, in order.
std::vector<std::string> all_alerts(test::Service& service, const std::string& query) {
  std::vector<std::string> all;
  std::string cursor;
  do {
    const auto page =
        service.json("/v1/alerts?" + query + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const js::value& alert : page.at("alerts").as_array()) {
      all.push_back(std::string(alert.at("alert_id").as_string()) + "/" +
                    std::to_string(alert.at("revision").to_number<int>()));
    }
    cursor = page.contains("next") ? std::string(page.at("next").as_string()) : "";
  } while (!cursor.empty());
  return all;
}

TEST(Alerts, ComeNewestFirstInPagesThatMissNothing) {
  test::Service service;
  raise_some(service);
  const auto whole = all_alerts(service, "limit=1000");
  EXPECT_EQ(whole.size(), service.engine().counters().alerts.load());
  EXPECT_EQ(all_alerts(service, "limit=1"), whole);
  EXPECT_EQ(std::set(whole.begin(), whole.end()).size(), whole.size());
}

TEST(Alerts, ThatAreOpenAreThoseOfTheItems) {
  test::Service service;
  raise_some(service);
  std::set<std::string> open;
  const auto items = service.json("/v1/items").at("items").as_array();
  for (const js::value& item : items) {
    if (!item.as_object().contains("open_alerts")) continue;
    for (const js::value& alert : item.at("open_alerts").as_array()) {
      open.insert(std::string(alert.at("alert_id").as_string()) + "/" +
                  std::to_string(alert.at("revision").to_number<int>()));
    }
  }
  const auto listed = all_alerts(service, "state=open&limit=1");
  EXPECT_EQ(std::set(listed.begin(), listed.end()), open);
  EXPECT_EQ(listed.size(), open.size());
  EXPECT_EQ(all_alerts(service, "state=open"), listed);
  EXPECT_FALSE(open.empty());
}

TEST(Alerts, AreFilteredByItemUnitRuleAndLevel) {
  test::Service service;
  raise_some(service);
  const auto subjects = [&](const std::string& query) {
    const auto ids =
        ids_of(service.json("/v1/alerts?" + query).at("alerts").as_array(), "subject_id");
    return std::set(ids.begin(), ids.end());
  };
  EXPECT_THAT(subjects("item=NV-1"), ElementsAre("NV-1"));
  EXPECT_THAT(subjects("unit=cong-an"), ElementsAre("NV-3"));
  EXPECT_THAT(subjects("rule=overdue&state=open"), ElementsAre("NV-1"));
  EXPECT_THAT(subjects("level=critical"), ElementsAre("NV-1", "NV-3"));
  EXPECT_THAT(subjects("state=open&item=NV-2"), ElementsAre("NV-2"));
  EXPECT_EQ(all_alerts(service, "item=NV-3&limit=1"), all_alerts(service, "item=NV-3"));
}

TEST(Units, AreAllThereWithTheirCounts) {
  test::Service service;
  raise_some(service);
  const auto units = service.json("/v1/units").at("units").as_array();
  EXPECT_EQ(units.size(), test::shipped_policy()->registry.units.size() + 1);
  const auto row = std::find_if(units.begin(), units.end(),
                                [](const auto& u) { return u.at("id") == "van-phong"; });
  ASSERT_NE(row, units.end());
  EXPECT_EQ(row->at("items"),
            js::value({{"overdue", 1}, {"at_risk", 1}, {"paused", 0}, {"on_track", 0}}));
}

TEST(Catalogue, WritesNumbersWithoutExponents) {
  test::Service service;
  const std::string body = service.get("/v1/catalogue").body;
  EXPECT_THAT(body, testing::HasSubstr(R"("statutory":{"value":1,"unit":)"));
  EXPECT_THAT(body, testing::HasSubstr(R"("remaining":{"share":0.2})"));
  EXPECT_THAT(body, testing::Not(testing::ContainsRegex(R"([0-9]E[-+]?[0-9])")));
}

TEST(Catalogue, TellsWhatMayFollowAStatus) {
  test::Service service;
  const auto catalogue = service.json("/v1/catalogue");
  const auto& statuses = catalogue.at("statuses").as_array();
  const auto completed = std::find_if(statuses.begin(), statuses.end(),
                                      [](const auto& s) { return s.at("status") == "completed"; });
  ASSERT_NE(completed, statuses.end());
  EXPECT_EQ(completed->at("successors"),
            js::value(js::array{"accepted", "in_progress", "returned", "void"}));
  EXPECT_EQ(catalogue.at("procedures").as_array().size(),
            test::shipped_policy()->registry.procedures.size());
  EXPECT_EQ(catalogue.at("rules").as_array().size(), test::shipped_policy()->rules.size());
}

}  // namespace
}  // namespace kip
