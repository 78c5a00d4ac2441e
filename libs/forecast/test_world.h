#pragma once
// A small world to learn from, for the tests of the forecast.

#include <string>
#include <vector>

#include "base/hash.h"
#include "forecast/model.h"
#include "forecast/test_items.h"

namespace kip::forecast {

inline Learned learn(const std::vector<Example>& examples) {
  std::vector<const Example*> all;
  all.reserve(examples.size());
  for (const Example& e : examples) all.push_back(&e);
  return learn(all);
}

// An item with twelve days of time, received on day 0; nothing happened on it for `idle` days when
// the share of the term is used.
inline Trace trace_at(const std::string& procedure, const std::string& step, double share,
                      double idle = 0) {
  Trace t;
  see(t, EventOf("x", 0).received(0).due(12).procedure(procedure).step(step).unit("u"));
  t.last = day(share * 12 - idle);
  return t;
}

inline Features features(const std::string& procedure, const std::string& step, double share,
                         double idle = 0) {
  return features_at(trace_at(procedure, step, share, idle), {}, day(share * 12));
}

// The same item, of no name, that has taken these steps.
inline Features taking(const std::vector<std::string>& steps, double share) {
  Trace t;
  see(t, EventOf("x", 0).received(0).due(12));
  for (const std::string& step : steps) see(t, EventOf("x", 0.1).step(step));
  return features_at(t, {}, day(share * 12));
}

// Items are late by a share that rises with how long they have been idle, and in procedure `slow`
// oftener. One comes a day, each is open at all knots. A fixed sequence, no chance.
inline std::vector<Example> world(int items) {
  std::vector<Example> examples;
  std::uint64_t state = 12345;
  const auto draw = [&] {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state >> 11) / 9007199254740992.0;
  };
  for (int i = 0; i < items; ++i) {
    const bool slow = draw() < 0.5;
    const double idle = draw();
    Example e;
    e.item = fnv1a("i" + std::to_string(i)) * 0x9E3779B97F4A7C15ULL;
    e.received = day(i);
    e.late = draw() < 0.1 + 0.5 * idle + (slow ? 0.3 : 0);
    e.ended = true;
    e.finish_share = e.late ? 1.1 + 0.1 * (i % 10) : 0.93 + 0.006 * (i % 10);
    e.known = day(i + 12);
    for (std::size_t k = 0; k < kKnots; ++k) {
      const double share = knot_share(k);
      e.features = features(slow ? "slow" : "fast", "s", share, idle * share * 12);
      examples.push_back(e);
    }
  }
  return examples;
}

}  // namespace kip::forecast
