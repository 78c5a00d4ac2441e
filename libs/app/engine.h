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

#include "app/doorstep.h"
#include "app/engine_options.h"
#include "app/learner.h"
#include "app/service.h"
#include "runtime/embedded_log.h"
#include "runtime/shard.h"
#include "runtime/subjects.h"
#include "store/rocks_store.h"

namespace kip {

class Engine final : public Service {
 public:
  static Result<std::unique_ptr<Engine>> open(EngineOptions options,
                                              std::shared_ptr<const Policy> policy);
  ~Engine() override;  // stops

  Status start() override;
  void stop() override;

  void accept(Submission message, std::function<void(Outcome)> done) override;
  void refuse(Submission message, const Refusal& refusal,
              std::function<void(Outcome)> done) override;
  // Of a file: checked already. Not durable before drain() has returned.
  Status append(const std::vector<Accepted>& events);
  Status append_dead(const std::vector<DeadLetter>& letters);
  // Waits until all that was taken in is answered, and every shard has read its log to the end and
  // fired what is due (Clock::kLog: the tick to the end of time).
  Status drain(const std::function<void(std::uint64_t done, std::uint64_t all)>& progress);
  Status reload(const std::shared_ptr<const Policy>& policy) override;

  std::shared_ptr<const Store> view() const override { return store_; }
  std::shared_ptr<const Policy> policy() const override;
  const ClockSpec& clock() const override { return options_.clock; }
  Instant now() const override;
  Millis clock_lag() const override;
  std::vector<ShardFigures> shards() const override;
  std::uint32_t alert_parts() const override { return alert_logs(log_->shards()); }
  // By source, of those that are registered: see libs/subjects/source.h. Nothing under Clock::kLog.
  std::map<std::string, SourcePhase> source_phases() const override;
  bool started() const override { return started_; }
  std::optional<Error> failure() const override;  // of a shard
  // The end of the log from before the start is looked at too: when each was last heard.
  SourceTally::Counts sources() const override { return sources_.counts(); }
  const ServiceCounters& counters() const override { return counters_; }
  const Probe& probe() const override { return probe_; }
  const std::string& data() const override { return options_.data; }
  std::uint64_t free_bytes() const override { return store_->free_bytes(); }

  RocksStore& store() { return *store_; }
  const EngineOptions& options() const { return options_; }

 private:
  struct Owner;  // a shard and its thread
  struct Waiting {
    Checked checked;
    std::function<void(Outcome)> done;
  };
  Engine(EngineOptions options, std::shared_ptr<const Policy> policy);
  StoredOptions decides() const;
  Instant committed_time() const;
  void report_skew();
  void own_shard(Owner& owner);
  template <typename Part>
  void hand(Part Owner::*part, const Part& value);  // to each shard's thread, if it is another
  Status open_watch(std::uint32_t shards);
  void watch();
  Status look_at_sources();
  Status look_ahead();
  Result<bool> look_at_links();
  Result<bool> work_once(Owner& owner);
  Status recall_sources();
  void enqueue(Waiting waiting);
  void append_loop();
  void write_waiting(std::vector<Waiting>& batch);
  void fail(const Error& error);
  void notify_shards();
  std::optional<Instant> tick_now() const;
  void note_appended(Instant last);

  EngineOptions options_;
  std::function<Instant()> clock_;
  std::shared_ptr<RocksStore> store_;
  std::unique_ptr<EmbeddedLog> log_;
  std::vector<std::unique_ptr<Owner>> owners_;
  ServiceCounters counters_;
  SourceTally sources_;
  Probe probe_;
  std::atomic<bool> started_{false};
  std::atomic<std::size_t> unanswered_{0};  // messages taken in and not answered yet
  std::atomic<std::int64_t> last_record_ms_{ms_of(kFarPast)};
  std::atomic<std::int64_t> last_append_ns_{0};
  std::atomic<bool> draining_{false};
  std::atomic<bool> skewed_{false};

  mutable std::mutex mutex_;  // policy_, failure_, waiting_
  std::condition_variable wake_;
  std::shared_ptr<const Policy> policy_;
  std::shared_ptr<const Door> door_;
  std::optional<Error> failure_;
  std::deque<Waiting> waiting_;
  bool stopping_ = false;
  std::thread appender_, watcher_;
  std::unique_ptr<Subjects> subjects_;         // of watcher_ once that runs
  std::map<std::string, SourcePhase> phases_;  // under mutex_
  std::unique_ptr<Forecaster> forecaster_;     // as subjects_
  Learner learner_;                            // of watcher_
  std::atomic<std::uint64_t> links_news_{1};   // grows where a shard has written or lost some
  std::mutex links_mutex_;                     // those below; before that of an owner
  LinkRows link_rows_;
  std::uint64_t links_handed_ = 0;  // of that news
};

}  // namespace kip
