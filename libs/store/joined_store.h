#pragma once
// Several stores seen as one, for reading: the partitions of an engine on Kafka, each with a store
// of its own. Rows come in the order of their keys, whichever store they are of; of a key that
// stands in several the first store's row is seen. To write: kInvalid.
//
// A scan sees one state only where nobody writes to the stores meanwhile: give it readers that
// nobody refreshes. The stores must outlive it. Threads: any, if the stores allow it.

#include <memory>
#include <vector>

#include "store/store.h"

namespace kip {

std::unique_ptr<Store> join_stores(std::vector<const Store*> stores);

}  // namespace kip
