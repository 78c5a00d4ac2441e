#pragma once
// What a desk wants said: to whom, when, about which alerts, and why each. Plain values; how it is
// worded and by which way it goes is decided elsewhere.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "rules/rule.h"
#include "workitem/event.h"

namespace kip {

// What is known of an open alert: of its newest revision.
struct AlertFacts {
  std::string alert_id;
  std::uint32_t revision = 0;
  std::string rule;         // by its name in the contract
  std::string subject;      // item, indicator, source or unit, by its id
  char subject_kind = 'i';  // i item, n indicator, s source, u unit
  AlertLevel level{};
  Instant onset{}, changed_at{};
  std::string unit_id, assignee_id, title, field, procedure_code, step_code, reason;
  std::optional<Instant> due_at;
  // Where the alert's evidence says it: the item's allowed time; the source of its newest event; of
  // a source, until when what it said goes.
  std::optional<WorkTime> allowed;
  std::string source;
  std::optional<Instant> data_until;
  Kind kind{};
  bool focus = false;
  friend bool operator==(const AlertFacts&, const AlertFacts&) = default;
};

// Why an alert stands in a message, or in none. Every decision of a desk is one of these; it goes
// into the journal, the trace and the metrics.
enum class Why : std::uint8_t {
  kFirst,          // not told before
  kLevelRose,      // told before, and worse now
  kUpdated,        // told before; due, assignee or step changed since: goes along, never alone
  kReminder,       // told, and nobody has answered for long
  kPromiseBroken,  // the promised date has passed
  kHoldOver,       // "done at the source" or "wrong data" was said, and it is still open
  kHandedOver,     // somebody else answers for the unit now
  kEscalated,      // a critical one below was not answered
  kNotMine,        // the unit below says that it is not its own
  kHelpWanted,     // the unit below cannot go on alone
  kShortTerm,      // the item's whole term is a working day at most: to those at the counter
  kLiveStart,      // late when messages began
  // Not told, or not now:
  kWaiting,     // collected with others for one message
  kHeld,        // quiet hours
  kCapped,      // the day's messages are used up
  kDigestOnly,  // a badge, or a warning of a unit below: in the morning list
  kMuted,       // answered
  kFlapping,    // came and went too often: in the morning list until it is calm
  kStaleData,   // the source of its data is silent
  kBeforeLive,  // older than the day on which messages begin
  kDropped,     // cleared before it was told
  kResolved,    // told, and over
  kNobody,      // nobody receives for this unit
};
inline constexpr std::size_t kWhyCount = 23;
std::string_view why_word(Why why);

struct MessageEntry {
  AlertFacts alert;
  Why why{};
  std::string from_unit;               // whose it is, where a superior is told
  Instant told_at{};                   // to the unit's own head, where a superior is told
  std::optional<Instant> promised_at;  // what was promised, and not kept
  std::optional<Instant> data_until;   // its source is silent: what is known is of that time
  friend bool operator==(const MessageEntry&, const MessageEntry&) = default;
};

enum class MessageKind : std::uint8_t { kAlerts, kDigest, kTest };

// Open items of a unit by their state; for a leader those of the units that he is in charge of too.
struct UnitCounts {
  std::uint64_t overdue = 0, at_risk = 0, paused = 0, on_track = 0;
  std::uint64_t in_charge = 0;  // so many units beside the own
  friend bool operator==(const UnitCounts&, const UnitCounts&) = default;
};

// The morning list of one recipient.
struct DigestFacts {
  std::vector<MessageEntry> open;      // worst first
  std::vector<MessageEntry> promised;  // for today, by the hour
  std::vector<MessageEntry> below;     // unanswered warnings of units below, and what went up
  std::vector<AlertFacts> resolved;    // told before, over since the last list
  std::optional<UnitCounts> counts;    // as the recipient answers for them; none: not known
  friend bool operator==(const DigestFacts&, const DigestFacts&) = default;
};

// One message to one person.
struct Message {
  std::string id;  // 26 characters of base32: the same for the same decision
  MessageKind kind{};
  std::string desk;          // the receiving unit
  std::string person;        // of the directory
  std::string on_behalf_of;  // for whom a substitute gets it; empty: nobody
  Instant at{};
  AlertLevel level{};                 // the worst of its entries
  std::vector<MessageEntry> entries;  // kAlerts: worst first, those of one item together
  DigestFacts digest;                 // kDigest
  // A critical one goes up then if nobody answers, and to whom; none: nothing does.
  std::optional<Instant> answer_by;
  std::string goes_up_to;  // person
  friend bool operator==(const Message&, const Message&) = default;
};

// Makes `id` of everything else that decides (not of the words).
void name_message(Message& message);

}  // namespace kip
