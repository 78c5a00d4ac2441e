#pragma once
// How a process meets Kafka: brokers, group, the names of the topics.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace kip {

// Topics of the contract; the changelogs of the engine and of the desks, what engines hear of
// sources and what shards tell each other are our own. Benches and tests have others.
struct TopicNames {
  std::string work = "kip.work.v1";
  std::string indicators = "kip.indicators.v1";
  std::string events = "kip.events.v1";
  std::string alerts = "kip.alerts.v1";
  std::string items = "kip.items.v1";
  std::string dead = "kip.dead.v1";
  std::string changelog = "kip.changelog.v1";
  std::string acks = "kip.acks.v1";
  std::string desks = "kip.desks.v1";
  std::string sources = "kip.sources.v1";
  std::string links = "kip.links.v1";
};

// What a source may send on its topics, as max.message.bytes: an event of 1 MiB and its headers.
// And what Kịp writes of it, stamped, as a dead letter with its reason, or as an item's history.
inline constexpr const char* kSourceBytesMax = "2097152";
inline constexpr const char* kMessageBytesMax = "4194304";

// How long a compacted topic tells that a row was erased, as delete.retention.ms: a day.
inline constexpr std::chrono::hours kForgottenAfter{24};

// librdkafka's name -> value. Holds secrets: never printed.
using KafkaSettings = std::map<std::string, std::string>;

struct KafkaOptions {
  std::string brokers = {};
  std::string client_id = "kip";
  KafkaSettings settings = {};  // of kafka.yaml (stream/settings.h)
  TopicNames topics = {};
  // What goes wrong with the brokers in the course, a sentence each, the same one many times; from
  // any thread, and not for long.
  std::function<void(const std::string& what)> say = {};
};

}  // namespace kip
