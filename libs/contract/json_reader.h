#pragma once
// The strict reader of protobuf's JSON form: into any message of the contract, by its descriptor.
// Names in snake_case and camelCase; null is absent; times as RFC 3339, 64-bit numbers as numbers
// or texts, enums as words or numbers, doubles as numbers or texts. Fields that the contract does
// not have are passed over and counted. Refused, where protobuf's own reader would take them:
// duplicate names, nesting beyond the limit, NaN and Infinity, enum numbers without a word.
//
//   v1::WorkEvent event;
//   JsonRead read = read_json(text, {.depth_max = 32}, event);
//   if (read.refused) return *read.refused;
//
// Pure. What a refusal leaves behind in `into` is of no use.

#include <google/protobuf/message.h>

#include <cstdint>
#include <string_view>

#include "contract/codes.h"

namespace kip {

struct JsonBounds {
  int depth_max = 32;
};

struct JsonRead {
  MaybeRefusal refused;  // names the field, or "body"
  std::uint32_t unknown_fields = 0;
};

JsonRead read_json(std::string_view text, JsonBounds bounds, google::protobuf::Message& into);

}  // namespace kip
