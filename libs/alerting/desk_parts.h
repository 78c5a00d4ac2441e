#pragma once
// What the two halves of the desk share: desk.cc takes, desk_time.cc tells. Of them alone.

#include <string>

#include "alerting/desk.h"

namespace kip {

// Not a mere badge, or of a focus item (SEMANTICS 4).
bool worth_a_message(const AlertFacts& facts);
// Alerts about the same item, indicator, source or unit.
inline bool same_subject(const AlertFacts& a, const AlertFacts& b) {
  return a.subject == b.subject && a.subject_kind == b.subject_kind;
}
// A worse one makes the answers to the others of its item worthless.
void worsen(Desk& desk, const AlertFacts& facts);
// It wants to be told, since then where it did not before.
void want(DeskAlert& alert, Why why, Instant now);
void decide(DeskAlert& alert, Why why, Instant now, DeskEffects& effects);
// To the desks that it was passed up to.
void tell_above(const DeskAlert& alert, const std::string& unit, DeskNote::What what,
                DeskEffects& effects);
Instant muted_until(const Answer& answer, const AlertFacts& facts, const Office& office);

// Its source is silent: until when what it said goes.
std::optional<Instant> data_until(const AlertFacts& facts, const Silences& silences);
// It fell due after that: it may be over, and its source cannot say so (SEMANTICS 4).
bool rests_on_old_data(const AlertFacts& facts, const Silences& silences);
MessageEntry entry_of(const DeskAlert& alert, Why why, const Silences& silences);
void say(Message message, const Desk& desk, Instant now, DeskEffects& effects);
// What is due of them; the next look.
Instant write_morning_lists(Desk& desk, Instant now, const Office& office, DeskEffects& effects);
// The first instant from `at` on at which the person may be disturbed.
Instant end_of_quiet(const Person& person, Instant at, bool critical, const Calendar& calendar,
                     const DeskRules& rules);
std::int64_t day_number(LocalDay day);
Instant at_minute(LocalDay day, int minute);
// Worst first; what is of one item follows its worst.
void sort_entries(std::vector<MessageEntry>& entries);

}  // namespace kip
