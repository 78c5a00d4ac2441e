#pragma once
// A template with its placeholders filled in. Every placeholder that the check knows has a value
// here, so that one of a row is never looked up outside it. Pure.

#include <string>

#include "messages/slots.h"

namespace kip {

// What of the rows is shown, to fit a short form.
struct Shown {
  std::size_t rows = SIZE_MAX;  // of each list
  bool titles = true;
};

std::string render(const std::string& text, MessageKind kind, Form form, const Slots& slots,
                   const Words& words, Shown shown = {});

std::string render_letter(const std::string& text, Form form, const LetterSlots& slots);

// Within so many characters, or septets: items are left out at the end, and how many is said.
std::string render_zalo(const std::string& text, MessageKind kind, const Slots& slots,
                        const Words& words);
std::string render_sms(const std::string& text, MessageKind kind, const Slots& slots,
                       const Words& words);

}  // namespace kip
