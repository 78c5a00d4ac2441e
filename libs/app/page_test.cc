// The pages: what stands on them, and what never does.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/page_parts.h"
#include "app/test_service.h"

namespace kip {
namespace {

using test::cloud_event;
using test::task_event;
using testing::HasSubstr;
using testing::Not;

TEST(FirstPage, SaysThatNothingIsKnownInsteadOfZero) {
  test::Service service;
  service.settle();
  const std::string page = service.get("/").body;
  EXPECT_THAT(page, HasSubstr("Chưa có dữ liệu"));
  EXPECT_THAT(page, Not(HasSubstr("<b>0</b>")));
}

TEST(FirstPage, PutsTheMostUrgentFirst) {
  test::Service service;
  service.post(task_event("e1", "NV-1", test::kSoonDue));
  service.post(task_event("e2", "NV-2", test::kLateDue));
  service.post(task_event("e3", "NV-3", "2026-11-18T10:00:00Z"));
  service.post(task_event("e4", "NV-4"));
  const std::string page = service.get("/").body;
  EXPECT_THAT(page, HasSubstr("<h1>2 việc quá hạn, 1 việc nguy cơ trễ</h1>"));
  const auto at = [&](const char* id) { return page.find(std::string("/items/") + id); };
  ASSERT_NE(at("NV-1"), std::string::npos);
  EXPECT_LT(at("NV-3"), at("NV-2"));
  EXPECT_LT(at("NV-2"), at("NV-1"));
  EXPECT_EQ(at("NV-4"), std::string::npos);
  EXPECT_THAT(page, HasSubstr("còn 3 giờ 48"));  // to 15:00, without the pause at noon
  EXPECT_THAT(page, HasSubstr("http-equiv=\"refresh\" content=\"30\""));
}

TEST(FirstPage, NamesNoOfficerAndTakesTitlesOfPetitionsFromTheCatalogue) {
  test::Service service;
  auto event = task_event("e1", "PA-1", test::kLateDue);
  event["data"].as_object()["kind"] = "WORK_KIND_PETITION";
  event["data"].as_object()["title"] = "Nhà ông A, 12 đường B";
  event["data"].as_object()["procedure_code"] = "1.001193";
  service.post(event);
  const std::string page = service.get("/").body;
  EXPECT_THAT(page, HasSubstr("Đăng ký khai sinh"));
  EXPECT_THAT(page, Not(HasSubstr("Nhà ông A")));
  EXPECT_THAT(page, Not(HasSubstr("cb-vp-01")));
}

TEST(FirstPage, GivesTheReasonOfWhatMakesTheState) {
  test::Service service;
  auto event = task_event("e1", "HS-1", test::kLateDue);
  auto& data = event["data"].as_object();
  data["kind"] = "WORK_KIND_DOSSIER";
  data["status"] = "WORK_STATUS_ACCEPTED";
  data["procedure_code"] = "1.001193";
  service.post(event);
  EXPECT_THAT(service.get("/v1/items/HS-1").body, HasSubstr("over_internal_limit"));
  const std::string page = service.get("/").body;
  EXPECT_THAT(page, HasSubstr("<p>Quá hạn T6 20/11/2026, 17:00 mà chưa xong.</p>"));
  EXPECT_THAT(page, Not(HasSubstr("thời hạn luật định")));
}

TEST(FirstPage, WritesWhatOthersSentAsText) {
  test::Service service;
  auto event = task_event("e1", "<i>\"&", test::kLateDue);
  event["data"].as_object()["title"] = "<script>alert(1)</script>";
  service.post(event);
  const std::string page = service.get("/").body;
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, HasSubstr("/items/%3Ci%3E%22%26"));
  EXPECT_EQ(service.get("/items/%3Ci%3E%22%26").status, 200);
}

TEST(FirstPage, SaysWhenItIsStillReading) {
  test::Service service(false);
  EXPECT_THAT(service.get("/").body, HasSubstr("Đang đọc lại dữ liệu"));
}

TEST(FirstPage, SaysSinceWhenNothingNewHasCome) {
  test::TempDir dir;
  for (const char* clock : {"at:2026-11-23T02:42:00Z", "at:2026-11-27T02:42:00Z"}) {
    EngineOptions options = test::standing_clock(dir.path());
    options.clock = *parse_clock(clock);
    auto engine = std::move(*Engine::open(std::move(options), test::shipped_policy()));
    const auto server = web::start(make_routes(*engine, {}));
    ASSERT_TRUE(engine->start());
    const bool later = std::string(clock) != "at:2026-11-23T02:42:00Z";
    if (!later) {
      const auto answer =
          web::ask(*server, "POST", "/v1/events", "Content-Type: application/cloudevents+json\r\n",
                   test::js::serialize(task_event("e1", "NV-1")));
      EXPECT_EQ(answer.status, 202);
    }
    ASSERT_TRUE(engine->drain({}));
    const std::string page = web::ask(*server, "GET", "/").body;
    EXPECT_EQ(page.find("Không có tin mới từ T2 23/11, 09:42") != std::string::npos, later);
    server->stop();
  }
}

TEST(ItemPage, TellsStateHoursAndHistory) {
  test::Service service;
  service.post(task_event("e1", "NV-1", test::kLateDue));
  service.post(
      cloud_event("e2", "NV-1", "2026-11-23T02:00:00Z", {{"status", "WORK_STATUS_SUBMITTED"}}));
  const auto answer = service.get("/items/NV-1");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("Quá hạn"));
  EXPECT_THAT(answer.body, HasSubstr("Giờ của ai"));
  EXPECT_THAT(answer.body, HasSubstr("Bên giao việc"));
  EXPECT_THAT(answer.body, HasSubstr("cb-vp-01"));
}

TEST(ItemPage, ShowsTheLimitsOfAPetition) {
  test::Service service;
  auto event = task_event("e1", "PA-1");
  event["data"].as_object()["kind"] = "WORK_KIND_PETITION";
  event["data"].as_object()["submitted_at"] = "2026-11-16T01:00:00Z";
  service.post(event);
  const std::string page = service.get("/items/PA-1").body;
  EXPECT_THAT(page, HasSubstr("Hạn từng khâu"));
  EXPECT_THAT(page, HasSubstr("<dt>Từ chối hoặc trả lại (2 ngày làm việc)</dt>"
                              "<dd>không cần nữa</dd>"));
  // Fifteen working days; the 24th is a holiday.
  EXPECT_THAT(page, HasSubstr("<dd>đang chạy, hạn T3 08/12, 08:00</dd>"));
  service.post(task_event("e2", "NV-1"));
  EXPECT_THAT(service.get("/items/NV-1").body, Not(HasSubstr("Hạn từng khâu")));
}

TEST(PageWords, AreShort) {
  const Instant now = *parse_rfc3339("2026-11-23T02:42:00Z");
  EXPECT_EQ(day_time(*parse_rfc3339("2026-11-25T07:20:00Z"), now), "T4 25/11, 14:20");
  EXPECT_EQ(day_time(*parse_rfc3339("2027-01-04T07:20:00Z"), now), "T2 04/01/2027, 14:20");
  EXPECT_EQ(short_work(WorkTime{48 * 60'000}), "48 phút");
  EXPECT_EQ(short_work(WorkTime{(11 * 60 + 8) * 60'000}), "11 giờ 08");
  EXPECT_EQ(short_work(work_hours(3)), "3 giờ");
  EXPECT_EQ(short_work(WorkTime{(53 * 60 + 40) * 60'000}), "6,7 ngày");
  EXPECT_EQ(age_text(now - std::chrono::minutes{5}, now), "5 phút trước");
  EXPECT_EQ(number_text(1304), "1.304");
}

}  // namespace
}  // namespace kip
