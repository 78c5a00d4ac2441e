#include "stream/kafka_engine.h"

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <thread>
#include <utility>

#include "store/rocks_store.h"
#include "stream/group_consumer.h"
#include "stream/kafka_seam.h"

namespace kip {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::chrono::seconds kQuiet{1}, kLongQuiet{3}, kRetry{1};
constexpr std::chrono::milliseconds kPollMost{100}, kWaitMost{1'000};
constexpr std::size_t kRecordsMax = 50'000;  // a transaction costs the same whatever is in it

}  // namespace

struct KafkaEngine::Owner {
  std::int32_t partition = 0;
  std::thread thread;
  std::mutex mutex;
  std::condition_variable wake;
  bool stop = false;
  std::atomic<bool> quiet{false};  // read to the end, nothing more to tell
  Steady::time_point last_work = Steady::now();

  bool stopped() {
    const std::scoped_lock lock(mutex);
    return stop;
  }
  // True: it was stopped meanwhile.
  bool pause(Steady::duration most) {
    std::unique_lock lock(mutex);
    return wake.wait_for(lock, most, [this] { return stop; });
  }
};

KafkaEngine::KafkaEngine(KafkaEngineOptions options, std::shared_ptr<const Policy> policy)
    : options_(std::move(options)), policy_(std::move(policy)) {}

KafkaEngine::~KafkaEngine() {
  group_.reset();  // revokes, and so ends the owners
  while (!owners_.empty()) give(owners_.begin()->first);
}

Result<std::unique_ptr<KafkaEngine>> KafkaEngine::open(KafkaEngineOptions options,
                                                       std::shared_ptr<const Policy> policy) {
  std::unique_ptr<KafkaEngine> engine(new KafkaEngine(std::move(options), std::move(policy)));
  GroupOptions group;
  group.kafka = engine->options_.kafka;
  group.group = engine->options_.group;
  group.member = engine->options_.member;
  group.assigned = [e = engine.get()](const std::vector<std::int32_t>& partitions) {
    for (const std::int32_t p : partitions) e->take(p);
  };
  group.revoked = [e = engine.get()](const std::vector<std::int32_t>& partitions) {
    for (const std::int32_t p : partitions) e->give(p);
  };
  group.failed = [e = engine.get()](const Error& error) { e->fail(error); };
  auto joined = GroupConsumer::join(std::move(group));
  if (!joined) return joined.error();
  engine->group_ = std::move(*joined);
  return engine;
}

void KafkaEngine::fail(const Error& error) {
  const std::scoped_lock lock(mutex_);
  if (!failure_) failure_ = error;
}

std::shared_ptr<const Policy> KafkaEngine::policy() const {
  const std::scoped_lock lock(mutex_);
  return policy_;
}

void KafkaEngine::reload(std::shared_ptr<const Policy> policy) {
  const std::scoped_lock lock(mutex_);
  policy_ = std::move(policy);
}

KafkaEngine::Figures KafkaEngine::figures() const { return {records_, alerts_, refused_}; }

Status KafkaEngine::run() {
  while (!stopping_) {
    group_->poll(kPollMost);
    {
      const std::scoped_lock lock(mutex_);
      if (failure_) return *failure_;
    }
    if (options_.drain && drained()) break;
  }
  return {};
}

bool KafkaEngine::drained() {
  return !owners_.empty() && std::all_of(owners_.begin(), owners_.end(), [](const auto& owner) {
    return owner.second->quiet.load();
  });
}

void KafkaEngine::take(std::int32_t partition) {
  auto& owner = owners_[partition];
  owner = std::make_unique<Owner>();
  owner->partition = partition;
  owner->thread = std::thread([this, &owner = *owner] { own(owner); });
}

void KafkaEngine::give(std::int32_t partition) {
  const auto found = owners_.find(partition);
  if (found == owners_.end()) return;
  {
    const std::scoped_lock lock(found->second->mutex);
    found->second->stop = true;
    found->second->wake.notify_all();
  }
  found->second->thread.join();
  owners_.erase(found);
}

void KafkaEngine::own(Owner& owner) {
  for (;;) {
    const Status left = live(owner);
    if (owner.stopped()) return;
    KIP_CHECK(!left);
    if (left.error().code == Errc::kCorrupt || left.error().code == Errc::kInvalid) {
      fail(left.error());
      return;
    }
    if (options_.say) {
      options_.say("partition " + std::to_string(owner.partition) + ": " + left.error().message +
                   "; opened anew");
    }
    if (owner.pause(kRetry)) return;
  }
}

// The life of a shard from its opening to a failure, or until it is stopped.
Status KafkaEngine::live(Owner& owner) {
  owner.quiet = false;
  const auto folder = std::filesystem::path(options_.data) / std::to_string(owner.partition);
  auto store = RocksStore::open(folder.string(), {});
  if (!store) return store.error();
  KafkaSeamOptions seam_options;
  seam_options.kafka = options_.kafka;
  seam_options.group = options_.group;
  seam_options.partition = owner.partition;
  seam_options.at_point = options_.at_point;
  auto seam = KafkaSeam::open(*group_, **store, std::move(seam_options));
  if (!seam) return seam.error();
  ShardOptions shard_options;
  shard_options.shard = static_cast<std::uint32_t>(owner.partition);
  shard_options.clock = options_.clock;
  shard_options.records_max = kRecordsMax;
  shard_options.at_point = options_.at_point;
  Shard shard(**seam, **store, policy(), std::move(shard_options));
  if (Status opened = shard.open(); !opened) return opened;
  owner.last_work = Steady::now();
  while (!owner.stopped()) {
    shard.set_policy(policy());
    const auto began = Steady::now();
    auto more = work_once(owner, shard);
    if (!more) return more.error();
    if (*more) {
      const auto passed = Steady::now() - began;
      // By time, not by event: a transaction costs the same whatever is in it.
      if (!shard.catching_up() && passed < options_.commit_interval &&
          owner.pause(options_.commit_interval - passed))
        break;
    } else {
      const bool log = options_.clock == Clock::kLog;
      auto most = log ? std::chrono::milliseconds{250} : kWaitMost;
      if (const auto next = shard.next_timer(); next && !log) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(*next - options_.now());
        most = std::clamp(left, std::chrono::milliseconds{1}, kWaitMost);
      }
      (*seam)->wait(most);
    }
  }
  return {};
}

// One step; true: there may be more to do at once.
Result<bool> KafkaEngine::work_once(Owner& owner, Shard& shard) {
  auto progress = shard.step(options_.now());
  if (!progress) return progress.error();
  bool ended = options_.clock != Clock::kLog;
  if (progress->idle && !ended) {
    if (const auto until = tick_now(owner, shard)) {
      ended = *until == options_.until.value_or(shard.time());
      progress = shard.tick(*until);
      if (!progress) return progress.error();
    }
  }
  records_ += progress->records;
  alerts_ += progress->alerts;
  refused_ += progress->refused;
  if (!progress->idle) owner.last_work = Steady::now();
  owner.quiet = progress->idle && ended && Steady::now() - owner.last_work >= kLongQuiet;
  return !progress->idle;
}

// As the embedded engine: a live feed counts as drained when it has been quiet.
std::optional<Instant> KafkaEngine::tick_now(const Owner& owner, const Shard& shard) const {
  const auto quiet = Steady::now() - owner.last_work;
  if (options_.until && quiet >= kLongQuiet) return options_.until;
  if (quiet < kQuiet || shard.time() <= kFarPast) return std::nullopt;
  return options_.until ? std::min(shard.time(), *options_.until) : shard.time();
}

}  // namespace kip
