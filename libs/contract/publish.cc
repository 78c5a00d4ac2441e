#include "contract/publish.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "contract/json_print.h"
#include "contract/json_reader.h"
#include "contract/proto_values.h"
#include "rules/fact_words.h"

namespace kip {
namespace {

constexpr std::int64_t kMillionth = 1'000'000;

void set_if(const std::optional<Instant>& at, google::protobuf::Timestamp* (v1::ItemView::*field)(),
            v1::ItemView& view) {
  if (at) set_timestamp(*at, *(view.*field)());
}

std::optional<Instant> mark_of(const Folded& f, SubClockRule::Mark mark) {
  const auto when = [&](WorkStatus status) {
    return f.status == status ? f.ended_at : std::nullopt;
  };
  switch (mark) {
    case SubClockRule::Mark::kSubmitted:
      if (f.facts.submitted_at) return f.facts.submitted_at;
      return f.facts.received_at ? f.facts.received_at : f.first_event_at;
    case SubClockRule::Mark::kReceived:
      return f.facts.received_at ? f.facts.received_at : f.first_accepted_at;
    case SubClockRule::Mark::kAccepted:
      return f.first_accepted_at ? f.first_accepted_at : f.facts.received_at;
    case SubClockRule::Mark::kCompleted:
      return f.status == WorkStatus::kCompleted || f.status == WorkStatus::kReturned ? end_of(f)
                                                                                     : std::nullopt;
    case SubClockRule::Mark::kSupplementAsked:
      return f.asked_at.empty() ? std::nullopt : std::optional(f.asked_at.front());
    case SubClockRule::Mark::kRejected:
      return when(WorkStatus::kRejected);
    case SubClockRule::Mark::kTransferred:
      return when(WorkStatus::kTransferred);
    case SubClockRule::Mark::kReturned:
      return f.facts.returned_at ? f.facts.returned_at : f.returned_since;
  }
  return std::nullopt;
}

// Whether the mark can no longer come, or nobody waits for it any more (decision 39).
bool mark_gone(const Folded& f, SubClockRule::Mark mark) {
  const bool begun = f.status == WorkStatus::kNone || f.status == WorkStatus::kRegistered ||
                     f.status == WorkStatus::kDeclined;
  switch (mark) {
    case SubClockRule::Mark::kCompleted:
      return !is_open(f.status);
    case SubClockRule::Mark::kReturned:  // the only one that comes after the end
      return f.status == WorkStatus::kTransferred || f.status == WorkStatus::kVoid;
    case SubClockRule::Mark::kSubmitted:
    case SubClockRule::Mark::kReceived:
    case SubClockRule::Mark::kAccepted:
    case SubClockRule::Mark::kSupplementAsked:
    case SubClockRule::Mark::kRejected:
    case SubClockRule::Mark::kTransferred:
      break;
  }
  return !begun || f.first_accepted_at;  // somebody has taken it up
}

// Where `limit` from `from` ends, the item's stops up to `to` taken off as they are from its own
// due: not where it was past when the stop began.
Instant sub_clock_due(const Seen& seen, WorkTime limit, Instant from, std::optional<Instant> to) {
  Instant due = seen.calendar.add(from, limit);
  for (const Stop& stop : seen.f.stops) {
    const Instant begin = std::max(stop.begin, from);
    if (stop.end <= begin) continue;
    if (begin > due || (to && *to <= begin)) break;
    due = seen.calendar.add(stop.end, seen.calendar.between(begin, due));
  }
  return due;
}

void add_sub_clocks(const Seen& seen, v1::ItemView& view) {
  for (const SubClockRule& rule : seen.policy.registry.sub_clocks) {
    if (rule.kind != seen.f.kind) continue;
    v1::SubClock& out = *view.add_sub_clocks();
    out.set_name(rule.name);
    out.set_label(rule.label);
    out.set_working_days(static_cast<double>(rule.millionth_days) /
                         static_cast<double>(kMillionth));
    const auto from = mark_of(seen.f, rule.from);
    const auto to = mark_of(seen.f, rule.to);
    if (!from) {
      out.set_state(is_open(seen.f.status) ? "not_started" : "not_needed");
      continue;
    }
    const WorkTime limit{rule.millionth_days * kWorkingDay.ms / kMillionth};
    const Instant due = sub_clock_due(seen, limit, *from, to);
    set_timestamp(*from, *out.mutable_started_at());
    set_timestamp(due, *out.mutable_due_at());
    if (to) {
      set_timestamp(*to, *out.mutable_ended_at());
      out.set_state(*to <= due ? "done" : "done_late");
    } else if (mark_gone(seen.f, rule.to)) {
      out.set_state("not_needed");
    } else {
      out.set_state(seen.x <= due ? "running" : "overdue");
    }
  }
}

void add_forecast(const Seen& seen, v1::ItemView& view) {
  if (!seen.forecast || !exists(seen.f) || !is_open(seen.f.status)) return;
  v1::ItemForecast& out = *view.mutable_forecast();
  out.set_chance(shown_chance(seen.forecast->chance));
  out.set_cases(seen.forecast->cases);
  set_timestamp(seen.forecast->at, *out.mutable_at());
  set_timestamp(seen.forecast->earliest, *out.mutable_earliest());
  set_timestamp(seen.forecast->expected, *out.mutable_expected());
  set_timestamp(seen.forecast->latest, *out.mutable_latest());
  for (std::string& text : because_of(seen, seen.policy.registry.ward.language)) {
    out.add_because(std::move(text));
  }
}

void add_times(const ItemState& item, const Seen& seen, v1::ItemView& view) {
  const Folded& f = item.folded;
  set_if(f.facts.received_at, &v1::ItemView::mutable_received_at, view);
  set_if(f.original_due, &v1::ItemView::mutable_original_due_at, view);
  set_if(f.agreed_due, &v1::ItemView::mutable_agreed_due_at, view);
  set_if(f.effective_due, &v1::ItemView::mutable_due_at, view);
  set_if(f.facts.completed_at, &v1::ItemView::mutable_completed_at, view);
  set_if(f.facts.submitted_at, &v1::ItemView::mutable_submitted_at, view);
  set_if(f.facts.returned_at, &v1::ItemView::mutable_returned_at, view);
  set_if(seen.start, &v1::ItemView::mutable_started_at, view);
  if (f.stop) set_timestamp(f.stop->begin, *view.mutable_stopped_at());
  if (f.step) set_if(f.step_due, &v1::ItemView::mutable_step_due_at, view);
  if (f.events > 0) set_timestamp(f.last_event_at, *view.mutable_last_event_at());
  if (seen.term) view.set_allowed_working_minutes(work_minutes(*seen.term));
  if (seen.statutory) view.set_statutory_working_minutes(work_minutes(*seen.statutory));
  const auto end = end_of(f);
  set_if(end, &v1::ItemView::mutable_ended_at, view);
  const Instant at = end ? *end : seen.x;
  if (seen.start) view.set_used_working_minutes(work_minutes(used(f, seen.calendar, at)));
  if (f.effective_due) {
    if (!end)
      view.set_remaining_working_minutes(work_minutes(seen.calendar.between(at, *f.effective_due)));
    if (end) {
      view.set_in_time(*end <= *f.effective_due);
      view.set_in_time_by_date(local_day(*end) <= local_day(*f.effective_due));
    }
    view.set_provisional(seen.policy.calendars.provisional(*f.effective_due));
  }
}

}  // namespace

namespace {

void say_alert(const AlertChange& c, v1::AlertEvent& e) {
  e.set_alert_id(c.alert_id);
  e.set_revision(c.revision);
  e.set_change(static_cast<v1::AlertChange>(c.change));
  e.set_level(static_cast<v1::AlertLevel>(c.level));
  set_timestamp(c.changed_at, *e.mutable_changed_at());
  set_timestamp(c.detected_at, *e.mutable_detected_at());
  set_timestamp(c.onset, *e.mutable_onset());
  e.set_cause(static_cast<v1::AlertCause>(c.cause));
  e.set_rule_id(std::string(rule_name(c.rule)));
  e.set_rule_version(c.rule_version);
  e.set_subject_id(c.item_id);
  e.set_subject(v1::ALERT_SUBJECT_ITEM);
  e.set_reason(c.reason);
  for (const Evidence& evidence : c.evidence) {
    v1::Evidence& out = *e.add_evidence();
    out.set_name(evidence.name);
    if (const auto* number = std::get_if<double>(&evidence.value)) out.set_number(*number);
    if (const auto* text = std::get_if<std::string>(&evidence.value)) out.set_text(*text);
    if (const auto* at = std::get_if<Instant>(&evidence.value))
      set_timestamp(*at, *out.mutable_at());
  }
  e.set_ward_id(c.ward_id);
  e.set_unit_id(c.unit_id);
  e.set_assignee_id(c.assignee_id);
  e.set_title(c.title);
  if (c.due_at) set_timestamp(*c.due_at, *e.mutable_due_at());
  e.set_kind(to_proto(c.kind));
  e.set_field(c.field);
  e.set_procedure_code(c.procedure_code);
  e.set_focus(c.focus);
  e.set_step_code(c.step_code);
}

}  // namespace

v1::AlertEvent alert_event(const AlertChange& change) {
  v1::AlertEvent e;
  say_alert(change, e);
  return e;
}

std::string encode_alert(const AlertChange& change) {
  thread_local v1::AlertEvent e;  // keeps its memory from alert to alert
  e.Clear();
  say_alert(change, e);
  return e.SerializeAsString();
}

std::string comparable_alert(std::string_view alert_bytes) {
  v1::AlertEvent e;
  if (!parse_wire(alert_bytes, e)) return std::string(alert_bytes);
  e.clear_detected_at();
  return e.SerializeAsString();
}

Result<std::string> alert_subject(std::string_view alert_bytes) {
  v1::AlertEvent alert;
  if (!parse_wire(alert_bytes, alert)) return corrupt("bytes are no kip.v1.AlertEvent");
  return alert.subject_id();
}

namespace {

// Into an empty view.
void say_item(const ItemState& item, const Policy& policy, Instant now, v1::ItemView& view) {
  const Folded& f = item.folded;
  const Seen seen(item, policy, now);
  view.set_item_id(item.item_id);
  view.set_kind(to_proto(f.kind));
  view.set_status(to_proto(f.status));
  view.set_state(std::string(item_word(word_of(item))));
  view.set_unit_id(std::string(seen.unit));
  view.set_ward_id(std::string(policy.registry.ward_of(seen.unit, f.facts.ward_id)));
  view.set_holder(std::string(seen.holder));
  if (f.facts.assignee_id) view.set_assignee_id(*f.facts.assignee_id);
  if (f.step) {
    if (!f.step->code.empty()) view.set_step_code(f.step->code);
    if (f.step->name) view.set_step_name(*f.step->name);
  }
  add_times(item, seen, view);
  for (const std::string& fault : faults_of(item, policy, now)) view.add_faults(fault);
  for (const OpenAlert& a : item.open) {
    v1::OpenAlert& out = *view.add_open_alerts();
    out.set_alert_id(a.alert_id);
    out.set_rule_id(std::string(rule_name(a.rule)));
    const auto track = item.ever.find(a.alert_id);
    out.set_revision(track == item.ever.end() ? 0 : track->second.revision);
    out.set_level(static_cast<v1::AlertLevel>(a.level));
    set_timestamp(a.onset, *out.mutable_onset());
    out.set_unit_id(a.unit_id);
    out.set_reason(a.reason);
    if (is_badge(a.rule)) view.add_badges(std::string(rule_name(a.rule)));
  }
  if (const auto title = seen.title(); !title.empty()) view.set_title(std::string(title));
  if (f.facts.procedure_code) view.set_procedure_code(*f.facts.procedure_code);
  if (f.facts.field) view.set_field(*f.facts.field);
  if (f.facts.focus) view.set_focus(*f.facts.focus);
  if (f.facts.progress_percent) view.set_progress_percent(*f.facts.progress_percent);
  if (f.facts.authority) view.set_authority(*f.facts.authority);
  if (f.facts.expected_result) view.set_expected_result(*f.facts.expected_result);
  if (f.facts.channel) view.set_channel(to_proto(*f.facts.channel));
  if (f.waiting_for) view.set_waiting_for(to_proto(*f.waiting_for));
  view.set_extensions(static_cast<std::uint32_t>(f.extended_at.size()));
  view.set_events(f.events);
  add_sub_clocks(seen, view);
  add_forecast(seen, view);
  for (const Dependency& one : item.dependencies) {
    v1::ItemDependency& out = *view.add_depends_on();
    out.set_item_id(one.item_id);
    out.set_state(std::string(dependency_word(one.state)));
    if (one.state != DependencyState::kOnTrack) set_timestamp(one.since, *out.mutable_since());
    if (!one.unit_id.empty()) out.set_unit_id(one.unit_id);
  }
}

}  // namespace

v1::ItemView item_view(const ItemState& item, const Policy& policy, Instant now) {
  v1::ItemView view;
  say_item(item, policy, now, view);
  return view;
}

Result<SeenItem> read_view(std::string_view view_json) {
  thread_local v1::ItemView view;
  view.Clear();
  const JsonRead read = read_json(view_json, {}, view);
  if (read.refused) return invalid(read.refused->reason);
  return SeenItem{view.unit_id(), view.state()};
}

std::string view_json(const ItemState& item, const Policy& policy, Instant now) {
  thread_local v1::ItemView view;  // keeps its memory from item to item
  view.Clear();
  say_item(item, policy, now, view);
  return json_of(view);
}

namespace {

std::optional<std::string> try_json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string out;
  if (print_json(message, out)) return out;
  out.clear();
  if (!google::protobuf::util::MessageToJsonString(message, &out, options).ok())
    return std::nullopt;
  return out;
}

// Of bytes that were stored: they may be damaged.
template <typename Message>
Result<std::string> stored_json(std::string_view bytes, const char* what) {
  Message message;
  std::optional<std::string> json;
  if (parse_wire(bytes, message)) json = try_json(message);
  if (!json) return corrupt(std::string("stored bytes are no ") + what);
  return *json;
}

}  // namespace

std::string json_of(const google::protobuf::Message& message) {
  auto json = try_json(message);
  KIP_CHECK(
      json.has_value());  // our own: every string is UTF-8, every time has a year of four digits
  return *json;
}

Result<std::string> alert_json(std::string_view bytes) {
  return stored_json<v1::AlertEvent>(bytes, "kip.v1.AlertEvent");
}

Result<std::string> stamped_json(std::string_view bytes) {
  return stored_json<v1::StampedEvent>(bytes, "kip.v1.StampedEvent");
}

}  // namespace kip
