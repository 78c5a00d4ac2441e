#pragma once
// Brings a shard's store to the end of its changelog. Of this lib alone.

#include <cstdint>
#include <string>

#include "store/store.h"
#include "stream/kafka_seam.h"

namespace kip {

// Meta key: the changelog offset up to which the store is brought.
std::string changelog_key();

// Reads what is committed from where the store stands; the offset after it. The producer of the
// partition must have been fenced before, so that nothing is open. kCorrupt: the store is older
// than what the topic still tells.
Result<std::int64_t> restore(Store& store, const KafkaSeamOptions& options);

}  // namespace kip
