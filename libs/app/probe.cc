#include "app/probe.h"

#include <algorithm>

namespace kip {
namespace {

// Around the objective, 1 s; the last ones tell a restart from a stall.
const prometheus::Histogram::BucketBoundaries kSeconds = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600};

double seconds(Millis passed, double speed) {
  return std::max(0.0, static_cast<double>(passed.count()) / 1000.0 / speed);
}

}  // namespace

Probe::Probe(double speed)
    : speed_(speed), event_to_alert_(kSeconds), timer_lateness_(kSeconds), commit_(kSeconds) {}

void Probe::alert_committed(const AlertChange& change, std::optional<Instant> ingested_at,
                            Instant now) {
  if (ingested_at) {
    event_to_alert_.Observe(seconds(now - *ingested_at, speed_));
  } else if (change.change == AlertChangeKind::kRaised) {
    timer_lateness_.Observe(seconds(now - change.onset, speed_));
  }
}

void Probe::committed(std::chrono::nanoseconds took) {
  commit_.Observe(std::chrono::duration<double>(took).count());
}

}  // namespace kip
