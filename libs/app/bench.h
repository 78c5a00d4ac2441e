#pragma once
// `kip bench`: how fast is the whole way from bytes at the door to the last commit, on this
// machine? And how long does a start with many open items take, what does doing nothing cost?
//
//   auto figures = bench({.events = 1'000'000, .data = dir}, policy, progress);
//
// The load: status events over the lives of dossiers, about 4.2 an item, some 120 bytes each; 6 %
// end late, 2 % of the events come twice, some out of order. It is made beforehand and not counted.
// The door and the log's writer are one thread, each shard is one; all run at once. The clock
// stands at the load's own now, so each commit settles what it touched. The same seed gives the
// same load. Reads steady clocks; not for several threads.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "rules/policy.h"
#include "runtime/bench_figures.h"

namespace kip {

struct BenchOptions {
  std::string data;  // new or empty
  std::uint64_t events = 1'000'000;
  std::uint64_t items = 0;  // not 0: so many items, whatever number of events they make
  std::uint32_t shards = 2;
  std::uint64_t seed = 1;
};

Result<BenchFigures> bench(const BenchOptions& options, std::shared_ptr<const Policy> policy,
                           const BenchProgress& progress);

// The same load without and with forecasts, twice each: what foreseeing costs, as a ratio.
struct ForecastBench {
  std::uint64_t events = 0, items = 0;           // of two runs; of one
  std::uint64_t said = 0;                        // items that a chance was said of
  double without_seconds = 0, with_seconds = 0;  // of two runs each
  double without_cpu = 0, with_cpu = 0;          // of the process, in that time
  // Of events a second, with to without; and of CPU for an event, without to with.
  double ratio() const { return without_seconds / with_seconds; }
  double cpu_ratio() const { return without_cpu / with_cpu; }
};
// By a model that is learned from the first run; in the folders 0 to 3 of `options.data`. kInvalid:
// nothing is to be learned of so small a load.
Result<ForecastBench> bench_forecast(const BenchOptions& options,
                                     const std::shared_ptr<const Policy>& policy,
                                     const BenchProgress& progress);
std::string to_json(const ForecastBench& figures);

struct OpenFigures {
  std::uint64_t items = 0;  // open ones, each with a timer
  double build_seconds = 0;
  double ready_seconds = 0;      // opened, and nothing left to do
  double settle_seconds = 0;     // then until the store had nothing to flush or compact
  bool settled = false;          // it came to that before the deadline
  double idle_cpu_ms_per_s = 0;  // over the time of rest
  double rss_mb = 0;
};
struct Rest {
  int seconds = 10;          // is measured for so long
  int settle_seconds = 300;  // the store has so long to flush and compact what the load left
};
// Builds `items` open items in `options.data`, opens them anew, and rests.
Result<OpenFigures> bench_open(const BenchOptions& options, std::shared_ptr<const Policy> policy,
                               const Rest& rest, const BenchProgress& progress);
std::string to_json(const OpenFigures& figures);

}  // namespace kip
