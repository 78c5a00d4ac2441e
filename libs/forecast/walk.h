#pragma once
// A log in virtual time: every item is looked at when given shares of its term are used, knowing
// the events up to that instant and nothing else.
//
//   Caseload end = walk(events, kPoints, [&](const Moment& m) {
//     if (model) chance = model->chance(features_at(m.trace, m.load, m.at));
//   });
//
// Events of the instant itself count. An item that is not heard of yet, has no term or has ended is
// not looked at, nor one twice at the same share; one that was reopened is looked at again, at
// later shares. Each item is at any time the fold of what is known of it then: an event that is
// known late takes its place among the others, and `voids` removes events from when it is known on.
// Looks go on after the last event, as if nothing more came. With `rules` the term of an item is
// that of the fold, waits added, in working time, and it is not looked at while its clock stands.
// Pure.

#include <functional>
#include <string>
#include <vector>

#include "forecast/caseload.h"

namespace kip::forecast {

inline constexpr int kWhole = 12;  // shares are twelfths
inline const std::vector<int> kPoints = {3, 6, 9};
inline const std::vector<int> kKnotPoints = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11};  // late_rates.h

struct Moment {
  const std::string& item_id;
  int twelfths = 0;
  Instant at{};
  const Trace& trace;
  Load load;
  const Caseload& caseload;  // all others, as they are then
  Measure measure;           // by which shares of the term are counted
};

// When an event counts as known: when it happened, or, as it was in life, when the system got to
// know of it (the door's stamp).
enum class Known : std::uint8_t { kOccurred, kRecorded };
Instant known_at(const Event& event, Known by);

// Sorts events as `walk` takes them: by when they are known, whatever order they came in.
void sort_events(std::vector<Event>& events, Known by = Known::kOccurred);

// `events` as sorted, without repeats; moments in order of time.
Caseload walk(const std::vector<Event>& events, const std::vector<int>& twelfths,
              const std::function<void(const Moment&)>& visit, Known by = Known::kOccurred,
              const FoldRules* rules = nullptr);

// What became of an item, by what is known at `now`. Judged: it has a term, and the due has come.
// The rest is said of judged ones only.
struct Outcome {
  bool judged = false;
  bool late = false;  // finished after its due, or never
  bool ended = false;
  // The share of its term that was used when it was finished, 0 at least; of one that has not ended
  // the share that is used at `now`.
  double finish_share = 0;
  // From when on `late` was known: its due; where only a later event told that it was finished in
  // time, that event.
  Instant known{};
};
Outcome outcome_of(const Trace& item, Instant now, const Measure& measure = {});

}  // namespace kip::forecast
