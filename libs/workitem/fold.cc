#include "workitem/fold.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/planted.h"

namespace kip {
namespace {

constexpr WorkTime kDueMayDiffer = kWorkingDay;  // beyond it: fault due_differs_after_stop

std::uint32_t id_hash(const Event& event) {
  return static_cast<std::uint32_t>(fnv1a(event.event_id, fnv1a(event.source)));
}

void add_fault(Folded& f, const std::string& fault) {
  const auto at = std::lower_bound(f.faults.begin(), f.faults.end(), fault);
  if (at == f.faults.end() || *at != fault) f.faults.insert(at, fault);
}

void drop_fault(Folded& f, const std::string& fault) { std::erase(f.faults, fault); }

template <typename T>
void patch(std::optional<T>& field, const std::optional<T>& said) {
  if (said) field = said;
}

void patch_facts(Facts& f, const Facts& e) {
  patch(f.title, e.title);
  patch(f.assignee_id, e.assignee_id);
  patch(f.unit_id, e.unit_id);
  patch(f.authority, e.authority);
  patch(f.expected_result, e.expected_result);
  patch(f.progress_percent, e.progress_percent);
  patch(f.received_at, e.received_at);
  patch(f.completed_at, e.completed_at);
  patch(f.submitted_at, e.submitted_at);
  patch(f.returned_at, e.returned_at);
  patch(f.procedure_code, e.procedure_code);
  patch(f.field, e.field);
  patch(f.focus, e.focus);
  patch(f.channel, e.channel);
  patch(f.satisfaction, e.satisfaction);
  patch(f.satisfaction_scale, e.satisfaction_scale);
  patch(f.depends_on, e.depends_on);
  patch(f.ward_id, e.ward_id);
  patch(f.lists, e.lists);
  patch(f.registered_by, e.registered_by);
  patch(f.targets, e.targets);
  patch(f.parent_id, e.parent_id);
  patch(f.area_id, e.area_id);
  patch(f.urgent, e.urgent);
  patch(f.digitised, e.digitised);
  patch(f.electronic_result, e.electronic_result);
  patch(f.fee_due, e.fee_due);
  patch(f.paid_online, e.paid_online);
}

using Forget = void (*)(Folded&);

// The names that `clear` takes: proto field names from number 10 on; others are ignored.
const std::map<std::string_view, Forget>& forgettable() {
  static const std::map<std::string_view, Forget> kNames = {
      {"status", [](Folded& f) { f.status = WorkStatus::kNone; }},
      {"step",
       [](Folded& f) {
         f.step.reset();
         f.step_due.reset();
         if (f.stop) f.stop->step_kept.reset();
       }},
      {"due_at",
       [](Folded& f) {
         f.agreed_due.reset();
         f.effective_due.reset();
         if (f.stop) {
           f.stop->kept.reset();
           f.stop->due_given.reset();
         }
       }},
      {"waiting_for", [](Folded& f) { f.waiting_for.reset(); }},
      {"progress_percent", [](Folded& f) { f.facts.progress_percent.reset(); }},
      {"title", [](Folded& f) { f.facts.title.reset(); }},
      {"assignee_id", [](Folded& f) { f.facts.assignee_id.reset(); }},
      {"unit_id", [](Folded& f) { f.facts.unit_id.reset(); }},
      {"authority", [](Folded& f) { f.facts.authority.reset(); }},
      {"expected_result", [](Folded& f) { f.facts.expected_result.reset(); }},
      {"received_at", [](Folded& f) { f.facts.received_at.reset(); }},
      {"completed_at", [](Folded& f) { f.facts.completed_at.reset(); }},
      {"procedure_code", [](Folded& f) { f.facts.procedure_code.reset(); }},
      {"field", [](Folded& f) { f.facts.field.reset(); }},
      {"focus", [](Folded& f) { f.facts.focus.reset(); }},
      {"channel", [](Folded& f) { f.facts.channel.reset(); }},
      {"satisfaction", [](Folded& f) { f.facts.satisfaction.reset(); }},
      {"depends_on", [](Folded& f) { f.facts.depends_on.reset(); }},
      {"ward_id", [](Folded& f) { f.facts.ward_id.reset(); }},
      {"submitted_at", [](Folded& f) { f.facts.submitted_at.reset(); }},
      {"returned_at", [](Folded& f) { f.facts.returned_at.reset(); }},
      {"lists", [](Folded& f) { f.facts.lists.reset(); }},
      {"registered_by", [](Folded& f) { f.facts.registered_by.reset(); }},
      {"targets", [](Folded& f) { f.facts.targets.reset(); }},
      {"parent_id", [](Folded& f) { f.facts.parent_id.reset(); }},
      {"area_id", [](Folded& f) { f.facts.area_id.reset(); }},
      {"urgent", [](Folded& f) { f.facts.urgent.reset(); }},
      {"satisfaction_scale", [](Folded& f) { f.facts.satisfaction_scale.reset(); }},
      {"digitised", [](Folded& f) { f.facts.digitised.reset(); }},
      {"electronic_result", [](Folded& f) { f.facts.electronic_result.reset(); }},
      {"fee_due", [](Folded& f) { f.facts.fee_due.reset(); }},
      {"paid_online", [](Folded& f) { f.facts.paid_online.reset(); }},
  };
  return kNames;
}

bool clock_stands(const Folded& f, const FoldRules& rules) {
  const std::uint8_t stops = rules.clock_stops.at(static_cast<std::size_t>(f.kind));
  const auto has = [&](ClockStop s) { return (stops & static_cast<std::uint8_t>(s)) != 0; };
  switch (f.status) {
    case WorkStatus::kWaiting:
      return has(ClockStop::kWaiting) ||
             (has(ClockStop::kWaitingForSupplement) && f.waiting_for == WaitingFor::kSupplement);
    case WorkStatus::kSuspended:
      return has(ClockStop::kSuspended) ||
             (has(ClockStop::kSuspendedByAuthority) && f.suspended_by_authority);
    case WorkStatus::kSubmitted:
      return has(ClockStop::kSubmitted);
    case WorkStatus::kNone:
    case WorkStatus::kRegistered:
    case WorkStatus::kAccepted:
    case WorkStatus::kInProgress:
    case WorkStatus::kCompleted:
    case WorkStatus::kReturned:
    case WorkStatus::kRejected:
    case WorkStatus::kWithdrawn:
    case WorkStatus::kTransferred:
    case WorkStatus::kDeclined:
    case WorkStatus::kVoid:
      return false;
  }
  return false;
}

// The part of the fold that follows the status: what it brings, what it forgets, what cannot
// follow. An event is judged as a whole: by the status before it and after it.
void apply_status(Folded& f, const Event& e, WorkStatus before) {
  if (e.status) f.status = *e.status;
  if (e.status == WorkStatus::kAccepted && !f.first_accepted_at)
    f.first_accepted_at = e.occurred_at;
  if (f.status == before) return;
  if (!can_follow(before, f.status)) add_fault(f, "status_cannot_follow");
  f.status_since = e.occurred_at;
  if (is_ended(before) && is_open(f.status)) {
    f.facts.completed_at.reset();
    f.facts.returned_at.reset();
    if (before == WorkStatus::kCompleted || before == WorkStatus::kReturned)
      f.reopened_at = e.occurred_at;
  }
  const bool ends = is_ended(f.status) ? !is_ended(before) : is_open(before);
  if (is_open(f.status)) {
    f.ended_at.reset();
  } else if (ends) {
    f.ended_at = e.occurred_at;
  }
  if (f.status == WorkStatus::kReturned) {
    f.returned_since = e.occurred_at;
  } else {
    f.returned_since.reset();
  }
}

void begin_stop(Folded& f, const Event& e, const Calendar& calendar) {
  OpenStop stop{
      .begin = e.occurred_at, .kept = {}, .due_given = {}, .step_kept = {}, .step_given = false};
  if (f.effective_due && e.occurred_at <= *f.effective_due) {
    stop.kept = calendar.between(e.occurred_at, *f.effective_due);
  }
  if (f.step_due && e.occurred_at <= *f.step_due) {
    stop.step_kept = calendar.between(e.occurred_at, *f.step_due);
  }
  f.stop = stop;
}

void end_stop(Folded& f, Instant at, const Calendar& calendar) {
  const OpenStop stop = *f.stop;
  f.stop.reset();
  f.stops.push_back({stop.begin, at});
  if (stop.due_given) {
    if (stop.kept) {
      const WorkTime apart = calendar.between(calendar.add(at, *stop.kept), *stop.due_given);
      if (apart > kDueMayDiffer || apart < WorkTime{-kDueMayDiffer.ms})
        add_fault(f, "due_differs_after_stop");
    }
    f.effective_due = stop.due_given;
  } else if (stop.kept) {
    f.effective_due = calendar.add(at, *stop.kept);
  }
  if (!stop.step_given && stop.step_kept) f.step_due = calendar.add(at, *stop.step_kept);
}

// Due times and stops: four cases, by the clock before and after the event.
void apply_clock(Folded& f, const Event& e, std::optional<Instant> due_before, bool stands,
                 const Calendar& calendar) {
  const bool stood = f.stop.has_value();
  if (!stood && stands) begin_stop(f, e, calendar);
  if (f.stop && e.step) {
    f.stop->step_given = true;
    f.stop->step_kept.reset();
  }
  if (e.step) f.step_due = e.step->due_at;
  if (e.due_at) {
    if (!f.original_due) f.original_due = e.due_at;
    if (f.agreed_due != e.due_at) {
      f.agreed_due = e.due_at;
      if (f.stop) {
        f.stop->due_given = e.due_at;
      } else {
        if (due_before && *e.due_at > *due_before) f.extended_at.push_back(e.occurred_at);
        f.effective_due = e.due_at;
      }
    }
  }
  if (stood && !stands) end_stop(f, e.occurred_at, calendar);
}

void freeze_statutory(Folded& f) {
  if (f.statutory || !f.first_accepted_at || f.facts.procedure_code.value_or("").empty()) return;
  f.statutory = StatutoryKey{*f.facts.procedure_code, f.facts.channel.value_or(Channel::kNone),
                             *f.first_accepted_at};
}

}  // namespace

Placement place(const Folded& folded, const Event& event) {
  if (folded.events == 0 && folded.ids.empty()) {
    return event.voids.empty() ? Placement::kAppend : Placement::kRefold;
  }
  if (order_of(event) == order_of(folded.frontier)) {
    return KIP_BUG(kRepeatFoldedTwice) ? Placement::kAppend : Placement::kRepeat;
  }
  const bool late = order_of(event) < order_of(folded.frontier) && !KIP_BUG(kLateEventAppended);
  if (late || !event.voids.empty()) return Placement::kRefold;
  const bool met = std::binary_search(folded.ids.begin(), folded.ids.end(), id_hash(event));
  return met ? Placement::kRefold : Placement::kAppend;
}

void apply(Folded& f, const Event& e, const FoldRules& rules) {
  const WorkStatus status_before = f.status;
  const bool asked_before =
      f.status == WorkStatus::kWaiting && f.waiting_for == WaitingFor::kSupplement;
  const std::optional<Instant> due_before = f.effective_due;
  if (e.kind != Kind::kNone) {
    if (f.kind != Kind::kNone && f.kind != e.kind) add_fault(f, "kind_changed");
    if (f.kind == Kind::kNone) f.kind = e.kind;
  }
  for (const std::string& name : e.clear) {
    const auto found = forgettable().find(name);
    if (found != forgettable().end()) found->second(f);
  }
  apply_status(f, e, status_before);
  patch_facts(f.facts, e.facts);
  if (e.step) f.step = e.step;
  patch(f.waiting_for, e.waiting_for);
  if (f.status != WorkStatus::kWaiting) f.waiting_for.reset();
  if (f.status != WorkStatus::kSuspended) {
    f.suspended_by_authority = false;
  } else if (!e.facts.authority.value_or("").empty()) {
    f.suspended_by_authority = true;
  }
  apply_clock(f, e, due_before, clock_stands(f, rules),
              rules.calendars->of(f.facts.unit_id.value_or("")));
  const bool asked = f.status == WorkStatus::kWaiting && f.waiting_for == WaitingFor::kSupplement;
  if (asked && !asked_before) f.asked_at.push_back(e.occurred_at);
  freeze_statutory(f);
  for (const std::string& fault : e.faults) add_fault(f, fault);

  if (!f.first_event_at) f.first_event_at = e.occurred_at;
  f.last_event_at = f.events == 0 ? e.occurred_at : std::max(f.last_event_at, e.occurred_at);
  ++f.events;
  f.frontier.occurred_at = e.occurred_at;  // field by field: its strings keep their memory
  f.frontier.sequence = e.sequence;
  f.frontier.source = e.source;
  f.frontier.event_id = e.event_id;
  f.frontier.content = e.content;
  const std::uint32_t id = id_hash(e);
  f.ids.insert(std::upper_bound(f.ids.begin(), f.ids.end(), id), id);
  const auto term = allowed(f, rules.calendars->of(f.facts.unit_id.value_or("")));
  if (term && term->ms <= 0) {
    add_fault(f, "no_allowed_time");
  } else {
    drop_fault(f, "no_allowed_time");
  }
}

std::vector<const Event*> kept_events(const std::vector<Event>& history) {
  std::set<std::pair<std::string_view, std::string_view>> voided;
  for (const Event& e : history) {
    if (KIP_BUG(kVoidOfVoidedIgnored) && voided.contains({e.source, e.event_id})) continue;
    for (const std::string& id : e.voids) voided.emplace(e.source, id);
  }
  std::vector<const Event*> kept;
  for (const Event& e : history) {
    if (!voided.contains({e.source, e.event_id})) kept.push_back(&e);
  }
  return kept;
}

Folded fold(std::vector<Event>& history, const FoldRules& rules) {
  std::stable_sort(history.begin(), history.end(),
                   [](const Event& a, const Event& b) { return order_of(a) < order_of(b); });
  history.erase(
      std::unique(history.begin(), history.end(),
                  [](const Event& a, const Event& b) { return order_of(a) == order_of(b); }),
      history.end());
  Folded f;
  std::map<std::pair<std::string_view, std::string_view>, int> contents;
  for (const Event* e : kept_events(history)) {
    if (++contents[{e->source, e->event_id}] > 1) add_fault(f, "event_id_reused");
    apply(f, *e, rules);
  }
  // Ids that were voided, and those that voids name, must be noticed when they come again or late.
  f.ids.clear();
  for (const Event& e : history) {
    f.ids.push_back(id_hash(e));
    for (const std::string& id : e.voids) {
      f.ids.push_back(static_cast<std::uint32_t>(fnv1a(id, fnv1a(e.source))));
    }
  }
  std::sort(f.ids.begin(), f.ids.end());
  f.ids.erase(std::unique(f.ids.begin(), f.ids.end()), f.ids.end());
  if (!history.empty()) f.frontier = order_key(history.back());
  return f;
}

bool exists(const Folded& f) { return f.events > 0 && f.status != WorkStatus::kVoid; }

std::optional<Instant> start_of(const Folded& f) {
  if (f.facts.received_at) return f.facts.received_at;
  return f.first_accepted_at ? f.first_accepted_at : f.first_event_at;
}

std::optional<Instant> end_of(const Folded& f) {
  if (!is_ended(f.status)) return std::nullopt;
  return f.facts.completed_at ? f.facts.completed_at : f.ended_at;
}

std::optional<WorkTime> allowed(const Folded& f, const Calendar& calendar) {
  const auto start = start_of(f);
  if (!start || !f.original_due) return std::nullopt;
  return calendar.between(*start, *f.original_due);
}

WorkTime used(const Folded& f, const Calendar& calendar, Instant i) {
  const auto start = start_of(f);
  if (!start) return {};
  WorkTime sum = calendar.between(*start, i);
  const auto take_off = [&](Instant begin, Instant end) {
    const Instant from = std::max(begin, *start);
    const Instant to = std::min(end, i);
    if (from < to) sum = sum - calendar.between(from, to);
  };
  for (const Stop& s : f.stops) take_off(s.begin, s.end);
  if (f.stop) take_off(f.stop->begin, kFarFuture);
  return sum;
}

std::optional<Instant> reach_used(const Folded& f, const Calendar& calendar, WorkTime amount) {
  const auto start = start_of(f);
  if (!start) return std::nullopt;
  // W is signed: nothing used is reached where work last stood before the start.
  if (amount.ms <= 0) return calendar.back(*start, WorkTime{-amount.ms});
  Instant from = *start;
  WorkTime left = amount;
  const auto pass = [&](Instant begin) -> std::optional<Instant> {
    if (begin < from) return std::nullopt;
    const WorkTime run = calendar.between(from, begin);
    if (run >= left) return calendar.add(from, left);
    left = left - run;
    return std::nullopt;
  };
  for (const Stop& s : f.stops) {
    if (const auto at = pass(s.begin)) return at;
    from = std::max(from, s.end);
  }
  if (f.stop) return pass(f.stop->begin);
  return calendar.add(from, left);
}

}  // namespace kip
