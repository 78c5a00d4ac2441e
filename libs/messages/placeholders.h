#pragma once
// What a template may name, and where. One table: the check of templates reads it, a test holds
// what is rendered against it. Pure.

#include <string_view>
#include <vector>

#include "alerting/message.h"

namespace kip {

enum class Slot : std::uint8_t {
  kText,   // {{name}}, and {{#name}} where it is not empty
  kFlag,   // {{#name}} and {{^name}} only
  kTexts,  // {{#name}}{{.}}{{/name}}
  kRows,   // {{#name}}…{{/name}} around placeholders of a row
};

struct Placeholder {
  std::string_view name;
  Slot slot = Slot::kText;
};

const std::vector<Placeholder>& placeholders(MessageKind kind);
const std::vector<Placeholder>& row_placeholders();
const std::vector<Placeholder>& letter_placeholders();  // of the letter of apology

}  // namespace kip
