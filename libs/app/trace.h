#pragma once
// `kip trace ITEM`: the whole story of one item: what was said, which rule spoke when and why, what
// holds now and which rule would speak next. For people (Vietnamese) and as JSON.
//
//   auto story = trace(*reader, policy, "HS-1", {});
//   if (story) std::fputs(trace_text(*story, *policy).c_str(), stdout);
//
// Reads one state of the store; any thread. What senders wrote is made printable.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/notifications.h"
#include "base/result.h"
#include "rules/evaluate.h"
#include "rules/item.h"
#include "store/store.h"
#include "workitem/event.h"

namespace kip {

struct TracedEvent {
  Event event;
  std::string bytes;  // the StampedEvent as stored
  bool kept = true;   // not voided
};

struct TracedRule {
  RuleId rule{};
  bool open = false;  // its alert is open
  Finding finding;    // as of `now`
};

struct Trace {
  ItemState item;
  Instant now{};                    // of the figures
  std::vector<TracedEvent> events;  // in the order in which they came
  std::vector<std::string>
      alerts;  // serialized AlertEvents, in the order in which they were written
  std::vector<Notification> notifications;  // who was told of them, and what was answered
  std::vector<TracedRule> rules;            // every configured one that fits the item
};

// `now`: none: the greater of the shard's committed time and the item's clock, which is the clock
// of the data. kNotFound: no such item; the message names the nearest id.
Result<Trace> trace(const Store& store, const Policy& policy, const std::string& item_id,
                    std::optional<Instant> now);
std::string trace_text(const Trace& story, const Policy& policy);
// {"item": view, "now", "events": [{"kept", "event"}], "alerts": [...], "notifications": [...],
// "next_look", "rules": [{"rule", "open", "holds", "onset", "next_look", "detail"}]}
Result<std::string> trace_json(const Trace& story, const Policy& policy);

}  // namespace kip
