#include "contract/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "contract/test_arrivals.h"

namespace kip {
namespace {

using test::bare;
using test::kNow;
using testing::ElementsAre;
using testing::HasSubstr;

std::string checked(const v1::WorkEvent& event) {
  const auto refusal = check_work(event, kNow, {});
  return refusal ? refusal->code + " " + refusal->field : "fine";
}

v1::WorkEvent occurred(const char* text) {
  v1::WorkEvent event = test::work();
  parse_timestamp(text, *event.mutable_occurred_at());
  return event;
}

TEST(Checks, IdentityAndTimeMustBeThere) {
  v1::WorkEvent event = test::work();
  event.clear_event_id();
  EXPECT_EQ(checked(event), "missing event_id");
  event = test::work();
  event.clear_source();
  EXPECT_EQ(checked(event), "missing source");
  event = test::work();
  event.clear_item_id();
  EXPECT_EQ(checked(event), "missing item_id");
  event = test::work();
  event.clear_occurred_at();
  EXPECT_EQ(checked(event), "missing occurred_at");
}

TEST(Checks, AnEventMayLieExactlyADayAhead) {
  EXPECT_EQ(checked(occurred("2026-11-03T02:00:00Z")), "fine");
  EXPECT_EQ(checked(occurred("2026-11-03T02:00:00.0009Z")), "fine");  // cut to milliseconds
  EXPECT_EQ(checked(occurred("2026-11-03T02:00:00.001Z")), "time_ahead occurred_at");
}

TEST(Checks, AnEventMayLieAtTheBeginningOf2000) {
  EXPECT_EQ(checked(occurred("2000-01-01T00:00:00Z")), "fine");
  EXPECT_EQ(checked(occurred("1999-12-31T23:59:59.999Z")), "time_range occurred_at");
}

TEST(Checks, OtherTimesLieInTheYears1900To9999) {
  const auto due = [](std::int64_t seconds, int nanos) {
    v1::WorkEvent event = test::work();
    event.mutable_step()->mutable_due_at()->set_seconds(seconds);
    event.mutable_step()->mutable_due_at()->set_nanos(nanos);
    return checked(event);
  };
  EXPECT_EQ(due(-2208988800, 0), "fine");
  EXPECT_EQ(due(-2208988801, 999'999'999), "time_range step.due_at");
  EXPECT_EQ(due(253402300799, 999'999'999), "fine");
  EXPECT_EQ(due(253402300800, 0), "time_range step.due_at");
  EXPECT_EQ(due(std::numeric_limits<std::int64_t>::min(), 0), "time_range step.due_at");
  EXPECT_EQ(due(std::numeric_limits<std::int64_t>::max(), 0), "time_range step.due_at");
  EXPECT_EQ(due(0, -1), "bad_time step.due_at");
  EXPECT_EQ(due(0, 1'000'000'000), "bad_time step.due_at");
}

TEST(Checks, AnIdHasTwoHundredBytesAtMost) {
  const std::string most(200, 'x');
  const std::string more(201, 'x');
  const auto each = [&](const std::string& id, const char* want) {
    const auto outcome = [&](auto set) {
      v1::WorkEvent event = test::work();
      set(event);
      const std::string got = checked(event);
      return got == "fine" ? got : got.substr(0, got.find(' '));
    };
    EXPECT_EQ(outcome([&](auto& e) { e.set_event_id(id); }), want);
    EXPECT_EQ(outcome([&](auto& e) { e.set_source(id); }), want);
    EXPECT_EQ(outcome([&](auto& e) { e.set_item_id(id); }), want);
    EXPECT_EQ(outcome([&](auto& e) { e.set_unit_id(id); }), want);
    EXPECT_EQ(outcome([&](auto& e) { e.set_assignee_id(id); }), want);
    EXPECT_EQ(outcome([&](auto& e) { e.set_procedure_code(id); }), want);
    EXPECT_EQ(outcome([&](auto& e) { e.set_parent_id(id); }), want);
    EXPECT_EQ(outcome([&](auto& e) { e.mutable_step()->set_code(id); }), want);
    EXPECT_EQ(outcome([&](auto& e) { e.mutable_step()->set_unit_id(id); }), want);
    EXPECT_EQ(outcome([&](auto& e) { e.mutable_step()->set_assignee_id(id); }), want);
    EXPECT_EQ(outcome([&](auto& e) { e.add_voids(id); }), want);
    EXPECT_EQ(outcome([&](auto& e) { e.mutable_depends_on()->add_ids(id); }), want);
    EXPECT_EQ(outcome([&](auto& e) { e.mutable_lists()->add_values(id); }), want);
  };
  each(most, "fine");
  each(more, "id_too_long");
}

TEST(Checks, ARefusalByALimitNamesFieldAndLimit) {
  v1::WorkEvent event = test::work();
  event.mutable_step()->set_unit_id(std::string(201, 'x'));
  const auto refusal = check_work(event, kNow, {});
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->field, "step.unit_id");
  EXPECT_EQ(refusal->reason, "step.unit_id has 201 bytes; the limit id_bytes_max is 200");
}

TEST(Checks, ATextHasOneKibibyteAtMost) {
  v1::WorkEvent event = test::work();
  event.set_authority(std::string(1024, 'x'));
  event.mutable_step()->set_name(std::string(1024, 'x'));
  EXPECT_EQ(checked(event), "fine");
  event.mutable_step()->set_name(std::string(1025, 'x'));
  EXPECT_EQ(checked(event), "text_too_long step.name");
}

TEST(Checks, NulIsRefusedInIdsOnly) {
  v1::WorkEvent event = test::work();
  event.set_title(std::string("a\0b", 3));
  EXPECT_EQ(checked(event), "fine");
  event.set_item_id(std::string("a\0b", 3));
  EXPECT_EQ(checked(event), "nul_byte item_id");
}

TEST(Checks, AHundredDependenciesAreTheMost) {
  v1::WorkEvent event = test::work();
  for (int i = 0; i < 100; ++i) event.mutable_depends_on()->add_ids("HS-" + std::to_string(i));
  EXPECT_EQ(checked(event), "fine");
  event.mutable_depends_on()->add_ids("HS-100");
  EXPECT_EQ(checked(event), "too_many_dependencies depends_on");
  EXPECT_THAT(check_work(event, kNow, {})->reason, HasSubstr("dependencies_max"));
}

TEST(Checks, AnEnumNumberWithoutAWordIsRefusedInProtobufToo) {
  const std::string known = test::work().SerializeAsString();
  EXPECT_EQ(test::outcome(bare(known + "\x50\x0E")), "unknown_enum status");
  EXPECT_EQ(test::outcome(bare(known + "\x20\x05")), "unknown_enum kind");
  EXPECT_EQ(test::outcome(bare(known + "\x50\x0D")), "accepted");
}

TEST(Checks, TextsThatAreNoUtf8AreRefusedOnEveryWay) {
  v1::WorkEvent event = test::work();
  event.set_unit_id("\xFF");
  EXPECT_EQ(checked(event), "bad_utf8 unit_id");
  EXPECT_EQ(test::outcome(bare(test::work().SerializeAsString() + "\x42\x01\xFF")),
            "bad_utf8 voids");
}

TEST(Checks, AnIndicatorNeedsItsIdentityAndFiniteNumbers) {
  v1::IndicatorEvent event;
  const auto outcome = [&] {
    const auto refusal = check_indicator(event, {});
    return refusal ? refusal->code + " " + refusal->field : "fine";
  };
  EXPECT_EQ(outcome(), "missing event_id");
  event.set_event_id("i-1");
  EXPECT_EQ(outcome(), "missing source");
  event.set_source("kho-bac");
  EXPECT_EQ(outcome(), "missing indicator_id");
  event.set_indicator_id("disbursement-rate");
  EXPECT_EQ(outcome(), "missing as_of");
  set_timestamp(kNow, *event.mutable_as_of());
  EXPECT_EQ(outcome(), "fine");
  event.set_denominator(std::numeric_limits<double>::infinity());
  EXPECT_EQ(outcome(), "not_finite denominator");
  event.set_denominator(1);
  event.set_subject_id(std::string(201, 'x'));
  EXPECT_EQ(outcome(), "id_too_long subject_id");
}

TEST(Checks, AReportNeedsItsIdentityAndATimeLikeAnEvents) {
  v1::SourceReport report;
  const auto outcome = [&] {
    const auto refusal = check_report(report, kNow, {});
    return refusal ? refusal->code + " " + refusal->field : "fine";
  };
  EXPECT_EQ(outcome(), "missing event_id");
  report.set_event_id("r-1");
  EXPECT_EQ(outcome(), "missing source");
  report.set_source("mot-cua");
  EXPECT_EQ(outcome(), "missing as_of");
  set_timestamp(kNow + kAheadMax, *report.mutable_as_of());
  EXPECT_EQ(outcome(), "fine");
  for (int i = 0; i < 101; ++i) report.add_open_item_ids("HS");  // the hundred is of dependencies
  EXPECT_EQ(outcome(), "fine");
  report.add_open_item_ids(std::string(201, 'x'));
  EXPECT_EQ(outcome(), "id_too_long open_item_ids");
  report.mutable_open_item_ids()->RemoveLast();
  set_timestamp(kNow + kAheadMax + Millis{1}, *report.mutable_as_of());
  EXPECT_EQ(outcome(), "time_ahead as_of");
}

TEST(Checks, FaultsAreStampedInOrderAndAccepted) {
  v1::WorkEvent event = test::work();
  set_timestamp(kNow, *event.mutable_received_at());
  set_timestamp(kNow - Millis{1}, *event.mutable_due_at());
  set_timestamp(kNow - Millis{1}, *event.mutable_completed_at());
  event.set_progress_percent(101);
  event.set_unit_id("nowhere");
  DoorOptions options;
  options.unit_known = [](std::string_view unit) { return unit == "land"; };
  const auto kept = test::stamped(bare(event.SerializeAsString()), options);
  EXPECT_THAT(kept.faults(), ElementsAre("completed_before_received", "due_before_received",
                                         "progress_over_100", "unknown_unit"));
}

TEST(Checks, WhatIsEqualOrUnsaidIsNoFault) {
  v1::WorkEvent event = test::work();
  set_timestamp(kNow, *event.mutable_received_at());
  set_timestamp(kNow, *event.mutable_due_at());
  set_timestamp(kNow, *event.mutable_completed_at());
  event.set_progress_percent(100);
  event.set_unit_id("");
  event.mutable_step()->set_unit_id("land");
  DoorOptions options;
  options.unit_known = [](std::string_view unit) { return unit == "land"; };
  EXPECT_TRUE(faults_of(event, options).empty());
  event.mutable_step()->set_unit_id("sea");
  EXPECT_THAT(faults_of(event, options), ElementsAre("unknown_unit"));
}

}  // namespace
}  // namespace kip
