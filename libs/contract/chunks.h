#pragma once
// The stored forms of events (proto/kip/v1/state.proto): the chunks of an item's history, and the
// blocks of a shard's backlog. Pure; any thread. Errors: kCorrupt where stored bytes are not what
// was written.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kip {

// Stamped events, in the order in which they came.
std::string encode_chunk(const std::vector<std::string>& events);
Result<std::vector<std::string>> decode_chunk(std::string_view bytes);
// Of state format 3: whether this chunk of the item's history waited to be folded.
bool waited_in_format_3(std::string_view chunk, std::uint64_t number, std::string_view item);

// What waits to be folded, in blocks: an event is added at the end of one.
struct WaitingEvent {
  std::uint64_t offset = 0;
  std::string_view stamped;
};
void append_waiting(std::string& block, const WaitingEvent& event);
Result<std::vector<WaitingEvent>> decode_backlog(std::string_view block);  // views into it

}  // namespace kip
