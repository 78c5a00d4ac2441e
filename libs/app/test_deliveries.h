#pragma once
// A message that a desk has decided and that waits on a channel.

#include <gtest/gtest.h>

#include <string>

#include "runtime/outbox.h"

namespace kip::test {

inline void decide(Store& store, const std::string& id, const std::string& channel, Instant at) {
  Message message;
  message.id = id;
  message.person = "tp";
  message.at = at;
  Batch batch;
  batch.put(Table::kMessage, id, encode_message(message));
  put_delivery(batch, fresh_delivery(id, channel, at));
  ASSERT_TRUE(store.write(batch, Durability::kSynced));
}

}  // namespace kip::test
