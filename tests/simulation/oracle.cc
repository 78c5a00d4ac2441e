// The oracle: slow, small, written from SEMANTICS alone (numbers in comments are its sections).
// Every settle folds anew all events received; every "earliest" is sought by halving.

#include "oracle.h"

#include <openssl/sha.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <tuple>

namespace kip::oracle {
namespace {
using Ms = std::int64_t;
using MaybeMs = std::optional<Ms>;
// The order of an item's events: occurred_at, sequence, source, event_id, hash of the event.
using Key = std::tuple<Ms, std::uint64_t, std::string, std::string, std::string>;
using Received = std::map<Key, v1::StampedEvent>;
using google::protobuf::Timestamp;
using enum v1::WorkStatus;
using enum v1::WorkKind;
using enum v1::AlertLevel;
constexpr Ms kMinute = 60'000, kHour = 3'600'000, kDay = 24 * kHour, kZone = 7 * kHour;
Ms floorDiv(Ms a, Ms b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
Ms ms(const Timestamp& t) { return t.seconds() * 1000 + t.nanos() / 1'000'000; }
MaybeMs maybe(bool has, const Timestamp& t) { return has ? MaybeMs(ms(t)) : MaybeMs(); }
void put(Timestamp* to, Ms t) {
  to->set_seconds(floorDiv(t, 1000));
  to->set_nanos(static_cast<int>(t - to->seconds() * 1000) * 1'000'000);
}
std::string sha256(const std::string& bytes) {
  std::string out(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(out.data()));
  return out;
}
std::string alertId(const v1::AlertEvent& a) {
  const auto hash = sha256("item|" + a.subject_id() + "|" + a.rule_id() + "|" + a.unit_id() + "|" +
                           std::to_string(ms(a.onset())));
  std::string id;
  for (int bit = 0, digit = 0; bit < 160; ++bit) {
    digit = digit % 16 * 2 + ((static_cast<unsigned char>(hash[bit / 8]) >> (7 - bit % 8)) & 1);
    if (bit % 5 == 4) id += "abcdefghijklmnopqrstuvwxyz234567"[digit];
  }
  return id;
}

// The earliest i with a condition that holds for ever after, sought around t.
Ms earliest(Ms t, const std::function<bool(Ms)>& holds) {
  Ms lo = t, hi = t;
  for (Ms d = kDay; holds(lo); d *= 2) lo -= d;
  for (Ms d = kDay; !holds(hi); d *= 2) hi += d;
  while (hi - lo > 1) {
    const Ms mid = lo + (hi - lo) / 2;
    (holds(mid) ? hi : lo) = mid;
  }
  return hi;
}
bool isEnded(int s) {
  return (s >= WORK_STATUS_COMPLETED && s <= WORK_STATUS_WITHDRAWN) || s == WORK_STATUS_TRANSFERRED;
}
bool isOpen(int s) { return s != WORK_STATUS_VOID && !isEnded(s); }
bool canFollow(int from, int to) {  // 9.22, where they differ
  const bool refused = from == WORK_STATUS_REJECTED || from == WORK_STATUS_WITHDRAWN;
  if (from == WORK_STATUS_VOID || to == WORK_STATUS_VOID) return to == WORK_STATUS_VOID;
  if (to == WORK_STATUS_RETURNED) return refused || from == WORK_STATUS_COMPLETED;
  if (to == WORK_STATUS_REGISTERED) return from == 0 || from == WORK_STATUS_DECLINED;
  if (from == WORK_STATUS_RETURNED) return to == WORK_STATUS_IN_PROGRESS;
  if (from != WORK_STATUS_COMPLETED) return isOpen(from);
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

struct Fold {
  bool any = false;  // something is left of the item
  int kind = 0;
  v1::WorkEvent now, frozen;  // fields 10 and up as known; as frozen for the statutory time
  std::set<std::string> faults;
  Ms first = 0, greatest = 0, since = 0, start = 0;             // since: of the present status
  MaybeMs accepted, original, due, stepDue, allowed, internal;  // 70 % of the statutory time
  MaybeMs endEvent, reopened, secondAsk, secondMove;
  int asks = 0, moves = 0;
  std::vector<std::pair<Ms, MaybeMs>> stops;
  bool open() const { return any && isOpen(now.status()); }
  bool standing() const { return !stops.empty() && !stops.back().second; }
  MaybeMs agreed() const { return maybe(now.has_due_at(), now.due_at()); }
  MaybeMs completed() const { return maybe(now.has_completed_at(), now.completed_at()); }
  MaybeMs returned() const { return maybe(now.has_returned_at(), now.returned_at()); }
  MaybeMs end() const { return now.has_completed_at() ? completed() : endEvent; }  // if not open
};

struct Reading {
  v1::AlertEvent alert;               // as it would be raised now
  bool holds = false, stays = false;  // stays: holds on where it is open (hysteresis)
  MaybeMs look;
  std::string detail;  // what else makes an UPDATED
};

struct Item {
  std::string id;
  Ms clock = INT64_MIN;
  Received received;
  Fold fold;
  std::map<std::string, std::pair<v1::AlertEvent, std::string>> open;  // by rule: last, detail
  std::map<std::string, std::pair<unsigned, Ms>> ever;  // alert_id: last revision, changed_at
  std::vector<v1::AlertEvent> out;
};

class Oracle {
 public:
  explicit Oracle(const Config& config) : config_(config) {
    for (const auto& [text, works] : config.days) {
      int y = 0, m = 0, d = 0;
      std::sscanf(text.c_str(), "%d-%d-%d", &y, &m, &d);
      const std::chrono::sys_days date = std::chrono::year(y) / m / d;
      days_[date.time_since_epoch().count()] = works;
    }
    if (config.always) config_.office_minutes = {{0, 24 * 60}};
  }
  static Key keyOf(const v1::WorkEvent& e) {
    return {ms(e.occurred_at()), e.sequence(), e.source(), e.event_id(), sha256(e.SerializeAsString())};
  }
  void record(Item* item, const v1::StampedEvent& stamped) const {
    const auto& e = stamped.event();
    Ms c = ms(e.occurred_at());
    const Ms t = stamped.has_ingested_at() ? ms(stamped.ingested_at()) : c;
    tick(item, t);
    item->clock = std::max(item->clock, t);
    item->received.emplace(keyOf(e), stamped);
    item->fold = fold(item->received);
    const std::set<std::string> voids(e.voids().begin(), e.voids().end());
    for (const auto& [k, s] : item->received) {
      const bool named = voids.count(s.event().event_id()) > 0 && s.event().source() == e.source();
      if (named) c = std::min(c, std::get<0>(k));
    }
    settle(item, c);
  }
  // Settles once, at `now`; true: behind_plan would stay where it is open.
  bool stand(Item* item, Ms now) const {
    item->fold = fold(item->received);
    item->clock = now;
    settle(item, now);
    return read(*item)["behind_plan"].stays;
  }
  void tick(Item* item, Ms t) const {  // the item's timers up to t, each at its own instant
    for (;;) {
      MaybeMs next;
      for (const auto& [rule, r] : read(*item)) {
        if (r.look && *r.look > item->clock && (!next || *r.look < *next)) next = r.look;
      }
      if (!next || *next > t) return;
      item->clock = *next;
      settle(item, *next);
    }
  }
  v1::ItemView view(const Item& item) const {
    const Fold& f = item.fold;
    v1::ItemView v;
    v.set_item_id(item.id);
    v.set_kind(static_cast<v1::WorkKind>(f.kind));
    v.set_status(f.now.status());
    v.set_unit_id(unit(f));
    v.set_holder(holder(f));
    if (f.now.has_assignee_id()) v.set_assignee_id(f.now.assignee_id());
    if (!f.now.step().code().empty()) v.set_step_code(f.now.step().code());
    if (f.now.has_received_at()) put(v.mutable_received_at(), ms(f.now.received_at()));
    if (f.original) put(v.mutable_original_due_at(), *f.original);
    if (f.agreed()) put(v.mutable_agreed_due_at(), *f.agreed());
    if (f.due) put(v.mutable_due_at(), *f.due);
    if (f.completed()) put(v.mutable_completed_at(), *f.completed());
    for (const auto& fault : f.faults) v.add_faults(fault);
    put(v.mutable_started_at(), f.start);
    if (!f.open()) put(v.mutable_ended_at(), *f.end());
    v.set_extensions(static_cast<unsigned>(f.moves));
    std::string state = f.standing() ? "paused" : "on_track";
    for (const auto& [rule, alert] : item.open) {
      auto* a = v.add_open_alerts();
      a->set_alert_id(alert.first.alert_id());
      a->set_rule_id(rule);
      a->set_revision(alert.first.revision());
      a->set_level(alert.first.level());
      *a->mutable_onset() = alert.first.onset();
      a->set_unit_id(alert.first.unit_id());
      const bool risk = rule == "due_soon" || rule == "behind_plan" || rule == "step_overdue";
      if (!risk && rule != "overdue") v.add_badges(rule);
      if (rule == "overdue") state = rule;
      if (risk && state == "on_track") state = "at_risk";
    }
    if (f.open()) v.set_state(state);
    return v;
  }

 private:
  // ---- working time (8; 9.28); day 0 is 1970-01-01 in UTC+7, a Thursday ----
  static Ms dayOf(Ms t) { return floorDiv(t + kZone, kDay); }
  static Ms midnight(Ms day) { return day * kDay - kZone; }
  static bool weekday(Ms day) { return ((day + 3) % 7 + 7) % 7 < 5; }
  bool works(Ms day) const {
    const auto it = days_.find(day);
    return config_.always || (it == days_.end() ? weekday(day) : it->second);
  }
  Ms worked(Ms t) const {  // working time up to t, since some instant long ago
    if (config_.always) return t;
    const Ms day = dayOf(t), week = floorDiv(day + 3, 7);
    Ms days = week * 5 + std::min<Ms>(5, day + 3 - week * 7), sum = 0;
    for (const auto& [d, works] : days_) days += d < day ? works - weekday(d) : 0;
    for (const auto& [open, shut] : config_.office_minutes) {
      const Ms length = (shut - open) * kMinute, at = t - midnight(day) - open * kMinute;
      sum += days * length + (works(day) ? std::clamp<Ms>(at, 0, length) : 0);
    }
    return sum;
  }
  Ms between(Ms a, Ms b) const { return worked(b) - worked(a); }  // W(a,b)
  Ms add(Ms t, Ms d) const {
    return d == 0 ? t : earliest(t, [&](Ms i) { return between(t, i) >= d; });
  }
  Ms back(Ms t, Ms d) const {  // the earliest i with W(i,t) <= d
    return earliest(t, [&](Ms i) { return between(i, t) <= d; });
  }

  // ---- the fold (2, 3; 8; 9.8, 9.20 to 9.35) ----
  MaybeMs statutoryTime(const Fold& f) const {
    const Procedure* row = nullptr;
    for (const auto& p : config_.procedures) {
      if (!f.accepted || p.code.empty() || p.code != f.frozen.procedure_code()) continue;
      if (*f.accepted < p.from_ms || *f.accepted >= p.until_ms) continue;
      if (p.channel != 0 && p.channel != f.frozen.channel()) continue;
      if (row == nullptr || (row->channel == 0 && p.channel != 0)) row = &p;
    }
    if (row == nullptr || f.kind != WORK_KIND_DOSSIER) return {};
    const auto times = [row](Ms unit) { return static_cast<Ms>(row->value * static_cast<double>(unit) + 0.5); };
    if (row->unit == "working_day") return times(8 * kHour);
    if (row->unit == "hour") return times(kHour);
    Ms to = f.start + times(kDay);
    if (row->unit == "same_day") {
      const Ms day = midnight(dayOf(f.start)), late = f.start < day + 15 * kHour ? 0 : kDay;
      to = day + config_.office_minutes.back().second * kMinute + late;
    }
    while (!works(dayOf(to))) to += kDay;
    return between(f.start, to);
  }
  Fold fold(const Received& received) const {
    std::set<std::pair<std::string, std::string>> voided, ids;
    for (const auto& [key, s] : received) {
      for (const auto& id : s.event().voids()) voided.emplace(s.event().source(), id);
    }
    Fold f;
    MaybeMs kept, stepKept, told;  // of this stop; told: the due_at that its events brought
    bool authority = false;
    for (const auto& [key, s] : received) {
      const auto& e = s.event();
      if (voided.count({e.source(), e.event_id()}) > 0) continue;
      const Ms t = std::get<0>(key);
      if (!f.any) f.first = f.since = t;
      f.any = true;
      f.greatest = t;
      f.faults.insert(s.faults().begin(), s.faults().end());
      if (!ids.emplace(e.source(), e.event_id()).second) f.faults.insert("event_id_reused");
      if (f.kind != 0 && e.kind() != 0 && e.kind() != f.kind) f.faults.insert("kind_changed");
      if (f.kind == 0) f.kind = e.kind();
      const int was = f.now.status();
      const bool stood = f.standing();
      const bool asked = f.now.waiting_for() == v1::WAITING_FOR_SUPPLEMENT;
      const MaybeMs dueBefore = f.due;
      for (const auto& name : e.clear()) {
        const auto* field = f.now.GetDescriptor()->FindFieldByName(name);
        if (field && field->number() >= 10) f.now.GetReflection()->ClearField(&f.now, field);
      }
      if (!f.now.has_due_at()) f.due = kept = told = {};
      if (!f.now.has_step()) f.stepDue = stepKept = {};
      const bool newDue = e.has_due_at() && f.agreed() != ms(e.due_at());  // else it says nothing
      const int is = e.status() != 0 ? e.status() : f.now.status();
      if (isEnded(was) && isOpen(is)) {
        f.now.clear_completed_at();
        f.now.clear_returned_at();
      }
      patch(&f.now, e);
      if (is != was) {
        if (!canFollow(was, is)) f.faults.insert("status_cannot_follow");
        f.since = t;
        const bool done = was == WORK_STATUS_COMPLETED || was == WORK_STATUS_RETURNED;
        if (done && isOpen(is)) f.reopened = t;
        if (!isOpen(is) && !isEnded(was)) f.endEvent = t;
        authority = false;
      }
      if (is == WORK_STATUS_SUSPENDED && !e.authority().empty()) authority = true;
      if (is != WORK_STATUS_WAITING) f.now.clear_waiting_for();
      const bool asks = f.now.waiting_for() == v1::WAITING_FOR_SUPPLEMENT;
      if (asks && !asked && ++f.asks == 2) f.secondAsk = t;
      if (!f.accepted && e.status() == WORK_STATUS_ACCEPTED) f.accepted = t;
      if (f.accepted && f.frozen.procedure_code().empty()) f.frozen = f.now;
      bool stands = asks;
      const bool waits = is == WORK_STATUS_WAITING || is == WORK_STATUS_SUSPENDED;
      const bool held = is == WORK_STATUS_SUBMITTED || (is == WORK_STATUS_SUSPENDED && authority);
      if (f.kind != WORK_KIND_PETITION) stands = f.kind == WORK_KIND_DOSSIER ? waits : held;
      if (stands && !stood) {
        f.stops.push_back({t, {}});
        kept = stepKept = told = {};
        if (f.due && *f.due >= t) kept = between(t, *f.due);
        if (f.stepDue && *f.stepDue >= t) stepKept = between(t, *f.stepDue);
      }
      if (!f.original) f.original = f.agreed();
      if (e.has_step()) {
        f.stepDue = maybe(e.step().has_due_at(), e.step().due_at());
        stepKept = {};
      }
      if (!stood && !stands && newDue) {
        f.due = f.agreed();
        if (dueBefore && *f.due > *dueBefore && ++f.moves == 2) f.secondMove = t;
      } else if (newDue) {
        told = f.agreed();  // 9.26: during a stop the effective due is the one before it
      }
      if (stood && !stands) {
        f.stops.back().second = t;
        const MaybeMs computed = kept ? add(t, *kept) : MaybeMs();
        if (told && computed && std::abs(between(*computed, *told)) > 8 * kHour) {
          f.faults.insert("due_differs_after_stop");
        }
        if (told || computed) f.due = told ? told : computed;
        if (stepKept) f.stepDue = add(t, *stepKept);
      }
    }
    f.start = f.now.has_received_at() ? ms(f.now.received_at()) : f.accepted.value_or(f.first);
    if (f.original) f.allowed = between(f.start, *f.original);
    if (f.allowed && *f.allowed <= 0) f.faults.insert("no_allowed_time");
    if (const auto time = statutoryTime(f)) f.internal = *time * 7 / 10;
    return f;
  }
  Ms used(const Fold& f, Ms i) const {
    Ms sum = between(f.start, i);
    for (const auto& [from, to] : f.stops) {
      const Ms a = std::max(from, f.start), b = std::min(to.value_or(i), i);
      if (a < b) sum -= between(a, b);
    }
    return sum;
  }
  MaybeMs earliestUsed(const Fold& f, Ms want) const {
    if (f.standing() && used(f, f.stops.back().first) < want) return {};
    return earliest(f.start, [&](Ms i) { return used(f, i) >= want; });
  }
  // ---- the rules (table of 8) ----
  std::string known(const std::string& unit, const std::string& otherwise) const {
    const bool is = !unit.empty() && (config_.registry_open || config_.units.count(unit) > 0);
    return is ? unit : otherwise;
  }
  static bool inStep(const Fold& f) { return f.now.has_step() && !f.now.step().has_completed_at(); }
  std::string unit(const Fold& f) const { return known(f.now.unit_id(), "unassigned"); }
  std::string holder(const Fold& f) const {
    return inStep(f) ? known(f.now.step().unit_id(), unit(f)) : unit(f);
  }
  std::map<std::string, Reading> read(const Item& item) const {
    const Fold& f = item.fold;
    const auto& known = f.now;
    const Ms now = item.clock;
    const bool stands = f.standing();
    const Ms x = stands ? std::min(now, f.stops.back().first) : now;
    std::map<std::string, Reading> all;
    // A rule of limit L that holds from L + wait; `at` is now or x.
    const auto rule = [&](const char* id, v1::AlertLevel level, MaybeMs limit, Ms at, Ms wait,
                          bool ofHolder = false) -> Reading& {
      Reading& r = all[id];
      const bool ofStep = ofHolder && inStep(f) && !known.step().assignee_id().empty();
      r.alert.set_rule_id(id);
      r.alert.set_subject_id(item.id);
      r.alert.set_subject(v1::ALERT_SUBJECT_ITEM);
      r.alert.set_level(level);
      r.alert.set_unit_id(ofHolder ? holder(f) : unit(f));
      r.alert.set_assignee_id(ofStep ? known.step().assignee_id() : known.assignee_id());
      if (f.due) put(r.alert.mutable_due_at(), *f.due);
      if (!limit) return r;
      put(r.alert.mutable_onset(), *limit);
      r.look = *limit + wait;
      r.holds = at >= *limit + wait;
      return r;
    };
    constexpr auto kNotice = ALERT_LEVEL_NOTICE, kWarning = ALERT_LEVEL_WARNING;
    const bool dossier = f.kind == WORK_KIND_DOSSIER;
    if (f.any && dossier && known.status() == WORK_STATUS_COMPLETED && !f.returned()) {
      rule("not_returned", kNotice, add(*f.end(), 8 * kHour), now, 1);
    }
    if (!f.open()) return all;
    rule("overdue", ALERT_LEVEL_CRITICAL, f.due, x, 1);
    const Ms allowed = f.allowed.value_or(0);
    if (f.due && allowed > 0) rule("due_soon", kWarning, back(*f.due, allowed / 5), x, 0);
    if (f.due && allowed > 0 && known.has_progress_percent()) {
      const Ms p = std::min<Ms>(known.progress_percent(), 100);
      const Ms want = ((p + 20) * allowed + 99) / 100;
      auto& r = rule("behind_plan", kWarning, p > 80 ? MaybeMs() : earliestUsed(f, want), x, 0);
      r.stays = 100 * std::min(used(f, x), allowed) > (p + 15) * allowed;
    }
    if (f.internal) rule("over_internal_limit", kNotice, earliestUsed(f, *f.internal), x, 1);
    if (inStep(f)) {
      auto& r = rule("step_overdue", kWarning, f.stepDue, x, 1, true);
      r.alert.set_step_code(known.step().code());
    }
    const Ms quiet = (known.focus() ? 16 : 24) * kHour;
    if (!stands) rule("stalled", kWarning, add(f.greatest, quiet), now, 0, true);
    if (known.status() == 0 || known.status() == WORK_STATUS_REGISTERED) {
      const Ms from = known.has_submitted_at() ? ms(known.submitted_at()) : f.since;
      rule("not_accepted", kWarning, add(from, 8 * kHour), now, 1);
    }
    if (stands || f.secondAsk) {
      const auto limit = stands ? add(f.stops.back().first, 80 * kHour) : MaybeMs();
      auto& r = rule("waiting_long", kWarning, limit, now, 1);
      const Ms ask = f.secondAsk.value_or(INT64_MAX);
      r.holds = r.holds || f.secondAsk;
      put(r.alert.mutable_onset(), std::min(ask, limit.value_or(INT64_MAX)));
    }
    std::string missing;
    if (known.title().empty()) missing += " title";
    if (known.assignee_id().empty()) missing += " assignee_id";
    if (!known.has_due_at()) missing += " due_at";
    if (known.unit_id().empty()) missing += " unit_id";
    if (known.authority().empty()) missing += " authority";
    if (known.expected_result().empty()) missing += " expected_result";
    if (!dossier && f.kind != WORK_KIND_PETITION && !missing.empty()) {
      rule("unclear", kNotice, add(f.first, 8 * kHour), now, 0).detail = missing;
    }
    rule("extended", kWarning, f.secondMove, now, 0).detail = std::to_string(f.moves);
    rule("reopened", kNotice, f.reopened, now, 0);
    return all;
  }
  // Writes the alert's next revision: 1, 2, 3 ..., its changed_at never running back.
  static void write(Item* item, v1::AlertEvent* a, v1::AlertChange change, Ms at) {
    auto& [revision, changed] = item->ever.try_emplace(a->alert_id(), 0U, INT64_MIN).first->second;
    a->set_revision(++revision);
    put(a->mutable_changed_at(), changed = std::max(changed, at));
    a->set_change(change);
    item->out.push_back(*a);
  }
  void settle(Item* item, Ms c) const {
    const Fold& f = item->fold;
    auto readings = read(*item);
    std::erase_if(item->open, [&](const auto& entry) {
      v1::AlertEvent last = entry.second.first;
      const Reading& r = readings[last.rule_id()];
      const bool sameStep = r.alert.step_code() == last.step_code();
      const bool same = sameStep && r.alert.unit_id() == last.unit_id();
      if (same && (r.holds || r.stays)) return false;
      const Ms from = cause(f, last.rule_id(), c);
      const bool gone = !f.any || f.now.status() == WORK_STATUS_VOID;
      last.set_cause(r.holds ? sameStep ? v1::ALERT_CAUSE_MOVED : v1::ALERT_CAUSE_CLEARED
                     : gone || from <= ms(last.onset()) ? v1::ALERT_CAUSE_RETRACTED
                     : f.open()                         ? v1::ALERT_CAUSE_CLEARED
                                                        : v1::ALERT_CAUSE_CLOSED);
      write(item, &last, v1::ALERT_CHANGE_RESOLVED, from);
      return true;
    });
    for (auto& [rule, alert] : item->open) {
      auto& [last, detail] = alert;
      const Reading& r = readings[rule];
      const bool sameDue = maybe(last.has_due_at(), last.due_at()) == f.due;
      if (sameDue && r.alert.assignee_id() == last.assignee_id() && r.detail == detail) continue;
      last.set_assignee_id(r.alert.assignee_id());
      last.clear_due_at();
      if (f.due) put(last.mutable_due_at(), *f.due);
      detail = r.detail;
      write(item, &last, v1::ALERT_CHANGE_UPDATED, cause(f, rule, c));
    }
    for (auto& [rule, r] : readings) {
      if (!r.holds || item->open.count(rule) > 0) continue;
      r.alert.set_alert_id(alertId(r.alert));
      write(item, &r.alert, v1::ALERT_CHANGE_RAISED, ms(r.alert.onset()));
      item->open[rule] = {r.alert, r.detail};
    }
  }
  // 9.10: c with the end instant of an item that is no longer open (not_returned: returned_at).
  static Ms cause(const Fold& f, const std::string& rule, Ms c) {
    if (!f.any || f.open()) return c;
    return std::min(c, (rule == "not_returned" ? f.returned() : f.end()).value_or(c));
  }
  Config config_;
  std::map<Ms, bool> days_;  // where the year differs from the plain week
};

}  // namespace

Result run(const Config& config, const std::vector<v1::StampedEvent>& log, std::int64_t t_end_ms) {
  const Oracle oracle(config);
  std::map<std::string, Item> items;
  for (const auto& stamped : log) {
    Item& item = items[stamped.event().item_id()];
    item.id = stamped.event().item_id();
    oracle.record(&item, stamped);
  }
  Result result;
  for (auto& [id, item] : items) {
    oracle.tick(&item, t_end_ms);
    result.alerts.insert(result.alerts.end(), item.out.begin(), item.out.end());
    if (!item.fold.any || item.fold.now.status() == WORK_STATUS_VOID) continue;
    result.items[id] = oracle.view(item);
  }
  return result;
}

Result standing(const Config& config, const std::vector<v1::StampedEvent>& log, std::int64_t now_ms) {
  const Oracle oracle(config);
  std::map<std::string, Item> items;
  for (const auto& stamped : log) {
    Item& item = items[stamped.event().item_id()];
    item.id = stamped.event().item_id();
    item.received.emplace(Oracle::keyOf(stamped.event()), stamped);
  }
  Result result;
  for (auto& [id, item] : items) {
    if (oracle.stand(&item, now_ms)) result.may_stay.insert(id);
    if (!item.fold.any || item.fold.now.status() == WORK_STATUS_VOID) continue;
    result.items[id] = oracle.view(item);
  }
  return result;
}

}  // namespace kip::oracle
