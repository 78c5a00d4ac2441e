#pragma once
// Who was told how much, or would have been while messages are only tried (mode: shadow): a line
// a person, for the operator who decides whether to go live. Pure; any thread.

#include <cstddef>
#include <string>
#include <vector>

#include "app/messages_list.h"
#include "calendar/calendar.h"

namespace kip {

struct ToldPerson {
  std::string person;        // of the directory
  std::size_t messages = 0;  // about alerts
  std::size_t alerts = 0;    // in them; one that was told twice is one
  std::size_t lists = 0;     // of the morning
  std::size_t most = 0;      // messages about alerts in one day
  Instant first, last;       // of all these
  Message newest;
};

// Of `all`, by time, from that day on; the most messages first, then by id. Tests are left out.
std::vector<ToldPerson> told_by_person(const std::vector<SentMessage>& all, LocalDay since);

// {"person", "role", "messages", "alerts", "lists", "most_a_day", "first", "last", "subject"}
std::string to_json(const ToldPerson& told, const std::string& role, const std::string& subject);

}  // namespace kip
