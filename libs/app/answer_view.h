#pragma once
// What a message stands for now: its items with what has become of them, and the answers so far.
// What the page of an answer shows, and what an answer acts on.
//
//   auto view = answer_view(store, policy, message, until, now);
//   for (const AnswerItem& item : view->items) if (item.is_open()) ask(item);
//
// Reads the store; any thread. An answer that the desk has not taken yet counts already.

#include <optional>
#include <string>
#include <vector>

#include "alerting/desk.h"
#include "rules/item.h"
#include "store/store.h"

namespace kip {

// One item (or indicator, source, unit) of a message with all its alerts there.
struct AnswerItem {
  std::string key;                // the id of its first alert in the message
  std::vector<std::string> open;  // ids of those that still stand at the desk
  AlertFacts facts;               // of the worst, at its newest revision
  Why why{};                      // as the message told it
  std::string from_unit;          // whose it is, where a superior is told
  std::string name;               // that may be shown
  ItemWord word = ItemWord::kNone;
  std::optional<Instant> due;   // effective
  WorkTime left;                // to the due; negative: overdue
  bool stopped = false;         // its clock
  bool promise_broken = false;  // so a plan is asked for
  bool only_listed = false;     // of a unit below, in the morning list: nobody asks for an answer
  std::optional<Answer> standing;  // the answer that holds now
  std::vector<Answer> answers;     // all so far, oldest first
  bool is_open() const { return !open.empty(); }
  bool is_waiting() const { return is_open() && !standing && !only_listed; }
};

struct AnswerView {
  Message message;
  Instant until{}, now{};  // until: the link's end
  std::vector<AnswerItem> items;
  std::size_t waiting() const;  // for an answer
  const AnswerItem* item(std::string_view key) const;
};

Result<AnswerView> answer_view(const Store& store, const Policy& policy, Message message,
                               Instant until, Instant now);

// "In time" as an instant: the due, or where that is past or absent the end of the next working
// day of the item's unit.
Instant in_time(const AnswerItem& item, const Policy& policy, Instant now);
// The close of the next working day after that of `now`, and of that of `now` where it is to come.
Instant next_close(const Calendar& calendar, Instant now);
std::optional<Instant> close_today(const Calendar& calendar, Instant now);
// 11:00 of the next working day.
Instant next_late_morning(const Calendar& calendar, Instant now);

}  // namespace kip
