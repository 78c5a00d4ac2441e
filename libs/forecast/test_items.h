#pragma once
// Short events and features for the tests of the forecast.

#include <string>
#include <utility>

#include "forecast/features.h"
#include "forecast/trace.h"

namespace kip::forecast {

inline constexpr std::int64_t kDay = 86'400'000;
inline Instant day(double days) {
  return instant_of(static_cast<std::int64_t>(days * static_cast<double>(kDay)));
}

class EventOf {
 public:
  EventOf(std::string item_id, double at_day) {
    event_.item_id = std::move(item_id);
    event_.source = "test";
    event_.occurred_at = day(at_day);
    event_.event_id = event_.item_id + "@" + std::to_string(at_day);
  }
  EventOf& received(double at) {
    event_.facts.received_at = day(at);
    return *this;
  }
  EventOf& due(double at) {
    event_.due_at = day(at);
    return *this;
  }
  EventOf& completed(double at) {
    event_.facts.completed_at = day(at);
    return *this;
  }
  EventOf& clear(std::string field) {
    event_.clear.push_back(std::move(field));
    return *this;
  }
  // The event of this item at that day.
  EventOf& voids(double at_day) {
    event_.voids.push_back(event_.item_id + "@" + std::to_string(at_day));
    return *this;
  }
  EventOf& recorded(double at) {
    event_.ingested_at = day(at);
    return *this;
  }
  EventOf& status(WorkStatus status) {
    event_.status = status;
    return *this;
  }
  EventOf& step(std::string code) {
    event_.step.emplace().code = std::move(code);
    return *this;
  }
  EventOf& procedure(std::string code) {
    event_.facts.procedure_code = std::move(code);
    return *this;
  }
  EventOf& unit(std::string id) {
    event_.facts.unit_id = std::move(id);
    return *this;
  }
  EventOf& owner(std::string id) {
    event_.facts.assignee_id = std::move(id);
    return *this;
  }
  operator Event() const { return event_; }  // NOLINT: implicit by intent

 private:
  Event event_;
};

inline double number(const Features& f, Number n) {
  return static_cast<double>(f.numbers[static_cast<std::size_t>(n)]);
}

}  // namespace kip::forecast
