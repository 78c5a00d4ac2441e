#pragma once
// The stored forms: an item's state, dead letters (proto/kip/v1/state.proto) and back. A reader of
// what a newer format wrote is refused by the runtime, not here. Pure; any thread. Errors: kCorrupt
// where stored bytes are not what was written.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contract/door.h"
#include "rules/item.h"

namespace kip {

std::string encode_item(const ItemState& item);
Result<ItemState> decode_item(std::string_view bytes);
// Without decoding it: a scan passes over what has ended at twenty times the speed.
bool has_open_alerts(std::string_view item_bytes);
bool has_ended(std::string_view item_bytes);  // VOID too
// The state without what a process may do differently (clock, next look, chunks, detection): what
// two runs must share.
std::string comparable_item(const ItemState& item);

inline constexpr const char* kShardChannel = "shard";  // refused by a shard, not by the door

struct DeadLetter {
  std::optional<std::string> value;  // the bytes as they came; none: null
  std::string key;
  Headers headers;
  Refusal refusal;
  Instant at{};
  std::string channel, principal, topic, source;
};
std::string encode_dead(const DeadLetter& letter);
Result<DeadLetter> decode_dead(std::string_view bytes);

}  // namespace kip
