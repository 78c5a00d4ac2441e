#pragma once
// The whole service in one process, without its outside: one store, its embedded log, a thread for
// each shard, one thread that appends what the door has let in. `kip up` puts HTTP before it, `kip
// import` a file.
//
//   auto engine = Engine::open(options, policy);
//   (*engine)->start();
//   (*engine)->accept(message, [](Outcome o) { ... });     // any thread; called back once it is
//   durable
//   (*engine)->stop();
//
// accept() never blocks on the disk: what waits is written as one synced batch (202 means it is
// durable). Beyond `queue_max` waiting messages the answer is kBusy at once. When a shard fails the
// engine stops taking anything in and failure() says why; the process is to leave, nothing that was
// answered is lost.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/engine_options.h"
#include "app/message.h"
#include "app/probe.h"
#include "app/setup.h"
#include "contract/state.h"
#include "runtime/embedded_log.h"
#include "runtime/shard.h"
#include "store/rocks_store.h"

namespace kip {

// Counters since the start; read from any thread.
struct EngineCounters {
  std::atomic<std::uint64_t> accepted{0}, refused{0}, repeats{0}, records{0}, alerts{0}, timers{0},
      unknown_fields{0};
};

class Engine {
 public:
  static Result<std::unique_ptr<Engine>> open(EngineOptions options,
                                              std::shared_ptr<const Policy> policy);
  ~Engine();  // stops

  Status start();
  void stop();

  void accept(Message message, std::function<void(Outcome)> done);
  // A message that is not even taken to the door: a dead letter with that reason.
  void refuse(Message message, const Refusal& refusal, std::function<void(Outcome)> done);
  // Of a file: checked already. Not durable before drain() has returned.
  Status append(const std::vector<Accepted>& events);
  Status append_dead(const std::vector<DeadLetter>& letters);
  // Waits until every shard has read its log to the end and fired what is due (Clock::kLog: the
  // tick to the end of time).
  Status drain(const std::function<void(std::uint64_t done, std::uint64_t all)>& progress);
  // kInvalid, and the old one stays: another ward than the one that runs.
  Status reload(const std::shared_ptr<const Policy>& policy);

  // The time by which its items are judged: the given clock's, but never before what is committed;
  // in `log`, of the data.
  Instant now() const;
  // How far the given clock lags behind what is committed; zero where it does not.
  Millis clock_lag() const;
  // How far the shards have read, in records: one of them, or all together.
  struct Reach {
    std::uint64_t done = 0, all = 0;
  };
  Reach reach(std::uint32_t shard) const;
  Reach reach() const;
  RocksStore& store() { return *store_; }
  const RocksStore& store() const { return *store_; }
  std::shared_ptr<const Policy> policy() const;
  std::uint32_t shards() const { return log_->shards(); }
  // Of one shard: it reads what came before it was started, or fires what fell due meanwhile.
  bool catching_up(std::uint32_t shard) const;
  bool catching_up() const;  // any of them
  bool started() const { return started_; }
  std::optional<Error> failure() const;  // of a shard
  const EngineCounters& counters() const { return counters_; }
  const EngineOptions& options() const { return options_; }
  const Probe& probe() const { return probe_; }
  // By source: what became of the records read since the start, and its last event, for which the
  // end of the log from before the start is looked at too. "": dead letters whose source could not
  // be read, and whatever comes after the first thousand sources.
  using SourceCounts = std::map<std::string, SourceCount, std::less<>>;
  SourceCounts sources() const;

 private:
  struct Owner;  // a shard and its thread
  struct Waiting {
    Outcome outcome;
    std::string dead;    // of a refused one
    std::string source;  // of a refused one, where it could be read
    std::function<void(Outcome)> done;
  };
  Engine(EngineOptions options, std::shared_ptr<const Policy> policy);
  Instant committed_time() const;
  void report_skew();
  void own_shard(Owner& owner);
  Result<bool> work_once(Owner& owner);
  SourceCount& count_of(std::string_view source);
  void note_sources(const SourceCounts& counts);
  Status recall_sources();
  Waiting refused(Message message, const Refusal& refusal, std::string source,
                  std::function<void(Outcome)> done) const;
  void enqueue(Waiting waiting);
  void append_loop();
  void write_waiting(std::vector<Waiting>& batch);
  void fail(const Error& error);
  void notify_shards();
  std::optional<Instant> tick_now() const;
  void note_appended(Instant last);

  EngineOptions options_;
  std::function<Instant()> clock_;
  std::unique_ptr<RocksStore> store_;
  std::unique_ptr<EmbeddedLog> log_;
  std::vector<std::unique_ptr<Owner>> owners_;
  EngineCounters counters_;
  Probe probe_;
  std::atomic<bool> started_{false};
  std::atomic<std::int64_t> last_record_ms_{ms_of(kFarPast)};
  std::atomic<std::int64_t> last_append_ns_{0};
  std::atomic<bool> draining_{false};
  std::atomic<bool> skewed_{false};

  mutable std::mutex mutex_;  // policy_, failure_, waiting_, sources_
  std::condition_variable wake_;
  std::shared_ptr<const Policy> policy_;
  std::shared_ptr<const Door> door_;
  std::optional<Error> failure_;
  std::deque<Waiting> waiting_;
  SourceCounts sources_;
  bool stopping_ = false;
  std::thread appender_;
};

}  // namespace kip
