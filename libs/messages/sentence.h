#pragma once
// The sentences of a message that depend on why it is told. Pure.

#include <string>

#include "messages/row.h"

namespace kip {

// Of several reasons to tell the one that says most: a broken promise before a reminder.
int weight_of(Why why);
// Why it is told now, a sentence; empty where there is nothing to say.
// Its source is silent: by which data this is said.
std::string old_data_note(Instant until, const Words& words);
std::string note_of(const MessageEntry& entry, const Words& words, const Wording& wording);
// Why it is an alert, a sentence.
std::string alert_reason(const AlertFacts& alert, const Words& words, const Wording& wording);
// What is to be done about it.
std::string todo_of(const ItemRow& row, const std::string& rule, const Words& words,
                    const Wording& wording);
// "3 việc có nguy cơ trễ"; with what is special before it: "Lỡ hẹn 1 việc quá hạn".
std::string headline_of(const std::vector<ItemRow>& rows, const Words& words);

}  // namespace kip
