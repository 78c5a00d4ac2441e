#pragma once
// kip import --kafka.

#include "contract/import.h"
#include "kip/commands.h"
#include "tools/refused.h"

namespace kip {

// Before the files are read: whether Kafka is there and takes us; kDone, or said why not.
int before_publish(const KafkaArguments& kafka);
// Sends what the door has let in to kip.work.v1, as its sources would have; the exit code.
int publish_log(const KafkaArguments& kafka, const ImportedLog& log, Refused& refused);

}  // namespace kip
