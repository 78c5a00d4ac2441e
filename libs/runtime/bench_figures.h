#pragma once
// What a bench measures of shards and prints: where the time of their threads goes, by the named
// points of a commit (Shard's at_point), and the figures of the process.
//
//   StageClock stages;
//   options.at_point = [&](std::string_view point) { stages.at(point); };
//   ...                                            // the shards run, each in its thread
//   stages.sum(figures);                           // once their threads are gone

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kip {

struct BenchFigures {
  std::uint64_t events = 0, items = 0, alerts = 0, repeats = 0, commits = 0;
  double seconds = 0;      // from the first event to the last commit
  double cpu_seconds = 0;  // of the process, in that time
  double rss_mb = 0;       // the greatest, the load included
  double disk_mb = 0;      // of the stores, where it was asked for
  // Busy seconds by stage, summed over the threads.
  std::map<std::string, double> stages;
};
std::string to_json(const BenchFigures& figures);

using BenchProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;

double cpu_seconds();  // of the process so far
double rss_mb();       // the greatest so far

// What passes between two points of one thread belongs to the stage that the second one ends.
// Any thread.
class StageClock {
 public:
  using Steady = std::chrono::steady_clock;

  StageClock();
  void at(std::string_view point);
  void add(const char* stage, double seconds) { thread().busy[stage] += seconds; }

  // When the first slice that came to a commit was there, and when the last commit was done. Of
  // all threads, also while they run.
  std::optional<Steady::time_point> began() const;
  std::optional<Steady::time_point> committed() const;

  // When all threads but the caller's are gone.
  void sum(BenchFigures& figures);

 private:
  struct Thread {
    std::map<std::string, double> busy;
    std::string last;
    Steady::time_point when, read;
    std::uint64_t commits = 0;
  };
  Thread& thread();

  std::uint64_t id_ = 0;      // 1 and more, of this process
  mutable std::mutex mutex_;  // threads_, began_, committed_
  std::vector<std::unique_ptr<Thread>> threads_;
  std::optional<Steady::time_point> began_, committed_;
};

}  // namespace kip
