#pragma once
// One item in a message: all its alerts as one row, with the worst state and each reason. Pure.

#include <string>
#include <vector>

#include "messages/wording.h"
#include "messages/words.h"

namespace kip {

enum class RowState : std::uint8_t { kNotice, kAtRisk, kOverdue };

struct ItemRow {
  std::string subject;  // the item's id, whole
  char subject_kind = 'i';
  RowState state{};
  AlertLevel level{};  // the worst
  Why why{};           // that of its alerts which says most
  std::string unit_id, from_unit;
  std::string of_unit;  // the name of its unit
  std::string title, kind, code;
  bool focus = false;
  std::string due_at, due_day;   // empty: without a due
  std::string left, left_short;  // working time left, or how long overdue
  std::string beside;            // the same beside the word of the state
  std::vector<std::string> reasons, rules;
  std::string note, todo;
  std::string promised_time;
};

// In the order in which the items come.
std::vector<ItemRow> rows_of(const std::vector<MessageEntry>& entries, const Words& words,
                             const Wording& wording);
// The same for what is over.
std::vector<ItemRow> rows_of(const std::vector<AlertFacts>& alerts, const Words& words,
                             const Wording& wording);

std::size_t count_of(const std::vector<ItemRow>& rows, RowState state);

// The name of a unit as people know it.
std::string unit_name(const Wording& wording, std::string_view unit_id, const Words& words);
std::string unit_short(const Wording& wording, std::string_view unit_id, const Words& words);
// The role of a person; empty where the directory has none of that id.
std::string role_of(const Wording& wording, std::string_view person_id);

}  // namespace kip
