#include "stream/kafka_engine.h"

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <thread>
#include <utility>

#include "base/planted.h"
#include "store/rocks_store.h"
#include "stream/kafka_seam.h"

namespace kip {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::chrono::seconds kQuiet{10}, kDrainQuiet{3};
constexpr std::chrono::minutes kHeardGrain{1};
constexpr std::chrono::seconds kRetry{1}, kFencedRetry{5};
constexpr std::uint64_t kBlockCacheBytes = 256ULL << 20, kWriteBufferBytes = 128ULL << 20;
constexpr std::chrono::milliseconds kWaitMost{1'000};
constexpr std::size_t kSliceLeast =
    2'000;  // records: with fewer a transaction costs more than they

}  // namespace

struct KafkaEngine::Owner {
  std::int32_t partition = 0;
  std::size_t held_max = 0;  // its share of what a process may hold
  std::thread thread;
  std::mutex mutex;  // stop, store
  std::condition_variable wake;
  bool stop = false;
  std::shared_ptr<RocksStore> store;  // while it is open
  std::atomic<bool> quiet{false};     // read to the end, nothing more to tell
  std::atomic<bool> catching_up{true};
  std::atomic<double> restored{0};
  std::atomic<std::uint64_t> position{0}, end{0};
  std::atomic<std::int64_t> time_ms{ms_of(kFarPast)};
  // Of the thread: the record that was in hand as the shard failed, the one of the time before, and
  // the one that has failed it twice.
  std::optional<std::uint64_t> failed_at, suspect, poison;
  Steady::time_point last_work = Steady::now();
  std::size_t slice = 0;     // records a commit, for now
  std::size_t read = 0;      // records of the last step
  bool timers_left = false;  // the last step fired as many timers as it may

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
    : options_(std::move(options)),
      policy_(std::move(policy)),
      memory_(std::make_shared<RocksMemory>(kBlockCacheBytes, kWriteBufferBytes)) {}

KafkaEngine::~KafkaEngine() = default;

Result<std::unique_ptr<KafkaEngine>> KafkaEngine::open(KafkaEngineOptions options,
                                                       std::shared_ptr<const Policy> policy) {
  std::unique_ptr<KafkaEngine> engine(new KafkaEngine(std::move(options), std::move(policy)));
  if (Status joined = engine->join(); !joined) return joined.error();
  return engine;
}

Status KafkaEngine::join() {
  GroupOptions group;
  group.kafka = options_.kafka;
  group.group = options_.group;
  group.member = options_.member;
  group.topic = options_.kafka.topics.events;
  group.assigned = [this](const auto& partitions) {
    for (const std::int32_t p : partitions) take(p, held_max_of(partitions.size()));
    assigned_ = true;
  };
  group.revoked = [this](const auto& partitions) { give(partitions); };
  auto joined = GroupMember::join(
      std::move(group), [this] { give_all(); }, options_.say);
  if (!joined) return joined.error();
  member_ = std::move(*joined);
  return {};
}

std::shared_ptr<const Policy> KafkaEngine::policy() const {
  const std::scoped_lock lock(mutex_);
  return policy_;
}

void KafkaEngine::reload(std::shared_ptr<const Policy> policy) {
  const std::scoped_lock lock(mutex_);
  policy_ = std::move(policy);
}

void KafkaEngine::set_silences(const Silences& silences) {
  const std::scoped_lock lock(mutex_);
  silences_ = silences;
}

void KafkaEngine::set_outlook(OutlookNews news) {
  const std::scoped_lock lock(mutex_);
  outlook_ = std::move(news);
}

std::uint64_t KafkaEngine::links_round() const {
  const std::scoped_lock lock(mutex_);
  return links_round_;
}

void KafkaEngine::set_links(std::shared_ptr<const Links> links, std::uint64_t round) {
  const std::scoped_lock lock(mutex_);
  if (round == links_round_) links_ = std::move(links);
}

void KafkaEngine::drop_links() {
  const std::scoped_lock lock(mutex_);
  links_.reset();
  ++links_round_;
}

void KafkaEngine::hand_news(Shard& shard, const std::shared_ptr<const Store>& store) const {
  if (options_.clock == Clock::kLog) return;
  std::shared_ptr<const Links> links;
  {
    const std::scoped_lock lock(mutex_);
    if (silences_) shard.set_silences(*silences_);
    for (const auto& one : outlook_.stores) {
      if (one.lock() == store) shard.set_outlook(outlook_.outlook, outlook_.rows);
    }
    links = links_;
  }
  shard.set_links(std::move(links));  // takes a while where there are many
}

KafkaEngine::Figures KafkaEngine::figures() const {
  return {records_, alerts_, refused_, fenced_, reopened_};
}

std::vector<KafkaEngine::Partition> KafkaEngine::partitions() const {
  const std::scoped_lock lock(mutex_);
  std::vector<Partition> out;
  for (const auto& [number, owner] : owners_) {
    Partition& p = out.emplace_back();
    p.number = number;
    p.catching_up = owner->catching_up;
    p.restored = owner->restored;
    p.position = owner->position;
    p.end = owner->end;
    p.time = instant_of(owner->time_ms);
    const std::scoped_lock inner(owner->mutex);
    p.store = owner->store;
  }
  return out;
}

Status KafkaEngine::run() {
  return member_->run(stopping_, [this] { return (options_.drain || draining_) && drained(); });
}

bool KafkaEngine::drained() {
  return !owners_.empty() && std::all_of(owners_.begin(), owners_.end(), [](const auto& owner) {
    return owner.second->quiet.load();
  });
}

void KafkaEngine::take(std::int32_t partition, std::size_t held_max) {
  auto made = std::make_unique<Owner>();
  made->partition = partition;
  made->held_max = held_max;
  Owner& owner = *made;
  {
    const std::scoped_lock lock(mutex_);
    owners_[partition] = std::move(made);
  }
  owner.thread = std::thread([this, &owner] { own(owner); });
}

// All are told first: each may have a commit to wait for, and the group waits for the last.
void KafkaEngine::give(const std::vector<std::int32_t>& partitions) {
  for (const std::int32_t partition : partitions) {
    const auto found = owners_.find(partition);
    if (found == owners_.end()) continue;
    const std::scoped_lock lock(found->second->mutex);
    found->second->stop = true;
    found->second->wake.notify_all();
  }
  for (const std::int32_t partition : partitions) {
    const auto found = owners_.find(partition);
    if (found == owners_.end()) continue;
    found->second->thread.join();
    const std::scoped_lock lock(mutex_);
    owners_.erase(found);
  }
}

void KafkaEngine::give_all() {
  std::vector<std::int32_t> all;
  for (const auto& [partition, owner] : owners_) all.push_back(partition);
  give(all);
}

void KafkaEngine::own(Owner& owner) {
  for (;;) {
    const Status left = live(owner);
    owner.catching_up = true;
    {
      const std::scoped_lock lock(owner.mutex);
      owner.store.reset();
    }
    if (owner.stopped()) return;
    KIP_CHECK(!left);
    if (must_stop(owner, left.error())) {
      member_->fail(left.error());
      return;
    }
    open_anew(owner, left.error());
    // Fenced: another one has the partition, and the group is about to say so. Opened anew at once
    // it would be taken from that one. Still ours after a while: it was a late stroke of an old
    // one.
    const bool fenced = left.error().code == Errc::kFenced;
    if (owner.pause(fenced ? kFencedRetry : kRetry)) return;
    while (member_->consumer().lost()) {
      if (owner.pause(kRetry)) return;
    }
  }
}

// What a person must see to. A record that stops the shard is read once more from what is stored;
// if it does so again, it becomes a dead letter.
bool KafkaEngine::must_stop(Owner& owner, const Error& why) {
  if (why.code == Errc::kInvalid) return true;
  if (why.code != Errc::kCorrupt) return false;
  if (!owner.failed_at || owner.poison == owner.failed_at) return true;
  if (owner.suspect == owner.failed_at) owner.poison = owner.failed_at;
  owner.suspect = owner.failed_at;
  return false;
}

void KafkaEngine::open_anew(Owner& owner, const Error& why) {
  ++(why.code == Errc::kFenced ? fenced_ : reopened_);
  if (!options_.say) return;
  options_.say("partition " + std::to_string(owner.partition) + ": " + why.message +
               "; opened anew");
}

KafkaSeamOptions KafkaEngine::seam_options(Owner& owner) const {
  KafkaSeamOptions seam;
  seam.kafka = options_.kafka;
  seam.group = options_.group;
  seam.partition = owner.partition;
  seam.restore_slice = std::min(seam.restore_slice, options_.records_max);
  seam.at_point = options_.at_point;
  seam.on_commit = options_.on_commit;
  seam.on_restore = [&owner](std::uint64_t done, std::uint64_t all) {
    owner.restored =
        static_cast<double>(done) / static_cast<double>(std::max<std::uint64_t>(all, 1));
  };
  seam.say = options_.say;
  seam.stopped = [&owner] { return owner.stopped(); };
  return seam;
}

ShardOptions KafkaEngine::shard_options(const Owner& owner) const {
  ShardOptions shard;
  shard.shard = static_cast<std::uint32_t>(owner.partition);
  shard.clock = options_.clock;
  shard.poison = owner.poison;
  shard.at_point = options_.at_point;
  shard.views = options_.views;
  shard.heard = true;
  shard.held_max = owner.held_max;
  shard.heard_grain = kHeardGrain;
  shard.on_alert = options_.on_alert;
  shard.on_cause = options_.on_cause;
  return shard;
}

// The life of a shard from its opening to a failure, or until it is stopped.
Status KafkaEngine::live(Owner& owner) {
  owner.quiet = false;
  owner.failed_at.reset();
  const auto folder = std::filesystem::path(options_.data) / std::to_string(owner.partition);
  RocksOptions rocks;
  rocks.memory = memory_;
  rocks.wal = KIP_BUG(kApplyBeforeCommit);  // the changelog is one
  auto opened_store = RocksStore::open(folder.string(), rocks);
  if (!opened_store) return opened_store.error();
  std::shared_ptr<RocksStore> store = std::move(*opened_store);
  auto seam = KafkaSeam::open(member_->consumer(), *store, seam_options(owner));
  if (!seam && seam.error().code == Errc::kNotFound) {
    store.reset();  // too old to be brought up: restored from the beginning the next time
    std::filesystem::remove_all(folder);
  }
  if (!seam) return seam.error();
  owner.restored = 1;
  {
    const std::scoped_lock lock(owner.mutex);
    owner.store = store;
  }
  Shard shard(**seam, *store, policy(), shard_options(owner));
  if (Status opened = shard.open(); !opened) return opened;
  drop_links();
  owner.last_work = Steady::now();
  cut_slice(owner, shard, 0, {});
  while (!owner.stopped()) {
    shard.set_policy(policy());
    hand_news(shard, store);
    const auto began = Steady::now();
    const std::uint64_t before = shard.position();
    auto more = work_once(owner, shard);
    owner.failed_at = shard.failed_at();
    if (!more) return more.error();
    if (shard.wants_newer_links()) drop_links();
    if (const auto end = (*seam)->end()) show(owner, shard, *end);
    if (*more) {
      const auto passed = Steady::now() - began;
      cut_slice(owner, shard, shard.position() == before ? 0 : owner.read, passed);
      // By time, not by event: a transaction costs the same whatever is in it.
      if (!shard.behind() && !owner.timers_left && passed < options_.commit_interval &&
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

// Of a backlog as much as can be done in the commit interval: what is in a commit is in memory, and
// waits for its end.
void KafkaEngine::cut_slice(Owner& owner, Shard& shard, std::uint64_t records,
                            std::chrono::nanoseconds took) const {
  const std::size_t most = options_.records_max, least = std::min(most, kSliceLeast);
  if (owner.slice == 0) owner.slice = std::min(most, 5 * kSliceLeast);
  if (records >= owner.slice) {
    const double fits = static_cast<double>(records) *
                        std::chrono::duration<double>(options_.commit_interval) / took;
    owner.slice = std::clamp(static_cast<std::size_t>(fits), least, most);
  }
  shard.set_records_max(owner.slice);
}

// What others may see of it.
void KafkaEngine::show(Owner& owner, const Shard& shard, std::uint64_t end) const {
  owner.position = shard.position();
  owner.end = end;
  owner.time_ms = ms_of(shard.time());
  if (shard.behind()) owner.catching_up = true;
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
  owner.read = progress->records;
  records_ += owner.read;
  alerts_ += progress->alerts;
  refused_ += progress->refused;
  // What fell due while nobody ran comes in slices; a slice that is not full was the last one.
  owner.timers_left = progress->timers >= ShardOptions{}.timers_max;
  if (!shard.behind() && !owner.timers_left) owner.catching_up = false;
  if (!progress->idle && options_.on_progress) options_.on_progress(*progress);
  if (!progress->idle) owner.last_work = Steady::now();
  const bool through = progress->idle && ended && !shard.behind();
  owner.quiet = through && Steady::now() - owner.last_work >= kDrainQuiet;
  return !progress->idle;
}

// As the embedded engine: a live feed counts as drained when it has been quiet. --drain says that
// what comes has been sent.
std::optional<Instant> KafkaEngine::tick_now(const Owner& owner, const Shard& shard) const {
  const auto quiet = Steady::now() - owner.last_work;
  if (quiet < (options_.drain || draining_ ? kDrainQuiet : kQuiet)) return std::nullopt;
  if (options_.until) return options_.until;
  return shard.time() <= kFarPast ? std::nullopt : std::optional(shard.time());
}

}  // namespace kip
