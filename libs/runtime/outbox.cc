#include "runtime/outbox.h"

#include "store/keys.h"

namespace kip {

DeliveryRecord fresh_delivery(const std::string& message, const std::string& channel, Instant now) {
  DeliveryRecord record;
  record.message = message;
  record.channel = channel;
  record.state = DeliveryRecord::State::kPending;
  record.first = record.next = now;
  return record;
}

void put_delivery(Batch& batch, const DeliveryRecord& record) {
  batch.put(Table::kDelivery, keys::pair(record.message, record.channel), encode_delivery(record));
  if (record.state == DeliveryRecord::State::kPending)
    batch.put(Table::kOutbox, keys::outbox(record.channel, record.next, record.message), "");
}

}  // namespace kip
