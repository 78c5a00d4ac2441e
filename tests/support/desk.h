#pragma once
// A place to work one item: records and time go in, changes of its alerts come out, as under
// `--clock log`: timers up to a record's time fire first, each at its own instant; a record is
// settled by itself.
//
//   Desk desk;
//   desk.tell(task("NV-1").received("2026-11-02 07:30").due("2026-11-06 17:00"));
//   desk.until("2026-11-06 17:00");
//   EXPECT_EQ(desk.open(RuleId::kOverdue), nullptr);
//
// One thread.

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/evaluate.h"
#include "rules/settle.h"
#include "support/items.h"

namespace kip::test {

// The rules of SEMANTICS 8, the plain office week, every unit known.
inline std::shared_ptr<Policy> office_policy() {
  auto policy = plain_policy(plain_week());
  policy->registry.ward.language = Language::kVietnamese;
  return policy;
}

class Desk {
 public:
  explicit Desk(std::shared_ptr<const Policy> policy = office_policy())
      : policy_(std::move(policy)) {}

  // Every event as a record at its own instant.
  Desk& tell(const History& history) {
    for (const Event& e : history.events()) take(e, e.occurred_at);
    return *this;
  }
  // One record of that time; the changes that it brings (those of timers before it are in `log`
  // only).
  std::vector<AlertChange> take(const Event& e, Instant time) {
    until(time);
    item.item_id = e.item_id;
    item.clock = std::max(item.clock, time);
    Trigger trigger{.c = e.occurred_at};
    for (const Event& old : history_) {
      const bool named = std::find(e.voids.begin(), e.voids.end(), old.event_id) != e.voids.end();
      if (named && old.source == e.source) trigger.c = std::min(*trigger.c, old.occurred_at);
    }
    history_.push_back(e);
    item.folded = kip::fold(history_, policy_->fold);
    return settle_now(trigger);
  }
  std::vector<AlertChange> take(const Event& e) { return take(e, e.occurred_at); }
  // Only the last event of a history that was told so far.
  std::vector<AlertChange> take_last(const History& history) {
    return take(history.events().back());
  }

  // Time passes to t: the item's timers fire, each at its own instant.
  std::vector<AlertChange> until(Instant t) {
    std::vector<AlertChange> out;
    while (item.next_look <= t) {
      item.clock = std::max(item.clock, item.next_look);
      for (auto& change : settle_now({})) out.push_back(std::move(change));
    }
    item.clock = std::max(item.clock, t);
    return out;
  }
  std::vector<AlertChange> until(std::string_view local) { return until(vn(local)); }

  std::vector<AlertChange> settle_now(Trigger trigger) {
    if (cuts) trigger.cuts = &*cuts;
    auto changes = settle(item, item.clock, trigger, *policy_);
    log.insert(log.end(), changes.begin(), changes.end());
    return changes;
  }
  std::vector<AlertChange> change_policy(std::shared_ptr<const Policy> policy) {
    policy_ = std::move(policy);
    item.folded = kip::fold(history_, policy_->fold);
    return settle_now({.c = {}, .policy_changed = true});
  }

  const OpenAlert* open(RuleId rule) const {
    for (const OpenAlert& alert : item.open) {
      if (alert.rule == rule) return &alert;
    }
    return nullptr;
  }
  // What a rule says at an instant, its alert not open.
  Finding look(RuleId rule, Instant now) const {
    const Seen seen(item.folded, *policy_, now);
    const RuleEntry* entry = policy_->rules.pick(rule, seen.traits());
    return entry ? evaluate(*entry, seen, false) : Finding{};
  }
  std::vector<AlertChange> of(RuleId rule) const {
    std::vector<AlertChange> out;
    for (const AlertChange& change : log) {
      if (change.rule == rule) out.push_back(change);
    }
    return out;
  }

  ItemState item;
  std::vector<AlertChange> log;  // everything so far
  // With them the item's forecast counts, which the test sets.
  std::optional<forecast::Cuts> cuts;

 private:
  std::shared_ptr<const Policy> policy_;
  std::vector<Event> history_;
};

inline const AlertChange* find(const std::vector<AlertChange>& changes, RuleId rule,
                               AlertChangeKind kind) {
  for (const AlertChange& change : changes) {
    if (change.rule == rule && change.change == kind) return &change;
  }
  return nullptr;
}

// One millisecond before `first` the rule does not hold and says that it will; at `first` its alert
// opens with that onset.
inline void expect_opens(Desk& desk, RuleId rule, Instant onset, Instant first) {
  SCOPED_TRACE(rule_name(rule));
  desk.until(first - kMs);
  EXPECT_EQ(desk.open(rule), nullptr);
  EXPECT_EQ(desk.look(rule, first - kMs).next_look, first);
  EXPECT_LE(desk.item.next_look, first);
  const auto changes = desk.until(first);
  const AlertChange* raised = find(changes, rule, AlertChangeKind::kRaised);
  ASSERT_NE(raised, nullptr);
  EXPECT_EQ(raised->onset, onset);
  EXPECT_EQ(raised->changed_at, onset);
  EXPECT_EQ(raised->detected_at, first);
  EXPECT_EQ(raised->revision, 1U);
  ASSERT_NE(desk.open(rule), nullptr);
  EXPECT_EQ(desk.open(rule)->onset, onset);
  desk.until(first + kMs);
  EXPECT_NE(desk.open(rule), nullptr);
}

}  // namespace kip::test
