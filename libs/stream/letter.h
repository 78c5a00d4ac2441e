#pragma once
// A dead letter on kip.dead.v1: the message's own bytes, key and headers, and the reason in headers
// (DESIGN 5: __connect.errors.*, kip.*). Of this lib alone.
//
// `original`: the message's own headers, copied to the byte; none: those of the letter. The headers
// of what is returned are taken over by a produce that succeeds, else destroyed by the caller; key
// and value must last for it.

#include <optional>
#include <string>
#include <string_view>

#include "contract/state.h"
#include "stream/client.h"

namespace kip {

// The letter as it is to be produced. Where a message is larger than the topic takes (it came
// packed), the value is cut, and header kip.cut says how long it was.
Outgoing dead_letter(const std::string& topic, const DeadLetter& letter,
                     std::optional<std::string_view> value,
                     const rd_kafka_headers_t* original = nullptr);
inline constexpr std::size_t kLetterBytesMax = 3U << 20;  // of kMessageBytesMax; headers have room

// Of a message that came.
Headers headers_in(const rd_kafka_message_t& message);

}  // namespace kip
