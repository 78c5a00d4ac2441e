#include "app/bench.h"

#include <sys/resource.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

#include "app/bench_load.h"
#include "app/engine.h"

namespace kip {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kAppendRecords = 2'000;  // as the log's writer takes at most
constexpr std::uint64_t kAheadMax = 200'000;   // records in the log that no shard has read yet

double seconds_since(Steady::time_point from) {
  return std::chrono::duration<double>(Steady::now() - from).count();
}

double cpu_seconds() {
  struct rusage use {};
  ::getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

double rss_mb() {
  struct rusage use {};
  ::getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_maxrss) / 1024.0;
}

// What passes between two points of one thread belongs to the stage that the second one ends.
class StageClock {
 public:
  void at(std::string_view point) {
    const auto now = Steady::now();
    Thread& mine = thread();
    if (const char* stage = ended_by(point, mine.last)) {
      mine.busy[stage] += std::chrono::duration<double>(now - mine.when).count();
    }
    if (point == "committed") ++mine.commits;
    mine.when = now;
    mine.last = point;
  }
  void add(const char* stage, double seconds) { thread().busy[stage] += seconds; }

  // When all threads but the caller's are gone.
  void sum(BenchFigures& figures) {
    for (const auto& each : threads_) {
      for (const auto& [stage, seconds] : each->busy) figures.stages[stage] += seconds;
      figures.commits += each->commits;
    }
  }

 private:
  struct Thread {
    std::map<std::string, double> busy;
    std::string last;
    Steady::time_point when;
    std::uint64_t commits = 0;
  };

  static const char* ended_by(std::string_view point, std::string_view last) {
    if (point == "appended") return "append";
    if (point == "read") return last == "applied" ? "read" : nullptr;  // else it had rested
    if (point == "folded") return "decode_fold";
    if (point == "settled" || point == "timer_fired" || point == "resettled") return "settle";
    if (point == "before_commit") return "encode";
    if (point == "committed") return "commit";
    if (point == "applied") return "apply";
    return nullptr;
  }

  Thread& thread() {
    thread_local Thread* mine = nullptr;
    thread_local const StageClock* of = nullptr;
    if (of != this) {
      const std::scoped_lock lock(mutex_);
      threads_.push_back(std::make_unique<Thread>());
      mine = threads_.back().get();
      of = this;
    }
    return *mine;
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<Thread>> threads_;
};

EngineOptions engine_options(const BenchOptions& options, StageClock* stages) {
  EngineOptions engine;
  engine.data = options.data;
  engine.shards = options.shards;
  engine.clock.kind = ClockSpec::Kind::kAt;
  engine.clock.at = kBenchNow;
  engine.calendar = "config";
  engine.registry = "open";
  if (stages) engine.at_point = [stages](std::string_view point) { stages->at(point); };
  return engine;
}

Status feed(Engine& engine, const BenchLoad& load, StageClock* stages,
            const BenchProgress& progress) {
  const Door door(door_options(engine.policy()));
  std::vector<Accepted> batch;
  std::size_t at = 0;
  while (at < load.size()) {
    const auto from = Steady::now();
    batch.clear();
    for (; at < load.size() && batch.size() < kAppendRecords; ++at) {
      Arrival arrival;
      arrival.body = load.at(at);
      arrival.arrived_at = kBenchNow;
      arrival.channel = "bench";
      Verdict verdict = door.check(arrival);
      if (!verdict.accepted) return corrupt("the load was refused: " + verdict.refused->reason);
      batch.push_back(std::move(*verdict.accepted));
    }
    if (stages) stages->add("door", seconds_since(from));
    if (Status done = engine.append(batch); !done) return done;
    while (at > engine.counters().records + kAheadMax && !engine.failure()) {
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    if (progress) progress(at, load.size());
  }
  return engine.drain(nullptr);
}

// Until the store has been at rest for half a second: a flush calls for a compaction, and that for
// the next. False: not by the deadline.
bool wait_for_rest(const RocksStore& store, int seconds) {
  constexpr auto kStill = std::chrono::milliseconds{500};
  constexpr auto kLook = std::chrono::milliseconds{20};
  const auto deadline = Steady::now() + std::chrono::seconds{seconds};
  auto busy = Steady::now();
  while (Steady::now() - busy < kStill) {
    if (Steady::now() >= deadline) return false;
    std::this_thread::sleep_for(kLook);
    if (!store.at_rest()) busy = Steady::now();
  }
  return true;
}

}  // namespace

Result<BenchFigures> bench(const BenchOptions& options, std::shared_ptr<const Policy> policy,
                           const BenchProgress& progress) {
  const BenchLoad load = BenchLoad::lives(options.events, options.items, options.seed);
  StageClock stages;
  auto engine = Engine::open(engine_options(options, &stages), std::move(policy));
  if (!engine) return engine.error();
  if (Status started = (*engine)->start(); !started) return started.error();
  BenchFigures figures;
  const double cpu = cpu_seconds();
  const auto from = Steady::now();
  if (Status fed = feed(**engine, load, &stages, progress); !fed) return fed.error();
  figures.seconds = seconds_since(from);
  figures.cpu_seconds = cpu_seconds() - cpu;
  (*engine)->stop();
  stages.sum(figures);
  figures.events = load.size();
  figures.items = load.items();
  figures.alerts = (*engine)->counters().alerts;
  figures.repeats = (*engine)->counters().repeats;
  figures.rss_mb = rss_mb();
  return figures;
}

std::string to_json(const BenchFigures& f) {
  std::array<char, 512> text{};
  const double all = f.seconds > 0 ? f.seconds : 1;
  std::snprintf(text.data(), text.size(),
                R"({"events":%llu,"seconds":%.3f,"events_per_s":%.0f,"alerts":%llu,"items":%llu,)"
                R"("repeats":%llu,"commits":%llu,"cpu_seconds":%.3f,"rss_mb":%.0f,"stages":{)",
                static_cast<unsigned long long>(f.events), f.seconds,
                static_cast<double>(f.events) / all, static_cast<unsigned long long>(f.alerts),
                static_cast<unsigned long long>(f.items),
                static_cast<unsigned long long>(f.repeats),
                static_cast<unsigned long long>(f.commits), f.cpu_seconds, f.rss_mb);
  std::string out = text.data();
  double busy = 0;
  for (const auto& [stage, seconds] : f.stages) busy += seconds;
  for (const auto& [stage, seconds] : f.stages) {
    std::snprintf(text.data(), text.size(), R"(%s"%s":{"seconds":%.3f,"share":%.4f})",
                  out.back() == '{' ? "" : ",", stage.c_str(), seconds,
                  busy > 0 ? seconds / busy : 0);
    out += text.data();
  }
  return out + "}}";
}

Result<OpenFigures> bench_open(const BenchOptions& options, std::shared_ptr<const Policy> policy,
                               const Rest& rest, const BenchProgress& progress) {
  OpenFigures figures;
  EngineOptions engine_with = engine_options(options, nullptr);
  {
    const BenchLoad load = BenchLoad::open_items(options.items, options.seed);
    figures.items = load.items();
    const auto from = Steady::now();
    auto engine = Engine::open(engine_with, policy);
    if (!engine) return engine.error();
    if (Status started = (*engine)->start(); !started) return started.error();
    if (Status fed = feed(**engine, load, nullptr, progress); !fed) return fed.error();
    figures.build_seconds = seconds_since(from);
  }
  engine_with.clock.kind = ClockSpec::Kind::kFast;  // runs on from where the data is
  const auto from = Steady::now();
  auto engine = Engine::open(engine_with, std::move(policy));
  if (!engine) return engine.error();
  if (Status started = (*engine)->start(); !started) return started.error();
  if (Status idle = (*engine)->drain(nullptr); !idle) return idle.error();
  figures.ready_seconds = seconds_since(from);
  const auto ready = Steady::now();
  figures.settled = wait_for_rest((*engine)->store(), rest.settle_seconds);
  figures.settle_seconds = seconds_since(ready);
  const double cpu = cpu_seconds();
  std::this_thread::sleep_for(std::chrono::seconds{rest.seconds});
  figures.idle_cpu_ms_per_s = (cpu_seconds() - cpu) * 1000 / std::max(rest.seconds, 1);
  figures.rss_mb = rss_mb();
  return figures;
}

std::string to_json(const OpenFigures& f) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(),
                R"({"open_items":%llu,"build_seconds":%.3f,"ready_seconds":%.3f,)"
                R"("settle_seconds":%.3f,"settled":%s,"idle_cpu_ms_per_s":%.3f,"rss_mb":%.0f})",
                static_cast<unsigned long long>(f.items), f.build_seconds, f.ready_seconds,
                f.settle_seconds, f.settled ? "true" : "false", f.idle_cpu_ms_per_s, f.rss_mb);
  return text.data();
}

}  // namespace kip
