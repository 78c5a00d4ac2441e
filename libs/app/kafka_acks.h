#pragma once
// What stands on kip.acks.v1 on its way to the desks: an AckEvent in protobuf or JSON is checked
// and becomes an answer in the log of the desks, one at each desk that it concerns; what cannot be
// taken becomes a dead letter with its bytes untouched. One batch for both, and for how far the
// topic has been taken.
//
//   auto reader = open_acks(kafka, store);
//   auto taken = take_acks(*(*reader)->read(100ms), store, logs, policy, topic, now);
//   store.write(taken->batch, Durability::kSynced);
//
// The alerts that it answers must stand in the store's table of alerts by now, if they were ever
// raised. An answer that is known already, by its ack_id and alert, is passed over. Pure but for
// the store that is read.

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "rules/policy.h"
#include "store/store.h"
#include "stream/topic_reader.h"

namespace kip {

// From where the store says that they have been taken.
Result<std::unique_ptr<TopicReader>> open_acks(const KafkaOptions& kafka, const Store& store);

struct TakenAcks {
  Batch batch;
  std::uint64_t answers = 0, repeats = 0, refused = 0;
};
// `logs`: of alerts. An error: the store could not be read.
Result<TakenAcks> take_acks(std::span<const TopicRecord> records, const Store& store,
                            std::uint32_t logs, const Policy& policy, const std::string& topic,
                            Instant now);

}  // namespace kip
