#pragma once
// The desk: the keyed machine of a receiving unit. It takes what changes of the unit's alerts, what
// is answered and what desks below pass up, and decides what is told, to whom and when.
//
//   take_alert(desk, news, now, office);        // in the order of the log: nothing is told yet
//   take_answer(desk, answer, now, office);
//   Told told = settle_desk(desk, now, office); // once a commit, and when its next look has come
//   wake_at(told.next_look);
//
// An alert is told to the unit's head, or who stands in; collected with others into one message;
// held in quiet hours, and dropped if it clears meanwhile. A critical one that nobody answers goes
// to the superior's desk; a warning never does so alone, it stands in his next morning list. An
// answer mutes an alert until it clears, worsens, or the promised date passes. What a desk does is
// a function of what it took and the time: replayed, it decides alike. Pure; one thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "alerting/answer.h"
#include "alerting/desk_rules.h"
#include "alerting/message.h"
#include "calendar/calendar.h"
#include "rules/item.h"
#include "subjects/source.h"

namespace kip {

struct Office {  // what decides beside the inputs
  const Directory& directory;
  const Calendars& calendars;
  const DeskRules& rules;
  const Silences& silences;
};

struct TellingRecord {
  std::string person, message;  // ids
  Instant at{};
  AlertLevel level{};
  Why why{};
  friend bool operator==(const TellingRecord&, const TellingRecord&) = default;
};

struct DeskAlert {
  AlertFacts facts;
  // Of one that a unit below has passed up: whose it is, since when its head knew, and for whom.
  std::string from_unit, addressee;
  Instant told_below{};
  bool list_only = false;  // it stands in the morning list and goes no further

  std::optional<Why> pending;  // it wants to be told
  Instant pending_since{};
  std::vector<TellingRecord> told;  // oldest first
  std::optional<Answer> answer;     // that mutes it
  std::optional<Answer> asked;      // for help of the addressee, at this desk; he has not answered
  Instant muted_until{};
  std::optional<Instant> broken;   // the promise that was not kept
  std::vector<std::string> above;  // desks that know of it
  bool passed_up = false;          // as far as it goes without an answer
  Instant way_up_from = kFarPast;  // what was told before counts no more: it was answered
  bool listed_above = false;       // in a morning list there
  bool handed_up = false;          // the answer, that help is wanted or that it is not theirs
  bool updated = false;            // since it was told
  Why last{};                      // the newest decision
  friend bool operator==(const DeskAlert&, const DeskAlert&) = default;
};

struct Mailbox {  // of one person, at one desk
  std::optional<Instant> last_sent;
  std::int64_t day = 0;  // local day of `sent`, counted from 1970
  int sent = 0;
  std::int64_t listed_day = 0;       // of the last morning list
  std::vector<AlertFacts> resolved;  // told to him, over since the last list
  friend bool operator==(const Mailbox&, const Mailbox&) = default;
};

struct Desk {
  std::string unit;
  std::map<std::string, DeskAlert> alerts;            // open, by id
  std::map<std::string, Mailbox> mailboxes;           // by person
  std::map<std::string, std::vector<Instant>> flaps;  // "subject|rule": when it was raised lately
  std::vector<std::string> answers_seen;              // ids, the newest 200
  bool live = false;                                  // messages have begun
  friend bool operator==(const Desk&, const Desk&) = default;
};

// One change of an alert of this unit.
struct AlertNews {
  AlertFacts facts;
  AlertChangeKind change{};
};
struct AnswerNews {
  Answer answer;
  std::vector<std::string> alert_ids;
  friend bool operator==(const AnswerNews&, const AnswerNews&) = default;
};
struct DeskNote {
  enum class What : std::uint8_t { kPassUp, kList, kResolved, kAnswered };
  What what{};
  std::string to, from;  // units
  AlertFacts facts;
  Why why{};
  std::string addressee;  // person
  Instant told_below{};
};

// For the journal: what was decided about one revision.
struct Decision {
  std::string alert_id;
  std::uint32_t revision = 0;
  std::string person, message;  // where it was told
  Why why{};
  Instant at{};
  friend bool operator==(const Decision&, const Decision&) = default;
};

struct DeskEffects {
  std::vector<Message> messages;
  std::vector<DeskNote> notes;
  std::vector<Decision> decisions;
};

void take_alert(Desk& desk, const AlertNews& news, Instant now, const Office& office,
                DeskEffects& effects);
// Of alerts that are over, or again: nothing. Of persons that the directory does not know: taken.
void take_answer(Desk& desk, const AnswerNews& news, Instant now, const Office& office,
                 DeskEffects& effects);
void take_note(Desk& desk, const DeskNote& note, Instant now, DeskEffects& effects);
// Tells what is due at `now`. The next look: when that could change if nothing came.
Instant settle_desk(Desk& desk, Instant now, const Office& office, DeskEffects& effects);

// The answer that wants help, as GET /v1/help lists it: until `muted_until`, or of somebody of the
// same desk until he answers. None: null.
const Answer* help_wanted(const DeskAlert& alert);

}  // namespace kip
