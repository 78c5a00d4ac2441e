// The letter of apology over HTTP: what is served as what, what is refused and why.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/notify_setup.h"
#include "app/test_service.h"

namespace kip {
namespace {

using test::cloud_event;
using test::task_event;
using testing::HasSubstr;
using testing::Not;
namespace js = boost::json;

// A dossier of the ward, in its third step since Monday 16/11.
js::object dossier_event(const std::string& id, const std::string& item,
                         const std::string& due = test::kLateDue) {
  return cloud_event(id, item, "2026-11-16T01:00:00Z",
                     {{"kind", "WORK_KIND_DOSSIER"},
                      {"status", "WORK_STATUS_IN_PROGRESS"},
                      {"title", "Nhà ông A, 12 đường B"},
                      {"assignee_id", "cb-kt-01"},
                      {"unit_id", "kinh-te-ha-tang-do-thi"},
                      {"procedure_code", "1.013225"},
                      {"received_at", "2026-11-09T01:00:00Z"},
                      {"due_at", due},
                      {"step", {{"code", "3"}, {"started_at", "2026-11-19T01:00:00Z"}}}});
}

class ApologyRoute : public testing::Test {
 protected:
  ApologyRoute() { service_.post(dossier_event("e1", "HS-1")); }
  web::Answer get(const std::string& target, const std::string& accept = "") {
    return service_.get(target, accept.empty() ? "" : "Accept: " + accept + "\r\n");
  }
  js::object json(const std::string& target) {
    const web::Answer answer = get(target, "application/json");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return js::parse(answer.body).as_object();
  }
  std::string code(const std::string& item) {
    const web::Answer answer = get("/v1/items/" + item + "/apology");
    EXPECT_EQ(answer.header("content-type"), "application/problem+json");
    return std::to_string(answer.status) + " " +
           std::string(js::parse(answer.body).at("code").as_string());
  }

  test::Service service_;
};

constexpr const char* kLetter = "/v1/items/HS-1/apology";

TEST_F(ApologyRoute, IsAPageToPrintWhereNothingElseIsAsked) {
  const web::Answer answer = get(kLetter);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(answer.header("content-security-policy"),
              AllOf(HasSubstr("default-src 'none'"), HasSubstr("form-action 'self'")));
  EXPECT_THAT(answer.body, HasSubstr("ỦY BAN NHÂN DÂN PHƯỜNG HỒ NAI"));
  EXPECT_THAT(answer.body, HasSubstr("17 giờ 00, ngày 20 tháng 11 năm 2026"));
  EXPECT_THAT(answer.body, HasSubstr("href=\"/items/HS-1\""));
  EXPECT_THAT(answer.body, HasSubstr("Ngày hẹn mới là đề xuất"));
}

TEST_F(ApologyRoute, IsTextOrFieldsByAccept) {
  const web::Answer text = get(kLetter, "text/plain");
  EXPECT_EQ(text.header("content-type"), "text/plain; charset=utf-8");
  EXPECT_THAT(text.body, HasSubstr("mã hồ sơ HS-1, đề nghị giải quyết thủ tục hành chính: Cấp "
                                   "giấy phép xây dựng"));
  EXPECT_THAT(text.body, Not(HasSubstr("Ngày hẹn mới là đề xuất")));  // the officer's
  const auto fields = json(kLetter);
  EXPECT_EQ(fields.at("received_on"), "2026-11-09");
  EXPECT_EQ(fields.at("old_due_at"), test::kLateDue);
  EXPECT_EQ(fields.at("late"), true);
  EXPECT_EQ(fields.at("new_due_on"), "2026-11-26");  // 16 h: today 5:18, Wednesday 8, Thursday
  EXPECT_EQ(fields.at("new_due_from"), "proposed");
  EXPECT_EQ(fields.at("first_due_on"), "2026-11-25");
  EXPECT_EQ(fields.at("rescheduled"), 0);
  EXPECT_EQ(fields.at("text"), js::string(text.body));
  EXPECT_EQ(get(kLetter, "image/png").status, 406);
}

TEST_F(ApologyRoute, NamesNobody) {
  for (const char* type : {"text/html", "text/plain", "application/json"}) {
    const std::string body = get(kLetter, type).body;
    EXPECT_THAT(body, Not(HasSubstr("ông A")));
    EXPECT_THAT(body, Not(HasSubstr("cb-kt-01")));
  }
}

TEST_F(ApologyRoute, TakesTheDayThatIsAskedFor) {
  const auto fields = json(std::string(kLetter) + "?new_due=2026-12-02");
  EXPECT_EQ(fields.at("new_due_on"), "2026-12-02");
  EXPECT_EQ(fields.at("new_due_from"), "given");
  EXPECT_THAT(get(std::string(kLetter) + "?new_due=2026-12-02").body,
              HasSubstr("<b>ngày 02 tháng 12 năm 2026</b>"));
}

TEST_F(ApologyRoute, RefusesADayThatCannotBeAppointed) {
  const std::pair<const char*, const char*> table[] = {
      {"2026-11-23", "`new_due` must be after today; the earliest: 2026-11-25"},
      {"2026-11-24", "`new_due` is no working day"},
      {"2099-11-24", "`new_due` is beyond the years of calendar.yaml"},
      {"24/11/2026", "`new_due` must be a day such as 2026-11-30"}};
  for (const auto& [day, said] : table) {
    const web::Answer answer = get(std::string(kLetter) + "?new_due=" + day, "application/json");
    EXPECT_EQ(answer.status, 400) << day;
    EXPECT_EQ(js::parse(answer.body).at_pointer("/errors/0/pointer"), "new_due");
    EXPECT_THAT(answer.body, HasSubstr(said));
  }
  // On the page, where an officer has chosen it: what is wrong, and the dots are back.
  const web::Answer page = get(std::string(kLetter) + "?new_due=2026-11-24");
  EXPECT_EQ(page.status, 400);
  EXPECT_EQ(page.header("content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("Ngày hẹn mới T3 24/11 không dùng được: là ngày nghỉ."));
  EXPECT_THAT(page.body, Not(HasSubstr("ngày 24 tháng 11")));
  EXPECT_THAT(page.body, Not(HasSubstr("không đủ để đề xuất")));
  EXPECT_EQ(get(std::string(kLetter) + "?day=2026-12-02").status, 400);
}

TEST_F(ApologyRoute, SaysWhyThereIsNone) {
  service_.post(task_event("e2", "NV-1", test::kLateDue));
  service_.post(dossier_event("e3", "HS-2", "2026-12-11T10:00:00Z"));
  auto undated = dossier_event("e4", "HS-3");
  undated["data"].as_object().erase("due_at");
  service_.post(undated);
  auto done = dossier_event("e5", "HS-4");
  done["data"].as_object()["status"] = "WORK_STATUS_RETURNED";
  service_.post(done);
  EXPECT_EQ(get("/v1/items/HS-9/apology").status, 404);
  EXPECT_EQ(code("NV-1"), "409 no_dossier");
  EXPECT_EQ(code("HS-2"), "409 not_late");
  EXPECT_EQ(code("HS-3"), "409 no_appointment");
  EXPECT_EQ(code("HS-4"), "409 ended");
}

TEST_F(ApologyRoute, IsLinkedFromThePageOfItsItemOnly) {
  service_.post(dossier_event("e2", "HS-2", "2026-12-11T10:00:00Z"));
  const char* link = "<a href=\"/v1/items/HS-1/apology\">Thư xin lỗi và hẹn lại ngày trả</a>";
  EXPECT_THAT(get("/items/HS-1").body, HasSubstr(link));
  EXPECT_THAT(get("/items/HS-2").body, Not(HasSubstr("Thư xin lỗi")));
}

// What an operator has written, and the limit that he has set.
TEST_F(ApologyRoute, IsWordedByTheConfiguration) {
  Problems problems;
  NotifySetup ours;
  ours.templates = Templates::read({{letter_name(Form::kText), "{{code}}: {{old_due}}"}}, problems);
  ours.rules.reschedules_max = 0;
  SharedSetup setup;
  setup.set(std::make_shared<NotifySetup>(ours));
  const auto server = web::start(make_routes(service_.engine(), {.version = "9", .setup = &setup}));
  const auto answer = web::ask(*server, "GET", kLetter, "Accept: application/json\r\n");
  EXPECT_EQ(js::parse(answer.body).at("text"), "HS-1: 17 giờ 00, ngày 20 tháng 11 năm 2026\n");
  EXPECT_EQ(js::parse(answer.body).at("reschedules_max"), 0);
  EXPECT_THAT(answer.body, HasSubstr("không quá 0 lần"));
  server->stop();
}

}  // namespace
}  // namespace kip
