#pragma once
// What API, pages, metrics and the feed see of what runs, whether embedded (engine.h) or on Kafka
// (kafka_service.h).
//
//   service.accept(message, [](Outcome o) { ... });   // called back once it is durable
//   auto totals = read_totals(*service.view());
//
// Threads: any, for every function. accept() and refuse() never block on disk or network.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/probe.h"
#include "app/setup.h"
#include "app/source_tally.h"
#include "app/submission.h"
#include "store/store.h"
#include "subjects/source.h"

namespace kip {

// Counters since the start.
struct ServiceCounters {
  std::atomic<std::uint64_t> accepted{0}, refused{0}, repeats{0}, records{0}, alerts{0}, timers{0},
      unknown_fields{0};
};

// How far a shard has read, in records: one of them, or all together.
struct Reach {
  std::uint64_t done = 0, all = 0;
};

struct ShardFigures {
  std::uint32_t shard = 0;
  bool catching_up = false;  // reads what came before it was started, or fires what fell due then
  Reach reach;
  // On Kafka: how much of its state has been brought here, 0 to 1. Embedded it is always here.
  std::optional<double> restored;
};

// On Kafka alone, since the start.
struct OwnershipFigures {
  std::uint64_t fenced = 0;    // another process took a partition over while this one held it
  std::uint64_t reopened = 0;  // a shard failed and was opened anew from what is committed
};

// What a process still has to read of a topic that sources publish on.
struct InputLag {
  std::string topic;
  std::int32_t partition = 0;
  std::uint64_t records = 0;
};

class Service {
 public:
  virtual ~Service() = default;

  virtual Status start() = 0;
  virtual void stop() = 0;  // what was taken in is answered before it returns

  virtual void accept(Submission message, std::function<void(Outcome)> done) = 0;
  // A message that is not even taken to the door: a dead letter with that reason.
  virtual void refuse(Submission message, const Refusal& refusal,
                      std::function<void(Outcome)> done) = 0;
  // kInvalid, and the old one stays: another ward than the one that runs.
  virtual Status reload(const std::shared_ptr<const Policy>& policy) = 0;

  // What can be read of items, alerts and totals now. Hold it no longer than a request takes.
  virtual std::shared_ptr<const Store> view() const = 0;
  virtual std::shared_ptr<const Policy> policy() const = 0;
  virtual const ClockSpec& clock() const = 0;
  // The time by which items are judged: the given clock's, but never before what is committed; in
  // `log`, of the data.
  virtual Instant now() const = 0;
  // How far the given clock lags behind what is committed; zero where it does not.
  virtual Millis clock_lag() const = 0;

  virtual std::vector<ShardFigures> shards() const = 0;  // of this process
  // In how many parts the view's table of alerts is numbered.
  virtual std::uint32_t alert_parts() const = 0;
  virtual bool started() const = 0;
  virtual std::optional<Error> failure() const = 0;
  virtual std::optional<OwnershipFigures> ownership() const { return std::nullopt; }
  virtual std::vector<InputLag> input_lags() const { return {}; }
  virtual SourceTally::Counts sources() const = 0;
  // Of the registered sources, where they are watched.
  virtual std::map<std::string, SourcePhase> source_phases() const { return {}; }
  virtual const ServiceCounters& counters() const = 0;
  virtual const Probe& probe() const = 0;
  virtual const std::string& data() const = 0;   // the folder
  virtual std::uint64_t free_bytes() const = 0;  // on its disk

  bool catching_up() const;  // any shard
  Reach reach() const;       // all shards
};

// The time by which a service judges, where its clock says `given` and `committed` is the greatest
// time that it has committed.
Instant service_now(const ClockSpec& clock, Instant given, Instant committed);

}  // namespace kip
