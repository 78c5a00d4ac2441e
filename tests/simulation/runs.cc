#include "simulation/runs.h"

#include <algorithm>

namespace kip::sim {
namespace {

constexpr int kLoopsMax = 20'000;  // of one phase; more: it never comes to rest

class Run {
 public:
  Run(std::uint64_t seed, Clock clock, Counts& counts, Trace& trace)
      : rng_(seed * 2 + (clock == Clock::kLog ? 0 : 1)),
        counts_(counts),
        trace_(trace),
        world_(rng_.of(worlds())),
        story_(make_story(rng_, world_)),
        machine_(rng_, options(clock), counts, trace) {
    trace_.note("world " + world_.name + ", " + std::to_string(machine_.shards()) + " shards");
    counts_.events += story_.log.size();
    counts_.voids += story_.voids;
    counts_.reorders += story_.reorders;
    machine_.use(world_.policy);
    faults_ = static_cast<int>(rng_.between(1, 4));
  }

 protected:
  Machine::Options options(Clock clock) {
    Machine::Options o;
    o.shards = static_cast<std::uint32_t>(rng_.between(1, 3));
    o.clock = clock;
    if (rng_.chance(50)) o.records_max = rng_.count(1, 8);
    if (rng_.chance(40)) o.timers_max = rng_.count(1, 3);
    if (rng_.chance(60)) o.held_max = rng_.of<std::size_t>({500, 5'000, 1'000'000});
    return o;
  }
  void maybe_arm() {
    if (faults_ <= 0 || !rng_.chance(10)) return;
    --faults_;
    machine_.arm();
  }
  // The door sends again what it has no answer for, and now and then what it has.
  void append(const std::vector<v1::StampedEvent>& slice) {
    while (!machine_.append(slice)) check();
    if (rng_.chance(4))
      while (!machine_.append(slice)) check();
  }
  std::vector<v1::StampedEvent> next_slice() {
    const auto n = std::min(story_.log.size() - next_, rng_.count(1, 9));
    const auto from = story_.log.begin() + static_cast<std::ptrdiff_t>(next_);
    next_ += n;
    return {from, from + static_cast<std::ptrdiff_t>(n)};
  }
  void take(const Stored& stored) {
    count_alerts(stored, counts_);
    for (const auto& [id, alerts] : stored.alerts) {
      for (const auto& alert : alerts) trace_.mix(alert.SerializeAsString());
    }
  }
  // Every seed meets a death and an unknown outcome, at the latest here.
  void last_faults(std::uint64_t unknown_before) {
    machine_.restart();
    check();
    if (counts_.unknown_outcomes != unknown_before) return;
    machine_.arm_write(WriteFault::kAfter);
    append({story_.log[rng_.below(story_.log.size())]});
  }
  virtual void check() = 0;
  virtual ~Run() = default;

  Rng rng_;
  Counts& counts_;
  Trace& trace_;
  const World& world_;
  Story story_;
  Machine machine_;
  std::size_t next_ = 0;  // record of the story
  int faults_ = 0;        // that may still come by chance
};

class LogRun final : public Run {
 public:
  LogRun(std::uint64_t seed, Counts& counts, Trace& trace)
      : Run(seed, Clock::kLog, counts, trace) {}

  void run() {
    const std::uint64_t unknown = counts_.unknown_outcomes;
    while (next_ < story_.log.size()) {
      maybe_arm();
      if (rng_.chance(50)) append(next_slice());
      step(static_cast<std::uint32_t>(rng_.below(machine_.shards())));
    }
    last_faults(unknown);
    for (std::uint32_t i = 0; i < machine_.shards(); ++i) rest(i, [&] { return step(i); });
    machine_.disarm_crash();
    if (faults_ > 0) machine_.arm();
    ending_ = true;
    for (std::uint32_t i = 0; i < machine_.shards(); ++i) rest(i, [&] { return tick(i); });
    const Stored stored = machine_.read();
    check_order(stored);
    demand_all(stored);
    const auto want = oracle_.run(stored.committed(), story_.until);
    counts_.alerts += check_same(stored, {.now = want}, *world_.policy);
    check_counters(stored, want, *world_.policy);
    take(stored);
  }

 private:
  template <typename Act>
  void rest(std::uint32_t shard, Act act) {
    for (int n = 0; !act(); ++n) {
      if (n > kLoopsMax) throw Difference("shard " + std::to_string(shard) + " never rests");
    }
  }
  // True: nothing was left to do.
  bool step(std::uint32_t i) { return seen(machine_.step(i, kFarPast)); }
  bool tick(std::uint32_t i) { return seen(machine_.tick(i, instant_of(story_.until))); }
  bool seen(const std::optional<Progress>& progress) {
    if (machine_.has_died()) check();
    return progress && progress->idle;
  }
  // Every record that the door has answered for is in the log.
  void demand_all(const Stored& stored) const {
    std::set<std::string> kept;
    for (std::size_t i = 0; i < stored.logs.size(); ++i) {
      for (const auto& record : stored.logs[i]) kept.insert(record.SerializeAsString());
      if (stored.positions[i] != stored.logs[i].size()) throw Difference("records are left unread");
    }
    for (const auto& record : story_.log) {
      if (!kept.contains(record.SerializeAsString())) throw Difference("lost: " + line_of(record));
    }
  }
  void check() override {
    machine_.has_died();
    const Stored stored = machine_.read();
    check_order(stored);
    const auto log = stored.committed();
    const auto now = oracle_.run(log, INT64_MIN);
    if (!ending_) {
      check_same(stored, {.now = now}, *world_.policy);
      return;
    }
    const auto ended = oracle_.run(log, story_.until);
    check_same(stored, {now, &ended, instant_of(story_.until)}, *world_.policy);
  }

  oracle::Follower oracle_{world_.config};
  bool ending_ = false;
};

class GivenRun final : public Run {
 public:
  GivenRun(std::uint64_t seed, Counts& counts, Trace& trace)
      : Run(seed, Clock::kGiven, counts, trace) {}

  void run() {
    if (rng_.chance(10)) return all_at_once();
    const std::uint64_t unknown = counts_.unknown_outcomes;
    wall_ = ms(story_.log.front().ingested_at());
    stands_ = rng_.chance(15);  // at:T
    if (stands_) wall_ = rng_.chance(50) ? story_.until : ms(rng_.of(story_.log).ingested_at());
    restamps_ = rng_.chance(70);
    while (next_ < story_.log.size()) {
      maybe_arm();
      move_wall();
      if (rng_.chance(8)) reload();
      if (rng_.chance(40)) append(stamped_now(next_slice()));
      if (rng_.chance(70)) step(static_cast<std::uint32_t>(rng_.below(machine_.shards())));
    }
    last_faults(unknown);
    if (faults_ > 0) machine_.arm();
    if (!stands_) wall_ = story_.until;
    if (current_ != world_.policy) reload();
    rest();
    machine_.disarm_crash();
    finish();
  }

 private:
  // A backlog is folded before anything is raised: no item has an alert that no longer holds.
  void all_at_once() {
    wall_ = story_.until + kHour;
    machine_.arm_write(WriteFault::kAfter);
    append(story_.log);
    machine_.restart();
    machine_.arm();
    rest();
    finish();
    for (const auto& [id, alerts] : machine_.read().alerts) {
      for (const auto& alert : alerts) {
        if (alert.change() == v1::ALERT_CHANGE_RAISED) continue;
        throw Difference("catching up told what had passed: " + text_of(alert));
      }
    }
  }
  void move_wall() {
    if (stands_) return;
    const Ms next = ms(story_.log[next_].ingested_at());
    switch (rng_.below(12)) {
      case 0:
        wall_ -= rng_.of<Ms>({kHour, kDay, 10 * kDay});
        break;  // it runs back
      case 1:
        wall_ += rng_.of<Ms>({kHour, kDay, 10 * kDay});
        break;
      case 2:
      case 3:
        wall_ += static_cast<Ms>(rng_.below(kHour));
        break;
      default:
        wall_ = std::max(wall_, next);
    }
  }
  std::vector<v1::StampedEvent> stamped_now(std::vector<v1::StampedEvent> slice) {
    for (auto& record : slice) {
      if (restamps_) set_ms(record.mutable_ingested_at(), wall_);
    }
    return slice;
  }
  void reload() {
    current_ = current_ == world_.policy ? world_.other : world_.policy;
    constant_ = false;
    ++counts_.reloads;
    trace_.note("policy " + current_->digest);
    machine_.use(current_);
  }
  bool step(std::uint32_t i) {
    const auto progress = machine_.step(i, instant_of(wall_));
    if (machine_.has_died()) check();
    return progress && progress->idle;
  }
  void rest() {
    for (std::uint32_t i = 0; i < machine_.shards(); ++i) {
      for (int n = 0; !step(i); ++n) {
        if (n > kLoopsMax) throw Difference("shard " + std::to_string(i) + " never rests");
      }
    }
  }
  void finish() {
    const Stored stored = machine_.read();
    check_order(stored);
    take(stored);
    for (std::uint32_t i = 0; i < machine_.shards(); ++i) {
      if (machine_.shard(i).catching_up()) throw Difference("still catching up at the end");
      if (stored.positions[i] != stored.logs[i].size()) throw Difference("records are left unread");
      Stored own;
      for (const auto& [id, item] : stored.items) {
        if (shard_of(id, machine_.shards()) == i) own.items.emplace(id, item);
      }
      const auto want =
          oracle::standing(world_.config, stored.logs[i], ms_of(machine_.shard(i).time()));
      check_folds(own, want, *world_.policy);
      counts_.alerts += check_standing(own, want, *world_.policy);
    }
  }
  void check() override {
    machine_.has_died();
    const Stored stored = machine_.read();
    check_order(stored);
    if (!constant_) return;  // another calendar folds otherwise, until all is settled anew
    check_folds(stored, oracle::standing(world_.config, stored.committed(), wall_), *world_.policy);
  }

  Ms wall_ = 0;
  bool stands_ = false;    // the clock is at:T
  bool restamps_ = false;  // records come as they are; else they have lain for long
  bool constant_ = true;   // the policy has never changed
  std::shared_ptr<const Policy> current_ = world_.policy;
};

template <typename AnyRun>
void run_seed(std::uint64_t seed, Counts& counts, Trace& trace) {
  AnyRun(seed, counts, trace).run();
}

}  // namespace

const Mode kModes[kModeCount] = {{"log", run_seed<LogRun>}, {"given", run_seed<GivenRun>}};

std::string play(const Mode& mode, std::uint64_t seed, Counts& counts, Trace& trace) {
  try {
    mode.run(seed, counts, trace);
  } catch (const Difference& difference) {
    trace.note(difference.what());
    return difference.what();
  }
  return "";
}

}  // namespace kip::sim
