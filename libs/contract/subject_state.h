#pragma once
// The machine of subjects, stored and told: a source's row, its alert as an AlertEvent, and what an
// item shard has been told. kCorrupt: the bytes are not such a row. Pure.

#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "rules/policy.h"
#include "subjects/source.h"

namespace kip {

std::string encode_source(const SourceState& source);
Result<SourceState> decode_source(std::string_view id, std::string_view bytes);

// The AlertEvent of what step_source() has just changed; its revision, and of RAISED its id, are
// kept in `source`. It says what was known at `now`.
std::string source_alert(SourceState& source, AlertChangeKind change, Instant now,
                         const Policy& policy);

// Sources whose items wait: `silent`; those whose items are being looked at anew since they are
// back, from the item `cursor` on: `back`.
struct SilenceNews {
  std::set<std::string, std::less<>> silent, back;
  std::string cursor;
  friend bool operator==(const SilenceNews&, const SilenceNews&) = default;
};
std::string encode_silence(const SilenceNews& news);
Result<SilenceNews> decode_silence(std::string_view bytes);

}  // namespace kip
