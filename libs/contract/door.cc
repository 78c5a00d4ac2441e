#include "contract/door.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "contract/checks.h"
#include "contract/cloudevents.h"
#include "contract/codes.h"
#include "contract/json_reader.h"
#include "contract/proto_values.h"
#include "contract/wire_check.h"

namespace kip {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Timestamp;

// Which fields of the body the attributes fill: SEMANTICS 1.
struct Names {
  const char* subject;
  const char* time;
};

Names names_of(Accepted::What what) {
  switch (what) {
    case Accepted::What::kEvent:
      return {"item_id", "occurred_at"};
    case Accepted::What::kIndicator:
      return {"indicator_id", "as_of"};
    case Accepted::What::kReport:
      break;
  }
  return {"source", "as_of"};
}

google::protobuf::Message& message_of(Accepted::What what, v1::StampedEvent& stamped) {
  if (what == Accepted::What::kEvent) return *stamped.mutable_event();
  if (what == Accepted::What::kIndicator) return *stamped.mutable_indicator();
  return *stamped.mutable_report();
}

MaybeRefusal decode(const Envelope& envelope, const Limits& limits, google::protobuf::Message& into,
                    std::uint32_t& unknown_fields) {
  const std::string_view payload = envelope.payload();
  if (envelope.coding == Coding::kJson) {
    auto read = read_json(payload, {limits.json_depth_max}, into);
    unknown_fields = read.unknown_fields;
    return std::move(read.refused);
  }
  if (auto refusal = check_wire(payload, *into.GetDescriptor(), "")) return refusal;
  if (parse_wire(payload, into)) return std::nullopt;
  return Refusal{code::kNotProtobuf, "body", "the body is no protobuf message of the contract"};
}

MaybeRefusal contradiction(const Attribute& attribute, const std::string& field,
                           const std::string& value) {
  return Refusal{code::kContradiction, field,
                 attribute.name + " says " + in_quotes(attribute.value) + " and " + field +
                     " of the body says " + in_quotes(value)};
}

// An attribute stands in for an empty field, and must say the same as a filled one.
MaybeRefusal fill(const std::optional<Attribute>& attribute, const char* name,
                  google::protobuf::Message& into) {
  if (!attribute) return std::nullopt;
  const FieldDescriptor* field = into.GetDescriptor()->FindFieldByName(name);
  const auto* access = into.GetReflection();
  const std::string there = access->GetString(into, field);
  if (there.empty()) {
    access->SetString(&into, field, attribute->value);
  } else if (there != attribute->value) {
    return contradiction(*attribute, name, there);
  }
  return std::nullopt;
}

MaybeRefusal parse_time(const Attribute& attribute, Timestamp& time) {
  if (parse_timestamp(attribute.value, time)) return std::nullopt;
  return Refusal{code::kBadTime, attribute.name,
                 attribute.name + " is no RFC 3339 time: " + in_quotes(attribute.value)};
}

MaybeRefusal fill_time(const std::optional<Attribute>& attribute, const char* name,
                       google::protobuf::Message& into) {
  if (!attribute) return std::nullopt;
  Timestamp time;
  if (auto refusal = parse_time(*attribute, time)) return refusal;
  const FieldDescriptor* field = into.GetDescriptor()->FindFieldByName(name);
  const auto* access = into.GetReflection();
  const bool filled = access->HasField(into, field);
  auto& there = static_cast<Timestamp&>(*access->MutableMessage(&into, field));
  if (!filled) {
    there = std::move(time);
  } else if (instant_of(there) != instant_of(time)) {
    return contradiction(*attribute, name, format_rfc3339(instant_of(there)));
  }
  return std::nullopt;
}

MaybeRefusal fill_all(const Envelope& envelope, google::protobuf::Message& into) {
  const Names names = names_of(envelope.what);
  if (auto refusal = fill(envelope.id, "event_id", into)) return refusal;
  if (auto refusal = fill(envelope.source, "source", into)) return refusal;
  if (auto refusal = fill(envelope.subject, names.subject, into)) return refusal;
  return fill_time(envelope.time, names.time, into);
}

// The record's time: whose clock it is depends on the one that the process runs by.
MaybeRefusal stamp(const Arrival& arrival, const Envelope& envelope,
                   const google::protobuf::Message& body, Timestamp& ingested_at) {
  if (arrival.arrived_at_from_record && envelope.recorded_time) {
    Timestamp time;
    if (auto refusal = parse_time(*envelope.recorded_time, time)) return refusal;
    set_timestamp(instant_of(time), ingested_at);
    return std::nullopt;
  }
  if (!arrival.arrived_at_from_record || arrival.has_record_time) {
    set_timestamp(arrival.arrived_at, ingested_at);
    return std::nullopt;
  }
  const char* name = names_of(envelope.what).time;
  const FieldDescriptor* field = body.GetDescriptor()->FindFieldByName(name);
  if (!body.GetReflection()->HasField(body, field)) {
    return Refusal{code::kMissing, name, std::string(name) + " is missing"};
  }
  const google::protobuf::Message& happened = body.GetReflection()->GetMessage(body, field);
  set_timestamp(instant_of(static_cast<const Timestamp&>(happened)), ingested_at);
  return std::nullopt;
}

// Where nothing was sent, that is what the sender must hear, not which field it lacks.
void name_empty(std::string_view body, Refusal& refusal) {
  constexpr std::string_view kBlank = " \t\r\n";
  body.remove_prefix(std::min(body.find_first_not_of(kBlank), body.size()));
  body = body.substr(0, body.find_last_not_of(kBlank) + 1);
  if (body.empty()) refusal.reason = "the body is empty: " + refusal.reason;
  if (body == "null") refusal.reason = "the body is null: " + refusal.reason;
}

// Names of senders are not of our making; stored bytes must be readable whatever they hold.
std::string storable(const std::string& text) { return utf8_valid(text) ? text : in_quotes(text); }

Verdict judge(const Arrival& arrival, const DoorOptions& options) {
  Envelope envelope;
  if (auto refusal = open_envelope(arrival, options.limits, envelope)) {
    return {{}, std::move(refusal)};
  }
  v1::StampedEvent stamped;
  google::protobuf::Message& body = message_of(envelope.what, stamped);
  std::uint32_t unknown_fields = 0;
  auto refusal = decode(envelope, options.limits, body, unknown_fields);
  if (!refusal) refusal = fill_all(envelope, body);
  if (!refusal) refusal = stamp(arrival, envelope, body, *stamped.mutable_ingested_at());
  if (refusal) return {{}, std::move(refusal)};
  stamped.set_channel(storable(arrival.channel));
  stamped.set_principal(storable(arrival.principal));
  Verdict verdict = admit(std::move(stamped), options);
  if (verdict.accepted) verdict.accepted->unknown_json_fields = unknown_fields;
  return verdict;
}

}  // namespace

Door::Door(DoorOptions options) : options_(std::move(options)) {}

Verdict Door::check(const Arrival& arrival) const {
  Verdict verdict = judge(arrival, options_);
  if (verdict.refused && arrival.body) name_empty(*arrival.body, *verdict.refused);
  return verdict;
}

Result<std::vector<std::string>> split_batch(std::string_view body) {
  constexpr std::string_view kBlank = " \t\r\n";
  std::size_t from = body.find_first_not_of(kBlank);
  if (from == std::string_view::npos || body[from] != '[')
    return invalid("a batch must be a JSON array");
  std::vector<std::string> elements;
  std::size_t at = ++from;
  const auto take = [&] {
    std::string_view text = body.substr(from, at - from);
    text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
    elements.emplace_back(text.substr(0, text.find_last_not_of(kBlank) + 1));
    from = at + 1;
  };
  int open = 1;
  bool quoted = false;
  for (; at < body.size() && open > 0; ++at) {
    const char c = body[at];
    if (quoted) {
      if (c == '\\') ++at;
      if (c == '"') quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '[' || c == '{') ++open;
    if (c == ']' || c == '}') --open;
    if (open == 0 || (open == 1 && c == ',')) take();
  }
  if (open > 0) return invalid("the JSON array of the batch does not end");
  if (body.find_first_not_of(kBlank, at) != std::string_view::npos)
    return invalid("something stands behind the JSON array of the batch");
  if (elements.size() == 1 && elements.front().empty()) elements.clear();
  return elements;
}

}  // namespace kip
