// The fold, slowly: anew from all events received.

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "simulation/oracle_item.h"

namespace kip::oracle {
namespace {

bool can_follow(int from, int to) {  // 9.22, where they differ
  const bool refused = from == WORK_STATUS_REJECTED || from == WORK_STATUS_WITHDRAWN;
  if (from == WORK_STATUS_VOID || to == WORK_STATUS_VOID) return to == WORK_STATUS_VOID;
  if (to == WORK_STATUS_RETURNED) return refused || from == WORK_STATUS_COMPLETED;
  if (to == WORK_STATUS_REGISTERED) return from == 0 || from == WORK_STATUS_DECLINED;
  if (from == WORK_STATUS_RETURNED) return to == WORK_STATUS_IN_PROGRESS;
  if (from != WORK_STATUS_COMPLETED) return is_open(from);
  return to == WORK_STATUS_ACCEPTED || to == WORK_STATUS_IN_PROGRESS;
}

// Every field that is there replaces the old one whole; an enum of 0 is absent.
void patch(v1::WorkEvent* state, v1::WorkEvent p) {
  if (p.status() == 0) p.clear_status();
  if (p.waiting_for() == 0) p.clear_waiting_for();
  if (p.channel() == 0) p.clear_channel();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  p.GetReflection()->ListFields(p, &fields);
  for (const auto* f : fields) state->GetReflection()->ClearField(state, f);
  state->MergeFrom(p);
}

}  // namespace

// What a fold carries from event to event.
struct Folder::Work {
  Fold f;
  MaybeMs kept, step_kept, told;  // of this stop; told: the due_at that its events brought
  bool authority = false;         // of this suspension
  // Of the event in hand: as it was before it, and whether it says another due_at.
  bool stood = false, new_due = false;
  MaybeMs due_before;
};

MaybeMs Folder::statutory_time(const Fold& f) const {
  const Procedure* row = nullptr;
  for (const auto& p : config_.procedures) {
    if (!f.accepted || p.code.empty() || p.code != f.frozen.procedure_code()) continue;
    if (*f.accepted < p.from_ms || *f.accepted >= p.until_ms) continue;
    if (p.channel != 0 && p.channel != f.frozen.channel()) continue;
    if (row == nullptr || (row->channel == 0 && p.channel != 0)) row = &p;
  }
  if (row == nullptr || f.kind != WORK_KIND_DOSSIER) return {};
  const auto times = [row](Ms unit) {
    return static_cast<Ms>(std::llround(row->value * static_cast<double>(unit)));
  };
  if (row->unit == "working_day") return times(8 * kHour);
  if (row->unit == "hour") return times(kHour);
  Ms to = f.start + times(kDay);
  if (row->unit == "same_day") {
    const Ms day = midnight(day_of(f.start)), late = f.start < day + 15 * kHour ? 0 : kDay;
    to = day + config_.office_minutes.back().second * kMinute + late;
  }
  while (!works(day_of(to))) to += kDay;
  return between(f.start, to);
}

void Folder::say(Work* w, const v1::WorkEvent& e, Ms t) const {
  Fold& f = w->f;
  const int was = f.now.status();
  w->stood = f.standing();
  const bool asked = f.now.waiting_for() == v1::WAITING_FOR_SUPPLEMENT;
  w->due_before = f.due;
  for (const auto& name : e.clear()) {
    const auto* field = f.now.GetDescriptor()->FindFieldByName(name);
    if (field && field->number() >= 10) f.now.GetReflection()->ClearField(&f.now, field);
  }
  if (!f.now.has_due_at()) f.due = w->kept = w->told = {};
  if (!f.now.has_step()) f.step_due = w->step_kept = {};
  w->new_due = e.has_due_at() && f.agreed() != ms(e.due_at());  // else it says nothing
  const int is = e.status() != 0 ? e.status() : f.now.status();
  if (is_ended(was) && is_open(is)) {
    f.now.clear_completed_at();
    f.now.clear_returned_at();
  }
  patch(&f.now, e);
  if (is != was) {
    if (!can_follow(was, is)) f.faults.insert("status_cannot_follow");
    f.since = t;
    const bool done = was == WORK_STATUS_COMPLETED || was == WORK_STATUS_RETURNED;
    if (done && is_open(is)) f.reopened = t;
    if (!is_open(is) && !is_ended(was)) f.end_event = t;
    w->authority = false;
  }
  if (is == WORK_STATUS_SUSPENDED && !e.authority().empty()) w->authority = true;
  if (is != WORK_STATUS_WAITING) f.now.clear_waiting_for();
  const bool asks = f.now.waiting_for() == v1::WAITING_FOR_SUPPLEMENT;
  if (asks && !asked && ++f.asks == 2) f.second_ask = t;
  if (!f.accepted && e.status() == WORK_STATUS_ACCEPTED) f.accepted = t;
  if (f.accepted && f.frozen.procedure_code().empty()) f.frozen = f.now;
}

void Folder::hold(Work* w, const v1::WorkEvent& e, Ms t) const {
  Fold& f = w->f;
  const int is = f.now.status();
  bool stands = f.now.waiting_for() == v1::WAITING_FOR_SUPPLEMENT;
  const bool waits = is == WORK_STATUS_WAITING || is == WORK_STATUS_SUSPENDED;
  const bool held = is == WORK_STATUS_SUBMITTED || (is == WORK_STATUS_SUSPENDED && w->authority);
  if (f.kind != WORK_KIND_PETITION) stands = f.kind == WORK_KIND_DOSSIER ? waits : held;
  if (stands && !w->stood) {
    f.stops.push_back({t, {}});
    w->kept = w->step_kept = w->told = {};
    if (f.due && *f.due >= t) w->kept = between(t, *f.due);
    if (f.step_due && *f.step_due >= t) w->step_kept = between(t, *f.step_due);
  }
  if (!f.original) f.original = f.agreed();
  if (e.has_step()) {
    f.step_due = maybe(e.step().has_due_at(), e.step().due_at());
    w->step_kept = {};
  }
  if (!w->stood && !stands && w->new_due) {
    f.due = f.agreed();
    if (w->due_before && *f.due > *w->due_before && ++f.moves == 2) f.second_move = t;
  } else if (w->new_due) {
    w->told = f.agreed();  // 9.26: during a stop the effective due is the one before it
  }
  if (w->stood && !stands) {
    f.stops.back().second = t;
    const MaybeMs computed = w->kept ? add(t, *w->kept) : MaybeMs();
    if (w->told && computed && std::abs(between(*computed, *w->told)) > 8 * kHour) {
      f.faults.insert("due_differs_after_stop");
    }
    if (w->told || computed) f.due = w->told ? w->told : computed;
    if (w->step_kept) f.step_due = add(t, *w->step_kept);
  }
}

Fold Folder::fold(const Received& received) const {
  std::set<std::pair<std::string, std::string>> voided, ids;
  for (const auto& [key, s] : received) {
    for (const auto& id : s.event().voids()) voided.emplace(s.event().source(), id);
  }
  Work work;
  Fold& f = work.f;
  for (const auto& [key, s] : received) {
    const auto& e = s.event();
    if (voided.count({e.source(), e.event_id()}) > 0) continue;
    const Ms t = std::get<0>(key);
    if (!f.any) f.first = f.since = t;
    f.any = true;
    ++f.events;
    f.greatest = t;
    f.faults.insert(s.faults().begin(), s.faults().end());
    if (!ids.emplace(e.source(), e.event_id()).second) f.faults.insert("event_id_reused");
    if (f.kind != 0 && e.kind() != 0 && e.kind() != f.kind) f.faults.insert("kind_changed");
    if (f.kind == 0) f.kind = e.kind();
    say(&work, e, t);
    hold(&work, e, t);
  }
  f.start = f.now.has_received_at() ? ms(f.now.received_at()) : f.accepted.value_or(f.first);
  if (f.original) f.allowed = between(f.start, *f.original);
  if (f.allowed && *f.allowed <= 0) f.faults.insert("no_allowed_time");
  if (const auto time = statutory_time(f)) f.internal = *time * 7 / 10;
  return f;
}

Ms Folder::used(const Fold& f, Ms i) const {
  Ms sum = between(f.start, i);
  for (const auto& [from, to] : f.stops) {
    const Ms a = std::max(from, f.start), b = std::min(to.value_or(i), i);
    if (a < b) sum -= between(a, b);
  }
  return sum;
}

MaybeMs Folder::earliest_used(const Fold& f, Ms want) const {
  if (f.standing() && used(f, f.stops.back().first) < want) return {};
  return earliest(f.start, [&](Ms i) { return used(f, i) >= want; });
}

}  // namespace kip::oracle
