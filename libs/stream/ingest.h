#pragma once
// Ingest: what sources publish on kip.work.v1 and kip.indicators.v1 goes through the door into
// kip.events.v1, keyed by item; what is refused goes to kip.dead.v1 as it came. At least once: the
// offsets are committed when the brokers have everything, and the fold drops repeats (SEMANTICS 1).
//
//   auto ingest = Ingest::open(options, door);
//   while (running) { auto done = (*ingest)->step(100ms); }
//
// One thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "contract/door.h"
#include "runtime/shard.h"
#include "stream/options.h"

namespace kip {

struct IngestOptions {
  KafkaOptions kafka;
  std::string group = "kip-ingest";
  std::string member;                // unique in the group, the same over a restart; empty: none
  bool time_from_record = false;     // --clock log: ingested_at is the record's own time
  std::function<Instant()> now;      // otherwise
  std::size_t records_max = 10'000;  // a step, at most
  std::function<void(std::string_view point)> at_point;  // for crash tests
};

class Ingest {
 public:
  ~Ingest();
  Ingest(const Ingest&) = delete;
  Ingest& operator=(const Ingest&) = delete;

  static Result<std::unique_ptr<Ingest>> open(IngestOptions options,
                                              std::shared_ptr<const Door> door);

  struct Step {
    std::uint64_t accepted = 0, refused = 0, unknown_fields = 0;
    // What the shards do not count: dead letters, indicators and reports; and when each was heard.
    std::map<std::string, SourceCount, std::less<>> sources;
  };
  // Takes what is there, waiting for the first at most so long. kUnavailable: drop it and open it
  // again; nothing is lost by it. kFenced: another member has this one's name.
  Result<Step> step(std::chrono::milliseconds most);
  // From the next step on.
  void set_door(std::shared_ptr<const Door> door);

  // What the partitions that are ours still hold for it, as far as the client knows.
  struct Lag {
    std::string topic;
    std::int32_t partition = 0;
    std::uint64_t records = 0;
  };
  std::vector<Lag> lags() const;

 private:
  struct Impl;
  explicit Ingest(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kip
