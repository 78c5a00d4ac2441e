#include "rules/settle.h"

#include <algorithm>
#include <initializer_list>

#include "base/hash.h"
#include "base/planted.h"
#include "rules/reason.h"

namespace kip {
namespace {

using std::chrono::days;

Seen seen_of(const ItemState& item, Instant now, const Trigger& trigger, const Policy& policy) {
  if (!trigger.cuts) return {item.folded, policy, now};
  Seen seen(item, policy, now);
  const auto cut = trigger.cuts->find(seen.holder);
  if (cut != trigger.cuts->end()) seen.cut = cut->second;
  return seen;
}

// One settling of one item.
class Settling {
 public:
  Settling(ItemState& item, Instant now, const Trigger& trigger, const Policy& policy)
      : item_(item),
        seen_(seen_of(item, now, trigger, policy)),
        trigger_(trigger),
        policy_(policy),
        now_(now) {}

  std::vector<AlertChange> run() {
    std::vector<OpenAlert> before = std::move(item_.open);
    item_.open.clear();
    item_.next_look = kFarFuture;
    for (std::size_t r = 0; r < kRuleCount; ++r) {
      const auto rule = static_cast<RuleId>(r);
      const auto found = std::find_if(before.begin(), before.end(),
                                      [&](const OpenAlert& a) { return a.rule == rule; });
      settle_rule(rule, found == before.end() ? nullptr : &*found);
    }
    if (seen_.dependencies) {
      const Instant from = unknown_fault_from(*seen_.dependencies, seen_.calendar);
      if (from > now_) item_.next_look = std::min(item_.next_look, from);
    }
    std::vector<AlertChange> out;
    for (auto* part : {&resolved_, &level_, &updated_, &raised_}) {
      out.insert(out.end(), std::make_move_iterator(part->begin()),
                 std::make_move_iterator(part->end()));
    }
    return out;
  }

 private:
  void settle_rule(RuleId rule, OpenAlert* open) {
    const RuleEntry* entry = policy_.rules.pick(rule, seen_.traits());
    const std::string_view unit = goes_to_holder(rule) ? seen_.holder : seen_.unit;
    const std::string step =
        rule == RuleId::kStepOverdue && seen_.step_holds() ? seen_.f.step->code : "";
    const bool same_step = open && (rule != RuleId::kStepOverdue || open->step_code == step);
    const bool same = open && open->unit_id == unit && same_step;
    const bool staying = KIP_BUG(kHysteresisTravels) ? open != nullptr : same;
    Finding finding = entry ? evaluate(*entry, seen_, staying) : Finding{};
    if (trigger_.source_silent && open == nullptr && waits_for_source(rule)) finding.holds = false;
    if (finding.next_look > now_) item_.next_look = std::min(item_.next_look, finding.next_look);
    if (same && finding.holds) {
      keep(*entry, finding, std::move(*open));
      return;
    }
    if (same && held(entry, *open)) {
      item_.open.push_back(std::move(*open));
      return;
    }
    if (open) resolve(entry, finding, *open, same_step);
    if (finding.holds) raise(*entry, finding, std::string(unit), step);
  }

  void raise(const RuleEntry& entry, const Finding& finding, std::string unit,
             const std::string& step) {
    OpenAlert alert;
    alert.rule = entry.id();
    alert.unit_id = std::move(unit);
    alert.onset = finding.onset;
    alert.alert_id =
        alert_id_of("item", item_.item_id, rule_name(alert.rule), alert.unit_id, alert.onset);
    alert.step_code = step;
    describe(entry, finding, alert);
    alert.reason = reason_of(entry, seen_, finding, policy_.registry.ward.language);
    const AlertTrack* track = track_of(alert.alert_id);
    const Instant changed = track ? std::max(alert.onset, track->changed_at) : alert.onset;
    raised_.push_back(change(AlertChangeKind::kRaised, &entry, alert, changed, finding));
    item_.open.push_back(std::move(alert));
  }

  void keep(const RuleEntry& entry, const Finding& finding, OpenAlert alert) {
    const OpenAlert before = alert;
    describe(entry, finding, alert);
    const bool level = alert.level != before.level;
    const bool updated = alert.due_at != before.due_at || alert.assignee_id != before.assignee_id ||
                         alert.detail != before.detail;
    if (level || updated) {  // never a figure that runs with time
      alert.reason = reason_of(entry, seen_, finding, policy_.registry.ward.language);
      const auto kind = level ? AlertChangeKind::kLevel : AlertChangeKind::kUpdated;
      (level ? level_ : updated_)
          .push_back(change(kind, &entry, alert, changed_at(alert, cause_instant(alert)), finding));
    }
    item_.open.push_back(std::move(alert));
  }

  // Why it ends; `replaced`: the rule holds all the same, for another unit or step.
  AlertCause cause_of(const OpenAlert& alert, Instant c, bool replaced, bool same_step) const {
    if (trigger_.policy_changed) return AlertCause::kRuleChanged;
    if (replaced) return same_step ? AlertCause::kMoved : AlertCause::kCleared;
    if (!exists(seen_.f)) return AlertCause::kRetracted;
    const bool open = is_open(seen_.f.status);
    // A forecast is of what was known then: what comes later lowers it, and does not make it false.
    // As little does an item's own news change that another one was late.
    if (open && !runs_under_log(alert.rule)) return AlertCause::kCleared;
    if (c <= alert.onset) return AlertCause::kRetracted;
    return open ? AlertCause::kCleared : AlertCause::kClosed;
  }

  Instant hold_end(const RuleEntry& entry, const OpenAlert& alert) const {
    return seen_.calendar.add(track_of(alert.alert_id)->changed_at, entry.minimum_hold);
  }

  // The minimum hold puts CLEARED off, nothing else; an alert that is held says what it said.
  bool held(const RuleEntry* entry, const OpenAlert& alert) {
    if (!entry || entry->minimum_hold.ms == 0) return false;
    if (cause_of(alert, cause_instant(alert), false, true) != AlertCause::kCleared) return false;
    const Instant until = hold_end(*entry, alert);
    if (now_ >= until) return false;
    item_.next_look = std::min(item_.next_look, until);
    return true;
  }

  void resolve(const RuleEntry* entry, const Finding& finding, const OpenAlert& alert,
               bool same_step) {
    // With nothing but time passed a hold's end resolves, at that instant, whenever it is seen; or
    // a new forecast, or another item, now.
    const bool hold_ended =
        entry && entry->minimum_hold.ms > 0 && !trigger_.c && runs_under_log(alert.rule);
    const Instant c =
        hold_ended && !trigger_.policy_changed ? hold_end(*entry, alert) : cause_instant(alert);
    const AlertCause cause = cause_of(alert, c, finding.holds, same_step);
    AlertChange out =
        change(AlertChangeKind::kResolved, entry, alert, changed_at(alert, c), finding);
    out.cause = cause;
    out.reason = resolved_reason(cause, policy_.registry.ward.language);
    out.evidence.clear();
    resolved_.push_back(std::move(out));
  }

  // What this revision says of the item.
  void describe(const RuleEntry& entry, const Finding& finding, OpenAlert& alert) const {
    alert.level = entry.level;
    alert.due_at = seen_.f.effective_due;
    alert.assignee_id = goes_to_holder(alert.rule) ? seen_.holder_assignee : seen_.assignee;
    alert.detail = finding.detail;
  }

  // c: the least of the records' instants and the item's end (not_returned: its return instead);
  // time alone: now.
  Instant cause_instant(const OpenAlert& alert) const {
    if (!trigger_.c) return now_;
    Instant c = *trigger_.c;
    if (is_open(seen_.f.status)) return c;
    const std::optional<Instant> left =
        seen_.f.facts.completed_at ? seen_.f.facts.completed_at : seen_.f.ended_at;
    const auto end = alert.rule == RuleId::kNotReturned ? seen_.f.facts.returned_at : left;
    return end ? std::min(c, *end) : c;
  }

  Instant changed_at(const OpenAlert& alert, Instant c) const {
    const AlertTrack* track = track_of(alert.alert_id);
    return track ? std::max(c, track->changed_at) : c;
  }

  const AlertTrack* track_of(const std::string& id) const {
    const auto found = item_.ever.find(id);
    return found == item_.ever.end() ? nullptr : &found->second;
  }

  AlertChange change(AlertChangeKind kind, const RuleEntry* entry, const OpenAlert& alert,
                     Instant changed, const Finding& finding) {
    AlertTrack& track = item_.ever[alert.alert_id];
    if (KIP_BUG(kRevisionForgotten) && kind == AlertChangeKind::kRaised) track.revision = 0;
    track.revision += 1;
    track.changed_at = changed;
    AlertChange out;
    out.alert_id = alert.alert_id;
    out.revision = track.revision;
    out.change = kind;
    out.level = alert.level;
    out.changed_at = changed;
    out.detected_at = now_;
    out.onset = alert.onset;
    out.cause = trigger_.policy_changed ? AlertCause::kRuleChanged : AlertCause::kNone;
    out.rule = alert.rule;
    out.rule_version = entry ? entry->version : 0;
    out.item_id = item_.item_id;
    out.reason = alert.reason;
    if (entry && kind != AlertChangeKind::kResolved)
      out.evidence = evidence_of(*entry, seen_, finding);
    out.ward_id = policy_.registry.ward_of(alert.unit_id, seen_.f.facts.ward_id);
    out.unit_id = alert.unit_id;
    out.assignee_id = alert.assignee_id;
    out.title = seen_.title();
    out.due_at = alert.due_at;
    out.kind = seen_.f.kind;
    out.field = seen_.traits().field;
    out.procedure_code = seen_.traits().procedure;
    out.focus = seen_.traits().focus;
    out.step_code = alert.step_code;
    const WorkStatus status = seen_.f.status;
    if (status == WorkStatus::kCompleted || status == WorkStatus::kReturned)
      out.finished_at = end_of(seen_.f);
    return out;
  }

  ItemState& item_;
  const Seen seen_;
  const Trigger& trigger_;
  const Policy& policy_;
  Instant now_;
  std::vector<AlertChange> resolved_, level_, updated_, raised_;
};

// The first warning, with what was said then; only where forecasts are made.
void note_warning(ItemState& item, const std::vector<AlertChange>& changes) {
  if (item.warned) return;
  for (const AlertChange& change : changes) {
    if (change.change != AlertChangeKind::kRaised || !makes_at_risk(change.rule)) continue;
    Warned& warned = item.warned.emplace(
        Warned{.at = change.detected_at, .unit_id = change.unit_id, .chance = {}});
    if (item.forecast) warned.chance = static_cast<float>(item.forecast->chance);
    return;
  }
}

// "late" or "in_time" once it is known; by instants, as the forecast means it.
std::string_view outcome_of(const ItemState& item) {
  const Folded& f = item.folded;
  if (!f.effective_due) return "";
  if (is_open(f.status)) return word_of(item) == ItemWord::kOverdue ? "late" : "";
  return *end_of(f) > *f.effective_due ? "late" : "in_time";
}

std::string bucket_text(float chance) {
  const auto bucket = static_cast<std::size_t>(chance * static_cast<float>(kChanceBuckets));
  const std::string text = std::to_string(std::min(bucket, kChanceBuckets - 1));
  return text.size() < 2 ? "0" + text : text;
}

// The name of a counter.
std::string joined(std::initializer_list<std::string_view> labels) {
  std::size_t size = 0;
  for (const std::string_view label : labels) size += label.size() + 1;
  std::string out;
  out.reserve(size);
  for (const std::string_view label : labels) {
    if (!out.empty()) out += '|';
    out += label;
  }
  return out;
}

void count_forecast(const ItemState& item, const Registry& registry, std::string_view ward,
                    std::string_view unit, std::vector<std::string>& out) {
  const Folded& f = item.folded;
  for (const OpenAlert& alert : item.open) {
    if (alert.rule != RuleId::kLikelyLate) continue;
    const auto alert_ward = registry.ward_of(alert.unit_id, f.facts.ward_id);
    out.push_back(joined({"likely_late", alert_ward, alert.unit_id}));
  }
  const bool warned = item.warned && item.warned->chance;
  const std::string_view outcome = item.said_half || warned ? outcome_of(item) : "";
  if (outcome.empty()) return;
  const std::string month = month_text(local_day(*f.effective_due));
  const auto count = [&](std::string_view name, std::string_view of_ward, std::string_view of_unit,
                         float chance) {
    out.push_back(joined({name, of_ward, of_unit, month, bucket_text(chance), outcome}));
  };
  if (item.said_half) count("said", ward, unit, *item.said_half);
  if (!warned) return;
  const std::string& of_unit = item.warned->unit_id;
  count("warned", registry.ward_of(of_unit, f.facts.ward_id), of_unit, *item.warned->chance);
}

}  // namespace

std::vector<AlertChange> settle(ItemState& item, Instant now, const Trigger& trigger,
                                const Policy& policy) {
  std::vector<AlertChange> changes = Settling(item, now, trigger, policy).run();
  if (is_ended(item.folded.status) && !item.sealed) {
    const Instant seal = *end_of(item.folded) + days{policy.registry.ward.history_days};
    if (now >= seal && !trigger.keeps_history) {
      item.sealed = true;
    } else {
      item.next_look = std::min(item.next_look, seal);
    }
  }
  if (trigger.cuts != nullptr) note_warning(item, changes);
  item.counted = counters_of(item, policy);
  return changes;
}

std::vector<std::string> counters_of(const ItemState& item, const Policy& policy) {
  const Folded& f = item.folded;
  std::vector<std::string> out;
  if (!exists(f)) return out;
  const Registry& registry = policy.registry;
  const std::string_view unit = registry.unit_or_unassigned(f.facts.unit_id);
  const std::string_view ward = registry.ward_of(unit, f.facts.ward_id);
  const std::string_view kind = kind_word(f.kind);
  const ItemWord word = word_of(item);
  if (word != ItemWord::kNone) {
    out.push_back(joined({"items", ward, unit, kind, item_word(word)}));
    if (word == ItemWord::kAtRisk && f.effective_due) {
      out.push_back(joined({"due", ward, unit, day_text(local_day(*f.effective_due))}));
    }
    if (f.effective_due && policy.calendars.provisional(*f.effective_due)) {
      out.push_back(joined({"provisional", ward, unit}));
    }
  } else {
    // Official rates compare dates (SEMANTICS 3); a withdrawn dossier counts as processed in time,
    // a refused or transferred one is not counted.
    const Instant end = *end_of(f);
    std::string_view result = "no_due";
    if (f.effective_due)
      result = local_day(end) <= local_day(*f.effective_due) ? "on_time" : "late";
    if (f.status == WorkStatus::kWithdrawn) result = "on_time";
    if (f.status == WorkStatus::kRejected || f.status == WorkStatus::kTransferred)
      result = "not_counted";
    out.push_back(joined({"completed", ward, unit, kind, result, month_text(local_day(end))}));
  }
  count_forecast(item, registry, ward, unit, out);
  for (const OpenAlert& alert : item.open) {
    const std::string_view alert_ward = registry.ward_of(alert.unit_id, f.facts.ward_id);
    const std::string_view level = level_word(alert.level);
    out.push_back(joined({"alerts", alert_ward, alert.unit_id, level}));
    out.push_back(joined({"rules", alert_ward, rule_name(alert.rule), level}));
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string alert_id_of(std::string_view kind, std::string_view subject, std::string_view rule,
                        std::string_view unit, Instant onset) {
  std::string text(kind);
  for (const std::string_view part : {subject, rule, unit}) text.append("|").append(part);
  text.append("|");
  text += std::to_string(ms_of(onset));
  return base32_lower(bytes_of(sha256(text)).substr(0, 20));
}

}  // namespace kip
