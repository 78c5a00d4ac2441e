#include "runtime/bench_figures.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>

namespace kip {
namespace {

const char* stage_ended_by(std::string_view point, std::string_view last) {
  if (last.empty()) return nullptr;  // nothing has begun on this thread
  if (point == "appended") return "append";
  if (point == "read") return last == "applied" ? "read" : nullptr;  // else it had rested
  if (point == "folded") return "decode_fold";
  if (point == "settled" || point == "backlog_taken" || point == "timer_fired" ||
      point == "resettled")
    return "settle";
  if (point == "before_commit") return "encode";
  if (point == "produced") return "produce";
  if (point == "offsets_sent") return "send_offsets";
  if (point == "committed_unapplied") return "commit";
  if (point == "committed") return last == "committed_unapplied" ? "store" : "commit";
  if (point == "applied") return "apply";
  return nullptr;
}

}  // namespace

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

void StageClock::at(std::string_view point) {
  const auto now = Steady::now();
  Thread& mine = thread();
  if (const char* stage = stage_ended_by(point, mine.last)) {
    mine.busy[stage] += std::chrono::duration<double>(now - mine.when).count();
  }
  if (point == "read") mine.read = now;
  if (point == "before_commit") {
    const std::scoped_lock lock(mutex_);
    began_ = std::min(began_.value_or(mine.read), mine.read);
  }
  if (point == "committed") {
    ++mine.commits;
    const std::scoped_lock lock(mutex_);
    committed_ = std::max(committed_.value_or(now), now);
  }
  mine.when = now;
  mine.last = point;
}

std::optional<StageClock::Steady::time_point> StageClock::began() const {
  const std::scoped_lock lock(mutex_);
  return began_;
}

std::optional<StageClock::Steady::time_point> StageClock::committed() const {
  const std::scoped_lock lock(mutex_);
  return committed_;
}

void StageClock::sum(BenchFigures& figures) {
  for (const auto& each : threads_) {
    for (const auto& [stage, seconds] : each->busy) figures.stages[stage] += seconds;
    figures.commits += each->commits;
  }
}

StageClock::StageClock() {
  static std::atomic<std::uint64_t> last{0};
  id_ = ++last;
}

StageClock::Thread& StageClock::thread() {
  thread_local Thread* mine = nullptr;
  thread_local std::uint64_t of = 0;  // no pointer: another clock may come to lie there
  if (of != id_) {
    const std::scoped_lock lock(mutex_);
    threads_.push_back(std::make_unique<Thread>());
    mine = threads_.back().get();
    of = id_;
  }
  return *mine;
}

std::string to_json(const BenchFigures& f) {
  std::array<char, 512> text{};
  const double all = f.seconds > 0 ? f.seconds : 1;
  std::snprintf(text.data(), text.size(),
                R"({"events":%llu,"seconds":%.3f,"events_per_s":%.0f,"alerts":%llu,"items":%llu,)"
                R"("repeats":%llu,"commits":%llu,"cpu_seconds":%.3f,"rss_mb":%.0f,)"
                R"("disk_mb":%.0f,"stages":{)",
                static_cast<unsigned long long>(f.events), f.seconds,
                static_cast<double>(f.events) / all, static_cast<unsigned long long>(f.alerts),
                static_cast<unsigned long long>(f.items),
                static_cast<unsigned long long>(f.repeats),
                static_cast<unsigned long long>(f.commits), f.cpu_seconds, f.rss_mb, f.disk_mb);
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

}  // namespace kip
