#include "stream/kafka_bench.h"

#include <atomic>
#include <filesystem>
#include <thread>
#include <utility>

#include "store/keys.h"
#include "store/rocks_store.h"
#include "stream/client.h"
#include "stream/copy_records.h"
#include "stream/ingest.h"
#include "stream/kafka_engine.h"
#include "stream/topics.h"

namespace kip {
namespace {

namespace fs = std::filesystem;
using Steady = StageClock::Steady;

constexpr std::chrono::milliseconds kLook{20};
constexpr std::chrono::seconds kStuck{60};  // without a commit
constexpr std::chrono::milliseconds kPoll{100};

// Names of a run's own topics: of the bench's topic and of where its clock stands. It reads the
// bench's topic or, where that holds more than is wanted, a copy.
TopicNames names_of(const KafkaBenchOptions& options, bool copied) {
  const std::string own = options.topic + ".bench-" + std::to_string(ms_of(options.now)) + ".";
  const std::string input = copied ? own + "input" : options.topic;
  return {.work = options.stamped ? own + "work" : input,
          .indicators = own + "indicators",
          .events = options.stamped ? input : own + "events",
          .alerts = own + "alerts",
          .items = own + "items",
          .dead = own + "dead",
          .changelog = own + "changelog",
          .acks = own + "acks",
          .desks = own + "desks",
          .sources = own + "sources",
          .links = own + "links"};
}

class Bench {
 public:
  Bench(const KafkaBenchOptions& options, std::shared_ptr<const Policy> policy,
        std::shared_ptr<const Door> door)
      : options_(options),
        kafka_(options.kafka),
        policy_(std::move(policy)),
        door_(std::move(door)) {
    group_ = options.topic + ".bench-" + std::to_string(ms_of(options.now));
  }

  Result<BenchFigures> run(const BenchProgress& progress) {
    if (Status found = look_at_topic(); !found) return found.error();
    auto made = create_topics(kafka_, topics(plan_));
    if (!made) return made.error();
    made_ = std::move(*made);
    auto measured = prepare_and_measure(progress);
    if (!options_.keep_topics) {
      Status gone = delete_topics(kafka_, made_);
      if (measured && !gone) return gone.error();
    }
    return measured;
  }

 private:
  // How many events, in how many partitions, and the names of this run's topics.
  Status look_at_topic() {
    auto found = find_topic(kafka_, options_.topic);
    if (!found) return found.error();
    if (!*found) return invalid("there is no topic '" + options_.topic + "'");
    auto held = records_in(kafka_, **found);
    if (!held) return held.error();
    copied_ = options_.events > 0 && options_.events < *held;
    events_ = copied_ ? options_.events : *held;
    kafka_.topics = names_of(options_, copied_);
    plan_ = {.partitions = (*found)->partitions,
             .replication = (*found)->replication,
             .keep_all = true,  // events may be of other years
             .names = kafka_.topics};
    return {};
  }

  Result<BenchFigures> prepare_and_measure(const BenchProgress& progress) {
    if (copied_) {
      const std::string& input = options_.stamped ? kafka_.topics.events : kafka_.topics.work;
      Status copied = copy_records(options_.kafka, options_.topic, input, events_, progress);
      if (!copied) return copied.error();
    }
    return measure(progress);
  }

  Result<BenchFigures> measure(const BenchProgress& progress) {
    BenchFigures figures;
    const double cpu = cpu_seconds();
    {
      auto engine = KafkaEngine::open(engine_options(), policy_);
      if (!engine) return engine.error();
      Status engine_left, ingest_left;
      std::thread running([&] { engine_left = (*engine)->run(); });
      std::thread ingesting([&] { ingest_left = ingest(); });
      const Status watched = watch(**engine, progress);
      stopping_ = true;
      ingesting.join();
      watched ? (*engine)->drain() : (*engine)->stop();
      running.join();
      for (const Status& status : {engine_left, ingest_left, watched})
        if (!status) return status.error();
      figures.alerts = (*engine)->figures().alerts;
      figures.events = (*engine)->figures().records;
    }
    figures.cpu_seconds = cpu_seconds() - cpu;
    figures.rss_mb = rss_mb();
    const auto began = ingest_began_.value_or(*stages_.began());
    figures.seconds = std::chrono::duration<double>(*stages_.committed() - began).count();
    stages_.sum(figures);
    if (Status looked = look_at_stores(figures); !looked) return looked.error();
    return figures;
  }

  KafkaEngineOptions engine_options() {
    KafkaEngineOptions engine;
    engine.kafka = kafka_;
    engine.data = options_.data;
    engine.group = group_;
    engine.now = [now = options_.now] { return now; };
    engine.commit_interval = options_.commit_interval;
    engine.views = options_.views;
    engine.at_point = [this](std::string_view point) { stages_.at(point); };
    return engine;
  }

  Status ingest() {
    if (options_.stamped) return {};
    IngestOptions in;
    in.kafka = kafka_;
    in.group = group_ + "-ingest";
    in.now = [now = options_.now] { return now; };
    auto ingest = Ingest::open(std::move(in), door_);
    if (!ingest) return ingest.error();
    while (!stopping_) {
      const auto from = Steady::now();
      auto step = (*ingest)->step(kPoll);
      if (!step) return step.error();
      if (step->refused > 0) return invalid("the topic holds what the door refuses");
      if (step->accepted == 0) continue;
      if (!ingest_began_) ingest_began_ = from;
      stages_.add("ingest", std::chrono::duration<double>(Steady::now() - from).count());
    }
    return {};
  }

  // Until all records are committed.
  Status watch(const KafkaEngine& engine, const BenchProgress& progress) {
    const auto from = Steady::now();
    for (;;) {
      std::this_thread::sleep_for(kLook);
      const auto last = stages_.committed().value_or(from);
      const std::uint64_t records = engine.figures().records;
      if (progress) progress(records, events_);
      if (records >= events_) return {};
      if (Steady::now() - last >= kStuck) {
        return unavailable("only " + std::to_string(records) + " of " + std::to_string(events_) +
                           " events came");
      }
    }
  }

  Status look_at_stores(BenchFigures& figures) {
    for (const auto& entry : fs::recursive_directory_iterator(options_.data)) {
      if (entry.is_regular_file()) figures.disk_mb += static_cast<double>(entry.file_size()) / 1e6;
    }
    for (int p = 0; p < plan_.partitions; ++p) {
      auto store = RocksStore::open_reader((fs::path(options_.data) / std::to_string(p)).string());
      if (!store) return store.error();
      Status scanned =
          (*store)->scan(Table::kItem, "", "", [&](std::string_view, std::string_view) {
            ++figures.items;
            return true;
          });
      if (!scanned) return scanned;
      bool due = false;
      const auto shard = static_cast<std::uint32_t>(p);
      scanned = (*store)->scan(Table::kTimer, keys::timer(shard, kFarPast, ""),
                               keys::timer(shard, options_.now, ""),
                               [&](std::string_view, std::string_view) {
                                 due = true;
                                 return false;
                               });
      if (!scanned) return scanned;
      if (due) return unavailable("items were left to be settled: measured too short");
    }
    return {};
  }

  const KafkaBenchOptions& options_;
  KafkaOptions kafka_;
  std::shared_ptr<const Policy> policy_;
  std::shared_ptr<const Door> door_;
  std::string group_;
  TopicPlan plan_;
  std::vector<std::string> made_;
  std::uint64_t events_ = 0;  // to be read
  bool copied_ = false;       // of a topic that holds more
  StageClock stages_;
  std::atomic<bool> stopping_{false};
  std::optional<Steady::time_point> ingest_began_;  // of the thread that ingests, while it runs
};

}  // namespace

Result<BenchFigures> kafka_bench(const KafkaBenchOptions& options,
                                 std::shared_ptr<const Policy> policy,
                                 std::shared_ptr<const Door> door, const BenchProgress& progress) {
  return Bench(options, std::move(policy), std::move(door)).run(progress);
}

}  // namespace kip
