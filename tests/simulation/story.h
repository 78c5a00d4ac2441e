#pragma once
// What happens in one seed: random but likely lives of a few items, with everything that sources do
// wrong, as the door would stamp it. Pure but for the Rng.

#include <string>
#include <vector>

#include "kip/v1/event.pb.h"
#include "simulation/rng.h"
#include "simulation/world.h"

namespace kip::sim {

struct Story {
  std::vector<v1::StampedEvent> log;  // in log order
  Ms until = 0;                       // T_end
  std::uint64_t voids = 0;
  std::uint64_t reorders = 0;  // records that come after a later one of their item
  std::uint64_t repeats = 0;   // the same event again
};

Story make_story(Rng& rng, const World& world);

Ms ms(const google::protobuf::Timestamp& time);
void set_ms(google::protobuf::Timestamp* time, Ms at);
std::string text_of(Ms at);  // "Mo 2026-11-23 09:42:00.000", UTC+7
std::string text_of(const google::protobuf::Message& message);  // one line, times as above
std::string line_of(const v1::StampedEvent& event);

}  // namespace kip::sim
