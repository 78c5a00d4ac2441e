#pragma once
// Learning from the ended items of a store. Any thread, while shards go on writing.

#include <memory>

#include "runtime/forecaster.h"

namespace kip {

// Of more items a sample of about so many is learned from, by a hash of their ids.
inline constexpr std::size_t kLearnItemsMax = 30'000;

// From the stored histories, as they are at `now`. `in_use`: the one that the new one has to beat;
// none: there is none. `part`: how much of all items the store holds.
Result<Learning> learn(const Store& store, const Policy& policy,
                       const std::shared_ptr<const forecast::Lesson>& in_use, Instant now,
                       double part = 1);

// Whether it is any good or not: for benches. kInvalid: too little has ended.
Result<forecast::Lesson> learn_unchallenged(const Store& store, const Policy& policy, Instant now);

}  // namespace kip
