#pragma once
// The topics that Kịp reads and writes: made once by `kip topics create`, held to by `check`.
//
//   auto mistakes = check_topics(kafka, topics({.partitions = 8, .replication = 3}));

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "stream/options.h"

namespace kip {

struct TopicPlan {
  int partitions = 4;
  int replication = 1;
  bool keep_all = false;  // retention unlimited: logs of other years are read with their own times
  TopicNames names = {};
};

struct Topic {
  std::string name;
  int partitions = 1, replication = 1;
  std::map<std::string, std::string> config;
};

// kip.events.v1 and its changelog have the plan's partitions: one a shard. The desks, and who
// watches the sources, are one machine, and what shards tell each other every process reads whole:
// kip.desks.v1, kip.sources.v1 and kip.links.v1 have one.
std::vector<Topic> topics(const TopicPlan& plan);

inline constexpr std::chrono::milliseconds kTopicsKnown{90'000};

// Makes those that are not there; their names. Returns once every broker knows all of `topics` with
// a leader for each partition: what is asked next may be asked of any. kUnavailable: the brokers
// say why not, or do not all know them within `wait`.
Result<std::vector<std::string>> create_topics(const KafkaOptions& kafka,
                                               const std::vector<Topic>& topics,
                                               std::chrono::milliseconds wait = kTopicsKnown);
// The topic as it is, without its configuration; none: it is not there.
Result<std::optional<Topic>> find_topic(const KafkaOptions& kafka, const std::string& name);
// How many records its offsets span.
Result<std::uint64_t> records_in(const KafkaOptions& kafka, const Topic& topic);
Status delete_topics(const KafkaOptions& kafka, const std::vector<std::string>& names);

// What differs, one sentence each; empty: all is as planned.
Result<std::vector<std::string>> check_topics(const KafkaOptions& kafka,
                                              const std::vector<Topic>& topics);

}  // namespace kip
