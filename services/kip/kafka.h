#pragma once
// What the commands on Kafka share: --kafka and --kafka-config become options, and Kafka is asked
// for before anything is begun.
//
//   int exit = kDone;
//   const auto kafka = kafka_options(arguments, exit);
//   if (!kafka) return exit;
//   if (const int left = await_kafka(*kafka, {.topics = {...}})) return left;

#include <optional>

#include "kip/commands.h"
#include "stream/options.h"
#include "stream/reach.h"

namespace kip {

// None: said why, `exit` is kUsage. What goes wrong with the brokers later is said on stderr, the
// same sentence once a minute.
std::optional<KafkaOptions> kafka_options(const KafkaArguments& arguments, int& exit);

// kDone once the brokers answer, have the topics, and those of `reads` may be read. kStopped, said:
// they refuse us, or a topic is not there. Brokers that are away are said so every 15 seconds and
// waited for until `stopped` says so (kDone); without it, for a command that runs once, only for
// the first 15.
int await_kafka(const KafkaOptions& kafka, const Reaching& reaching);

}  // namespace kip
