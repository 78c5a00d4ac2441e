#pragma once
// How a process meets Kafka: brokers, group, the names of the topics.

#include <cstdint>
#include <map>
#include <string>

namespace kip {

// Topics of the contract; the changelog is the engine's own.
inline constexpr const char* kWorkTopic = "kip.work.v1";
inline constexpr const char* kIndicatorsTopic = "kip.indicators.v1";
inline constexpr const char* kEventsTopic = "kip.events.v1";
inline constexpr const char* kAlertsTopic = "kip.alerts.v1";
inline constexpr const char* kItemsTopic = "kip.items.v1";
inline constexpr const char* kDeadTopic = "kip.dead.v1";
inline constexpr const char* kChangelogTopic = "kip.changelog.v1";

struct KafkaOptions {
  std::string brokers;
  std::string client_id = "kip";
  std::map<std::string, std::string> settings = {};  // of librdkafka, added as they are
};

}  // namespace kip
