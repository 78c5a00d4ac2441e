#pragma once
// Publishing on kip.work.v1 as a source does: `kip import --kafka`.

#include <functional>
#include <vector>

#include "base/result.h"
#include "contract/door.h"
#include "stream/options.h"

namespace kip {

// The events of what the door has let in, as bare protobuf, keyed by item, each with its
// ingested_at as the record's time. Returns when the brokers have all of them. Indicators and
// reports are left out. kUnavailable: what the brokers say; part may be there, and sending all
// again is harmless.
Status publish_work(const KafkaOptions& kafka, const std::vector<Accepted>& events,
                    const std::function<void(std::uint64_t done, std::uint64_t all)>& progress);

}  // namespace kip
