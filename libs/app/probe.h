#pragma once
// What the engine measures of itself beside its counters: how long an event takes to become an
// alert, and how late timers fire. Threads: any, for every function.
// Never: it looks at nothing by itself and keeps no item.

#include <prometheus/histogram.h>

#include <chrono>
#include <optional>

#include "base/time.h"
#include "rules/item.h"

namespace kip {

class Probe {
 public:
  // `speed`: how many seconds of the service's clock pass in a real one.
  explicit Probe(double speed);
  // An alert became true in a commit that ended at `now`. `ingested_at`: of the newest record that
  // brought it about; none: time alone.
  void alert_committed(const AlertChange& change, std::optional<Instant> ingested_at, Instant now);

  // A commit of a shard took so long: transaction and store together.
  void committed(std::chrono::nanoseconds took);

  prometheus::ClientMetric commit() const { return commit_.Collect(); }
  prometheus::ClientMetric event_to_alert() const { return event_to_alert_.Collect(); }
  prometheus::ClientMetric timer_lateness() const { return timer_lateness_.Collect(); }

 private:
  double speed_;
  prometheus::Histogram event_to_alert_;
  prometheus::Histogram timer_lateness_;
  prometheus::Histogram commit_;
};

}  // namespace kip
