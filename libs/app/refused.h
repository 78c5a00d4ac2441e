#pragma once
// What was refused of an import or a replay, as lines of JSON for `--refused FILE`. Pure; any
// thread.

#include <string>

#include "contract/import.h"
#include "contract/state.h"

namespace kip {

// {"file", "line", "code", "field", "reason"}: a row that the door refused.
std::string refused_json(const RefusedRow& row);
// {"item_id", "event_id", "code", "field", "reason"}: an event that the shard of its item refused.
std::string refused_json(const DeadLetter& letter);

}  // namespace kip
