// The item view: its figures, and the state of each limit inside the term at its boundary.

#include "contract/publish.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "contract/proto_values.h"
#include "support/items.h"

namespace kip::test {
namespace {

// The limits that are shipped, in the plain week.
std::shared_ptr<Policy> shipped_limits() {
  auto policy = plain_policy(plain_week());
  std::ifstream in(KIP_SOURCE_DIR "/deploy/config/procedures.yaml");
  std::stringstream text;
  text << in.rdbuf();
  Problems problems;
  Registry catalogue;
  read_procedures(Reader::parse("procedures.yaml", text.str(), problems), catalogue);
  policy->registry.sub_clocks = catalogue.sub_clocks;
  return policy;
}

class View : public testing::Test {
 protected:
  v1::ItemView of(const History& h, Instant now) const {
    ItemState item;
    item.item_id = "PA-1";
    item.folded = h.fold(policy_->fold);
    return item_view(item, *policy_, now);
  }
  v1::ItemView of(const History& h, std::string_view now) const { return of(h, vn(now)); }
  v1::SubClock clock(const History& h, const std::string& name, Instant now) const {
    const v1::ItemView view = of(h, now);
    for (const v1::SubClock& c : view.sub_clocks()) {
      if (c.name() == name) return c;
    }
    ADD_FAILURE() << "no sub-clock " << name;
    return {};
  }
  std::string state(const History& h, const std::string& name, Instant now) const {
    return clock(h, name, now).state();
  }
  std::string state(const History& h, const std::string& name, std::string_view now) const {
    return state(h, name, vn(now));
  }
  std::shared_ptr<Policy> policy_ = shipped_limits();
};

constexpr auto kRegistered = WorkStatus::kRegistered;
constexpr auto kInProgress = WorkStatus::kInProgress;
constexpr auto kCompleted = WorkStatus::kCompleted;

// Sent on Monday at 08:00.
History sent() {
  History h = petition("PA-1");
  h.at("2026-11-02 08:00").status(kRegistered).submitted("2026-11-02 08:00");
  return h;
}

History accepted() { return sent().at("2026-11-02 10:00").status(WorkStatus::kAccepted); }

struct Limit {
  const char* name;
  const char* due;  // of `sent`
};
constexpr Limit kFromSending[] = {{"refuse", "2026-11-04 08:00"},
                                  {"request_supplement", "2026-11-09 08:00"},
                                  {"transfer", "2026-11-09 08:00"},
                                  {"resolve", "2026-11-23 08:00"}};

TEST_F(View, ALimitRunsToItsDueAndIsOverdueOneMillisecondLater) {
  for (const Limit& limit : kFromSending) {
    const Instant due = vn(limit.due);
    EXPECT_EQ(instant_of(clock(sent(), limit.name, due).due_at()), due) << limit.name;
    EXPECT_EQ(state(sent(), limit.name, due), "running") << limit.name;
    EXPECT_EQ(state(sent(), limit.name, due + kMs), "overdue") << limit.name;
  }
}

TEST_F(View, ALimitKeptAtItsDueIsDoneAndOneMillisecondLaterLate) {
  struct Kept {
    Limit limit;
    WorkStatus status;
  };
  const Kept all[] = {{kFromSending[0], WorkStatus::kRejected},
                      {kFromSending[2], WorkStatus::kTransferred},
                      {kFromSending[3], kCompleted}};
  for (const auto& [limit, status] : all) {
    const Instant due = vn(limit.due);
    const Instant now = vn("2026-12-31 08:00");
    EXPECT_EQ(state(sent().at(due).status(status), limit.name, now), "done") << limit.name;
    const v1::SubClock late = clock(sent().at(due + kMs).status(status), limit.name, now);
    EXPECT_EQ(late.state(), "done_late") << limit.name;
    EXPECT_EQ(instant_of(late.ended_at()), due + kMs);
  }
  const Instant due = vn(kFromSending[1].due);
  const auto asked = [&](Instant at) {
    return state(sent().at(at).waiting(WaitingFor::kSupplement), "request_supplement", at);
  };
  EXPECT_EQ(asked(due), "done");
  EXPECT_EQ(asked(due + kMs), "done_late");
}

TEST_F(View, AHealthyPetitionOwesNoOtherWay) {
  History h = accepted();
  EXPECT_EQ(state(h, "request_supplement", "2026-11-20 08:00"), "not_needed");
  h.at("2026-11-03 09:00").waiting(WaitingFor::kSupplement);
  for (const char* now : {"2026-11-03 10:00", "2026-12-20 08:00"}) {
    EXPECT_EQ(state(h, "refuse", now), "not_needed") << now;
    EXPECT_EQ(state(h, "transfer", now), "not_needed") << now;
    EXPECT_EQ(state(h, "request_supplement", now), "done") << now;
    EXPECT_EQ(state(h, "publish", now), "not_started") << now;
  }
  EXPECT_EQ(state(accepted().at("2026-11-06 09:00").status(WorkStatus::kTransferred), "transfer",
                  "2026-12-20 08:00"),
            "done");
  EXPECT_EQ(state(sent().at("2026-11-03 09:00").status(kInProgress), "refuse", "2026-12-20 08:00"),
            "not_needed");
}

TEST_F(View, WhatHasEndedOtherwiseOwesNeitherResultNorPublication) {
  const char* now = "2026-12-20 08:00";
  for (const WorkStatus end : {WorkStatus::kRejected, WorkStatus::kTransferred,
                               WorkStatus::kWithdrawn, WorkStatus::kVoid}) {
    const History h = sent().at("2026-11-03 09:00").status(end);
    EXPECT_EQ(state(h, "resolve", now), "not_needed");
    EXPECT_EQ(state(h, "publish", now), "not_needed");
  }
}

TEST_F(View, ALimitStandsWithTheItemsOwnClock) {
  // Asked on Tuesday at 09:00, when 13 days and 7 hours of the 15 days are left.
  History h = accepted().at("2026-11-03 09:00").waiting(WaitingFor::kSupplement);
  const Instant in_stop = vn("2026-12-31 08:00");
  EXPECT_EQ(state(h, "resolve", in_stop), "running");
  EXPECT_EQ(instant_of(clock(h, "resolve", in_stop).due_at()), vn("2026-11-23 08:00"));
  h.at("2026-11-10 09:00").status(kInProgress);  // five working days later
  const Instant due = vn("2026-11-30 08:00");
  EXPECT_EQ(instant_of(clock(h, "resolve", due).due_at()), due);
  EXPECT_EQ(state(h, "resolve", due), "running");
  EXPECT_EQ(state(h, "resolve", due + kMs), "overdue");
  EXPECT_EQ(instant_of(clock(h, "request_supplement", due).due_at()), vn("2026-11-09 08:00"))
      << "the stop came after the limit was kept";
  EXPECT_EQ(state(h.at(due).status(kCompleted), "resolve", due), "done");
}

TEST_F(View, ALimitThatWasPastAtTheStopIsNotMoved) {
  History h = accepted().at("2026-11-25 09:00").waiting(WaitingFor::kSupplement);
  h.at("2026-11-27 09:00").status(kInProgress);
  EXPECT_EQ(instant_of(clock(h, "resolve", vn("2026-11-30 08:00")).due_at()),
            vn("2026-11-23 08:00"));
}

TEST_F(View, PublicationRunsFromTheResult) {
  History h = accepted().at("2026-11-05 09:00").status(kCompleted);
  const Instant due = vn("2026-11-09 09:00");
  EXPECT_EQ(state(h, "publish", due), "running");
  EXPECT_EQ(state(h, "publish", due + kMs), "overdue");
  EXPECT_EQ(state(h.at(due).status(WorkStatus::kReturned), "publish", due + kMs), "done");
}

TEST_F(View, ADossierTakenUpWithoutAcceptanceOwesNone) {
  History h = dossier("HS-1").at("2026-11-02 08:00").status(kRegistered);
  const Instant due = vn("2026-11-03 08:00");
  EXPECT_EQ(state(h, "acceptance", due), "running");
  EXPECT_EQ(state(h, "acceptance", due + kMs), "overdue");
  EXPECT_EQ(state(h.at("2026-11-02 09:00").status(kInProgress), "acceptance", due + kMs),
            "not_needed");
}

// Allowed: Monday 08:00 to Wednesday 10:00, 18 hours.
History due_wednesday() {
  return task("NV-1").received("2026-11-02 08:00").due("2026-11-04 10:00");
}

TEST_F(View, CountsWorkingMinutesOfTheTerm) {
  const v1::ItemView open = of(due_wednesday(), "2026-11-03 09:00");
  EXPECT_EQ(open.allowed_working_minutes(), 18 * 60);
  EXPECT_EQ(open.used_working_minutes(), 9 * 60);
  EXPECT_EQ(open.remaining_working_minutes(), 9 * 60);
  EXPECT_FALSE(open.has_in_time());
  EXPECT_FALSE(open.has_in_time_by_date());
  EXPECT_FALSE(open.has_statutory_working_minutes());
  EXPECT_FALSE(open.has_stopped_at());
  EXPECT_EQ(of(due_wednesday(), "2026-11-04 11:00").remaining_working_minutes(), -60);
}

TEST_F(View, CountsNoTermWithoutADue) {
  const v1::ItemView view = of(task("NV-1").received("2026-11-02 08:00"), "2026-11-03 08:00");
  EXPECT_EQ(view.used_working_minutes(), 8 * 60);
  EXPECT_FALSE(view.has_allowed_working_minutes());
  EXPECT_FALSE(view.has_remaining_working_minutes());
  EXPECT_FALSE(view.provisional());
}

TEST_F(View, IsInTimeToTheInstantAndByDateToTheDay) {
  const Instant due = vn("2026-11-04 10:00");
  const auto at = [&](Instant end) { return of(due_wednesday().at(end).status(kCompleted), end); };
  EXPECT_TRUE(at(due).in_time());
  EXPECT_TRUE(at(due).in_time_by_date());
  EXPECT_FALSE(at(due + kMs).in_time());
  EXPECT_TRUE(at(due + kMs).in_time_by_date());
  EXPECT_TRUE(at(vn("2026-11-04 23:59:59.999")).in_time_by_date());
  EXPECT_FALSE(at(vn("2026-11-05 00:00")).in_time_by_date());
  EXPECT_FALSE(at(due).has_remaining_working_minutes());
  EXPECT_EQ(
      of(due_wednesday().at(due).status(kCompleted), "2026-11-30 08:00").used_working_minutes(),
      18 * 60)
      << "counts to the end";
}

TEST_F(View, StandsStillInAStop) {
  History h = due_wednesday().at("2026-11-03 09:00").status(WorkStatus::kSubmitted);
  const v1::ItemView view = of(h, "2026-11-20 09:00");
  EXPECT_EQ(instant_of(view.stopped_at()), vn("2026-11-03 09:00"));
  EXPECT_EQ(view.used_working_minutes(), 9 * 60);
  EXPECT_EQ(view.remaining_working_minutes(), 9 * 60);
  h.at("2026-11-04 09:00").status(kInProgress);
  const v1::ItemView after = of(h, "2026-11-04 10:00");
  EXPECT_FALSE(after.has_stopped_at());
  EXPECT_EQ(after.used_working_minutes(), 10 * 60);
  EXPECT_EQ(instant_of(after.due_at()), vn("2026-11-05 10:00"));
}

TEST_F(View, SaysWhatIsForecastOfAnOpenItem) {
  policy_->registry.ward.language = Language::kEnglish;
  ItemState item;
  item.folded = due_wednesday().fold(policy_->fold);
  const Instant now = vn("2026-11-03 09:00");
  EXPECT_FALSE(item_view(item, *policy_, now).has_forecast());
  EXPECT_EQ(view_json(item, *policy_, now).find("forecast"), std::string::npos);
  forecast::Forecast& said = item.forecast.emplace();
  said.at = vn("2026-11-03 08:30");
  said.chance = 0.83649;
  said.cases = 57;
  said.earliest = vn("2026-11-04 08:00");
  said.expected = vn("2026-11-05 08:00");
  said.latest = vn("2026-11-06 08:00");
  said.facts[0] = {.number = forecast::Number::kReturns, .group = {}, .value = 2};
  said.facts_count = 1;
  EXPECT_NE(view_json(item, *policy_, now)
                .find(R"("forecast":{"chance":0.836,"cases":57,"at":"2026-11-03T01:30:00Z",)"
                      R"("earliest":"2026-11-04T01:00:00Z","expected":"2026-11-05T01:00:00Z",)"
                      R"("latest":"2026-11-06T01:00:00Z","because":["sent back 2 times"]})"),
            std::string::npos);
  said.chance = 0;
  EXPECT_NE(view_json(item, *policy_, now).find(R"("chance":0,)"), std::string::npos);
  item.folded = due_wednesday().at(now).status(kCompleted).fold(policy_->fold);
  EXPECT_FALSE(item_view(item, *policy_, now).has_forecast());
}

TEST_F(View, KnowsTheStatutoryTimeOfAProcedure) {
  Procedure row;
  row.code = "1.001";
  row.statutory.millionths = 2'500'000;
  policy_->registry.procedures.push_back(row);
  policy_->registry.index();
  const History h = dossier("HS-1").received("2026-11-02 08:00").procedure("1.001");
  EXPECT_EQ(of(h, "2026-11-02 09:00").statutory_working_minutes(), 20 * 60);
}

TEST_F(View, IsProvisionalBeyondTheYearsOfTheCalendar) {
  policy_->calendars.set_years(2025, 2026);
  const auto due = [&](std::string_view at) {
    return of(task("NV-1").received("2026-11-02 08:00").due(at), "2026-11-02 09:00").provisional();
  };
  EXPECT_FALSE(due("2026-12-31 23:59:59.999"));
  EXPECT_TRUE(due("2027-01-01 00:00"));
}

}  // namespace
}  // namespace kip::test
