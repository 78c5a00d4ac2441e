#pragma once
// A dead letter on kip.dead.v1: the message's own bytes, key and headers, and the reason in headers
// (DESIGN 5: __connect.errors.*, kip.*). Of this lib alone.

#include "contract/state.h"
#include "stream/client.h"

namespace kip {

// To be taken over by a produce that succeeds, else destroyed by the caller.
rd_kafka_headers_t* headers_of(const DeadLetter& letter);

}  // namespace kip
