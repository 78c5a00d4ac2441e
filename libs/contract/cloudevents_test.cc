#include "contract/cloudevents.h"

#include <gtest/gtest.h>

#include "contract/test_arrivals.h"

namespace kip {
namespace {

using test::outcome;
using test::stamped;
using test::structured;
using test::with_headers;

const Headers kKafka = {{"ce_specversion", "1.0"}, {"ce_type", "vn.kip.work.v1"},
                        {"ce_id", "e-1"},          {"ce_source", "mot-cua"},
                        {"ce_subject", "HS-1"},    {"ce_time", "2026-11-02T08:00:00+07:00"}};

Headers changed(Headers headers, const std::string& name, const std::string& value) {
  for (auto& [there, old] : headers) {
    if (there == name) {
      old = value;
      return headers;
    }
  }
  headers.emplace_back(name, value);
  return headers;
}

Headers without(Headers headers, const std::string& name) {
  std::erase_if(headers, [&](const auto& header) { return header.first == name; });
  return headers;
}

// A structured event with `rest` as its further members.
std::string envelope(const std::string& rest, const std::string& type = "vn.kip.work.v1") {
  return R"({"specversion":"1.0","type":")" + type +
         R"(","id":"e-1","source":"mot-cua","subject":"HS-1",)" +
         R"("time":"2026-11-02T01:00:00Z")" + rest + "}";
}

TEST(CloudEvents, AttributesFillWhatTheBodyLeavesEmpty) {
  const auto kept = stamped(with_headers(R"({"title":"x"})", kKafka)).event();
  EXPECT_EQ(kept.event_id(), "e-1");
  EXPECT_EQ(kept.source(), "mot-cua");
  EXPECT_EQ(kept.item_id(), "HS-1");
  EXPECT_EQ(instant_of(kept.occurred_at()), test::at("2026-11-02T01:00:00Z"));
}

TEST(CloudEvents, HttpAndKafkaNamesAreReadInAnyCase) {
  Headers http;
  for (const auto& [name, value] : kKafka) http.emplace_back("Ce-" + name.substr(3), value);
  EXPECT_EQ(outcome(with_headers("{}", http)), "accepted");
  EXPECT_EQ(outcome(with_headers("{}", changed(without(kKafka, "ce_id"), "CE_ID", "e-2"))),
            "accepted");
}

TEST(CloudEvents, EqualValuesInBodyAndEnvelopeAreNoContradiction) {
  v1::WorkEvent event = test::work();
  event.mutable_occurred_at()->set_nanos(400'000);  // the same millisecond
  EXPECT_EQ(outcome(with_headers(event.SerializeAsString(), kKafka)), "accepted");
}

TEST(CloudEvents, ADifferenceIsRefusedAndNamesBothSides) {
  const std::string body = test::work().SerializeAsString();
  const auto refused = [&](const std::string& name, const std::string& value) {
    return *Door({}).check(with_headers(body, changed(kKafka, name, value))).refused;
  };
  EXPECT_EQ(refused("ce_subject", "HS-2").field, "item_id");
  EXPECT_EQ(refused("ce_subject", "HS-2").reason,
            "ce_subject says 'HS-2' and item_id of the body says 'HS-1'");
  EXPECT_EQ(refused("ce_id", "e-2").field, "event_id");
  EXPECT_EQ(refused("ce_source", "other").field, "source");
  EXPECT_EQ(refused("ce_time", "2026-11-02T01:00:00.001Z").field, "occurred_at");
  EXPECT_EQ(refused("ce_time", "2026-11-02T01:00:00.001Z").code, "contradiction");
}

TEST(CloudEvents, OtherVersionsAndTypesAreRefused) {
  EXPECT_EQ(outcome(with_headers("{}", changed(kKafka, "ce_specversion", "0.3"))),
            "specversion ce_specversion");
  EXPECT_EQ(outcome(with_headers("{}", without(kKafka, "ce_specversion"))),
            "specversion ce_specversion");
  EXPECT_EQ(outcome(with_headers("{}", changed(kKafka, "ce_type", "vn.kip.work.v2"))),
            "type ce_type");
  EXPECT_EQ(outcome(with_headers("{}", without(kKafka, "ce_type"))), "type ce_type");
  EXPECT_EQ(outcome(structured(envelope(R"(,"data":{})", "other"))), "type type");
  EXPECT_EQ(outcome(structured(R"({"specversion":"2.0","data":{}})")), "specversion specversion");
}

TEST(CloudEvents, ATimeThatIsNoneIsRefusedUnderTheHeadersName) {
  EXPECT_EQ(outcome(with_headers("{}", changed(kKafka, "ce_time", "yesterday"))),
            "bad_time ce_time");
}

TEST(CloudEvents, ValuesOfHeadersArePercentDecoded) {
  const auto item = [](const std::string& subject) {
    return stamped(with_headers("{}", changed(kKafka, "ce_subject", subject))).event().item_id();
  };
  EXPECT_EQ(item("H%E1%BB%93%20s%C6%A1%20100%25"), "Hồ sơ 100%");
  EXPECT_EQ(item("Hồ sơ 100%"), "Hồ sơ 100%");
  EXPECT_EQ(item("100%2"), "100%2");
  EXPECT_EQ(item("%zz%4"), "%zz%4");
  EXPECT_EQ(item("%2541"), "%41");  // one round only
  EXPECT_EQ(outcome(with_headers("{}", changed(kKafka, "ce_subject", "\xC3\x28"))),
            "bad_utf8 ce_subject");
  EXPECT_EQ(outcome(with_headers("{}", changed(kKafka, "ce_subject", "%FF"))),
            "bad_utf8 ce_subject");
  EXPECT_EQ(outcome(with_headers("{}", changed(kKafka, "ce_subject", "a%00"))), "nul_byte item_id");
}

TEST(CloudEvents, QuotesOfHttpValuesAreTakenOff) {
  Headers http;
  for (const auto& [name, value] : kKafka) http.emplace_back("ce-" + name.substr(3), value);
  const auto kept = stamped(with_headers("{}", changed(http, "ce-subject", R"("HS \"1\"")")));
  EXPECT_EQ(kept.event().item_id(), R"(HS "1")");
}

TEST(CloudEvents, OneAttributeWithTwoValuesIsRefused) {
  EXPECT_EQ(outcome(with_headers("{}", changed(kKafka, "ce-id", "e-2"))), "contradiction ce-id");
  EXPECT_EQ(outcome(with_headers("{}", changed(kKafka, "ce-id", "e-1"))), "accepted");
}

TEST(CloudEvents, UnknownAttributesArePassedOver) {
  EXPECT_EQ(outcome(with_headers("{}", changed(kKafka, "ce_partitionkey", "\xFF"))), "accepted");
  EXPECT_EQ(outcome(structured(envelope(R"(,"sequence":7,"traceparent":null,"data":{})"))),
            "accepted");
}

TEST(CloudEvents, ContentTypeDecidesTheCoding) {
  const std::string bytes = test::work().SerializeAsString();
  const auto with = [](const std::string& type) { return changed(kKafka, "content-type", type); };
  EXPECT_EQ(outcome(with_headers(bytes, with("application/protobuf"))), "accepted");
  EXPECT_EQ(outcome(with_headers(bytes, with("Application/X-Protobuf; v=1"))), "accepted");
  EXPECT_EQ(outcome(with_headers("{}", with("application/json; charset=utf-8"))), "accepted");
  EXPECT_EQ(outcome(with_headers(bytes, with("application/json"))), "not_json body");
  EXPECT_EQ(outcome(with_headers("{}", with("application/protobuf"))), "not_protobuf body");
  EXPECT_EQ(outcome(with_headers("{}", with("text/xml"))), "content_type content-type");
  EXPECT_EQ(outcome(with_headers("{}", changed(kKafka, "ce_datacontenttype", "text/xml"))),
            "content_type ce_datacontenttype");
}

TEST(CloudEvents, WithoutContentTypeABraceMeansJson) {
  EXPECT_EQ(outcome(with_headers(" \n{}", kKafka)), "accepted");
  EXPECT_EQ(outcome(with_headers(test::work().SerializeAsString(), kKafka)), "accepted");
  EXPECT_EQ(outcome(with_headers("", kKafka)), "accepted");
}

TEST(CloudEvents, StructuredEventsCarryDataOrItsBase64) {
  EXPECT_EQ(stamped(structured(envelope(R"(,"data":{"title":"x","kind":"WORK_KIND_TASK"})")))
                .event()
                .title(),
            "x");
  // {"focus":true} and the same field as protobuf.
  EXPECT_TRUE(
      stamped(structured(envelope(R"(,"data_base64":"eyJmb2N1cyI6dHJ1ZX0=")"))).event().focus());
  const auto protobuf =
      envelope(R"(,"datacontenttype":"application/protobuf","data_base64":"kAIB")");
  EXPECT_TRUE(stamped(structured(protobuf)).event().focus());
}

TEST(CloudEvents, StructuredEventsWithoutUsableDataAreRefused) {
  EXPECT_EQ(outcome(structured(envelope(""))), "null_value data");
  EXPECT_EQ(outcome(structured(envelope(R"(,"data":null)"))), "null_value data");
  EXPECT_EQ(outcome(structured(envelope(R"(,"data":"{}")"))), "wrong_type data");
  EXPECT_EQ(outcome(structured(envelope(R"(,"data":{},"data_base64":"")"))),
            "contradiction data_base64");
  EXPECT_EQ(outcome(structured(envelope(R"(,"data_base64":"*")"))), "not_base64 data_base64");
  EXPECT_EQ(outcome(structured(envelope(R"(,"data_base64":"AAAAAAEK")"))), "schema_registry body");
  EXPECT_EQ(outcome(structured(envelope(R"(,"datacontenttype":"text/xml","data":{})"))),
            "content_type datacontenttype");
}

TEST(CloudEvents, StructuredEnvelopesAreReadStrictly) {
  EXPECT_EQ(outcome(structured("[]")), "wrong_type body");
  EXPECT_EQ(outcome(structured("{")), "not_json body");
  EXPECT_EQ(outcome(structured(envelope(R"(,"data":{})") + "x")), "not_json body");
  EXPECT_EQ(outcome(structured(envelope(R"(,"id":"e-1","data":{})"))), "duplicate_key id");
  EXPECT_EQ(outcome(structured(envelope(R"(,"x":1,"x":1,"data":{})"))), "duplicate_key body");
  EXPECT_EQ(outcome(structured(envelope(R"(,"data":{"step":{"code":"a","code":"b"}})"))),
            "duplicate_key step.code");
  EXPECT_EQ(outcome(structured(R"({"specversion":1.0,"data":{}})")), "wrong_type specversion");
}

TEST(CloudEvents, OtherFormsOfCloudEventsAreRefusedInWords) {
  for (const auto* type :
       {"application/cloudevents+protobuf", "application/cloudevents-batch+json"}) {
    EXPECT_EQ(outcome(with_headers("{}", {{"content-type", type}})), "content_type content-type")
        << type;
  }
}

TEST(CloudEvents, IndicatorsAndReportsAreKeyedByWhatTheySpeakOf) {
  const Door door({});
  const auto indicator =
      door.check(structured(R"({"specversion":"1.0","type":"vn.kip.indicator.v1","id":"i-1",
      "source":"kho-bac","subject":"disbursement-rate","time":"2026-11-02T01:00:00Z",
      "data":{"value":0.5}})"));
  ASSERT_TRUE(indicator.accepted) << indicator.refused->reason;
  EXPECT_EQ(indicator.accepted->what, Accepted::What::kIndicator);
  EXPECT_EQ(indicator.accepted->key, "disbursement-rate");
  const auto report =
      door.check(structured(R"({"specversion":"1.0","type":"vn.kip.source.v1","id":"r-1",
      "source":"mot-cua","subject":"mot-cua","time":"2026-11-02T01:00:00Z",
      "data":{"heartbeat":true}})"));
  ASSERT_TRUE(report.accepted) << report.refused->reason;
  EXPECT_EQ(report.accepted->what, Accepted::What::kReport);
  EXPECT_EQ(report.accepted->key, "mot-cua");
  EXPECT_EQ(outcome(structured(R"({"specversion":"1.0","type":"vn.kip.source.v1","id":"r-1",
      "source":"mot-cua","subject":"other","time":"2026-11-02T01:00:00Z","data":{}})")),
            "contradiction source");
}

TEST(CloudEvents, Base64IsReadStrictly) {
  EXPECT_EQ(base64_decoded(""), "");
  EXPECT_EQ(base64_decoded("Zg=="), "f");
  EXPECT_EQ(base64_decoded("Zm8"), "fo");
  EXPECT_EQ(base64_decoded("Zm9v"), "foo");
  EXPECT_EQ(base64_decoded("/+8="), "\xFF\xEF");
  for (const auto* bad : {"Z", "Zg=", "Zm9v Zg==", "=", "====", "Zm-v"}) {
    EXPECT_FALSE(base64_decoded(bad)) << bad;
  }
}

}  // namespace
}  // namespace kip
