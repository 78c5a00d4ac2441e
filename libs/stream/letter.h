#pragma once
// A dead letter on kip.dead.v1: the message's own bytes, key and headers, and the reason in headers
// (DESIGN 5: __connect.errors.*, kip.*). Of this lib alone.

#include "contract/state.h"
#include "stream/client.h"

namespace kip {

// `original`: the message's own headers, copied to the byte; none: those of the letter. To be taken
// over by a produce that succeeds, else destroyed by the caller.
rd_kafka_headers_t* headers_of(const DeadLetter& letter,
                               const rd_kafka_headers_t* original = nullptr);
// Of a message that came.
Headers headers_in(const rd_kafka_message_t& message);

}  // namespace kip
