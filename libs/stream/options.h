#pragma once
// How a process meets Kafka: brokers, group, the names of the topics.

#include <cstdint>
#include <map>
#include <string>

namespace kip {

// Topics of the contract; the changelog is the engine's own. Benches and tests have others.
struct TopicNames {
  std::string work = "kip.work.v1";
  std::string indicators = "kip.indicators.v1";
  std::string events = "kip.events.v1";
  std::string alerts = "kip.alerts.v1";
  std::string items = "kip.items.v1";
  std::string dead = "kip.dead.v1";
  std::string changelog = "kip.changelog.v1";
};

struct KafkaOptions {
  std::string brokers;
  std::string client_id = "kip";
  std::map<std::string, std::string> settings = {};  // of librdkafka, added as they are
  TopicNames topics = {};
};

}  // namespace kip
