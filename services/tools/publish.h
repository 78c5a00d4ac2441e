#pragma once
// kip import --kafka.

#include <string>

#include "contract/import.h"
#include "tools/refused.h"

namespace kip {

// Sends what the door has let in to kip.work.v1, as its sources would have; the exit code.
int publish_log(const std::string& brokers, const ImportedLog& log, Refused& refused);

}  // namespace kip
