#pragma once
// The words of a message: what a desk decided (alerting/message.h), as a mail (subject, plain text,
// HTML) and in short forms, in the reader's language.
//
//   Wording wording{registry, directory, calendars, templates};
//   wording.link = signed_link(message);           // one for the whole message
//   Worded said = word_message(message, wording);
//   send(said.subject, said.text, said.html);      // Zalo: said.fields.at("zalo")
//
// What it never holds: a citizen's name, number or address. Titles are those of the alert, which
// the door has judged; a dossier or petition without one has the name of its procedure or subject.
// Times count from `message.at`: no clock is read, so the same message has the same words. Amounts
// of working time are those of the calendar of the item's unit. Whatever others wrote is one clean
// line, escaped in HTML. Any thread. Pure.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "alerting/message.h"
#include "calendar/calendar.h"
#include "directory/directory.h"
#include "messages/templates.h"
#include "registry/registry.h"

namespace kip {

inline constexpr std::size_t kZaloMax = 400;                 // characters
inline constexpr std::size_t kSmsMax = 160, kSms2Max = 306;  // septets: one SMS, two
inline constexpr std::size_t kStormRows = 10;  // more items than these are a storm: then
inline constexpr std::size_t kStormShown = 5;  // so many are named
inline constexpr std::size_t kListShown = 10;  // of each list in the morning

// What beside the message decides its words.
struct Wording {
  const Registry& registry;
  const Directory& directory;
  const Calendars& calendars;
  const Templates& templates;
  std::string base_url = {};  // of Kịp's pages; empty: the message names none
  std::string link = {};      // the answer link, signed; empty: base_url stands instead
  std::optional<Instant> link_until = {};  // its end
  std::optional<Instant> data_as_of = {};  // until when the data goes
  std::optional<UnitCounts> counts = {};   // of the unit, for the morning list
  std::map<std::string, std::string> chances =
      {};                                          // item id -> a sentence on how likely it is late
  std::map<LocalDay, std::string> day_names = {};  // of days off: day_names() below
  WorkTime hold = work_hours(8);                   // DeskRules::hold
  std::optional<Language> language = {};           // none: the reader's
  std::string would_go_to = {};  // person, while messages are only tried (DeskRules::shadow)
};

struct Worded {
  std::string subject;  // one line
  std::string text;     // reads by itself
  std::string html;
  // For the bodies of channels, empty where there is none: `zalo` (at most kZaloMax), `sms`
  // (without accents, at most kSms2Max), unit, role, count, overdue, at_risk, most_urgent, due,
  // remaining, link, answer_by, superior.
  std::map<std::string, std::string> fields;
};

Worded word_message(const Message& message, const Wording& wording);

// The names of the days off in calendar.yaml, which was found right before; with mistakes in it,
// those that could be read.
std::map<LocalDay, std::string> day_names(const std::string& calendar_yaml);

}  // namespace kip
