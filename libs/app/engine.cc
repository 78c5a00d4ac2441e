#include "app/engine.h"

#include <algorithm>

#include "app/engine_owner.h"
#include "base/hash.h"
#include "runtime/format.h"

namespace kip {

Engine::Engine(EngineOptions options, std::shared_ptr<const Policy> policy)
    : options_(std::move(options)),
      clock_(make_clock(options_.clock)),
      probe_(options_.clock.factor),
      policy_(std::move(policy)),
      learner_(options_.on_warning) {
  door_ = std::make_shared<Door>(door_options(policy_));
}

Engine::~Engine() { stop(); }

Result<std::unique_ptr<Engine>> Engine::open(EngineOptions options,
                                             std::shared_ptr<const Policy> policy) {
  std::unique_ptr<Engine> engine(new Engine(std::move(options), std::move(policy)));
  auto store = RocksStore::open(engine->options_.data, engine->options_.rocks);
  if (!store) return store.error();
  engine->store_ = std::move(*store);
  std::uint32_t shards = engine->options_.shards;
  if (shards == 0) {
    if (Status newer = refuse_newer(*engine->store_); !newer) return newer.error();
    auto known = stored_shards(*engine->store_);
    if (!known) return known.error();
    shards = known->value_or(2);
  }
  auto log = EmbeddedLog::open(*engine->store_, shards);
  if (!log) return log.error();
  engine->log_ = std::move(*log);
  const std::string& ward = engine->policy_->registry.ward.id;
  if (Status same = check_ward(*engine->store_, ward); !same) return same.error();
  // What older data says of its options stays until something is settled by others: start().
  if (!stored_options(*engine->store_)) {
    const Status kept = remember(*engine->store_, engine->decides(), ward);
    if (!kept) return kept.error();
  }
  engine->note_appended(kFarPast);
  for (std::uint32_t id = 0; id < shards; ++id) {
    auto owner = std::make_unique<Owner>();
    owner->id = id;
    owner->seam = engine->log_->seam(
        id, [e = engine.get()](std::chrono::nanoseconds took) { e->probe_.committed(took); });
    owner->policy = engine->policy_;
    ShardOptions shard;
    shard.shard = id;
    shard.clock =
        engine->options_.clock.kind == ClockSpec::Kind::kLog ? Clock::kLog : Clock::kGiven;
    shard.owns = [id, shards](std::string_view item) { return shard_of(item, shards) == id; };
    shard.heard = true;
    shard.held_max = held_max_of(shards);
    shard.on_alert = engine->options_.on_alert;
    shard.at_point = engine->options_.at_point;
    if (engine->options_.records_max) shard.records_max = *engine->options_.records_max;
    if (shard.clock == Clock::kGiven) {  // in `log` an alert is as old as its record
      shard.on_cause = [e = engine.get()](const AlertChange& change, std::optional<Instant> at) {
        e->probe_.alert_committed(change, at, e->now());
      };
    }
    owner->shard =
        std::make_unique<Shard>(*owner->seam, *engine->store_, engine->policy_, std::move(shard));
    if (Status opened = owner->shard->open(); !opened) return opened.error();
    owner->position = owner->shard->position();
    owner->time_ms = ms_of(owner->shard->time());
    engine->last_record_ms_ = std::max(engine->last_record_ms_.load(), ms_of(owner->shard->time()));
    engine->owners_.push_back(std::move(owner));
  }
  if (Status opened = engine->open_watch(shards); !opened) return opened.error();
  // A fast clock that is ahead from an earlier run goes on where it was.
  ClockSpec& clock = engine->options_.clock;
  if (clock.kind == ClockSpec::Kind::kFast) {
    Instant at = clock.at.value_or(engine->clock_());
    for (const auto& owner : engine->owners_) at = std::max(at, owner->shard->time());
    clock.at = at;
    engine->clock_ = make_clock(clock);
  }
  return engine;
}

Status Engine::start() {
  if (Status kept = remember(*store_, decides(), policy_->registry.ward.id); !kept) return kept;
  if (Status recalled = recall_sources(); !recalled) return recalled;
  started_ = true;
  appender_ = std::thread([this] { append_loop(); });
  for (auto& owner : owners_)
    owner->thread = std::thread([this, &owner = *owner] { own_shard(owner); });
  if (subjects_) watcher_ = std::thread([this] { watch(); });
  return {};
}

void Engine::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  if (appender_.joinable()) appender_.join();
  if (watcher_.joinable()) watcher_.join();
  learner_.wait();  // who learns reads the store
  for (auto& owner : owners_) {
    const std::scoped_lock lock(owner->mutex);
    owner->stop = true;
    owner->wake.notify_all();
  }
  for (auto& owner : owners_) {
    if (owner->thread.joinable()) owner->thread.join();
  }
}

void Engine::fail(const Error& error) {
  {
    const std::scoped_lock lock(mutex_);
    if (failure_) return;
    failure_ = error;
    wake_.notify_all();
  }
  if (options_.on_failure) options_.on_failure(error);
}

std::optional<Error> Engine::failure() const {
  const std::scoped_lock lock(mutex_);
  return failure_;
}

std::shared_ptr<const Policy> Engine::policy() const {
  const std::scoped_lock lock(mutex_);
  return policy_;
}

Instant Engine::committed_time() const {
  std::int64_t greatest = ms_of(kFarPast);
  for (const auto& owner : owners_) greatest = std::max(greatest, owner->time_ms.load());
  return instant_of(greatest);
}

Instant Engine::now() const { return service_now(options_.clock, clock_(), committed_time()); }

StoredOptions Engine::decides() const {
  return {options_.config, options_.calendar, options_.registry};
}

Millis Engine::clock_lag() const {
  if (options_.clock.kind == ClockSpec::Kind::kLog) return {};
  return std::max(committed_time() - clock_(), Millis{});
}

// SEMANTICS 6: skew over 60 s is reported, once until it is over.
void Engine::report_skew() {
  const Millis lag = clock_lag();
  const bool skewed = lag > std::chrono::seconds{60};
  if (skewed_.exchange(skewed) == skewed || !skewed) return;
  const auto seconds = std::to_string(lag.count() / 1000);
  options_.on_warning("the clock is " + seconds + " s behind the data, whose time is " +
                      format_rfc3339(committed_time()) +
                      ": time stands still until it has caught up");
}

std::vector<ShardFigures> Engine::shards() const {
  std::vector<ShardFigures> out;
  for (const auto& owner : owners_) {
    out.push_back(
        {owner->id, owner->catching_up, {owner->position, log_->end(owner->id)}, std::nullopt});
  }
  return out;
}

Status Engine::reload(const std::shared_ptr<const Policy>& policy) {
  {
    const std::scoped_lock lock(mutex_);
    const std::string& ward = policy_->registry.ward.id;
    if (Status same = same_ward(policy->registry.ward.id, ward); !same) return same;
    policy_ = policy;
    door_ = std::make_shared<Door>(door_options(policy));
  }
  hand(&Owner::policy, policy);
  return {};
}

// Under Clock::kLog a service cannot know that its input has ended. A file's end is known (drain);
// a live feed counts as drained when it has been quiet for so long that whoever was killed would
// feed again: then time goes to `until`, or to the greatest record time.
std::optional<Instant> Engine::tick_now() const {
  constexpr auto kQuiet = std::chrono::seconds{10};
  const Instant last = instant_of(last_record_ms_.load());
  if (last <= kFarPast) return std::nullopt;
  const auto quiet = std::chrono::steady_clock::now().time_since_epoch() -
                     std::chrono::nanoseconds{last_append_ns_.load()};
  if (!draining_ && quiet < kQuiet) return std::nullopt;
  return options_.until.value_or(last);
}

void Engine::note_appended(Instant last) {
  last_append_ns_ = std::chrono::steady_clock::now().time_since_epoch().count();
  std::int64_t seen = last_record_ms_.load();
  while (seen < ms_of(last) && !last_record_ms_.compare_exchange_weak(seen, ms_of(last))) {
  }
}

// One step of a shard; true: there may be more to do at once.
Result<bool> Engine::work_once(Owner& owner) {
  Shard& shard = *owner.shard;
  auto progress = shard.step(clock_());
  if (!progress) return progress.error();
  const bool log_clock = options_.clock.kind == ClockSpec::Kind::kLog;
  if (const auto until = progress->idle && log_clock ? tick_now() : std::nullopt) {
    progress = shard.tick(*until);
    if (!progress) return progress.error();
  }
  counters_.records += progress->records;
  counters_.repeats += progress->repeats;
  counters_.alerts += progress->alerts;
  counters_.timers += progress->timers;
  counters_.refused += progress->refused;
  sources_.add(progress->sources);
  links_news_ += progress->links;
  if (shard.wants_newer_links()) {
    const std::scoped_lock lock(owner.mutex);
    owner.links.reset();
    ++links_news_;
  }
  // What fell due while nobody ran comes in slices; a slice that is not full was the last one.
  const bool slice_full = progress->timers >= ShardOptions{}.timers_max;
  if (shard.behind()) {
    owner.catching_up = true;
  } else if (!slice_full) {
    owner.catching_up = false;
  }
  owner.position = shard.position();
  owner.time_ms = ms_of(shard.time());
  if (progress->overdue_catch_up) {
    options_.on_warning("shard " + std::to_string(owner.id) +
                        ": catching up takes longer than 10 minutes: settling anyway");
  }
  report_skew();
  return !progress->idle;
}

void Engine::own_shard(Owner& owner) {
  for (;;) {
    std::shared_ptr<const Links> links;
    {
      const std::scoped_lock lock(owner.mutex);
      if (owner.stop) return;
      owner.poked = false;
      owner.shard->set_policy(owner.policy);
      if (subjects_) {
        owner.shard->set_silences(owner.silences);
        owner.shard->set_outlook(owner.outlook);
        links = owner.links;
      }
    }
    owner.shard->set_links(std::move(links));  // takes a while where there are many
    auto more = work_once(owner);
    if (!more) {
      fail(more.error());
      return;
    }
    if (*more) continue;
    // Nothing to do until a record comes or the next timer is due. The clock may be a fast one:
    // look again soon.
    const auto next = owner.shard->next_timer();
    auto pause = std::chrono::milliseconds{1000};
    if (next && options_.clock.kind != ClockSpec::Kind::kLog &&
        options_.clock.kind != ClockSpec::Kind::kAt) {
      const double wall_ms =
          static_cast<double>((*next - clock_()).count()) / options_.clock.factor;
      pause =
          std::chrono::milliseconds{static_cast<std::int64_t>(std::clamp(wall_ms, 1.0, 1000.0))};
    }
    if (options_.clock.kind == ClockSpec::Kind::kLog) pause = std::chrono::milliseconds{250};
    std::unique_lock lock(owner.mutex);
    if (!owner.poked) owner.idle = true;
    owner.wake.wait_for(lock, pause, [&] { return owner.poked || owner.stop; });
  }
}

void Engine::notify_shards() {
  for (auto& owner : owners_) owner->poke();
}

Status Engine::drain(const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  draining_ = true;
  notify_shards();
  for (;;) {
    if (const auto failed = failure()) return *failed;
    bool idle = unanswered_ == 0;
    for (const auto& owner : owners_) {
      idle = idle && owner->idle && owner->position >= log_->end(owner->id);
    }
    const Reach so_far = reach();
    if (progress) progress(so_far.done, so_far.all);
    if (idle) {
      const auto news = look_at_links();
      if (!news) return news.error();
      if (*news) continue;
      draining_ = false;
      return {};
    }
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, std::chrono::milliseconds{20});
  }
}

}  // namespace kip
