#pragma once
// What the placeholders of a template stand for, of one message: plain values, before any template
// is looked at. Pure.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "messages/row.h"

namespace kip {

struct Slots {
  std::map<std::string, std::string> texts;
  std::set<std::string> flags;                       // that hold
  std::map<std::string, std::vector<ItemRow>> rows;  // that are shown
  std::map<std::string, std::size_t> hidden;         // beside them
  std::string unit_id;                               // of the message: rows of others name theirs

  void set(const std::string& name, const std::string& text) {
    if (!text.empty()) texts.insert_or_assign(name, text);
  }
  void flag(const std::string& name, bool holds) {
    if (holds) flags.insert(name);
  }
};

// Of the letter of apology: letter_placeholders().
struct LetterSlots {
  std::map<std::string, std::string> texts;
  bool late = false;
  std::vector<std::string> notes;
};

Slots slots_of(const Message& message, const Words& words, const Wording& wording);

// "Mai 24/11 nghỉ: trước thứ Tư chỉ còn 5 giờ 50 phút làm việc." where a day off that is none by
// the week begins within three days; and "Mai 24/11 nghỉ." Empty: none.
std::string day_off_text(const Calendar& calendar, const Words& words, const Wording& wording,
                         bool brief);
// "Tuần này có 4 ngày làm việc (T3 24/11 nghỉ)."; empty in a week like any other.
std::string week_text(const Calendar& calendar, const Words& words);

}  // namespace kip
