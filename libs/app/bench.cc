#include "app/bench.h"

#include <array>
#include <chrono>
#include <cstdio>
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
