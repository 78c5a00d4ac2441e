#pragma once
// What indicators and sources said (IndicatorEvent, SourceReport), kept by whom it is of and when:
// nothing reads it yet. Each once: what came again, byte for byte, is a repeat.

#include <set>
#include <string>
#include <string_view>

#include "contract/door.h"
#include "store/store.h"

namespace kip {

// Puts the reading into `batch` unless it is stored already or among `fresh`, the keys of this
// batch. True: it is new.
Result<bool> keep_reading(const Store& store, const Reading& reading, std::string_view stamped,
                          std::set<std::string>& fresh, Batch& batch);

}  // namespace kip
