#pragma once
// What seams of the same lib share of the consumer.

#include <map>

#include "stream/client.h"
#include "stream/group_consumer.h"

namespace kip {

struct GroupConsumer::Impl {
  GroupOptions options;
  Owned<rd_kafka_t> client;
  std::map<std::int32_t, Owned<rd_kafka_queue_t>> queues;  // of the partitions that are ours
  bool leaving = false;
};

}  // namespace kip
