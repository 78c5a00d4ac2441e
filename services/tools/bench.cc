// kip bench: events a second to the last commit on this machine, and where the time goes.

#include "app/bench.h"

#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "kip/commands.h"
#ifdef KIP_KAFKA
#include "kip/kafka.h"
#include "stream/kafka_bench.h"
#endif

namespace kip {
namespace {

namespace fs = std::filesystem;

struct BenchFlags {
  CommonOptions common;
  BenchOptions bench;
  std::uint64_t open = 0;
  bool forecast = false;
#ifdef KIP_KAFKA
  KafkaArguments brokers;
  KafkaBenchOptions kafka;
  std::uint32_t commit_ms = 100;
#endif
};

// The folder to work in: as given and kept, else one of its own that goes away.
class WorkDir {
 public:
  explicit WorkDir(const std::string& given) : path_(given), own_(given.empty()) {
    std::error_code ec;
    if (own_) path_ = (fs::temp_directory_path(ec) / "kip-bench-XXXXXX").string();
    if (own_ && ::mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~WorkDir() {
    std::error_code ec;
    if (own_ && !path_.empty()) fs::remove_all(path_, ec);
  }
  WorkDir(const WorkDir&) = delete;
  WorkDir& operator=(const WorkDir&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool own_;
};

void print(const BenchFigures& f) {
  std::printf(
      "%s sự kiện của %s việc trong %.2f giây: %s mỗi giây, %s lần cảnh báo\n",
      grouped(f.events).c_str(), grouped(f.items).c_str(), f.seconds,
      grouped(static_cast<std::uint64_t>(static_cast<double>(f.events) / f.seconds)).c_str(),
      grouped(f.alerts).c_str());
  std::printf("%s trùng, %s lần ghi; CPU %.2f giây, bộ nhớ %.0f MB\n\n", grouped(f.repeats).c_str(),
              grouped(f.commits).c_str(), f.cpu_seconds, f.rss_mb);
  double busy = 0;
  for (const auto& [stage, seconds] : f.stages) busy += seconds;
  for (const auto& [stage, seconds] : f.stages) {
    std::printf("  %-12s %8.2f s %6.1f %%\n", stage.c_str(), seconds, 100 * seconds / busy);
  }
}

bool of_topic([[maybe_unused]] const BenchFlags& options) {
#ifdef KIP_KAFKA
  return !options.brokers.brokers.empty();
#else
  return false;
#endif
}

// Where a topic is to be read: the brokers answer. Else the exit code, said.
int find_brokers([[maybe_unused]] BenchFlags& options) {
#ifdef KIP_KAFKA
  if (of_topic(options)) {
    int exit = kDone;
    auto kafka = kafka_options(options.brokers, exit);
    if (!kafka) return exit;
    options.kafka.kafka = std::move(*kafka);
    return await_kafka(options.kafka.kafka, {});
  }
#endif
  return kDone;
}

Result<BenchFigures> measure(BenchFlags& options, const std::shared_ptr<const Policy>& policy,
                             const BenchProgress& progress) {
#ifdef KIP_KAFKA
  if (of_topic(options)) {
    KafkaBenchOptions& kafka = options.kafka;
    kafka.events = options.bench.events;
    kafka.data = options.bench.data;
    kafka.commit_interval = std::chrono::milliseconds{options.commit_ms};
    kafka.now = make_clock({})();
    return kafka_bench(kafka, policy, std::make_shared<const Door>(door_options(policy)), progress);
  }
#endif
  return bench(options.bench, policy, progress);
}

int run_forecast_bench(const BenchFlags& options, const std::shared_ptr<const Policy>& policy,
                       const BenchProgress& progress) {
  auto f = bench_forecast(options.bench, policy, progress);
  if (!f) return fail_argument(f.error());
  if (options.common.json) {
    std::printf("%s\n", to_json(*f).c_str());
    return kDone;
  }
  const auto rate = [&](double seconds) {
    return grouped(static_cast<std::uint64_t>(static_cast<double>(f->events) / seconds));
  };
  std::printf(
      "không dự báo %s sự kiện mỗi giây, có dự báo %s: %.2f lần (theo CPU %.2f); "
      "có khả năng trễ: %s của %s việc\n",
      rate(f->without_seconds).c_str(), rate(f->with_seconds).c_str(), f->ratio(), f->cpu_ratio(),
      grouped(f->said).c_str(), grouped(f->items).c_str());
  return kDone;
}

int run_bench(BenchFlags options) {
  const WorkDir dir(options.bench.data);
  if (dir.path().empty()) return fail(unavailable("cannot make a temporary folder"));
  std::error_code ec;
  if (fs::exists(fs::path(dir.path()) / "db", ec)) {
    return fail(invalid("'" + dir.path() + "' holds data already"), kUsage);
  }
  options.bench.data = dir.path();
  if (options.bench.events == 0 && !of_topic(options)) options.bench.events = 1'000'000;
  if (const int exit = find_brokers(options)) return exit;
  options.common.registry = "open";
  auto policy = load_policy(options.common);
  if (!policy) return fail_input(policy.error());
  ProgressBar bar("đo");
  const auto progress = [&](std::uint64_t done, std::uint64_t all) { bar.show(done, all); };
  if (options.forecast) {
    const int exit = run_forecast_bench(options, *policy, progress);
    bar.finish();
    return exit;
  }
  if (options.open > 0) {
    options.bench.items = options.open;
    auto figures = bench_open(options.bench, *policy, {}, progress);
    if (!figures) return fail(figures.error());
    bar.finish();
    if (options.common.json) {
      std::printf("%s\n", to_json(*figures).c_str());
      return kDone;
    }
    std::printf("%s việc đang mở: sẵn sàng sau %.2f giây; kho %s sau %.2f giây nữa; ",
                grouped(figures->items).c_str(), figures->ready_seconds,
                figures->settled ? "yên" : "CHƯA yên", figures->settle_seconds);
    std::printf("lúc nghỉ %.2f ms CPU mỗi giây; %.0f MB\n", figures->idle_cpu_ms_per_s,
                figures->rss_mb);
    return kDone;
  }
  auto figures = measure(options, *policy, progress);
  if (!figures) return fail_argument(figures.error());
  bar.finish();
  if (options.common.json) {
    std::printf("%s\n", to_json(*figures).c_str());
  } else {
    print(*figures);
  }
  return kDone;
}

}  // namespace

void add_bench(CLI::App& app, int& exit) {
  auto options = std::make_shared<BenchFlags>();
  CLI::App* command = app.add_subcommand("bench", "events a second to the last commit, by stage");
  add_common(*command, options->common);
  options->bench.events = 0;
  command
      ->add_option("--events", options->bench.events,
                   "about so many events (default 1000000); of a topic the first so many "
                   "(default all)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000'000}));
  command->add_option("--items", options->bench.items, "instead: the lives of so many items");
  command->add_option("--data", options->bench.data, "work in this new folder and keep it");
  command->add_option("--shards", options->bench.shards, "threads that fold")
      ->check(CLI::Range(1, 64));
  command->add_option("--seed", options->bench.seed, "another seed, another load");
  auto* open = command->add_option("--open", options->open,
                                   "instead: start with so many open items, then rest");
  auto* forecast = command->add_flag("--forecast", options->forecast,
                                     "instead: the load without and with forecasts, and the ratio");
  forecast->excludes(open);
#ifdef KIP_KAFKA
  auto* brokers = add_kafka(*command, options->brokers);
  brokers->description("HOST:PORT,...: read --topic");
  auto* topic =
      command->add_option("--topic", options->kafka.topic, "holds WorkEvents")->needs(brokers);
  brokers->needs(topic);
  forecast->excludes(topic);
  command
      ->add_flag("--stamped", options->kafka.stamped,
                 "it holds what `kip ingest` wrote: the engine alone")
      ->needs(topic);
  command->add_flag("!--no-views", options->kafka.views, "write no view of an item")->needs(topic);
  command->add_flag("--keep-topics", options->kafka.keep_topics, "leave the topics of the run")
      ->needs(topic);
  command->add_option("--commit-ms", options->commit_ms, "a commit at most so often (default 100)")
      ->check(CLI::Range(1, 60'000))
      ->needs(topic);
#endif
  command->callback([options, &exit] { exit = run_bench(*options); });
}

}  // namespace kip
