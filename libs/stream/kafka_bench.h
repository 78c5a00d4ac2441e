#pragma once
// `kip bench --kafka`: events a second from a topic to the last acknowledged commit.
//
//   auto figures = kafka_bench({.kafka = {.brokers = "..."}, .topic = "t"}, policy, door,
//   progress);
//
// The topic holds WorkEvents as sources send them: ingest (one thread) and the engine (one thread
// a partition) run in this process. Or it holds what `kip ingest` has written: the engine runs
// alone. Where fewer events are wanted than it holds, so many of each partition's first ones are
// copied beforehand and the copy is read. All other topics are made for this run, with the topic's
// partitions and replication, and deleted after it. Time runs from the first slice that was read to
// the last commit, also of what was put off while catching up; the given clock stands, so that an
// end is reached.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "contract/door.h"
#include "runtime/bench_figures.h"
#include "stream/options.h"

namespace kip {

struct Policy;

struct KafkaBenchOptions {
  KafkaOptions kafka;
  std::string topic;
  std::uint64_t events = 0;  // to be read; 0 or more than the topic holds: what it holds
  bool stamped = false;      // the topic holds StampedEvents
  bool views = true;         // false: write no kip.items.v1
  bool keep_topics = false;
  std::string data;  // new or empty; the stores stay there
  Instant now{};     // where the clock stands
  std::chrono::milliseconds commit_interval{100};
};

// kInvalid: there is no such topic. kUnavailable: nothing moves for a minute, or the engine fails.
Result<BenchFigures> kafka_bench(const KafkaBenchOptions& options,
                                 std::shared_ptr<const Policy> policy,
                                 std::shared_ptr<const Door> door, const BenchProgress& progress);

}  // namespace kip
