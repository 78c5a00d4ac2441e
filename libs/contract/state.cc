#include "contract/state.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <cstring>

#include "base/planted.h"
#include "contract/decode.h"
#include "contract/dependency_state.h"
#include "contract/item_forecast.h"
#include "contract/proto_values.h"
#include "kip/v1/state.pb.h"

namespace kip {
namespace {

std::optional<Instant> instant_if(bool has, std::int64_t ms) {
  return has ? std::optional(instant_of(ms)) : std::nullopt;
}
std::optional<WorkTime> work_if(bool has, std::int64_t ms) {
  return has ? std::optional(WorkTime{ms}) : std::nullopt;
}

void put_folded(const Folded& f, v1::StoredItem& s) {
  v1::WorkEvent& said = *s.mutable_said();
  said.set_kind(to_proto(f.kind));
  if (f.status != WorkStatus::kNone) said.set_status(to_proto(f.status));
  if (f.waiting_for) said.set_waiting_for(to_proto(*f.waiting_for));
  if (f.step) say(*f.step, *said.mutable_step());
  if (f.agreed_due) set_timestamp(*f.agreed_due, *said.mutable_due_at());
  say(f.facts, said);
  if (f.original_due) s.set_original_due_ms(ms_of(*f.original_due));
  if (f.effective_due) s.set_effective_due_ms(ms_of(*f.effective_due));
  if (f.step_due) s.set_step_due_ms(ms_of(*f.step_due));
  if (f.stop) {
    v1::StoredOpenStop& stop = *s.mutable_stop();
    stop.set_begin_ms(ms_of(f.stop->begin));
    if (f.stop->kept && !KIP_BUG(kKeptTimeForgotten)) stop.set_kept_ms(f.stop->kept->ms);
    if (f.stop->due_given) stop.set_due_given_ms(ms_of(*f.stop->due_given));
    if (f.stop->step_kept) stop.set_step_kept_ms(f.stop->step_kept->ms);
    stop.set_step_given(f.stop->step_given);
  }
  for (const Stop& stop : f.stops) {
    v1::StoredStop& to = *s.add_stops();
    to.set_begin_ms(ms_of(stop.begin));
    to.set_end_ms(ms_of(stop.end));
  }
  s.set_suspended_by_authority(f.suspended_by_authority);
}

void put_marks(const Folded& f, v1::StoredItem& s) {
  if (f.first_event_at) s.set_first_event_ms(ms_of(*f.first_event_at));
  s.set_last_event_ms(ms_of(f.last_event_at));
  if (f.first_accepted_at) s.set_first_accepted_ms(ms_of(*f.first_accepted_at));
  if (f.status_since) s.set_status_since_ms(ms_of(*f.status_since));
  if (f.ended_at) s.set_ended_ms(ms_of(*f.ended_at));
  if (f.returned_since) s.set_returned_since_ms(ms_of(*f.returned_since));
  if (f.reopened_at) s.set_reopened_ms(ms_of(*f.reopened_at));
  for (const Instant at : f.extended_at) s.add_extended_ms(ms_of(at));
  for (const Instant at : f.asked_at) s.add_asked_ms(ms_of(at));
  if (f.statutory) {
    s.set_statutory_code(f.statutory->procedure_code);
    s.set_statutory_channel(to_proto(f.statutory->channel));
    s.set_statutory_accepted_ms(ms_of(f.statutory->accepted_at));
  }
  for (const std::string& fault : f.faults) s.add_faults(fault);
  s.set_events(f.events);
  s.mutable_ids()->Add(f.ids.begin(), f.ids.end());
  s.set_frontier_occurred_ms(ms_of(f.frontier.occurred_at));
  s.set_frontier_sequence(f.frontier.sequence);
  s.set_frontier_source(f.frontier.source);
  s.set_frontier_event_id(f.frontier.event_id);
  s.set_frontier_content(f.frontier.content.data(), f.frontier.content.size());
}

void put_alerts(const ItemState& item, v1::StoredItem& s) {
  for (const OpenAlert& a : item.open) {
    v1::StoredAlert& to = *s.add_open();
    to.set_rule_id(std::string(rule_name(a.rule)));
    to.set_alert_id(a.alert_id);
    to.set_unit_id(a.unit_id);
    to.set_onset_ms(ms_of(a.onset));
    to.set_level(static_cast<v1::AlertLevel>(a.level));
    if (a.due_at) to.set_due_at_ms(ms_of(*a.due_at));
    to.set_assignee_id(a.assignee_id);
    to.set_step_code(a.step_code);
    to.set_detail(a.detail);
    to.set_reason(a.reason);
  }
  for (const auto& [id, track] : item.ever) {
    v1::StoredTrack& to = *s.add_ever();
    to.set_alert_id(id);
    to.set_revision(track.revision);
    to.set_changed_at_ms(ms_of(track.changed_at));
  }
}

void take_folded(v1::StoredItem& s, Folded& f) {
  Event said = event_of(*s.mutable_said());
  f.kind = said.kind;
  f.status = said.status.value_or(WorkStatus::kNone);
  f.waiting_for = said.waiting_for;
  f.step = std::move(said.step);
  f.agreed_due = said.due_at;
  f.facts = std::move(said.facts);
  f.original_due = instant_if(s.has_original_due_ms(), s.original_due_ms());
  f.effective_due = instant_if(s.has_effective_due_ms(), s.effective_due_ms());
  f.step_due = instant_if(s.has_step_due_ms(), s.step_due_ms());
  if (s.has_stop()) {
    const v1::StoredOpenStop& stop = s.stop();
    f.stop = OpenStop{.begin = instant_of(stop.begin_ms()),
                      .kept = work_if(stop.has_kept_ms(), stop.kept_ms()),
                      .due_given = instant_if(stop.has_due_given_ms(), stop.due_given_ms()),
                      .step_kept = work_if(stop.has_step_kept_ms(), stop.step_kept_ms()),
                      .step_given = stop.step_given()};
  }
  for (const v1::StoredStop& stop : s.stops()) {
    f.stops.push_back({instant_of(stop.begin_ms()), instant_of(stop.end_ms())});
  }
  f.suspended_by_authority = s.suspended_by_authority();
}

bool take_marks(v1::StoredItem& s, Folded& f) {
  f.first_event_at = instant_if(s.has_first_event_ms(), s.first_event_ms());
  f.last_event_at = instant_of(s.last_event_ms());
  f.first_accepted_at = instant_if(s.has_first_accepted_ms(), s.first_accepted_ms());
  f.status_since = instant_if(s.has_status_since_ms(), s.status_since_ms());
  f.ended_at = instant_if(s.has_ended_ms(), s.ended_ms());
  f.returned_since = instant_if(s.has_returned_since_ms(), s.returned_since_ms());
  f.reopened_at = instant_if(s.has_reopened_ms(), s.reopened_ms());
  for (const std::int64_t ms : s.extended_ms()) f.extended_at.push_back(instant_of(ms));
  for (const std::int64_t ms : s.asked_ms()) f.asked_at.push_back(instant_of(ms));
  if (s.has_statutory_accepted_ms()) {
    f.statutory = StatutoryKey{s.statutory_code(), from_proto(s.statutory_channel()),
                               instant_of(s.statutory_accepted_ms())};
  }
  f.faults = {s.faults().begin(), s.faults().end()};
  f.events = s.events();
  f.ids = {s.ids().begin(), s.ids().end()};
  f.frontier.occurred_at = instant_of(s.frontier_occurred_ms());
  f.frontier.sequence = s.frontier_sequence();
  f.frontier.source = s.frontier_source();
  f.frontier.event_id = s.frontier_event_id();
  if (s.frontier_content().size() != f.frontier.content.size()) return false;
  std::memcpy(f.frontier.content.data(), s.frontier_content().data(), f.frontier.content.size());
  return true;
}

bool take_alerts(const v1::StoredItem& s, ItemState& item) {
  for (const v1::StoredAlert& a : s.open()) {
    const auto rule = rule_named(a.rule_id());
    if (!rule) return false;
    item.open.push_back({.rule = *rule,
                         .alert_id = a.alert_id(),
                         .unit_id = a.unit_id(),
                         .onset = instant_of(a.onset_ms()),
                         .level = static_cast<AlertLevel>(a.level()),
                         .due_at = instant_if(a.has_due_at_ms(), a.due_at_ms()),
                         .assignee_id = a.assignee_id(),
                         .step_code = a.step_code(),
                         .detail = a.detail(),
                         .reason = a.reason()});
  }
  for (const v1::StoredTrack& t : s.ever()) {
    item.ever[t.alert_id()] = {t.revision(), instant_of(t.changed_at_ms())};
  }
  return true;
}

void put_item(const ItemState& item, v1::StoredItem& s) {
  s.set_item_id(item.item_id);
  put_folded(item.folded, s);
  put_marks(item.folded, s);
  put_alerts(item, s);
  for (const std::string& counter : item.counted) s.add_counted(counter);
  s.set_sealed(item.sealed);
}

}  // namespace

std::string encode_item(const ItemState& item) {
  thread_local v1::StoredItem s;  // keeps its memory from item to item
  s.Clear();
  put_item(item, s);
  s.set_clock_ms(ms_of(item.clock));
  s.set_next_look_ms(ms_of(item.next_look));
  s.set_chunks(item.chunks);
  s.set_history_bytes(item.history_bytes);
  s.set_history_events(item.history_events);
  s.set_dirty(item.dirty);
  if (item.pending_cause) s.set_pending_cause_ms(ms_of(*item.pending_cause));
  put_forecast(item, s);
  put_dependencies(item, s);
  return s.SerializeAsString();
}

std::string comparable_item(const ItemState& item) {
  v1::StoredItem s;
  put_item(item, s);
  return s.SerializeAsString();
}

Result<ItemState> decode_item(std::string_view bytes) {
  thread_local v1::StoredItem s;
  if (!parse_wire(bytes, s)) return corrupt("stored bytes are no kip.v1.StoredItem");
  ItemState item;
  item.item_id = s.item_id();
  take_folded(s, item.folded);
  if (!take_marks(s, item.folded) || !take_alerts(s, item) || !take_forecast(s, item) ||
      !take_dependencies(s, item)) {
    return corrupt("item '" + item.item_id + "': stored state is damaged");
  }
  item.clock = instant_of(s.clock_ms());
  item.next_look = instant_of(s.next_look_ms());
  item.counted = {s.counted().begin(), s.counted().end()};
  item.chunks = s.chunks();
  item.history_bytes = s.history_bytes();
  item.history_events = s.history_events();
  item.dirty = s.dirty();
  item.sealed = s.sealed();
  item.pending_cause = instant_if(s.has_pending_cause_ms(), s.pending_cause_ms());
  return item;
}

namespace {

// Whether a field is set, without decoding the rest.
bool has_field(std::string_view bytes, int number) {
  using google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                            static_cast<int>(bytes.size()));
  for (std::uint32_t tag = in.ReadTag(); tag != 0; tag = in.ReadTag()) {
    if (WireFormatLite::GetTagFieldNumber(tag) == number) return true;
    if (!WireFormatLite::SkipField(&in, tag)) return true;  // damaged: let the decoder say so
  }
  return false;
}

}  // namespace

bool has_open_alerts(std::string_view bytes) {
  return has_field(bytes, v1::StoredItem::kOpenFieldNumber);
}

bool has_ended(std::string_view bytes) {
  return has_field(bytes, v1::StoredItem::kEndedMsFieldNumber);
}

std::string encode_dead(const DeadLetter& letter) {
  v1::DeadLetter d;
  if (letter.value) d.set_value(*letter.value);
  d.set_key(letter.key);
  for (const auto& [name, value] : letter.headers) {
    auto& header = *d.add_headers();
    header.set_name(name);
    header.set_value(value);
  }
  d.set_code(letter.refusal.code);
  d.set_field(letter.refusal.field);
  d.set_reason(letter.refusal.reason);
  set_timestamp(letter.at, *d.mutable_at());
  d.set_channel(letter.channel);
  d.set_principal(letter.principal);
  d.set_topic(letter.topic);
  d.set_source(letter.source);
  return d.SerializeAsString();
}

Result<DeadLetter> decode_dead(std::string_view bytes) {
  v1::DeadLetter d;
  if (!parse_wire(bytes, d)) return corrupt("stored bytes are no kip.v1.DeadLetter");
  DeadLetter letter;
  if (d.has_value()) letter.value = d.value();
  letter.key = d.key();
  for (const auto& header : d.headers()) letter.headers.emplace_back(header.name(), header.value());
  letter.refusal = {d.code(), d.field(), d.reason()};
  letter.at = instant_of(d.at());
  letter.channel = d.channel();
  letter.principal = d.principal();
  letter.topic = d.topic();
  letter.source = d.source();
  return letter;
}

}  // namespace kip
