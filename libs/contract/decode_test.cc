#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "contract/door.h"
#include "contract/test_arrivals.h"

namespace kip {
namespace {

using testing::ElementsAre;

std::string through_the_door(const v1::WorkEvent& event) {
  const std::string body = event.SerializeAsString();
  return Door({}).check(test::bare(body)).accepted->bytes;
}

TEST(DecodeStamped, GivesBackIdentityTimesAndStamps) {
  v1::WorkEvent event = test::work();
  event.set_sequence(7);
  event.add_clear("due_at");
  event.add_voids("e-0");
  event.set_progress_percent(120);
  event.mutable_occurred_at()->set_nanos(123'999'999);
  const auto got = decode_stamped(through_the_door(event));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->event_id, "e-1");
  EXPECT_EQ(got->source, "mot-cua");
  EXPECT_EQ(got->item_id, "HS-1");
  EXPECT_EQ(got->kind, Kind::kDossier);
  EXPECT_EQ(got->sequence, 7u);
  EXPECT_EQ(got->occurred_at, test::at("2026-11-02T01:00:00.123Z"));
  EXPECT_EQ(got->ingested_at, test::kNow);
  EXPECT_THAT(got->clear, ElementsAre("due_at"));
  EXPECT_THAT(got->voids, ElementsAre("e-0"));
  EXPECT_THAT(got->faults, ElementsAre("progress_over_100"));
  EXPECT_EQ(got->facts.progress_percent, 120u);
}

TEST(DecodeStamped, TheContentIsTheHashOfTheCanonicalBytes) {
  v1::WorkEvent event = test::work();
  event.set_title("dropped at the door");
  const auto got = decode_stamped(through_the_door(event));
  EXPECT_EQ(got->content, sha256(test::work().SerializeAsString()));
}

TEST(DecodeStamped, ProtobufAndJsonOfOneEventHaveTheSameContent) {
  const auto json = Door({}).check(test::json(
      R"({"itemId":"HS-1","occurred_at":"2026-11-02T08:00:00+07:00","kind":2,
          "source":"mot-cua","event_id":"e-1"})"));
  EXPECT_EQ(decode_stamped(json.accepted->bytes)->content,
            decode_stamped(through_the_door(test::work()))->content);
}

TEST(DecodeStamped, AbsentStaysAbsentAndUnspecifiedCountsAsAbsent) {
  v1::WorkEvent event = test::work();
  event.set_status(v1::WORK_STATUS_UNSPECIFIED);
  event.set_waiting_for(v1::WAITING_FOR_UNSPECIFIED);
  event.set_channel(v1::INTAKE_CHANNEL_UNSPECIFIED);
  const auto got = decode_stamped(through_the_door(event));
  EXPECT_FALSE(got->status);
  EXPECT_FALSE(got->waiting_for);
  EXPECT_FALSE(got->step);
  EXPECT_FALSE(got->due_at);
  EXPECT_EQ(got->facts, Facts{});
  EXPECT_EQ(got->sequence, 0u);
}

TEST(DecodeStamped, PresentAndEmptyIsAValue) {
  v1::WorkEvent event = test::work();
  event.set_unit_id("");
  event.mutable_depends_on();
  event.set_focus(false);
  event.mutable_step();
  const auto got = decode_stamped(through_the_door(event));
  EXPECT_EQ(got->facts.unit_id, "");
  EXPECT_EQ(got->facts.depends_on, std::vector<std::string>{});
  EXPECT_EQ(got->facts.focus, false);
  EXPECT_EQ(got->step, Step{});
}

TEST(DecodeStamped, CarriesEveryFact) {
  v1::WorkEvent event = test::work();
  event.set_kind(v1::WORK_KIND_TASK);
  const auto time = timestamp_of(test::kNow);
  event.set_status(v1::WORK_STATUS_WAITING);
  event.set_waiting_for(v1::WAITING_FOR_PAYMENT);
  auto& step = *event.mutable_step();
  step.set_code("s");
  step.set_name("n");
  step.set_assignee_id("a");
  step.set_unit_id("u");
  *step.mutable_started_at() = *step.mutable_due_at() = *step.mutable_completed_at() = time;
  for (auto* at :
       {event.mutable_due_at(), event.mutable_received_at(), event.mutable_completed_at(),
        event.mutable_submitted_at(), event.mutable_returned_at()}) {
    *at = time;
  }
  event.set_title("title");
  event.set_authority("authority");
  event.set_expected_result("result");
  event.set_assignee_id("assignee");
  event.set_unit_id("unit");
  event.set_procedure_code("procedure");
  event.set_field("field");
  event.set_ward_id("ward");
  event.set_registered_by("by");
  event.set_parent_id("parent");
  event.set_area_id("area");
  event.set_channel(v1::INTAKE_CHANNEL_POST);
  event.set_progress_percent(1);
  event.set_satisfaction(2);
  event.set_satisfaction_scale(3);
  event.mutable_depends_on()->add_ids("d");
  event.mutable_lists()->add_values("l");
  event.mutable_targets()->add_values("t");
  event.set_focus(true);
  event.set_urgent(true);
  event.set_digitised(true);
  event.set_electronic_result(true);
  event.set_fee_due(true);
  event.set_paid_online(true);
  const auto got = decode_stamped(through_the_door(event));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, WorkStatus::kWaiting);
  EXPECT_EQ(got->waiting_for, WaitingFor::kPayment);
  EXPECT_EQ(got->due_at, test::kNow);
  EXPECT_EQ(got->step, (Step{"s", "n", "a", test::kNow, test::kNow, "u", test::kNow}));
  using Ids = std::vector<std::string>;
  const Facts want{"title",    "assignee", "unit",     "authority", "result", 1u,   test::kNow,
                   test::kNow, test::kNow, test::kNow, "procedure", "field",  true, Channel::kPost,
                   2u,         3u,         Ids{"d"},   "ward",      Ids{"l"}, "by", Ids{"t"},
                   "parent",   "area",     true,       true,        true,     true, true};
  EXPECT_EQ(got->facts, want);
}

TEST(GlimpseStamped, SaysOfWhomAndWhen) {
  const std::string bytes = through_the_door(test::work());
  const auto got = glimpse_stamped(bytes);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->item_id, "HS-1");
  EXPECT_EQ(got->source, "mot-cua");
  EXPECT_EQ(got->ingested_at, test::kNow);
}

// An id that is no text could be stored, and its item never be read again.
TEST(GlimpseStamped, TakesNoIdThatIsNoText) {
  std::string bytes = through_the_door(test::work());
  bytes.replace(bytes.find("HS-1"), 4, "HS\xff\xfe");
  EXPECT_EQ(glimpse_stamped(bytes).error().code, Errc::kCorrupt);
  EXPECT_EQ(glimpse_stamped("").error().code, decode_stamped("").error().code);
}

// The door writes the event first and once; another writer of the topic need not.
TEST(DecodeStamped, ItsPartsMayComeInAnyOrderAndInPieces) {
  v1::WorkEvent first = test::work(), second;
  first.set_title("hồ sơ");
  second.set_progress_percent(120);
  v1::StampedEvent stamps;
  stamps.add_faults("progress_over_100");
  stamps.mutable_ingested_at()->set_seconds(1'790'000'000);
  const auto part = [](const v1::WorkEvent& event) {
    v1::StampedEvent stamped;
    *stamped.mutable_event() = event;
    return stamped.SerializeAsString();
  };
  const auto stamped = stamps.SerializeAsString();
  const auto usual = decode_stamped(part(first) + stamped);
  const auto turned = decode_stamped(stamped + part(first));
  const auto pieces = decode_stamped(part(first) + stamped + part(second));
  ASSERT_TRUE(usual && turned && pieces);
  EXPECT_EQ(usual->facts.progress_percent, std::nullopt);
  EXPECT_EQ(turned->facts, usual->facts);
  EXPECT_EQ(pieces->facts.title, "hồ sơ");
  EXPECT_EQ(pieces->facts.progress_percent, 120u);
  for (const auto& got : {*usual, *turned, *pieces}) {
    EXPECT_EQ(got.item_id, "HS-1");
    EXPECT_THAT(got.faults, ElementsAre("progress_over_100"));
    EXPECT_EQ(ms_of(got.ingested_at), 1'790'000'000'000);
  }
}

TEST(DecodeStamped, IndicatorsAreInvalidAndOtherBytesCorrupt) {
  v1::StampedEvent stamped;
  stamped.mutable_indicator()->set_event_id("i-1");
  EXPECT_EQ(decode_stamped(stamped.SerializeAsString()).error().code, Errc::kInvalid);
  EXPECT_EQ(decode_stamped("\xFF\xFF").error().code, Errc::kCorrupt);
}

}  // namespace
}  // namespace kip
