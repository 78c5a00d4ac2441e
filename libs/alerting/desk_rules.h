#pragma once
// How desks speak: notify.yaml. Hours are working hours of the unit, minutes are minutes of the
// clock. Immutable once read; any thread. Pure.

#include <optional>
#include <string>

#include "config/reader.h"
#include "directory/directory.h"

namespace kip {

inline constexpr std::string_view kNotifyFile = "notify.yaml";  // may be missing

struct DeskRules {
  // Everything goes to `operator_person`, with the name of who would have got it.
  bool shadow = false;
  std::string operator_person;
  // Nothing older is told; what is late by then comes in one message a head.
  std::optional<Instant> live_from;

  Millis group_wait = std::chrono::minutes{10};  // for others, before a message goes
  Millis group_wait_critical = std::chrono::minutes{2};
  WorkTime interval = work_hours(5);  // between two messages to one person
  Millis interval_critical = std::chrono::minutes{30};
  int per_day = 6;                          // messages a person, lists apart
  WorkTime escalate_after = work_hours(4);  // a critical one that nobody answers
  WorkTime remind_after = work_hours(40);
  WorkTime hold = work_hours(8);          // done at the source, wrong data, not mine
  WorkTime help_within = work_hours(24);  // of help wanted without a date
  WorkTime short_term = work_hours(8);    // items of such a term: to the counter
  std::string counter_unit;               // empty: to the head like all others
  bool critical_breaks_quiet = true;      // but only between these:
  int wake_minute = 6 * 60 + 30, sleep_minute = 21 * 60;
  int flaps = 3;  // raised so often within `flap_window`
  Millis flap_window = std::chrono::hours{24};

  // Links in messages: under which address the service is reached ("https://kip.example"; empty:
  // there are none), for how many days one can be answered by, and the file of the key that signs
  // them (empty: one of the data folder).
  std::string public_url, answer_key_file;
  int link_days = 7;
  int reschedules_max = 1;  // of a dossier's appointment; the letter that is one more says so
  friend bool operator==(const DeskRules&, const DeskRules&) = default;
};

// Mistakes go into the reader's problems.
DeskRules read_desk_rules(Reader root, const Registry& registry, const Directory& directory);

}  // namespace kip
