#pragma once
// The service on Kafka in one process, in the roles that it is given: gateway (what comes over HTTP
// goes to kip.events.v1), ingest (what sources publish goes there), engine (the shards of the
// partitions that its group gives it). `kip up --kafka` has all of them, the commands of the roles
// one each.
//
//   auto service = KafkaService::open(options, policy);
//   (*service)->start();
//   ...                      // any thread; on_end says when it cannot or need not go on
//   (*service)->stop();
//
// What it shows of items are those of its own partitions; of alerts, all that kip.alerts.v1 holds.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "app/doorstep.h"
#include "app/kafka_desks.h"
#include "app/service.h"
#include "store/rocks_store.h"
#include "stream/alert_reader.h"
#include "stream/fences.h"
#include "stream/gateway.h"
#include "stream/ingest.h"
#include "stream/kafka_engine.h"

namespace kip {

struct Roles {
  bool gateway = false, ingest = false, engine = false, notifier = false;
};

struct KafkaServiceOptions {
  KafkaOptions kafka;
  Roles roles;
  // Role engine: a folder a partition. Role notifier: one for the desks. Either: one for the table
  // of alerts.
  std::string data;
  std::string ingest_group = "kip-ingest", engine_group = "kip-engine",
              notifier_group = "kip-notifier";
  std::shared_ptr<const NotifySetup> messages;  // role notifier
  std::string member;  // unique among the processes, the same over a restart
  ClockSpec clock;
  std::optional<Instant> until;  // --clock log: where time ends
  StoredOptions decides;         // kept beside the data, for the commands that look at it
  std::chrono::milliseconds commit_interval{100};
  bool drain = false;                                // end once all that is there is told
  std::function<void(const AlertChange&)> on_alert;  // from threads of shards
  // Once, from a thread of the service: drained, or why it cannot go on.
  std::function<void(Status)> on_end;
  std::function<void(const std::string& what)> on_warning;
  std::function<void(std::string_view point)> at_point;  // for crash tests
  std::optional<std::size_t> records_max;                // a commit; for crash tests
};

class KafkaService final : public Service {
 public:
  static Result<std::unique_ptr<KafkaService>> open(KafkaServiceOptions options,
                                                    std::shared_ptr<const Policy> policy);
  ~KafkaService() override;  // stops

  Status start() override;
  void stop() override;

  void accept(Submission message, std::function<void(Outcome)> done) override;
  void refuse(Submission message, const Refusal& refusal,
              std::function<void(Outcome)> done) override;
  Status reload(const std::shared_ptr<const Policy>& policy) override;
  void reload_messages(const std::shared_ptr<const NotifySetup>& messages);
  // Null while another process has the desks, or before start().
  std::shared_ptr<Notifier> notifier() const;

  std::shared_ptr<const Store> view() const override;
  std::shared_ptr<const Policy> policy() const override;
  const ClockSpec& clock() const override { return options_.clock; }
  Instant now() const override;
  Millis clock_lag() const override;
  std::vector<ShardFigures> shards() const override;
  std::uint32_t alert_parts() const override;
  bool started() const override;
  std::optional<Error> failure() const override;
  std::optional<OwnershipFigures> ownership() const override;
  std::vector<InputLag> input_lags() const override;
  std::map<std::string, SourcePhase> source_phases() const override;  // of who has the desks
  SourceTally::Counts sources() const override { return sources_.counts(); }
  const ServiceCounters& counters() const override { return counters_; }
  const Probe& probe() const override { return probe_; }
  const std::string& data() const override { return options_.data; }
  std::uint64_t free_bytes() const override;

 private:
  KafkaService(KafkaServiceOptions options, std::shared_ptr<const Policy> policy);
  Status open_engine();
  Status open_ingest();
  Status open_alerts();
  Status open_desks();
  void send(Checked checked, std::function<void(Outcome)> done);
  void run_engine();
  void run_beside();
  void run_ingest();
  Status ingest_again(const Error& why);
  void run_alerts();
  void run_desks();
  void end(const Status& how);
  std::shared_ptr<const Door> door() const;
  // Null where there is none, and before start() is through: requests come from then on.
  const KafkaEngine* engine() const { return started_ ? engine_.get() : nullptr; }
  const KafkaDesks* desks() const { return started_ ? desks_.get() : nullptr; }
  Instant committed_time() const;

  KafkaServiceOptions options_;
  std::function<Instant()> clock_;
  ServiceCounters counters_;
  SourceTally sources_;
  Probe probe_;
  std::atomic<bool> stopping_{false}, started_{false};

  mutable std::mutex mutex_;  // policy_, door_, failure_, ended_, lags_
  std::condition_variable leaving_;
  std::shared_ptr<const Policy> policy_;
  std::shared_ptr<const Door> door_;
  std::optional<Error> failure_;
  bool ended_ = false;
  std::vector<InputLag> lags_;

  std::shared_ptr<RocksStore> alerts_;  // the table of alerts
  std::unique_ptr<AlertReader> alert_reader_;
  std::unique_ptr<KafkaDesks> desks_;
  std::unique_ptr<KafkaEngine> engine_;
  std::unique_ptr<Ingest> ingest_;
  Fences ingest_fences_;
  std::unique_ptr<Gateway> gateway_;
  std::vector<std::thread> threads_;
};

}  // namespace kip
