#pragma once
// What is to be sent: a message's delivery on a channel, and its row in table outbox while it
// waits. Pure but for the batch.

#include <string>

#include "contract/desk_state.h"
#include "store/store.h"

namespace kip {

// Not tried yet, and to be sent at `now`.
DeliveryRecord fresh_delivery(const std::string& message, const std::string& channel, Instant now);
void put_delivery(Batch& batch, const DeliveryRecord& record);

}  // namespace kip
