// kip engine: the shards of the partitions that the group gives this process.

#include <cstdio>
#include <memory>
#include <thread>

#include "app/crash_point.h"
#include "app/engine_options.h"
#include "kip/commands.h"
#include "kip/stop.h"
#include "stream/kafka_engine.h"

namespace kip {
namespace {

struct Options {
  CommonOptions common;
  KafkaOptions kafka;
  std::string data, clock = "wall", until, group = "kip-engine", member;
  std::uint32_t commit_ms = 100;
  bool drain = false;
};

int run(const Options& options) {
  EngineOptions timing;
  if (const int wrong = set_clock(options.clock, options.until, timing)) return wrong;
  auto policy = load_policy(options.common);
  if (!policy) return fail_input(policy.error());
  KafkaEngineOptions engine_options;
  engine_options.clock = timing.clock.kind == ClockSpec::Kind::kLog ? Clock::kLog : Clock::kGiven;
  engine_options.now = make_clock(timing.clock);
  engine_options.until = timing.until;
  engine_options.kafka = options.kafka;
  engine_options.data = options.data;
  engine_options.group = options.group;
  engine_options.member = options.member;
  engine_options.commit_interval = std::chrono::milliseconds{options.commit_ms};
  engine_options.drain = options.drain;
  engine_options.at_point = crash_point_from_environment();
  engine_options.say = [](const std::string& what) {
    std::fprintf(stderr, "kip: %s\n", what.c_str());
  };
  StopSignal stop;
  auto engine = KafkaEngine::open(std::move(engine_options), *policy);
  if (!engine) return fail(engine.error());
  stop.then([&] { (*engine)->stop(); });
  const Status left = (*engine)->run();
  const KafkaEngine::Figures figures = (*engine)->figures();
  std::printf("%s bản ghi, %s lần cảnh báo\n", grouped(figures.records).c_str(),
              grouped(figures.alerts).c_str());
  return left ? kDone : fail(left.error(), kStopped);
}

}  // namespace

void add_engine(CLI::App& app, int& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("engine", "the shards on Kafka");
  add_common(*command, options->common);
  command->remove_option(command->get_option("--json"));
  command->add_option("--kafka", options->kafka.brokers, "HOST:PORT,...")->required();
  add_data_to_write(*command, options->data);
  command->add_option("--clock", options->clock, "wall, xN, at:TIME or log (default: wall)");
  command->add_option("--until", options->until, "with --clock log: where time ends");
  command->add_option("--group", options->group, "consumer group (default kip-engine)");
  command->add_option("--member", options->member, "unique in the group, the same over a restart");
  command->add_option("--commit-ms", options->commit_ms, "a commit at most so often (default 100)")
      ->check(CLI::Range(1, 60'000));
  command->add_flag("--drain", options->drain, "leave once all that is there is read and told");
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace kip
