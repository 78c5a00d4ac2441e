#pragma once
// Builders for the tests of the door.

#include <string>
#include <string_view>
#include <utility>

#include "contract/door.h"
#include "contract/proto_values.h"

namespace kip::test {

inline Instant at(std::string_view text) { return *parse_rfc3339(text); }

// A whole, plain event; tests change what they are about.
inline v1::WorkEvent work() {
  v1::WorkEvent event;
  event.set_event_id("e-1");
  event.set_source("mot-cua");
  event.set_item_id("HS-1");
  event.set_kind(v1::WORK_KIND_DOSSIER);
  set_timestamp(at("2026-11-02T01:00:00Z"), *event.mutable_occurred_at());
  return event;
}

inline const Instant kNow = *parse_rfc3339("2026-11-02T02:00:00Z");

inline Arrival bare(std::string_view body, Lane lane = Lane::kWork) {
  Arrival arrival;
  arrival.body = body;
  arrival.lane = lane;
  arrival.arrived_at = kNow;
  arrival.channel = "http";
  arrival.principal = "mot-cua-key";
  return arrival;
}

inline Arrival json(std::string_view body) {
  Arrival arrival = bare(body);
  arrival.headers = {{"Content-Type", "application/json"}};
  return arrival;
}

inline Arrival with_headers(std::string_view body, Headers headers) {
  Arrival arrival = bare(body);
  arrival.headers = std::move(headers);
  return arrival;
}

inline Arrival structured(std::string_view body) {
  return with_headers(body, {{"content-type", "application/cloudevents+json"}});
}

// "code field", or "accepted".
inline std::string outcome(const Verdict& verdict) {
  if (verdict.accepted) return "accepted";
  return verdict.refused->code + " " + verdict.refused->field;
}
inline std::string outcome(const Arrival& arrival) { return outcome(Door({}).check(arrival)); }

// What was kept; of an accepted arrival only.
inline v1::StampedEvent stamped(const Arrival& arrival, const DoorOptions& options = {}) {
  v1::StampedEvent event;
  const Verdict verdict = Door(options).check(arrival);
  if (verdict.accepted) event.ParseFromString(verdict.accepted->bytes);
  return event;
}

}  // namespace kip::test
