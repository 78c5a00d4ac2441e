#include "forecast/walk.h"

#include <algorithm>
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

class Walk {
 public:
  Walk(const std::vector<int>& twelfths, const std::function<void(const Moment&)>& visit)
      : twelfths_(twelfths), visit_(visit) {}

  void see(const Event& event, Instant now) {
    look_until(now);
    const Trace& item = caseload_.see(event);
    if (!item.has_term() || !item.open()) return;
    const auto [plan, added] = plans_.try_emplace(event.item_id);
    Plan& p = plan->second;
    if (!added && p.received == item.received && p.due == item.due) return;
    p.received = item.received;
    p.due = item.due;
    ++p.term;
    for (const int k : twelfths_) {
      const Instant at = item.received + (item.due - item.received) * k / kWhole;
      if (at >= now) looks_.push({at, &plan->first, k, p.term});
    }
  }

  Caseload finish() {
    look_until(kFarFuture);
    return std::move(caseload_);
  }

 private:
  struct Plan {
    Instant received{}, due{};
    std::uint32_t term = 0;
    std::uint32_t looked = 0;  // bit k: at k twelfths
  };

  // All looks before `now`: events of an instant come before its looks.
  void look_until(Instant now) {
    while (!looks_.empty() && looks_.top().at < now) {
      const Look look = looks_.top();
      looks_.pop();
      Plan& plan = plans_.at(*look.item_id);
      const std::uint32_t bit = 1U << static_cast<unsigned>(look.twelfths);
      if (plan.term != look.term || (plan.looked & bit) != 0) continue;
      const Trace& item = *caseload_.find(*look.item_id);
      if (!item.open() || !item.has_term()) continue;
      plan.looked |= bit;
      visit_({*look.item_id, look.twelfths, look.at, item, caseload_.load_of(item), caseload_});
    }
  }

  const std::vector<int>& twelfths_;
  const std::function<void(const Moment&)>& visit_;
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
              const std::function<void(const Moment&)>& visit, Known by) {
  Walk walk(twelfths, visit);
  for (const Event& event : events) walk.see(event, known_at(event, by));
  return walk.finish();
}

Outcome outcome_of(const Trace& item, Instant now) {
  if (item.void_item || !item.has_term() || item.due > now) return {};
  return {true, !item.ended || item.ended_at > item.due};
}

}  // namespace kip::forecast
