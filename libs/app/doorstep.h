#pragma once
// A message at the door of a running service, whatever log lies behind it.

#include <string>

#include "app/service.h"

namespace kip {

// What the door said: an accepted event, or a dead letter and why.
struct Checked {
  Outcome outcome;
  DeadLetter letter;   // of a refused one
  std::string source;  // of a refused one, where it could be read
};

// `from_record`: --clock log, the message brings its own time. Pure; any thread.
Checked check_message(const Door& door, Submission message, Instant now, bool from_record);
// A message that is not even taken to the door.
Checked refuse_message(Submission message, const Refusal& refusal, Instant now);
// Counts what is durable. What becomes of an event its shard counts, which knows repeats.
void count(ServiceCounters& counters, SourceTally& sources, const Checked& checked);

}  // namespace kip
