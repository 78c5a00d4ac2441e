#pragma once
// The worlds in which a seed may play: a calendar, a registry and a catalogue, once in the
// product's words and once in the oracle's. Made once and shared; one thread.

#include <memory>
#include <string>
#include <vector>

#include "rules/policy.h"
#include "simulation/oracle.h"

namespace kip::sim {

using Ms = std::int64_t;
constexpr Ms kMinute = 60'000, kHour = 3'600'000, kDay = 24 * kHour;
constexpr Ms kZone = 7 * kHour;  // UTC+7

struct World {
  std::string name;
  oracle::Config config;
  std::shared_ptr<const Policy> policy;  // says what `config` says, with the default rules
  std::shared_ptr<const Policy> other;   // to reload to and fro: other rules, days and units
};

const std::vector<World>& worlds();

// "2026-11-23" at 00:00 of the local day.
Ms midnight(const char* date);

}  // namespace kip::sim
