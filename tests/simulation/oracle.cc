// The oracle: slow, small, written from SEMANTICS alone (numbers in comments are its sections).
// Every settle folds anew all events received; every "earliest" is sought by halving.

#include "simulation/oracle.h"

#include <algorithm>

#include "simulation/oracle_item.h"

namespace kip::oracle {
namespace {

using enum v1::AlertLevel;

std::string alert_id(const v1::AlertEvent& a) {
  const auto hash = sha256("item|" + a.subject_id() + "|" + a.rule_id() + "|" + a.unit_id() + "|" +
                           std::to_string(ms(a.onset())));
  std::string id;
  unsigned digit = 0;
  for (std::size_t bit = 0; bit < 160; ++bit) {
    digit = digit % 16 * 2 + ((static_cast<unsigned char>(hash[bit / 8]) >> (7 - bit % 8)) & 1U);
    if (bit % 5 == 4) id += "abcdefghijklmnopqrstuvwxyz234567"[digit];
  }
  return id;
}

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

class Oracle : private Folder {
 public:
  using Folder::Folder;
  static Key key_of(const v1::WorkEvent& e) {
    return {ms(e.occurred_at()), e.sequence(), e.source(), e.event_id(),
            sha256(e.SerializeAsString())};
  }
  void record(Item* item, const v1::StampedEvent& stamped) const {
    const auto& e = stamped.event();
    Ms c = ms(e.occurred_at());
    const Ms t = stamped.has_ingested_at() ? ms(stamped.ingested_at()) : c;
    tick(item, t);
    item->clock = std::max(item->clock, t);
    item->received.emplace(key_of(e), stamped);
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
    v.set_events(f.events);
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
  // ---- the rules (table of 8) ----
  std::string known(const std::string& unit, const std::string& otherwise) const {
    const bool is = !unit.empty() && (config_.registry_open || config_.units.count(unit) > 0);
    return is ? unit : otherwise;
  }
  static bool in_step(const Fold& f) {
    return f.now.has_step() && !f.now.step().has_completed_at();
  }
  std::string unit(const Fold& f) const { return known(f.now.unit_id(), "unassigned"); }
  std::string holder(const Fold& f) const {
    return in_step(f) ? known(f.now.step().unit_id(), unit(f)) : unit(f);
  }
  static std::string missing_of(const v1::WorkEvent& known) {
    std::string missing;
    if (known.title().empty()) missing += " title";
    if (known.assignee_id().empty()) missing += " assignee_id";
    if (!known.has_due_at()) missing += " due_at";
    if (known.unit_id().empty()) missing += " unit_id";
    if (known.authority().empty()) missing += " authority";
    if (known.expected_result().empty()) missing += " expected_result";
    return missing;
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
                          bool of_holder = false) -> Reading& {
      Reading& r = all[id];
      const bool of_step = of_holder && in_step(f) && !known.step().assignee_id().empty();
      r.alert.set_rule_id(id);
      r.alert.set_subject_id(item.id);
      r.alert.set_subject(v1::ALERT_SUBJECT_ITEM);
      r.alert.set_level(level);
      r.alert.set_unit_id(of_holder ? holder(f) : unit(f));
      r.alert.set_assignee_id(of_step ? known.step().assignee_id() : known.assignee_id());
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
      auto& r = rule("behind_plan", kWarning, p > 80 ? MaybeMs() : earliest_used(f, want), x, 0);
      r.stays = 100 * std::min(used(f, x), allowed) > (p + 15) * allowed;
    }
    if (f.internal) rule("over_internal_limit", kNotice, earliest_used(f, *f.internal), x, 1);
    if (in_step(f)) {
      auto& r = rule("step_overdue", kWarning, f.step_due, x, 1, true);
      r.alert.set_step_code(known.step().code());
    }
    const Ms quiet = (known.focus() ? 16 : 24) * kHour;
    if (!stands) rule("stalled", kWarning, add(f.greatest, quiet), now, 0, true);
    if (known.status() == 0 || known.status() == WORK_STATUS_REGISTERED) {
      const Ms from = known.has_submitted_at() ? ms(known.submitted_at()) : f.since;
      rule("not_accepted", kWarning, add(from, 8 * kHour), now, 1);
    }
    if (stands || f.second_ask) {
      const auto limit = stands ? add(f.stops.back().first, 80 * kHour) : MaybeMs();
      auto& r = rule("waiting_long", kWarning, limit, now, 1);
      const Ms ask = f.second_ask.value_or(INT64_MAX);
      r.holds = r.holds || f.second_ask;
      put(r.alert.mutable_onset(), std::min(ask, limit.value_or(INT64_MAX)));
    }
    const std::string missing = missing_of(known);
    if (!dossier && f.kind != WORK_KIND_PETITION && !missing.empty()) {
      rule("unclear", kNotice, add(f.first, 8 * kHour), now, 0).detail = missing;
    }
    rule("extended", kWarning, f.second_move, now, 0).detail = std::to_string(f.moves);
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
      const bool same_step = r.alert.step_code() == last.step_code();
      const bool same = same_step && r.alert.unit_id() == last.unit_id();
      if (same && (r.holds || r.stays)) return false;
      const Ms from = cause(f, last.rule_id(), c);
      const bool gone = !f.any || f.now.status() == WORK_STATUS_VOID;
      last.set_cause(r.holds ? same_step ? v1::ALERT_CAUSE_MOVED : v1::ALERT_CAUSE_CLEARED
                     : gone || from <= ms(last.onset()) ? v1::ALERT_CAUSE_RETRACTED
                     : f.open()                         ? v1::ALERT_CAUSE_CLEARED
                                                        : v1::ALERT_CAUSE_CLOSED);
      write(item, &last, v1::ALERT_CHANGE_RESOLVED, from);
      return true;
    });
    for (auto& [rule, alert] : item->open) {
      auto& [last, detail] = alert;
      const Reading& r = readings[rule];
      const bool same_due = maybe(last.has_due_at(), last.due_at()) == f.due;
      if (same_due && r.alert.assignee_id() == last.assignee_id() && r.detail == detail) continue;
      last.set_assignee_id(r.alert.assignee_id());
      last.clear_due_at();
      if (f.due) put(last.mutable_due_at(), *f.due);
      detail = r.detail;
      write(item, &last, v1::ALERT_CHANGE_UPDATED, cause(f, rule, c));
    }
    for (auto& [rule, r] : readings) {
      if (!r.holds || item->open.count(rule) > 0) continue;
      r.alert.set_alert_id(alert_id(r.alert));
      write(item, &r.alert, v1::ALERT_CHANGE_RAISED, ms(r.alert.onset()));
      item->open[rule] = {r.alert, r.detail};
    }
  }
  // 9.10: c with the end instant of an item that is no longer open (not_returned: returned_at).
  static Ms cause(const Fold& f, const std::string& rule, Ms c) {
    if (!f.any || f.open()) return c;
    return std::min(c, (rule == "not_returned" ? f.returned() : f.end()).value_or(c));
  }
};

}  // namespace

struct Follower::State {
  struct Followed {
    std::vector<std::string> records;  // read so far
    Item item;
  };
  explicit State(const Config& config) : oracle(config) {}
  const Item& read(const std::string& id, const std::vector<const v1::StampedEvent*>& stamped) {
    std::vector<std::string> records;
    for (const auto* s : stamped) records.push_back(s->SerializeAsString());
    auto& [known, item] = items[id];
    const bool grows =
        known.size() <= records.size() && std::equal(known.begin(), known.end(), records.begin());
    if (!grows) items[id] = {};
    item.id = id;
    for (std::size_t i = known.size(); i < records.size(); ++i) oracle.record(&item, *stamped[i]);
    known = std::move(records);
    return item;
  }
  const Oracle oracle;
  std::map<std::string, Followed> items;
};

Follower::Follower(const Config& config) : state_(std::make_unique<State>(config)) {}
Follower::~Follower() = default;

Result Follower::run(const std::vector<v1::StampedEvent>& log, std::int64_t t_end_ms) {
  std::map<std::string, std::vector<const v1::StampedEvent*>> by_item;
  for (const auto& stamped : log) by_item[stamped.event().item_id()].push_back(&stamped);
  Result result;
  const auto tell = [&](const Item& item) {
    result.alerts[item.id] = item.out;
    if (!item.fold.any || item.fold.now.status() == WORK_STATUS_VOID) return;
    result.items[item.id] = state_->oracle.view(item);
  };
  for (const auto& [id, stamped] : by_item) {
    const Item& item = state_->read(id, stamped);
    if (item.clock >= t_end_ms) {
      tell(item);
      continue;
    }
    Item ended = item;  // these timers have fired in this answer only
    state_->oracle.tick(&ended, t_end_ms);
    tell(ended);
  }
  return result;
}

Result run(const Config& config, const std::vector<v1::StampedEvent>& log, std::int64_t t_end_ms) {
  return Follower(config).run(log, t_end_ms);
}

Result standing(const Config& config, const std::vector<v1::StampedEvent>& log,
                std::int64_t now_ms) {
  const Oracle oracle(config);
  std::map<std::string, Item> items;
  for (const auto& stamped : log) {
    Item& item = items[stamped.event().item_id()];
    item.id = stamped.event().item_id();
    item.received.emplace(Oracle::key_of(stamped.event()), stamped);
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
