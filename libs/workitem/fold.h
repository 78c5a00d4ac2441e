#pragma once
// The fold: an item's state as a pure function of its events (SEMANTICS 2, 3, 8, 9). Any
// permutation with any repeats gives the same Folded.
//
//   Folded f = fold(history, rules);              // whole history, any order
//   switch (place(f, event)) {                    // one more event:
//     case Placement::kAppend: apply(f, event, rules); break;     // above the frontier: O(1)
//     case Placement::kRepeat: break;                             // the newest event again
//     case Placement::kRefold: f = fold(history + event, rules);  // below it, a void, an id met
//     before
//   }
//
// Instants are whole milliseconds; nothing here knows "now". Owned by the shard; one thread.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "calendar/calendar.h"
#include "workitem/event.h"

namespace kip {

// Which conditions hold the clock of a deadline, by kind (SEMANTICS 3, 8; key clock_stops in
// kip.yaml).
enum class ClockStop : std::uint8_t {
  kWaiting = 1,
  kWaitingForSupplement = 2,
  kSuspended = 4,
  kSuspendedByAuthority =
      8,  // from the event of that suspension that carries a non-empty authority
  kSubmitted = 16,
};

struct FoldRules {
  const Calendars* calendars = nullptr;
  // By Kind; bits of ClockStop. No kind counts as a task.
  std::array<std::uint8_t, kKindCount> clock_stops = {8 | 16, 8 | 16, 1 | 4, 2, 8 | 16};
};

// A time in which the clock of the deadline stood still, [begin, end).
struct Stop {
  Instant begin{}, end{};
  friend bool operator==(const Stop&, const Stop&) = default;
};

// The stop that lasts now, and what waits for its end.
struct OpenStop {
  Instant begin{};
  std::optional<WorkTime>
      kept;  // working time left to the due when it began; none: no due, or past
  std::optional<Instant>
      due_given;  // a due_at that differs from the agreed one, sent during the stop: it will stand
  std::optional<WorkTime> step_kept;  // the same for the step
  bool step_given = false;            // an event of the stop carried a step
  friend bool operator==(const OpenStop&, const OpenStop&) = default;
};

// The row of the procedure catalogue, chosen once at acceptance and then fixed.
struct StatutoryKey {
  std::string procedure_code;
  Channel channel = Channel::kNone;
  Instant accepted_at{};
  friend bool operator==(const StatutoryKey&, const StatutoryKey&) = default;
};

struct Folded {
  Kind kind = Kind::kNone;
  WorkStatus status = WorkStatus::kNone;
  std::optional<WaitingFor> waiting_for;
  std::optional<Step> step;
  Facts facts;

  std::optional<Instant> original_due;   // the first due_at; never forgotten
  std::optional<Instant> agreed_due;     // what the source last said
  std::optional<Instant> effective_due;  // waits added
  std::optional<Instant> step_due;       // of `step`, waits added
  std::optional<OpenStop> stop;          // the clock stands
  std::vector<Stop> stops;               // earlier ones, in order
  bool suspended_by_authority = false;

  std::optional<Instant> first_event_at;
  Instant last_event_at{};  // the greatest occurred_at
  std::optional<Instant> first_accepted_at;
  std::optional<Instant> status_since;    // the event that brought the present status
  std::optional<Instant> ended_at;        // the event that ended it, or made it VOID
  std::optional<Instant> returned_since;  // the event that brought RETURNED
  std::optional<Instant> reopened_at;     // the last event that reopened it
  std::vector<Instant> extended_at;       // counted moves of the due to a later time
  std::vector<Instant> asked_at;          // entered (WAITING, SUPPLEMENT)
  std::optional<StatutoryKey> statutory;
  std::vector<std::string> faults;  // sorted, each once

  std::uint32_t events = 0;  // kept ones; 0: nothing is left of the item
  OrderKey frontier;         // the greatest key met
  std::vector<std::uint32_t>
      ids;  // sorted hashes of (source, event_id), to notice an id met before
  friend bool operator==(const Folded&, const Folded&) = default;
};

enum class Placement : std::uint8_t { kAppend, kRepeat, kRefold };
Placement place(const Folded& folded, const Event& event);

// Folds one kept event that is above the frontier.
void apply(Folded& folded, const Event& event, const FoldRules& rules);
// Folds a whole history in any order, with repeats; sorts it and drops the repeats in place.
// `visit`, where given, sees the state after each kept event.
Folded fold(std::vector<Event>& history, const FoldRules& rules);
// The events of `history` that its voids leave, in order (history as `fold` leaves it).
std::vector<const Event*> kept_events(const std::vector<Event>& history);

bool is_open(WorkStatus status);   // none, REGISTERED .. SUBMITTED, DECLINED
bool is_ended(WorkStatus status);  // COMPLETED, RETURNED, REJECTED, WITHDRAWN, TRANSFERRED
bool can_follow(WorkStatus from, WorkStatus to);

// Derived from a Folded.
bool exists(const Folded& f);  // something is left of it, and it is not VOID
std::optional<Instant> start_of(
    const Folded& f);  // received_at, else first ACCEPTED, else first event
std::optional<Instant> end_of(
    const Folded& f);  // of an ended item: completed_at, else the event that ended it
std::optional<WorkTime> allowed(const Folded& f,
                                const Calendar& calendar);  // W(start, original due)
// Working time used at i: W(start, i) less the stops.
WorkTime used(const Folded& f, const Calendar& calendar, Instant i);
// The earliest i with used(i) >= amount; none where a stop that lasts keeps it from being reached.
std::optional<Instant> reach_used(const Folded& f, const Calendar& calendar, WorkTime amount);

}  // namespace kip
