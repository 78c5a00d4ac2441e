#pragma once
// The engine on Kafka: the shards of the partitions that its group gives it, each with a store of
// its own, a transactional producer and a thread. What comes and goes with a rebalance comes and
// goes here; what fails is opened anew from what is committed.
//
//   auto engine = KafkaEngine::open(options, policy);
//   Status left = (*engine)->run();      // until stop(), or --drain is done, or it cannot go on
//
// stop(), drain() and reload() may be called from any thread.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/shard.h"
#include "store/rocks_store.h"
#include "stream/group_member.h"
#include "stream/options.h"

namespace kip {

struct KafkaEngineOptions {
  KafkaOptions kafka;
  std::string data;  // a folder a partition
  std::string group = "kip-engine", member;
  Clock clock = Clock::kGiven;
  std::function<Instant()> now;  // the given clock
  std::optional<Instant> until;  // Clock::kLog: where time ends
  std::chrono::milliseconds commit_interval{100};
  std::size_t records_max = 50'000;  // a commit, at most: a backlog is cut by commit_interval
  bool views = true;                 // write kip.items.v1
  bool drain = false;                // leave once everything that is there is read and told
  std::function<void(std::string_view point)> at_point;  // for crash tests
  std::function<void(const std::string& what)> say;      // to the operator
  // From the threads of the shards; as in ShardOptions.
  std::function<void(const AlertChange&)> on_alert;
  std::function<void(const AlertChange&, std::optional<Instant> ingested_at)> on_cause;
  std::function<void(const Progress&)> on_progress;              // of each step that did something
  std::function<void(std::chrono::nanoseconds took)> on_commit;  // of each commit
};

struct KafkaSeamOptions;

// What forecasts are made by, for the shards whose stores it was made of: another one's numbers
// mean something else.
struct OutlookNews {
  std::shared_ptr<const forecast::Outlook> outlook;  // null: there is none yet
  std::shared_ptr<const ForecastRows> rows;          // to be kept by each of them; null: none
  std::vector<std::weak_ptr<const Store>> stores;
};

class KafkaEngine {
 public:
  static Result<std::unique_ptr<KafkaEngine>> open(KafkaEngineOptions options,
                                                   std::shared_ptr<const Policy> policy);
  ~KafkaEngine();

  Status run();
  void stop() { stopping_ = true; }
  void drain() { draining_ = true; }  // as the option, from now on
  void reload(std::shared_ptr<const Policy> policy);
  // Of sources, as they are now; before the first call shards hold what they held. Any thread.
  void set_silences(const Silences& silences);
  // Not under Clock::kLog. Any thread.
  void set_outlook(OutlookNews news);
  // Of all shards, ours and others', as they were told by a moment after links_round() said
  // `round`: since a shard of ours came up, or was behind, older ones are ignored. Not under
  // Clock::kLog. Any thread.
  std::uint64_t links_round() const;
  void set_links(std::shared_ptr<const Links> links, std::uint64_t round);
  // How many partitions there are, ours and others'. Any thread.
  Result<std::int32_t> partitions_in_all() const { return member_->consumer().partitions(); }

  struct Figures {
    std::uint64_t records = 0, alerts = 0, refused = 0;
    std::uint64_t fenced = 0;    // another process took a partition over while this one held it
    std::uint64_t reopened = 0;  // a shard failed and was opened anew
  };
  Figures figures() const;

  // A partition that is ours, as it stands.
  struct Partition {
    std::int32_t number = 0;
    bool catching_up = true;  // or being restored, or opened anew
    double restored = 0;      // 0 to 1: how much of its state has been brought here
    std::uint64_t position = 0, end = 0;
    Instant time = kFarPast;                  // the greatest that it has seen
    std::shared_ptr<const RocksStore> store;  // null while it is not open
  };
  std::vector<Partition> partitions() const;   // any thread
  bool assigned() const { return assigned_; }  // the group has told what is ours

 private:
  struct Owner;  // a partition that is ours, its shard and its thread
  KafkaEngine(KafkaEngineOptions options, std::shared_ptr<const Policy> policy);
  Status join();
  void take(std::int32_t partition, std::size_t held_max);
  void give(const std::vector<std::int32_t>& partitions);
  void give_all();
  void own(Owner& owner);
  Status live(Owner& owner);
  KafkaSeamOptions seam_options(Owner& owner) const;
  ShardOptions shard_options(const Owner& owner) const;
  Result<bool> work_once(Owner& owner, Shard& shard);
  void show(Owner& owner, const Shard& shard, std::uint64_t end) const;
  void cut_slice(Owner& owner, Shard& shard, std::uint64_t records,
                 std::chrono::nanoseconds took) const;
  static bool must_stop(Owner& owner, const Error& why);
  void open_anew(Owner& owner, const Error& why);
  std::optional<Instant> tick_now(const Owner& owner, const Shard& shard) const;
  std::shared_ptr<const Policy> policy() const;
  void hand_news(Shard& shard, const std::shared_ptr<const Store>& store) const;
  void drop_links();
  bool drained();

  KafkaEngineOptions options_;
  std::atomic<bool> stopping_{false}, draining_{false}, assigned_{false};
  std::atomic<std::uint64_t> records_{0}, alerts_{0}, refused_{0}, fenced_{0}, reopened_{0};
  mutable std::mutex mutex_;  // policy_, silences_, outlook_, links*, and of owners_ who is in it
  std::optional<Silences> silences_;
  OutlookNews outlook_;
  std::shared_ptr<const Links> links_;  // null: newer ones are wanted
  std::uint64_t links_round_ = 0;
  std::shared_ptr<const Policy> policy_;
  // Of all partitions together, so that memory does not grow with their number.
  std::shared_ptr<const RocksMemory> memory_;
  std::map<std::int32_t, std::unique_ptr<Owner>> owners_;  // changed by the thread that runs
  std::unique_ptr<GroupMember> member_;                    // goes first: it lets go of them
};

}  // namespace kip
