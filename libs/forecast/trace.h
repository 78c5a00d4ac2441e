#pragma once
// What a forecast remembers of one item: a digest of its events so far, kept up event by event.
//
//   Trace trace;
//   for (const Event& event : events_in_time_order) see(trace, event);
//   if (trace.open() && trace.has_term()) ...
//
// Names are kept as hashes: nothing but equality is ever asked of them. Knows nothing of what comes
// later, finished_at included: an item has ended when an event said so, until one reopens it. A
// repeat counts twice and `voids` is not read: the caller leaves out what they leave out (walk.h).
// At most 200 bytes. Pure.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "forecast/measure.h"
#include "workitem/event.h"
#include "workitem/fold.h"

namespace kip::forecast {

using Name = std::uint32_t;  // 0: absent
Name name_of(std::string_view text);
// What stands before the last of `_ . ,` in a code, the whole of it where there is none: what a
// thin code may borrow from.
std::string_view family_of(std::string_view code);

struct Trace {
  static constexpr std::size_t kSteps = 44;

  Instant received{};  // as start_of: received_at, else the first ACCEPTED, else the first event
  Instant due{};
  Instant first{}, last{};        // events
  Instant ended_at{};             // the event that ended it
  Instant completed_at{};         // as it was last said
  std::int64_t gap_max_ms = 0;    // the longest time between two events
  std::int64_t gap_first_ms = 0;  // between the first two
  Name procedure = 0, procedure_family = 0, step = 0, step_family = 0, unit = 0, owner = 0;
  Name first_owner = 0;  // whom the first event that names one names
  std::uint16_t events = 0;
  std::uint16_t returns = 0;  // events that brought a step back, or the status DECLINED
  std::uint8_t handovers = 0, waits = 0;
  bool received_known = false, accepted = false, due_known = false, completed_known = false;
  bool waiting = false, ended = false, void_item = false;
  bool stands = false;  // its clock does, by take_term()
  std::uint8_t steps_count = 0;
  std::array<std::uint16_t, kSteps> steps{};  // different ones, in the order they came; then none

  bool has_term() const { return events > 0 && due_known && due > received; }
  bool open() const { return events > 0 && !ended; }
};
static_assert(sizeof(Trace) <= 200);

std::uint16_t step_bits(Name step);  // as in `steps`
bool has_step(const Trace& trace, std::uint16_t bits);

// The end instant of an ended item: completed_at, else the event that ended it.
Instant end_of(const Trace& trace);

// One more event, in the order of the fold. Only a status ends and reopens, as there (SEMANTICS 8).
// `measure` counts the times between events.
void see(Trace& trace, const Event& event, const Measure& measure = {});

// In working time: of the calendar that all units share.
Measure measure_of(const FoldRules& rules);

// The term as the fold has it: waits added to the due. `folded` is of the same events.
void take_term(Trace& trace, const Folded& folded);
// Of a whole history in any order, with that term; in working time.
Trace trace_of(std::vector<Event> history, const FoldRules& rules);

}  // namespace kip::forecast
