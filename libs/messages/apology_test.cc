// The letter of apology: which items have one, which day it proposes, what it says.

#include "messages/apology.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "messages/test_messages.h"
#include "messages/text.h"
#include "support/items.h"

namespace kip {
namespace {

using test::History;
using test::vn;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using enum WorkStatus;

constexpr const char* kNow = "2026-11-23 09:40";  // Monday; Tuesday is a day off

ItemState item_of(const History& history, const std::vector<RuleId>& open = {RuleId::kOverdue}) {
  ItemState item;
  std::vector<Event> events = history.events();
  item.item_id = events.front().item_id;
  item.folded = fold(events, test::ward().fold);
  for (const RuleId rule : open) {
    OpenAlert alert;
    alert.rule = rule;
    item.open.push_back(alert);
  }
  return item;
}

History& began(History& history, std::string_view at) {
  return history.with([&](Event& e) { e.step->started_at = vn(at); });
}

// Received on Monday 02/11, due on Friday 20/11 at 17:00; nobody has said a step.
History dossier() {
  History h("H19.99-261102-0042", Kind::kDossier);
  h.received("2026-11-02 08:00").due("2026-11-20 17:00").unit(test::kDesk).procedure("1.013225");
  return h;
}

// In its third step since Tuesday 17/11, 08:00: 31 h 30 were left to the due.
History in_step(std::string_view since = "2026-11-17 08:00") {
  History h = dossier();
  h.at(since).status(kInProgress).step("3").step_at(test::kDesk);
  return began(h, since);
}

Apology letter_of(const History& history, std::string_view now = kNow) {
  return apology_of(item_of(history), test::ward(), vn(now), 1);
}

std::string proposed(const History& history, std::string_view now = kNow) {
  const Apology letter = letter_of(history, now);
  return letter.new_due ? day_text(letter.new_due->day) : "";
}

std::string text_of(const Apology& letter, Form form = Form::kText) {
  return word_apology(letter, {"/items/x", apology_notes(letter)}, Templates(), form);
}

std::optional<NoApology> why_none(const History& history, const std::vector<RuleId>& open = {}) {
  return no_apology(item_of(history, open));
}

TEST(Apology, IsForOpenDossiersThatAreLateOrAtRisk) {
  History done = dossier(), task("NV-1", Kind::kTask), undated("HS-2", Kind::kDossier);
  done.at("2026-11-23 08:00").status(kCompleted);
  task.received("2026-11-02 08:00").due("2026-11-20 17:00");
  undated.received("2026-11-02 08:00");
  EXPECT_EQ(why_none(dossier(), {RuleId::kOverdue}), std::nullopt);
  EXPECT_EQ(why_none(dossier(), {RuleId::kDueSoon}), std::nullopt);
  EXPECT_EQ(why_none(dossier(), {RuleId::kOverInternalLimit}), NoApology::kNotLate);  // a badge
  EXPECT_EQ(why_none(dossier()), NoApology::kNotLate);
  EXPECT_EQ(why_none(done, {RuleId::kNotReturned}), NoApology::kEnded);
  EXPECT_EQ(why_none(task, {RuleId::kOverdue}), NoApology::kNoDossier);
  EXPECT_EQ(why_none(undated, {RuleId::kStepOverdue}), NoApology::kNoAppointment);
}

TEST(Apology, CountsAnewWhatThePlanLeftToTheStep) {
  const Apology letter = letter_of(in_step());
  ASSERT_TRUE(letter.new_due && letter.new_due->rest);
  EXPECT_EQ(*letter.new_due->rest, work_hours(31) + WorkTime{1'800'000});
  // 5 h 20 today, none on the 24th, 8 h each until Friday 27: 2 h 10 are left for Monday.
  EXPECT_EQ(day_text(letter.new_due->day), "2026-11-30");
}

TEST(Apology, ProposesNoDayBeforeOneThatCanBeAppointed) {
  // Half an hour was left: not today, and tomorrow is a day off.
  EXPECT_EQ(proposed(in_step("2026-11-20 16:30")), "2026-11-25");
  // At risk only: not before the day after the due, which is a Monday.
  EXPECT_EQ(proposed(in_step("2026-11-19 16:30"), "2026-11-19 16:40"), "2026-11-23");
}

TEST(Apology, ProposesNothingThatTheDataDoesNotSay) {
  History no_begin = dossier(), completed = in_step(), standing = in_step(),
          late_step = in_step("2026-11-23 08:00");
  no_begin.at("2026-11-17 08:00").step("3", "2026-11-19 17:00");
  completed.with([](Event& e) { e.step->completed_at = vn("2026-11-18 08:00"); });
  standing.at("2026-11-23 08:30").waiting(WaitingFor::kAgency);
  EXPECT_EQ(proposed(dossier()), "");
  EXPECT_EQ(proposed(no_begin), "");
  EXPECT_EQ(proposed(completed), "");
  EXPECT_EQ(proposed(standing), "");
  EXPECT_EQ(proposed(late_step), "");
  EXPECT_EQ(proposed(in_step(), "2030-12-30 09:00"), "");  // beyond the calendar's years
}

TEST(Apology, LeavesWaitsOutOfWhatThePlanLeft) {
  History waited = in_step();
  waited.at("2026-11-18 07:30").waiting(WaitingFor::kSupplement);
  waited.at("2026-11-19 07:30").status(kInProgress);
  const Apology letter = letter_of(waited);
  ASSERT_TRUE(letter.new_due && letter.new_due->rest);
  EXPECT_EQ(*letter.new_due->rest, work_hours(31) + WorkTime{1'800'000});
  // A day of waiting has moved the due to Monday evening; the citizen was told Friday.
  EXPECT_EQ(letter.due, vn("2026-11-23 17:00"));
  EXPECT_EQ(letter.old_due, vn("2026-11-20 17:00"));
  EXPECT_THAT(apology_notes(letter), testing::Contains(HasSubstr("hạn là T2 23/11, 17:00")));
}

TEST(Apology, TakesAWorkingDayAfterTodayAndTheOldDue) {
  const Calendars& calendars = test::ward().calendars;
  const auto fault = [&](const char* day, std::string_view now = kNow) {
    Apology letter = letter_of(in_step(), now);
    const auto found = choose(letter, *parse_day(day), calendars);
    EXPECT_EQ(letter.new_due.has_value(), !found.has_value()) << day;
    return found;
  };
  EXPECT_EQ(fault("2026-11-20"), DayFault::kNotAfterToday);
  EXPECT_EQ(fault("2026-11-23"), DayFault::kNotAfterToday);
  EXPECT_EQ(fault("2026-11-20", "2026-11-19 09:00"), DayFault::kNotAfterOldDue);
  EXPECT_EQ(fault("2026-11-24"), DayFault::kDayOff);
  EXPECT_EQ(fault("2026-11-28"), DayFault::kDayOff);
  EXPECT_EQ(fault("2062-11-27"), DayFault::kUnknownYear);
  EXPECT_EQ(fault("2026-11-25"), std::nullopt);
}

TEST(Apology, SaysWhenTheAppointmentWasMovedBefore) {
  EXPECT_THAT(apology_notes(letter_of(in_step())), ElementsAre(HasSubstr("là đề xuất")));
  History moved = in_step();
  moved.at("2026-11-18 09:00").due("2026-11-21 17:00");
  EXPECT_EQ(letter_of(moved).moved, 1U);
  EXPECT_THAT(apology_notes(letter_of(moved)),
              testing::Contains(HasSubstr("đã được lùi 1 lần; chỉ được hẹn lại không quá 1 lần")));
  EXPECT_THAT(apology_notes(apology_of(item_of(moved), test::ward(), vn(kNow), 2)),
              Not(testing::Contains(HasSubstr("đã được lùi"))));
}

TEST(Apology, GivesAsReasonWhatTheDataSays) {
  EXPECT_EQ(letter_of(dossier()).reason, "");
  EXPECT_EQ(letter_of(in_step()).reason,
            "hồ sơ đang ở khâu “Thẩm tra, xác minh, dự thảo”, do Phòng Kinh tế, Hạ tầng và Đô thị "
            "giải quyết");
  History waits = dossier();
  waits.at("2026-11-23 08:30").waiting(WaitingFor::kAgency);
  EXPECT_EQ(letter_of(waits).reason, "hồ sơ đang chờ ý kiến của cơ quan có liên quan");
}

TEST(Apology, IsOfTheCommitteeOrOfThePolice) {
  EXPECT_EQ(letter_of(dossier()).authority, "Ủy ban nhân dân phường Hồ Nai");
  History police = dossier();
  police.unit("cong-an");
  EXPECT_EQ(letter_of(police).authority, "Công an phường Hồ Nai");
  EXPECT_EQ(letter_of(police).place, "Hồ Nai");
}

TEST(Apology, WritesWhatOthersSentAsText) {
  History odd("<b>&\"HS", Kind::kDossier);
  odd.received("2026-11-02 08:00").due("2026-11-20 17:00");
  odd.at("2026-11-17 08:00").step("99").with([](Event& e) { e.step->name = "<script>x"; });
  const std::string html = text_of(letter_of(odd), Form::kHtml);
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;x"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_EQ(html_problem(html), "");
  EXPECT_THAT(text_of(letter_of(odd)), HasSubstr("mã hồ sơ <b>&\"HS,"));
}

TEST(Apology, WritesDaysAsLettersDo) {
  EXPECT_EQ(letter_day(*parse_day("2027-02-05")), "ngày 05 tháng 02 năm 2027");
  EXPECT_EQ(letter_day(*parse_day("2026-03-10")), "ngày 10 tháng 3 năm 2026");
  EXPECT_EQ(day_text(*parse_day("2027-02-05")), "2027-02-05");
}

// As it is printed, held word for word: KIP_UPDATE_GOLDEN=1 writes it anew.
TEST(Apology, IsWordedAsItWas) {
  History moved = dossier();
  moved.at("2026-11-09 09:00").due("2026-11-23 17:00").clear({"procedure_code", "received_at"});
  Apology bare = letter_of(moved, "2026-11-23 09:40");
  bare.received.reset();
  for (const auto& [name, letter] : {std::pair("apology", letter_of(in_step())), {"bare", bare}}) {
    for (const auto& [form, ending] : {std::pair(Form::kText, ".txt"), {Form::kHtml, ".html"}}) {
      const std::string path =
          std::string(KIP_SOURCE_DIR) + "/tests/golden/letters/" + name + ending;
      const std::string text = text_of(letter, form);
      if (std::getenv("KIP_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
      std::ifstream in(path, std::ios::binary);
      std::stringstream before;
      before << in.rdbuf();
      EXPECT_EQ(before.str(), text) << path;
      EXPECT_THAT(text, Not(HasSubstr("{{")));
    }
  }
}

}  // namespace
}  // namespace kip
