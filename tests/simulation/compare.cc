#include "simulation/compare.h"

#include <google/protobuf/util/message_differencer.h>

#include "contract/publish.h"
#include "kip/v1/view.pb.h"

namespace kip::sim {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

using Fields = std::vector<const FieldDescriptor*>;

// All fields but those that the oracle fills (oracle.h).
Fields all_but(const google::protobuf::Descriptor& type, const std::set<std::string>& names) {
  Fields fields;
  for (int i = 0; i < type.field_count(); ++i) {
    if (!names.contains(type.field(i)->name())) fields.push_back(type.field(i));
  }
  return fields;
}

void drop(Message& message, const Fields& fields) {
  for (const auto* field : fields) message.GetReflection()->ClearField(&message, field);
}

v1::AlertEvent told(v1::AlertEvent alert) {
  static const Fields kOthers =
      all_but(*v1::AlertEvent::descriptor(),
              {"alert_id", "revision", "change", "level", "changed_at", "onset", "cause", "rule_id",
               "subject_id", "subject", "unit_id", "assignee_id", "due_at", "step_code"});
  drop(alert, kOthers);
  return alert;
}

v1::ItemView told(v1::ItemView view) {
  static const Fields kOthers =
      all_but(*v1::ItemView::descriptor(),
              {"item_id", "kind",          "status",    "state",        "unit_id",
               "holder",  "assignee_id",   "step_code", "received_at",  "original_due_at",
               "due_at",  "agreed_due_at", "faults",    "completed_at", "open_alerts",
               "badges",  "started_at",    "ended_at",  "extensions",   "events"});
  drop(view, kOthers);
  for (auto& alert : *view.mutable_open_alerts()) alert.clear_reason();
  return view;
}

void drop_alerts(v1::ItemView& view) {
  view.clear_state();
  view.clear_open_alerts();
  view.clear_badges();
}

bool same(const Message& a, const Message& b) {
  if (a.SerializeAsString() == b.SerializeAsString()) return true;
  return google::protobuf::util::MessageDifferencer::Equals(a, b);
}

[[noreturn]] void differ(const std::string& what, const Message* got, const Message* want) {
  throw Difference(what + "\n  is:      " + (got ? text_of(*got) : "(nothing)") +
                   "\n  must be: " + (want ? text_of(*want) : "(nothing)"));
}

void demand(bool holds, const std::string& what) {
  if (!holds) throw Difference(what);
}

using Alerts = std::map<std::string, std::vector<v1::AlertEvent>>;  // by item

const std::vector<v1::AlertEvent>& alerts_of(const Alerts& alerts, const std::string& id) {
  static const std::vector<v1::AlertEvent> kNone;
  const auto found = alerts.find(id);
  return found == alerts.end() ? kNone : found->second;
}

// The view that is stored, none of an item that is not there.
std::optional<v1::ItemView> view_of(const ItemState& item, const Policy& policy) {
  if (!exists(item.folded)) {
    demand(item.open.empty(), item.item_id + ": not there, but with open alerts");
    demand(item.counted.empty(), item.item_id + ": not there, but counted");
    return std::nullopt;
  }
  return told(item_view(item, policy, item.clock));
}

// The changes of one alert id, in order.
void check_revisions(const std::string& id, const std::vector<const v1::AlertEvent*>& changes) {
  bool open = false;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto& a = *changes[i];
    if (a.revision() != i + 1) differ("alert " + id + ": revisions have gaps", &a, nullptr);
    const bool raised = a.change() == v1::ALERT_CHANGE_RAISED;
    if (raised == open)
      differ("alert " + id + ": RAISED and RESOLVED do not alternate", &a, nullptr);
    open = a.change() != v1::ALERT_CHANGE_RESOLVED;
    const bool back = i > 0 && ms(a.changed_at()) < ms(changes[i - 1]->changed_at());
    if (back) differ("alert " + id + ": changed_at runs back", &a, changes[i - 1]);
  }
}

void check_alerts_of(const Stored& stored, const ItemState& item) {
  std::map<std::string, std::vector<const v1::AlertEvent*>> by_id;
  const auto found = stored.alerts.find(item.item_id);
  if (found != stored.alerts.end()) {
    Ms clock = INT64_MIN;
    for (const auto& a : found->second) {
      by_id[a.alert_id()].push_back(&a);
      if (ms(a.detected_at()) < clock) differ(item.item_id + ": its clock runs back", &a, nullptr);
      clock = ms(a.detected_at());
    }
  }
  std::size_t open = 0;
  for (const auto& [id, changes] : by_id) {
    check_revisions(id, changes);
    const auto& last = *changes.back();
    const auto track = item.ever.find(id);
    const bool known = track != item.ever.end() && track->second.revision == last.revision();
    if (!known) differ(item.item_id + ": its state has another last revision", &last, nullptr);
    if (last.change() == v1::ALERT_CHANGE_RESOLVED) continue;
    ++open;
    const auto named = [&last](const OpenAlert& a) { return a.alert_id == last.alert_id(); };
    const bool held = std::any_of(item.open.begin(), item.open.end(), named);
    if (!held) differ(item.item_id + ": an alert is open only on the topic", &last, nullptr);
  }
  demand(open == item.open.size(), item.item_id + ": an alert is open only in its state");
}

}  // namespace

void check_order(const Stored& stored) {
  const auto shards = static_cast<std::uint32_t>(stored.logs.size());
  std::vector<std::map<std::string, std::int64_t>> sums(shards);
  std::size_t timers = 0;
  for (const auto& [id, item] : stored.items) {
    const std::uint32_t shard = shard_of(id, shards);
    for (const std::string& counter : item.counted) ++sums[shard][counter];
    check_alerts_of(stored, item);
    const auto found = stored.timers[shard].find(id);
    const bool none = found == stored.timers[shard].end();
    const bool right = item.next_look == kFarFuture
                           ? none
                           : !none && found->second == std::vector<Instant>{item.next_look};
    demand(right, id + ": its timer is not at its next look, " + text_of(ms_of(item.next_look)));
    timers += none ? 0 : 1;
  }
  std::size_t rows = 0;
  for (std::uint32_t shard = 0; shard < shards; ++shard) {
    rows += stored.timers[shard].size();
    for (const auto& [name, count] : stored.totals[shard]) sums[shard].try_emplace(name, 0);
    for (const auto& [name, sum] : sums[shard]) {
      const auto found = stored.totals[shard].find(name);
      const std::int64_t total = found == stored.totals[shard].end() ? 0 : found->second;
      demand(total == sum, "the total '" + name + "' is " + std::to_string(total) +
                               ", its items count " + std::to_string(sum));
    }
  }
  demand(rows == timers, "timers of items that are not there");
}

void count_alerts(const Stored& stored, Counts& counts) {
  for (const auto& [id, alerts] : stored.alerts) {
    for (const auto& a : alerts) {
      ++counts.told[a.rule_id()];
      ++counts.told[v1::AlertChange_Name(a.change())];
      if (a.cause() != v1::ALERT_CAUSE_UNSPECIFIED) ++counts.told[v1::AlertCause_Name(a.cause())];
    }
  }
}

std::uint64_t check_same(const Stored& stored, const Expected& expected, const Policy& policy) {
  std::uint64_t compared = 0;
  for (const auto& [id, item] : stored.items) {
    const bool fired = expected.ended && item.next_look > expected.until;
    const oracle::Result& result = fired ? *expected.ended : expected.now;
    const auto& want = alerts_of(result.alerts, id);
    const auto& got = alerts_of(stored.alerts, id);
    for (std::size_t i = 0; i < std::max(got.size(), want.size()); ++i) {
      const v1::AlertEvent is = i < got.size() ? told(got[i]) : v1::AlertEvent();
      const bool equal = i < got.size() && i < want.size() && same(is, want[i]);
      const std::string what = id + ": change " + std::to_string(i + 1) + " of its alerts";
      if (!equal)
        differ(what, i < got.size() ? &is : nullptr, i < want.size() ? &want[i] : nullptr);
      ++compared;
    }
    const auto view = view_of(item, policy);
    const auto wanted = result.items.find(id);
    const bool there = wanted != result.items.end();
    if (view.has_value() != there || (there && !same(*view, wanted->second))) {
      differ(id + ": its view", view ? &*view : nullptr, there ? &wanted->second : nullptr);
    }
  }
  for (const auto& [id, view] : expected.now.items) {
    if (!stored.items.contains(id)) differ(id + ": is lost", nullptr, &view);
  }
  return compared;
}

void check_folds(const Stored& stored, const oracle::Result& expected, const Policy& policy) {
  for (const auto& [id, view] : expected.items) {
    if (!stored.items.contains(id)) differ(id + ": is lost", nullptr, &view);
  }
  for (const auto& [id, item] : stored.items) {
    auto is = exists(item.folded) ? std::optional(told(item_view(item, policy, item.clock)))
                                  : std::nullopt;
    const auto found = expected.items.find(id);
    std::optional<v1::ItemView> want;
    if (found != expected.items.end()) want = found->second;
    if (is) drop_alerts(*is);
    if (want) drop_alerts(*want);
    if (is.has_value() != want.has_value() || (is && !same(*is, *want))) {
      differ(id + ": its folded state", is ? &*is : nullptr, want ? &*want : nullptr);
    }
  }
}

std::uint64_t check_standing(const Stored& stored, const oracle::Result& expected,
                             const Policy& policy) {
  std::uint64_t compared = 0;
  for (const auto& [id, item] : stored.items) {
    demand(!item.dirty, id + ": is still to be settled");
    const auto view = view_of(item, policy);
    if (!view) continue;
    v1::ItemView want = expected.items.at(id);
    std::map<std::string, const v1::OpenAlert*> open;
    for (const auto& a : view->open_alerts()) open[a.rule_id()] = &a;
    for (const auto& a : want.open_alerts()) {
      const auto found = open.find(a.rule_id());
      if (found == open.end()) differ(id + ": does not hold open", nullptr, &a);
      const auto& is = *found->second;
      const bool equal = is.unit_id() == a.unit_id() && is.level() == a.level();
      // A second ask holds at once, also one that lies ahead of the clock; the alert that it raised
      // keeps that onset when an earlier ask is told later (SEMANTICS 8, 9.11).
      const bool asked_ahead = a.rule_id() == "waiting_long";
      const bool ahead =
          !asked_ahead && ms(is.onset()) > ms_of(item.clock) && ms(a.onset()) <= ms_of(item.clock);
      if (!equal || ahead) differ(id + ": an open alert", &is, &a);
      open.erase(found);
      ++compared;
    }
    // Hysteresis: what has been raised may stay.
    if (expected.may_stay.contains(id)) open.erase("behind_plan");
    if (!open.empty()) differ(id + ": holds open", open.begin()->second, nullptr);
  }
  return compared;
}

void check_counters(const Stored& stored, const oracle::Result& expected, const Policy& policy) {
  std::map<std::string, std::int64_t> want, have;
  for (const auto& [id, view] : expected.items) {
    const auto ward = [&](const std::string& unit) {
      return std::string(policy.registry.ward_of(unit, std::nullopt));
    };
    const std::string kind(kind_word(static_cast<Kind>(view.kind())));
    const std::string& unit = view.unit_id();
    if (!view.state().empty()) {
      ++want["items|" + ward(unit) + "|" + unit + "|" + kind + "|" + view.state()];
    }
    for (const auto& a : view.open_alerts()) {
      const std::string level(level_word(static_cast<AlertLevel>(a.level())));
      ++want["alerts|" + ward(a.unit_id()) + "|" + a.unit_id() + "|" + level];
      ++want["rules|" + ward(a.unit_id()) + "|" + a.rule_id() + "|" + level];
    }
  }
  for (const auto& totals : stored.totals) {
    for (const auto& [name, count] : totals) {
      const bool other = name.starts_with("completed|") || name.starts_with("due|");
      if (!other && count != 0) have[name] += count;
    }
  }
  for (const auto& [name, count] : have) want.try_emplace(name, 0);
  for (const auto& [name, count] : want) {
    demand(have[name] == count, "the total '" + name + "' is " + std::to_string(have[name]) +
                                    ", must be " + std::to_string(count));
  }
}

}  // namespace kip::sim
