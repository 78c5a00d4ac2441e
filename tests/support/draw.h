#pragma once
// Histories drawn by chance, the same for the same seed: ties, repeats, reused ids, voids, steps
// without a due time, clears, changes of kind. One thread.

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "support/office.h"
#include "workitem/event.h"

namespace kip::test {

class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {}

  std::size_t up_to(std::size_t n) { return random_() % n; }
  bool one_in(std::size_t n) { return up_to(n) == 0; }
  // Few instants, so that events meet.
  Instant instant() {
    return vn("2026-11-02 08:00") + std::chrono::hours{5 * static_cast<int>(up_to(24))};
  }
  std::string text() { return one_in(4) ? "" : std::string(1, static_cast<char>('a' + up_to(3))); }

  Event event(std::string item_id = "X-1") {
    Event e;
    e.item_id = std::move(item_id);
    e.source = one_in(4) ? "other" : "src";
    e.event_id = "e" + std::to_string(up_to(12));
    e.kind = static_cast<Kind>(one_in(3) ? 0 : (one_in(6) ? 1 + up_to(4) : 2));
    e.occurred_at = instant();
    e.sequence = one_in(3) ? up_to(3) : 0;
    e.content = sha256(std::to_string(++drawn_));
    if (!one_in(3)) e.status = static_cast<WorkStatus>(1 + up_to(13));
    if (one_in(3)) e.waiting_for = static_cast<WaitingFor>(1 + up_to(3));
    if (one_in(2)) e.due_at = instant() + std::chrono::hours{24 * static_cast<int>(up_to(4))};
    if (one_in(3)) e.step = step();
    if (one_in(4)) e.facts.received_at = instant();
    if (one_in(4)) e.facts.completed_at = instant();
    if (one_in(4)) e.facts.authority = text();
    if (one_in(4)) e.facts.procedure_code = text();
    if (one_in(5)) e.facts.channel = static_cast<Channel>(1 + up_to(3));
    if (one_in(4)) e.facts.unit_id = text();
    if (one_in(8)) e.voids.push_back("e" + std::to_string(up_to(12)));
    static const std::vector<std::string> kNames = {"status",      "step",      "due_at",
                                                    "waiting_for", "authority", "kind"};
    if (one_in(6)) e.clear.push_back(kNames[up_to(kNames.size())]);
    if (one_in(9)) e.faults.push_back("unknown_unit");
    return e;
  }

  std::vector<Event> history(const std::string& item_id = "X-1") {
    std::vector<Event> out;
    const std::size_t n = 1 + up_to(14);
    for (std::size_t i = 0; i < n; ++i) out.push_back(event(item_id));
    for (std::size_t i = up_to(4); i > 0; --i) {
      Event again = out[up_to(out.size())];
      again.ingested_at = instant();
      out.push_back(again);
    }
    return out;
  }

  template <typename T>
  void shuffle(std::vector<T>& events) {
    for (std::size_t i = events.size(); i > 1; --i) std::swap(events[i - 1], events[up_to(i)]);
  }

 private:
  Step step() {
    Step s;
    s.code = text();
    if (one_in(2)) s.due_at = instant();
    if (one_in(3)) s.completed_at = instant();
    return s;
  }

  std::mt19937 random_;
  int drawn_ = 0;
};

}  // namespace kip::test
