// kip ingest: Kafka in, checked and keyed events out.

#include "stream/ingest.h"

#include <csignal>
#include <cstdio>
#include <memory>

#include "app/crash_point.h"
#include "kip/commands.h"
#include "kip/stop.h"

namespace kip {
namespace {

struct Options {
  CommonOptions common;
  KafkaOptions kafka;
  std::string clock = "wall", group = "kip-ingest", member;
};

int run(const Options& options) {
  auto clock = parse_clock(options.clock);
  if (!clock) return fail(clock.error(), kUsage);
  auto policy = load_policy(options.common);
  if (!policy) return fail_input(policy.error());
  IngestOptions ingest_options;
  ingest_options.kafka = options.kafka;
  ingest_options.group = options.group;
  ingest_options.member = options.member;
  ingest_options.time_from_record = clock->kind == ClockSpec::Kind::kLog;
  ingest_options.now = make_clock(*clock);
  ingest_options.at_point = crash_point_from_environment();
  const StopSignal stop;
  auto ingest = Ingest::open(ingest_options, std::make_shared<const Door>(door_options(*policy)));
  if (!ingest) return fail(ingest.error());
  std::uint64_t accepted = 0, refused = 0;
  while (!stop.came()) {
    auto step = (*ingest)->step(std::chrono::milliseconds{100});
    if (!step) return fail(step.error(), kStopped);
    accepted += step->accepted;
    refused += step->refused;
  }
  std::printf("%s nhận, %s từ chối\n", grouped(accepted).c_str(), grouped(refused).c_str());
  return kDone;
}

}  // namespace

void add_ingest(CLI::App& app, int& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("ingest", "Kafka in, checked and keyed events out");
  add_common(*command, options->common);
  command->remove_option(command->get_option("--json"));
  command->add_option("--kafka", options->kafka.brokers, "HOST:PORT,...")->required();
  command->add_option("--clock", options->clock, "wall, xN, at:TIME or log (default: wall)");
  command->add_option("--group", options->group, "consumer group (default kip-ingest)");
  command->add_option("--member", options->member, "unique in the group, the same over a restart");
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace kip
