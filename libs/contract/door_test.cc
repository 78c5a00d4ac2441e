#include "contract/door.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "contract/test_arrivals.h"

namespace kip {
namespace {

using test::bare;
using test::json;
using test::kNow;
using test::outcome;
using test::stamped;
using test::with_headers;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Door, StampsABareProtobufEvent) {
  const std::string body = test::work().SerializeAsString();
  const Verdict verdict = Door({}).check(bare(body));
  ASSERT_TRUE(verdict.accepted);
  EXPECT_FALSE(verdict.refused);
  EXPECT_EQ(verdict.accepted->key, "HS-1");
  EXPECT_EQ(verdict.accepted->source, "mot-cua");
  EXPECT_EQ(verdict.accepted->event_id, "e-1");
  EXPECT_EQ(verdict.accepted->ingested_at, kNow);
  const auto kept = stamped(bare(body));
  EXPECT_EQ(kept.event().SerializeAsString(), body);
  EXPECT_EQ(instant_of(kept.ingested_at()), kNow);
  EXPECT_EQ(kept.channel(), "http");
  EXPECT_EQ(kept.principal(), "mot-cua-key");
  EXPECT_EQ(kept.faults_size(), 0);
}

TEST(Door, WhatItStoresCanBeReadBackWhateverThePrincipalIsCalled) {
  const std::string body = test::work().SerializeAsString();
  Arrival arrival = bare(body);
  arrival.principal = "CN=\xFF";
  EXPECT_EQ(stamped(arrival).principal(), "'CN=?'");
  EXPECT_EQ(stamped(arrival).event().item_id(), "HS-1");
}

TEST(Door, ReadsBareJsonByContentTypeOrBrace) {
  const auto* body =
      R"({"eventId":"e","source":"s","itemId":"i","occurredAt":"2026-11-02T01:00:00Z","x":1})";
  EXPECT_EQ(outcome(json(body)), "accepted");
  EXPECT_EQ(outcome(bare(body)), "accepted");
  EXPECT_EQ(Door({}).check(json(body)).accepted->unknown_json_fields, 1u);
}

TEST(Door, TheLaneSaysWhatABareMessageIs) {
  v1::IndicatorEvent event;
  event.set_event_id("i-1");
  event.set_source("kho-bac");
  event.set_indicator_id("disbursement-rate");
  set_timestamp(kNow, *event.mutable_as_of());
  event.set_value(0.5);
  const std::string body = event.SerializeAsString();
  const Verdict verdict = Door({}).check(bare(body, Lane::kIndicator));
  ASSERT_TRUE(verdict.accepted);
  EXPECT_EQ(verdict.accepted->what, Accepted::What::kIndicator);
  EXPECT_EQ(verdict.accepted->key, "disbursement-rate");
}

TEST(Door, RefusesANullValue) {
  Arrival arrival = bare("");
  arrival.body = std::nullopt;
  EXPECT_EQ(outcome(arrival), "null_value body");
}

TEST(Door, AnEmptyBodyIsAnEmptyEvent) { EXPECT_EQ(outcome(bare("")), "missing event_id"); }

TEST(Door, SaysThatTheBodyIsEmptyOrNull) {
  const auto reason = [](const Arrival& arrival) {
    return Door({}).check(arrival).refused->reason;
  };
  EXPECT_EQ(reason(bare("")), "the body is empty: event_id is missing");
  EXPECT_THAT(reason(json("")), HasSubstr("the body is empty: "));
  EXPECT_THAT(reason(json(" \r\n")), HasSubstr("the body is empty: "));
  EXPECT_EQ(reason(json(" null\n")), "the body is null: body must be a JSON object");
  EXPECT_EQ(reason(json("{}")), "event_id is missing");
}

TEST(Door, RefusesBytesThatAreNoProtobuf) {
  EXPECT_EQ(outcome(bare("\xFF\xFF\xFF")), "not_protobuf body");
  EXPECT_EQ(outcome(bare("plain text")), "not_protobuf body");
}

TEST(Door, SaysSoWhenASchemaRegistryWroteTheValue) {
  const std::string body = std::string("\0\0\0\0\x07", 5) + test::work().SerializeAsString();
  const auto refused = Door({}).check(bare(body)).refused;
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, "schema_registry");
  EXPECT_THAT(refused->reason, HasSubstr("Confluent schema registry"));
  EXPECT_EQ(outcome(with_headers(test::work().SerializeAsString(), {{"__value_schema_id", "x"}})),
            "schema_registry __value_schema_id");
}

TEST(Door, TakesExactlyOneMebibyteAndNoMore) {
  std::string body =
      R"({"event_id":"e","source":"s","item_id":"i","occurred_at":"2026-11-02T01:00:00Z"})";
  body.append((1 << 20) - body.size(), ' ');
  EXPECT_EQ(outcome(json(body)), "accepted");
  body += ' ';
  EXPECT_EQ(outcome(json(body)), "too_large body");
  EXPECT_THAT(Door({}).check(json(body)).refused->reason, HasSubstr("event_bytes_max"));
}

TEST(Door, TakesExactlyTheDepthOfTheLimitAlsoInsideAnEnvelope) {
  const auto nested = [](std::size_t n) {
    return R"({"event_id":"e","source":"s","item_id":"i",)"
           R"("occurred_at":"2026-11-02T01:00:00Z","x":)" +
           std::string(n, '[') + std::string(n, ']') + "}";
  };
  const auto enveloped = [&](std::size_t n) {
    return R"({"specversion":"1.0","type":"vn.kip.work.v1","data":)" + nested(n) + "}";
  };
  EXPECT_EQ(outcome(json(nested(31))), "accepted");
  EXPECT_EQ(outcome(json(nested(32))), "too_deep x");
  EXPECT_EQ(outcome(test::structured(enveloped(31))), "accepted");
  EXPECT_EQ(outcome(test::structured(enveloped(32))), "too_deep x");
  EXPECT_EQ(outcome(test::structured(enveloped(1000))), "too_deep data");
}

TEST(Door, KeepsATitleOnlyWhereItMay) {
  const auto kept = [](v1::WorkKind kind, const DoorOptions& options) {
    v1::WorkEvent event = test::work();
    event.set_kind(kind);
    event.set_title("Nguyễn Văn A xin cấp phép");
    const std::string body = event.SerializeAsString();
    return stamped(bare(body), options).event().has_title();
  };
  EXPECT_TRUE(kept(v1::WORK_KIND_TASK, {}));
  EXPECT_TRUE(kept(v1::WORK_KIND_PROJECT, {}));
  EXPECT_FALSE(kept(v1::WORK_KIND_DOSSIER, {}));
  EXPECT_FALSE(kept(v1::WORK_KIND_PETITION, {}));
  EXPECT_FALSE(kept(v1::WORK_KIND_UNSPECIFIED, {}));
  DoorOptions trusted;
  trusted.titles_trusted = [](std::string_view source) { return source == "mot-cua"; };
  EXPECT_TRUE(kept(v1::WORK_KIND_DOSSIER, trusted));
  DoorOptions open;
  open.titles_kept = true;
  EXPECT_TRUE(kept(v1::WORK_KIND_DOSSIER, open));
}

TEST(Door, KeepsUnknownBinaryFieldsLastAndInNumberOrder) {
  const std::string known = test::work().SerializeAsString();
  const std::string f1000("\xC0\x3E\x01", 3);
  const std::string f999("\xB8\x3E\x02", 3);
  const std::string body = f1000 + known + f999 + f1000;
  EXPECT_EQ(stamped(bare(body)).event().SerializeAsString(), known + f999 + f1000 + f1000);
}

TEST(Door, TheRecordsTimeStandsInUnderTheClockOfTheLog) {
  const std::string body = test::work().SerializeAsString();
  const auto ingested = [&](bool from_record, bool has_time, const Headers& headers) {
    Arrival arrival = with_headers(body, headers);
    arrival.arrived_at_from_record = from_record;
    arrival.has_record_time = has_time;
    return format_rfc3339(Door({}).check(arrival).accepted->ingested_at);
  };
  const Headers recorded = {{"ce-recordedtime", "2026-11-02T12:00:00+07:00"}};
  EXPECT_EQ(ingested(true, true, recorded), "2026-11-02T05:00:00Z");
  EXPECT_EQ(ingested(true, true, {}), "2026-11-02T02:00:00Z");
  EXPECT_EQ(ingested(true, false, {}), "2026-11-02T01:00:00Z");
  EXPECT_EQ(ingested(false, false, recorded), "2026-11-02T02:00:00Z");
}

TEST(Door, TheRecordedTimeOfAStructuredEventIsItsAttribute) {
  Arrival arrival = test::structured(R"({"specversion":"1.0","type":"vn.kip.work.v1",
      "recordedtime":"2026-11-02T03:00:00Z","data":{"event_id":"e","source":"s","item_id":"i",
      "occurred_at":"2026-11-02T01:00:00Z"}})");
  arrival.arrived_at_from_record = true;
  EXPECT_EQ(Door({}).check(arrival).accepted->ingested_at, test::at("2026-11-02T03:00:00Z"));
  const std::string body = test::work().SerializeAsString();
  arrival = with_headers(body, {{"ce_recordedtime", "soon"}});
  EXPECT_EQ(outcome(arrival), "accepted");  // not asked for
  arrival.arrived_at_from_record = true;
  EXPECT_EQ(outcome(arrival), "bad_time ce_recordedtime");
}

TEST(Door, SplitsABatchIntoTheElementsOwnTexts) {
  const auto batch = split_batch(R"( [ {"a":[1]} , "x",{"b":1,"b":2} ] )");
  ASSERT_TRUE(batch);
  EXPECT_THAT(*batch, ElementsAre(R"({"a":[1]})", "\"x\"", R"({"b":1,"b":2})"));
  EXPECT_TRUE(split_batch("[]")->empty());
}

TEST(Door, WhatIsWrongInsideABatchElementCostsThatOneAlone) {
  const std::string deep = std::string(1000, '[') + std::string(1000, ']');
  for (const std::string& bad :
       {deep, std::string(R"({"title":"\ud800"})"), std::string(R"({"a":NaN})"), std::string("{]"),
        std::string(R"({"a":"]\"}{["})"), std::string("\xFF"), std::string()}) {
    const auto batch = split_batch("[{} , " + bad + ",{}\n]");
    ASSERT_TRUE(batch) << bad;
    EXPECT_THAT(*batch, ElementsAre("{}", bad, "{}"));
  }
}

TEST(Door, ABatchThatIsNoArrayOrDoesNotEndIsInvalid) {
  for (const auto* bad : {"", " ", "hello", "{}", "[{}", "[{}] x", "[{}]]", R"(["a)", R"(["a\)"}) {
    const auto batch = split_batch(bad);
    ASSERT_FALSE(batch) << bad;
    EXPECT_EQ(batch.error().code, Errc::kInvalid) << bad;
  }
}

}  // namespace
}  // namespace kip
