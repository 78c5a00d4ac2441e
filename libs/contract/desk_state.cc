#include "contract/desk_state.h"

#include <algorithm>

#include "contract/ack_parts.h"
#include "contract/proto_values.h"
#include "kip/v1/alert.pb.h"
#include "kip/v1/desk.pb.h"

namespace kip {
namespace {

constexpr const char* kAllowed = "allowed_working_minutes";
constexpr const char* kSource = "source";
constexpr const char* kDataUntil = "data_until";
constexpr std::int64_t kMinuteMs = 60'000;

char subject_of(v1::AlertSubject subject) {
  switch (static_cast<int>(subject)) {
    case v1::ALERT_SUBJECT_INDICATOR:
      return 'n';
    case v1::ALERT_SUBJECT_SOURCE:
      return 's';
    case v1::ALERT_SUBJECT_UNIT:
      return 'u';
    default:
      return 'i';
  }
}

v1::AlertSubject subject_of(char kind) {
  switch (kind) {
    case 'n':
      return v1::ALERT_SUBJECT_INDICATOR;
    case 's':
      return v1::ALERT_SUBJECT_SOURCE;
    case 'u':
      return v1::ALERT_SUBJECT_UNIT;
    default:
      return v1::ALERT_SUBJECT_ITEM;
  }
}

AlertFacts take(const v1::AlertEvent& a) {
  AlertFacts f;
  f.alert_id = a.alert_id();
  f.revision = a.revision();
  f.rule = a.rule_id();
  f.subject = a.subject_id();
  f.subject_kind = subject_of(a.subject());
  f.level = static_cast<AlertLevel>(a.level());
  f.onset = instant_of(a.onset());
  f.changed_at = instant_of(a.changed_at());
  f.unit_id = a.unit_id();
  f.assignee_id = a.assignee_id();
  f.title = a.title();
  f.field = a.field();
  f.procedure_code = a.procedure_code();
  f.step_code = a.step_code();
  f.reason = a.reason();
  if (a.has_due_at()) f.due_at = instant_of(a.due_at());
  for (const v1::Evidence& e : a.evidence()) {
    if (e.name() == kAllowed)
      f.allowed = WorkTime{static_cast<std::int64_t>(e.number()) * kMinuteMs};
    if (e.name() == kSource) f.source = e.text();
    if (e.name() == kDataUntil) f.data_until = instant_of(e.at());
  }
  f.kind = from_proto(a.kind());
  f.focus = a.focus();
  return f;
}

void put(const AlertFacts& f, v1::AlertEvent& a) {
  a.set_alert_id(f.alert_id);
  a.set_revision(f.revision);
  a.set_rule_id(f.rule);
  a.set_subject_id(f.subject);
  a.set_subject(subject_of(f.subject_kind));
  a.set_level(static_cast<v1::AlertLevel>(f.level));
  set_timestamp(f.onset, *a.mutable_onset());
  set_timestamp(f.changed_at, *a.mutable_changed_at());
  a.set_unit_id(f.unit_id);
  a.set_assignee_id(f.assignee_id);
  a.set_title(f.title);
  a.set_field(f.field);
  a.set_procedure_code(f.procedure_code);
  a.set_step_code(f.step_code);
  a.set_reason(f.reason);
  if (f.due_at) set_timestamp(*f.due_at, *a.mutable_due_at());
  if (f.allowed) {
    v1::Evidence& e = *a.add_evidence();
    e.set_name(kAllowed);
    const std::int64_t minutes = f.allowed->ms / kMinuteMs;
    e.set_number(static_cast<double>(minutes));
  }
  if (!f.source.empty()) {
    v1::Evidence& e = *a.add_evidence();
    e.set_name(kSource);
    e.set_text(f.source);
  }
  if (f.data_until) {
    v1::Evidence& e = *a.add_evidence();
    e.set_name(kDataUntil);
    set_timestamp(*f.data_until, *e.mutable_at());
  }
  a.set_kind(to_proto(f.kind));
  a.set_focus(f.focus);
}

bool why_known(std::uint32_t why) { return why < kWhyCount; }

using Entries = google::protobuf::RepeatedPtrField<v1::StoredMessage::Entry>;

void put(const std::vector<MessageEntry>& entries, Entries& into) {
  for (const MessageEntry& entry : entries) {
    v1::StoredMessage::Entry& e = *into.Add();
    put(entry.alert, *e.mutable_alert());
    e.set_why(static_cast<std::uint32_t>(entry.why));
    e.set_from_unit(entry.from_unit);
    e.set_told_at_ms(ms_of(entry.told_at));
    if (entry.promised_at) e.set_promised_at_ms(ms_of(*entry.promised_at));
    if (entry.data_until) e.set_data_until_ms(ms_of(*entry.data_until));
  }
}

bool take(const Entries& entries, std::vector<MessageEntry>& into) {
  for (const v1::StoredMessage::Entry& e : entries) {
    if (!why_known(e.why())) return false;
    MessageEntry& entry = into.emplace_back();
    entry.alert = take(e.alert());
    entry.why = static_cast<Why>(e.why());
    entry.from_unit = e.from_unit();
    entry.told_at = instant_of(e.told_at_ms());
    if (e.has_promised_at_ms()) entry.promised_at = instant_of(e.promised_at_ms());
    if (e.has_data_until_ms()) entry.data_until = instant_of(e.data_until_ms());
  }
  return true;
}

}  // namespace

Result<AlertNews> decode_news(std::string_view bytes) {
  v1::AlertEvent alert;
  if (!parse_wire(bytes, alert) || alert.alert_id().empty() || alert.change() < 1 ||
      alert.change() > 4)
    return corrupt("these bytes are no kip.v1.AlertEvent");
  return AlertNews{take(alert), static_cast<AlertChangeKind>(alert.change())};
}

std::string encode_desk_alert(const DeskAlert& alert) {
  v1::StoredDeskAlert s;
  put(alert.facts, *s.mutable_facts());
  s.set_from_unit(alert.from_unit);
  s.set_addressee(alert.addressee);
  s.set_told_below_ms(ms_of(alert.told_below));
  s.set_list_only(alert.list_only);
  if (alert.pending) s.set_pending(static_cast<std::uint32_t>(*alert.pending));
  s.set_pending_since_ms(ms_of(alert.pending_since));
  for (const TellingRecord& told : alert.told) {
    v1::StoredDeskAlert::Telling& t = *s.add_told();
    t.set_person(told.person);
    t.set_message(told.message);
    t.set_at_ms(ms_of(told.at));
    t.set_level(static_cast<v1::AlertLevel>(told.level));
    t.set_why(static_cast<std::uint32_t>(told.why));
  }
  if (alert.answer) put(*alert.answer, *s.mutable_answer());
  if (alert.asked) put(*alert.asked, *s.mutable_asked());
  s.set_muted_until_ms(ms_of(alert.muted_until));
  if (alert.broken) s.set_broken_ms(ms_of(*alert.broken));
  for (const std::string& unit : alert.above) s.add_above(unit);
  s.set_passed_up(alert.passed_up);
  if (alert.way_up_from != kFarPast) s.set_way_up_from_ms(ms_of(alert.way_up_from));
  s.set_listed_above(alert.listed_above);
  s.set_handed_up(alert.handed_up);
  s.set_updated(alert.updated);
  s.set_last(static_cast<std::uint32_t>(alert.last));
  return s.SerializeAsString();
}

Result<DeskAlert> decode_desk_alert(std::string_view bytes) {
  v1::StoredDeskAlert s;
  const Error damaged = corrupt("stored bytes are no kip.v1.StoredDeskAlert");
  if (!parse_wire(bytes, s) || !why_known(s.pending()) || !why_known(s.last())) return damaged;
  DeskAlert alert;
  alert.facts = take(s.facts());
  alert.from_unit = s.from_unit();
  alert.addressee = s.addressee();
  alert.told_below = instant_of(s.told_below_ms());
  alert.list_only = s.list_only();
  if (s.has_pending()) alert.pending = static_cast<Why>(s.pending());
  alert.pending_since = instant_of(s.pending_since_ms());
  for (const v1::StoredDeskAlert::Telling& t : s.told()) {
    if (!why_known(t.why())) return damaged;
    alert.told.push_back({t.person(), t.message(), instant_of(t.at_ms()),
                          static_cast<AlertLevel>(t.level()), static_cast<Why>(t.why())});
  }
  if (s.has_answer()) alert.answer = take(s.answer());
  if (s.has_asked()) alert.asked = take(s.asked());
  alert.muted_until = instant_of(s.muted_until_ms());
  if (s.has_broken_ms()) alert.broken = instant_of(s.broken_ms());
  alert.above = {s.above().begin(), s.above().end()};
  alert.passed_up = s.passed_up();
  if (s.has_way_up_from_ms()) alert.way_up_from = instant_of(s.way_up_from_ms());
  alert.listed_above = s.listed_above();
  alert.handed_up = s.handed_up();
  alert.updated = s.updated();
  alert.last = static_cast<Why>(s.last());
  return alert;
}

std::string encode_desk(const Desk& desk) {
  v1::StoredDesk s;
  for (const auto& [person, box] : desk.mailboxes) {
    v1::StoredDesk::Mailbox& m = *s.add_mailboxes();
    m.set_person(person);
    if (box.last_sent) m.set_last_sent_ms(ms_of(*box.last_sent));
    m.set_day(box.day);
    m.set_sent(static_cast<std::uint32_t>(box.sent));
    m.set_listed_day(box.listed_day);
    for (const AlertFacts& facts : box.resolved) put(facts, *m.add_resolved());
  }
  for (const auto& [key, raised] : desk.flaps) {
    v1::StoredDesk::Flap& f = *s.add_flaps();
    f.set_key(key);
    for (const Instant at : raised) f.add_at_ms(ms_of(at));
  }
  for (const std::string& id : desk.answers_seen) s.add_answers_seen(id);
  s.set_live(desk.live);
  return s.SerializeAsString();
}

Status decode_desk(std::string_view bytes, Desk& into) {
  v1::StoredDesk s;
  if (!parse_wire(bytes, s)) return corrupt("stored bytes are no kip.v1.StoredDesk");
  for (const v1::StoredDesk::Mailbox& m : s.mailboxes()) {
    Mailbox& box = into.mailboxes[m.person()];
    if (m.has_last_sent_ms()) box.last_sent = instant_of(m.last_sent_ms());
    box.day = m.day();
    box.sent = static_cast<int>(m.sent());
    box.listed_day = m.listed_day();
    for (const v1::AlertEvent& alert : m.resolved()) box.resolved.push_back(take(alert));
  }
  for (const v1::StoredDesk::Flap& f : s.flaps()) {
    for (const std::int64_t at : f.at_ms()) into.flaps[f.key()].push_back(instant_of(at));
  }
  into.answers_seen = {s.answers_seen().begin(), s.answers_seen().end()};
  into.live = s.live();
  return {};
}

std::string encode_message(const Message& message) {
  v1::StoredMessage s;
  s.set_id(message.id);
  s.set_kind(static_cast<std::uint32_t>(message.kind));
  s.set_desk(message.desk);
  s.set_person(message.person);
  s.set_on_behalf_of(message.on_behalf_of);
  s.set_at_ms(ms_of(message.at));
  s.set_level(static_cast<v1::AlertLevel>(message.level));
  put(message.entries, *s.mutable_entries());
  put(message.digest.open, *s.mutable_open());
  put(message.digest.promised, *s.mutable_promised());
  put(message.digest.below, *s.mutable_below());
  for (const AlertFacts& facts : message.digest.resolved) put(facts, *s.add_resolved());
  if (const auto& c = message.digest.counts) {
    v1::StoredMessage::Counts& counts = *s.mutable_counts();
    counts.set_overdue(c->overdue);
    counts.set_at_risk(c->at_risk);
    counts.set_paused(c->paused);
    counts.set_on_track(c->on_track);
    counts.set_in_charge(c->in_charge);
  }
  if (message.answer_by) s.set_answer_by_ms(ms_of(*message.answer_by));
  s.set_goes_up_to(message.goes_up_to);
  return s.SerializeAsString();
}

Result<Message> decode_message(std::string_view bytes) {
  v1::StoredMessage s;
  Message message;
  const bool sound =
      parse_wire(bytes, s) && s.kind() <= static_cast<std::uint32_t>(MessageKind::kTest) &&
      take(s.entries(), message.entries) && take(s.open(), message.digest.open) &&
      take(s.promised(), message.digest.promised) && take(s.below(), message.digest.below);
  if (!sound) return corrupt("stored bytes are no kip.v1.StoredMessage");
  message.id = s.id();
  message.kind = static_cast<MessageKind>(s.kind());
  message.desk = s.desk();
  message.person = s.person();
  message.on_behalf_of = s.on_behalf_of();
  message.at = instant_of(s.at_ms());
  message.level = static_cast<AlertLevel>(s.level());
  for (const v1::AlertEvent& alert : s.resolved()) message.digest.resolved.push_back(take(alert));
  if (s.has_counts()) {
    const v1::StoredMessage::Counts& c = s.counts();
    message.digest.counts =
        UnitCounts{c.overdue(), c.at_risk(), c.paused(), c.on_track(), c.in_charge()};
  }
  if (s.has_answer_by_ms()) message.answer_by = instant_of(s.answer_by_ms());
  message.goes_up_to = s.goes_up_to();
  return message;
}

std::string encode_journal(const JournalLine& line) {
  v1::StoredDecision s;
  s.set_revision(line.decision.revision);
  s.set_person(line.decision.person);
  s.set_message(line.decision.message);
  s.set_why(static_cast<std::uint32_t>(line.decision.why));
  s.set_at_ms(ms_of(line.decision.at));
  s.set_unit(line.unit);
  if (line.answer) put(*line.answer, *s.mutable_answer());
  return s.SerializeAsString();
}

Result<JournalLine> decode_journal(std::string_view alert_id, std::string_view bytes) {
  v1::StoredDecision s;
  if (!parse_wire(bytes, s) || !why_known(s.why()))
    return corrupt("stored bytes are no kip.v1.StoredDecision");
  JournalLine line;
  line.unit = s.unit();
  line.decision = {std::string(alert_id),     s.revision(),         s.person(), s.message(),
                   static_cast<Why>(s.why()), instant_of(s.at_ms())};
  if (s.has_answer()) line.answer = take(s.answer());
  return line;
}

}  // namespace kip
