#pragma once
// The codes of refusals: stable words for metrics, kip.* headers and problem+json. Add, never
// rename.

#include <optional>
#include <string>
#include <string_view>

#include "contract/door.h"

namespace kip::code {

inline constexpr const char* kNullValue = "null_value";
inline constexpr const char* kTooLarge = "too_large";
inline constexpr const char* kSchemaRegistry = "schema_registry";
inline constexpr const char* kContentType = "content_type";
inline constexpr const char* kSpecVersion = "specversion";
inline constexpr const char* kType = "type";
inline constexpr const char* kContradiction = "contradiction";
inline constexpr const char* kNotProtobuf = "not_protobuf";
inline constexpr const char* kNotJson = "not_json";
inline constexpr const char* kNotBase64 = "not_base64";
inline constexpr const char* kTooDeep = "too_deep";
inline constexpr const char* kDuplicateKey = "duplicate_key";
inline constexpr const char* kWrongType = "wrong_type";
inline constexpr const char* kNumberRange = "number_range";
inline constexpr const char* kNotFinite = "not_finite";
inline constexpr const char* kUnknownEnum = "unknown_enum";
inline constexpr const char* kBadTime = "bad_time";
inline constexpr const char* kTimeRange = "time_range";
inline constexpr const char* kTimeAhead = "time_ahead";
inline constexpr const char* kMissing = "missing";
inline constexpr const char* kBadUtf8 = "bad_utf8";
inline constexpr const char* kNulByte = "nul_byte";
inline constexpr const char* kIdTooLong = "id_too_long";
inline constexpr const char* kTextTooLong = "text_too_long";
inline constexpr const char* kTooManyDependencies = "too_many_dependencies";
// Of answers only.
inline constexpr const char* kBadAnswer = "bad_answer";
inline constexpr const char* kUnknownAlert = "unknown_alert";
// Of rows in files only.
inline constexpr const char* kBadRow = "bad_row";
inline constexpr const char* kUnknownWord = "unknown_word";

}  // namespace kip::code

namespace kip {

// Nothing: it may go on.
using MaybeRefusal = std::optional<Refusal>;

// A sender's value inside a sentence: in single quotes, cut to a few bytes, always valid UTF-8.
std::string in_quotes(std::string_view value);

}  // namespace kip
