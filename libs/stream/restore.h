#pragma once
// Brings a shard's store to the end of its changelog. Of this lib alone.

#include <chrono>
#include <cstdint>
#include <string>

#include "store/store.h"
#include "stream/kafka_seam.h"

namespace kip {

// Meta key: the changelog offset up to which the store is brought.
std::string changelog_key();

// Meta key: when it was brought there, in ms. What the topic told later and has forgotten since,
// the store would never hear of.
std::string changelog_at_key();
std::string changelog_now();

// What became of a store at offset `from` that was last brought up `since` ago, where the topic
// holds [low, high).
enum class StoreAge : std::uint8_t {
  kFits,
  kTooOld,  // the topic may have forgotten what it has missed
  kAhead,   // it has seen what the topic does not hold: another topic, or one that was cut
};
StoreAge age_of(std::int64_t from, std::int64_t low, std::int64_t high, std::chrono::hours since);

// Reads what is committed from where the store stands; the offset after it. The producer of the
// partition must have been fenced before, so that nothing is open. kNotFound: the store is older
// than what the topic still tells: remove it and restore from the beginning. kCorrupt: it is ahead
// of the topic.
Result<std::int64_t> restore(Store& store, const KafkaSeamOptions& options);

}  // namespace kip
