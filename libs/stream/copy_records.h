#pragma once
// The first records of a topic in another one, for a bench that is to read so many and no more.
//
//   Status done = copy_records(kafka, "kip.events.v1", "own.input", 100'000, progress);

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "stream/options.h"

namespace kip {

// `count` records, of each partition its first ones in proportion to what it holds, into the same
// partition of `to`, with key, headers and time. Returns when the brokers have all of them.
// kInvalid: `from` holds fewer by its offsets, or `to` has other partitions. kUnavailable: what the
// brokers say, or nothing came for half a minute.
Status copy_records(const KafkaOptions& kafka, const std::string& from, const std::string& to,
                    std::uint64_t count,
                    const std::function<void(std::uint64_t done, std::uint64_t all)>& progress);

}  // namespace kip
