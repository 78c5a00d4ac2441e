// The stored form back to the domain's own.

#include "contract/decode.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/utf8.h"
#include "contract/door.h"
#include "contract/proto_values.h"

namespace kip {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

template <typename Values>
std::vector<std::string> strings(const Values& values) {
  return {values.begin(), values.end()};
}

// The canonical bytes as they were stored, not serialized again: what was hashed once cannot differ
// under another version of the library.
std::optional<std::string_view> bytes_of_field(std::string_view stamped, int field) {
  CodedInputStream in(reinterpret_cast<const std::uint8_t*>(stamped.data()),
                      static_cast<int>(stamped.size()));
  while (const std::uint32_t tag = in.ReadTag()) {
    if (WireFormatLite::GetTagFieldNumber(tag) != field) {
      if (!WireFormatLite::SkipField(&in, tag)) return std::nullopt;
      continue;
    }
    std::uint32_t size = 0;
    if (!in.ReadVarint32(&size)) return std::nullopt;
    const auto at = static_cast<std::size_t>(in.CurrentPosition());
    if (size > stamped.size() - at) return std::nullopt;
    return stamped.substr(at, size);
  }
  return std::nullopt;
}

std::optional<std::string_view> event_bytes(std::string_view stamped) {
  return bytes_of_field(stamped, v1::StampedEvent::kEventFieldNumber);
}

// An enum that is UNSPECIFIED counts as absent.
template <typename E, typename P>
std::optional<E> present(P value) {
  if (value == 0) return std::nullopt;
  return from_proto(value);
}

#define KIP_TAKE(from, into, name) \
  if ((from).has_##name()) (into).name = std::move(*(from).mutable_##name())
#define KIP_COPY(from, into, name) \
  if ((from).has_##name()) (into).name = (from).name()
#define KIP_TIME(from, into, name) \
  if ((from).has_##name()) (into).name = instant_of((from).name())

Step step_of(v1::WorkStep& from) {
  Step step;
  step.code = std::move(*from.mutable_code());
  KIP_TAKE(from, step, name);
  KIP_TAKE(from, step, assignee_id);
  KIP_TIME(from, step, started_at);
  KIP_TIME(from, step, due_at);
  KIP_TAKE(from, step, unit_id);
  KIP_TIME(from, step, completed_at);
  return step;
}

Facts facts_of(v1::WorkEvent& from) {
  Facts facts;
  KIP_TAKE(from, facts, title);
  KIP_TAKE(from, facts, assignee_id);
  KIP_TAKE(from, facts, unit_id);
  KIP_TAKE(from, facts, authority);
  KIP_TAKE(from, facts, expected_result);
  KIP_COPY(from, facts, progress_percent);
  KIP_TIME(from, facts, received_at);
  KIP_TIME(from, facts, completed_at);
  KIP_TIME(from, facts, submitted_at);
  KIP_TIME(from, facts, returned_at);
  KIP_TAKE(from, facts, procedure_code);
  KIP_TAKE(from, facts, field);
  KIP_COPY(from, facts, focus);
  facts.channel = present<Channel>(from.channel());
  KIP_COPY(from, facts, satisfaction);
  KIP_COPY(from, facts, satisfaction_scale);
  if (from.has_depends_on()) facts.depends_on = strings(from.depends_on().ids());
  KIP_TAKE(from, facts, ward_id);
  if (from.has_lists()) facts.lists = strings(from.lists().values());
  KIP_TAKE(from, facts, registered_by);
  if (from.has_targets()) facts.targets = strings(from.targets().values());
  KIP_TAKE(from, facts, parent_id);
  KIP_TAKE(from, facts, area_id);
  KIP_COPY(from, facts, urgent);
  KIP_COPY(from, facts, digitised);
  KIP_COPY(from, facts, electronic_result);
  KIP_COPY(from, facts, fee_due);
  KIP_COPY(from, facts, paid_online);
  return facts;
}

// As the door writes them, the event comes first and once. Parsed apart from its stamps it keeps
// its memory, which as a part of them it gives back with each parse. False: the whole is to be
// parsed, and says what is wrong.
bool parse_apart(std::string_view bytes, std::string_view canonical, v1::WorkEvent& event,
                 v1::StampedEvent& stamps) {
  constexpr std::uint8_t kFirst = WireFormatLite::MakeTag(
      v1::StampedEvent::kEventFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  const auto size = google::protobuf::io::CodedOutputStream::VarintSize32(
      static_cast<std::uint32_t>(canonical.size()));
  const auto at = static_cast<std::size_t>(canonical.data() - bytes.data());
  if (at != 1 + size || static_cast<std::uint8_t>(bytes.front()) != kFirst) return false;
  return parse_wire(canonical, event) && parse_wire(bytes.substr(at + canonical.size()), stamps) &&
         !stamps.has_event();
}

}  // namespace

Event event_of(v1::WorkEvent& from) {
  Event event;
  event.event_id = std::move(*from.mutable_event_id());
  event.source = std::move(*from.mutable_source());
  event.item_id = std::move(*from.mutable_item_id());
  event.kind = from_proto(from.kind());
  event.occurred_at = instant_of(from.occurred_at());
  event.sequence = from.sequence();
  event.clear = strings(from.clear());
  event.voids = strings(from.voids());
  event.status = present<WorkStatus>(from.status());
  if (from.has_step()) event.step = step_of(*from.mutable_step());
  event.waiting_for = present<WaitingFor>(from.waiting_for());
  KIP_TIME(from, event, due_at);
  event.facts = facts_of(from);
  return event;
}

#undef KIP_TAKE
#undef KIP_COPY
#undef KIP_TIME

Result<std::string> bare_event(std::string_view bytes) {
  const auto event = event_bytes(bytes);
  if (!event) return invalid("stored bytes hold no kip.v1.WorkEvent");
  return std::string(*event);
}

Result<Glimpse> glimpse_stamped(std::string_view bytes) {
  const auto event = event_bytes(bytes);
  const auto at = bytes_of_field(bytes, v1::StampedEvent::kIngestedAtFieldNumber);
  google::protobuf::Timestamp ingested_at;
  const auto text = [&](int field) {
    return event ? bytes_of_field(*event, field).value_or("") : std::string_view();
  };
  const auto id = text(v1::WorkEvent::kItemIdFieldNumber);
  const auto source = text(v1::WorkEvent::kSourceFieldNumber);
  if (!at || !parse_wire(*at, ingested_at) || id.empty() || !utf8_valid(id) ||
      !utf8_valid(source)) {
    const auto whole = decode_stamped(bytes);
    return whole ? corrupt("stored bytes are not as the door writes them") : whole.error();
  }
  return Glimpse{id, source, instant_of(ingested_at)};
}

Result<Event> decode_stamped(std::string_view bytes) {
  // These keep their memory from event to event; parsing clears them.
  thread_local v1::StampedEvent stamped;
  thread_local v1::WorkEvent said;
  const auto canonical = event_bytes(bytes);
  v1::WorkEvent* from = &said;
  if (!canonical || !parse_apart(bytes, *canonical, said, stamped)) {
    if (!parse_wire(bytes, stamped)) return corrupt("stored bytes are no kip.v1.StampedEvent");
    if (!stamped.has_event())
      return invalid("a stored indicator or source report is no work event");
    if (!canonical) return corrupt("stored bytes hold no kip.v1.WorkEvent");
    from = stamped.mutable_event();
  }
  Event event = event_of(*from);
  event.content = sha256(*canonical);
  event.ingested_at = instant_of(stamped.ingested_at());
  event.faults = strings(stamped.faults());
  return event;
}

Result<Reading> decode_reading(std::string_view bytes) {
  v1::StampedEvent stamped;
  if (!parse_wire(bytes, stamped)) return corrupt("stored bytes are no kip.v1.StampedEvent");
  const bool indicator = stamped.has_indicator();
  if (!indicator && !stamped.has_report()) return invalid("a stored work event is no reading");
  const auto canonical = bytes_of_field(bytes, indicator ? v1::StampedEvent::kIndicatorFieldNumber
                                                         : v1::StampedEvent::kReportFieldNumber);
  if (!canonical) return corrupt("stored bytes hold no kip.v1.IndicatorEvent or SourceReport");
  Reading reading;
  reading.what = indicator ? Accepted::What::kIndicator : Accepted::What::kReport;
  reading.source = indicator ? stamped.indicator().source() : stamped.report().source();
  reading.subject = indicator ? stamped.indicator().indicator_id() : reading.source;
  reading.as_of = instant_of(indicator ? stamped.indicator().as_of() : stamped.report().as_of());
  reading.content = sha256(*canonical);
  reading.ingested_at = instant_of(stamped.ingested_at());
  return reading;
}

Result<Stamp> stamp_of(std::string_view bytes) {
  v1::StampedEvent stamped;
  if (!parse_wire(bytes, stamped)) return corrupt("stored bytes are no kip.v1.StampedEvent");
  const std::string& source = stamped.has_event()       ? stamped.event().source()
                              : stamped.has_indicator() ? stamped.indicator().source()
                                                        : stamped.report().source();
  return Stamp{source, instant_of(stamped.ingested_at())};
}

}  // namespace kip
