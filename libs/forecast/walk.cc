#include "forecast/walk.h"

#include <algorithm>
#include <memory>
#include <queue>
#include <tuple>

namespace kip::forecast {
namespace {

struct Look {
  Instant at{};
  const std::string* item_id = nullptr;
  int twelfths = 0;
  std::uint32_t term = 0;  // which of the item's terms it was reckoned by

  friend bool operator>(const Look& a, const Look& b) {
    return std::tie(a.at, *a.item_id, a.twelfths) > std::tie(b.at, *b.item_id, b.twelfths);
  }
};

// The events of an item that are known so far, in the order of the fold.
class History {
 public:
  // False: it was not simply the newest, and the item is to be folded anew.
  bool add(const Event& event) {
    const auto at = std::upper_bound(
        events_.begin(), events_.end(), &event,
        [](const Event* a, const Event* b) { return order_of(*a) < order_of(*b); });
    const bool newest = at == events_.end();
    events_.insert(at, &event);
    for (const std::string& id : event.voids) voided_.emplace_back(event.source, id);
    return newest && event.voids.empty() && !is_voided(event);
  }

  Trace trace(const Measure& measure) const {
    Trace trace;
    for (const Event* event : events_) {
      if (!is_voided(*event)) forecast::see(trace, *event, measure);
    }
    return trace;
  }

  Folded folded(const FoldRules& rules) const {
    std::vector<Event> events;
    events.reserve(events_.size());
    for (const Event* event : events_) events.push_back(*event);
    return fold(events, rules);
  }

 private:
  bool is_voided(const Event& event) const {
    const std::pair<std::string_view, std::string_view> id(event.source, event.event_id);
    return std::find(voided_.begin(), voided_.end(), id) != voided_.end();
  }

  std::vector<const Event*> events_;
  std::vector<std::pair<std::string_view, std::string_view>> voided_;  // source, event_id
};

class Walk {
 public:
  Walk(const std::vector<int>& twelfths, const std::function<void(const Moment&)>& visit,
       const FoldRules* rules)
      : twelfths_(twelfths),
        visit_(visit),
        rules_(rules),
        measure_(rules ? measure_of(*rules) : Measure()) {}

  void see(const Event& event, Instant now) {
    look_until(now);
    const auto plan = plans_.try_emplace(event.item_id).first;
    Plan& p = plan->second;
    const Trace& item = take(p, event);
    if (!item.has_term() || !item.open() || item.stands) return;
    if (p.term > 0 && p.received == item.received && p.due == item.due) return;
    p.received = item.received;
    p.due = item.due;
    ++p.term;
    const std::int64_t term = measure_.between(item.received, item.due);
    if (term == 0) return;  // no working time in it
    for (const int k : twelfths_) {
      const Instant at = measure_.add(item.received, term * k / kWhole);
      if (at >= now) looks_.push({at, &plan->first, k, p.term});
    }
  }

  Caseload finish() {
    look_until(kFarFuture);
    return std::move(caseload_);
  }

 private:
  struct Plan {
    History history;
    std::unique_ptr<Folded> folded;  // only with rules: it is large
    Instant received{}, due{};
    std::uint32_t term = 0;
    std::uint32_t looked = 0;  // bit k: at k twelfths
  };

  const Trace& take(Plan& plan, const Event& event) {
    const bool newest = plan.history.add(event);
    if (rules_ == nullptr) {
      return newest ? caseload_.see(event)
                    : caseload_.put(event.item_id, plan.history.trace(measure_));
    }
    Trace trace;
    if (newest) {
      if (const Trace* known = caseload_.find(event.item_id)) trace = *known;
      forecast::see(trace, event, measure_);
      if (!plan.folded) plan.folded = std::make_unique<Folded>();
      apply(*plan.folded, event, *rules_);
    } else {
      trace = plan.history.trace(measure_);
      plan.folded = std::make_unique<Folded>(plan.history.folded(*rules_));
    }
    take_term(trace, *plan.folded);
    return caseload_.put(event.item_id, trace);
  }

  // All looks before `now`: events of an instant come before its looks.
  void look_until(Instant now) {
    while (!looks_.empty() && looks_.top().at < now) {
      const Look look = looks_.top();
      looks_.pop();
      Plan& plan = plans_.at(*look.item_id);
      const std::uint32_t bit = 1U << static_cast<unsigned>(look.twelfths);
      if (plan.term != look.term || (plan.looked & bit) != 0) continue;
      const Trace& item = *caseload_.find(*look.item_id);
      if (!item.open() || !item.has_term() || item.stands) continue;
      plan.looked |= bit;
      visit_({*look.item_id, look.twelfths, look.at, item, caseload_.load_of(item), caseload_,
              measure_});
    }
  }

  const std::vector<int>& twelfths_;
  const std::function<void(const Moment&)>& visit_;
  const FoldRules* rules_;
  const Measure measure_;
  Caseload caseload_;
  std::unordered_map<std::string, Plan> plans_;
  std::priority_queue<Look, std::vector<Look>, std::greater<>> looks_;
};

}  // namespace

Instant known_at(const Event& event, Known by) {
  return by == Known::kOccurred ? event.occurred_at
                                : std::max(event.ingested_at, event.occurred_at);
}

void sort_events(std::vector<Event>& events, Known by) {
  std::sort(events.begin(), events.end(), [by](const Event& a, const Event& b) {
    return std::make_tuple(known_at(a, by), std::cref(a.item_id), order_of(a)) <
           std::make_tuple(known_at(b, by), std::cref(b.item_id), order_of(b));
  });
}

Caseload walk(const std::vector<Event>& events, const std::vector<int>& twelfths,
              const std::function<void(const Moment&)>& visit, Known by, const FoldRules* rules) {
  Walk walk(twelfths, visit, rules);
  for (const Event& event : events) walk.see(event, known_at(event, by));
  return walk.finish();
}

Outcome outcome_of(const Trace& item, Instant now, const Measure& measure) {
  if (item.void_item || !item.has_term() || item.due > now) return {};
  if (item.stands && !item.ended) return {};  // its due will move
  const Instant end = item.ended ? end_of(item) : now;
  Outcome outcome{true, !item.ended || end > item.due, item.ended, 0, item.due};
  const std::int64_t term = measure.between(item.received, item.due);
  if (term == 0) return {};  // no working time in it
  outcome.finish_share =
      static_cast<double>(measure.between(item.received, end)) / static_cast<double>(term);
  if (!outcome.late) outcome.known = std::max(item.due, item.ended_at);
  return outcome;
}

}  // namespace kip::forecast
