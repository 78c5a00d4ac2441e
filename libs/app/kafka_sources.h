#pragma once
// The machine of subjects on Kafka, where the desks are: engines tell on kip.sources.v1 in which
// hours they heard each source, and what is told of a silence goes to kip.alerts.v1, from which
// engines and desks take it.
//
//   auto sources = KafkaSources::open(kafka, store, policy);
//   (*sources)->step(now, policy);     // again and again
//
// What was published by an instant is heard once ingest and engines have taken all that was on
// their topics then: a source is judged as of that instant. While they are behind nothing is
// judged. A source that speaks over HTTP to a gateway that is down is heard by nobody, and counts
// as silent. One thread, but for phases().

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "app/lapse.h"
#include "runtime/subjects.h"
#include "stream/group_lag.h"
#include "stream/topic_reader.h"

namespace kip {

struct KafkaSourcesOptions {
  KafkaOptions kafka;
  double factor = 1;  // how much faster than the wall the clock is that step() is told
  std::string ingest_group, engine_group;
};

class KafkaSources {
 public:
  static Result<std::unique_ptr<KafkaSources>> open(const KafkaSourcesOptions& options,
                                                    Store& store,
                                                    std::shared_ptr<const Policy> policy);
  // An error: drop it and open it anew.
  Status step(Instant now, const std::shared_ptr<const Policy>& policy);
  std::map<std::string, SourcePhase> phases() const;

 private:
  using Wall = std::chrono::steady_clock;
  explicit KafkaSources(Store& store) : store_(store) {}
  Status take_heard();
  Result<bool> all_taken(Instant now);

  Store& store_;
  std::unique_ptr<TopicReader> reader_;
  std::unique_ptr<GroupLag> ingest_, engines_;
  std::unique_ptr<Subjects> subjects_;
  double factor_ = 1;
  std::optional<Lapse> lapse_;
  Wall::time_point asked_;
  // Of the round under way: what was published by then is being waited for, ingest first.
  enum class Waits : std::uint8_t { kNothing, kIngest, kEngines, kRows };
  Waits waits_ = Waits::kNothing;
  std::int64_t rows_end_ = 0;  // of kip.sources.v1, where all of it stands
  Instant published_ = kFarPast;
  Wall::time_point began_;
  mutable std::mutex mutex_;
  std::map<std::string, SourcePhase> phases_;
};

}  // namespace kip
