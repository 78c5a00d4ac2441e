#pragma once
// Whether somebody who looks at the clock again and again has been away: stopped, asleep with the
// machine, or before a clock that was set. What happened meanwhile he cannot have heard. Time is an
// argument; one thread.

#include <chrono>
#include <utility>

#include "base/time.h"

namespace kip {

class Lapse {
 public:
  using Wall = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds kMost{60};
  // `factor`: how much faster the clock is than the wall. The first look was then.
  Lapse(double factor, Wall wall, Instant now) : factor_(factor), wall_(wall), now_(now) {}

  // Since the last look more than a minute of the wall has passed, or the clock has gone by a
  // minute more than the wall (the wall may stand while a machine sleeps).
  bool passed(Wall wall, Instant now) {
    const auto by_wall = wall - std::exchange(wall_, wall);
    const auto by_clock = now - std::exchange(now_, now);
    const std::chrono::duration<double> most = (by_wall + kMost) * factor_;
    return by_wall > kMost || by_clock > most;
  }

 private:
  double factor_;
  Wall wall_;
  Instant now_;
};

}  // namespace kip
