// kip sample: months of believable events of an invented ward, as JSON lines for `kip import`.

#include "sample/sample.h"

#include <chrono>
#include <cstdio>
#include <memory>

#include "kip/commands.h"

namespace kip {
namespace {

struct SampleFlags {
  CommonOptions common;
  int months = 12;
  double scale = 1;
  std::uint64_t seed = 1;
  std::string end, from, until;
};

// True: wrong usage, and it was said.
bool wrong_time(const char* name, const std::string& text, std::optional<Instant>& at) {
  if (text.empty()) return false;
  auto read = parse_rfc3339(text);
  if (read) at = *read;
  if (!read) std::fprintf(stderr, "kip: %s: %s\n", name, read.error().message.c_str());
  return !read;
}

int run_sample(const SampleFlags& options) {
  std::optional<Instant> end;
  SampleOptions sample;
  if (wrong_time("--end", options.end, end) || wrong_time("--from", options.from, sample.from) ||
      wrong_time("--until", options.until, sample.until)) {
    return kUsage;
  }
  auto policy = load_policy(options.common);
  if (!policy) return fail_input(policy.error());
  sample.end = end.value_or(std::chrono::floor<Millis>(std::chrono::system_clock::now()));
  sample.seed = options.seed;
  sample.months = options.months;
  sample.scale = options.scale;
  write_sample(sample, (*policy)->registry, (*policy)->calendars.common(),
               [](std::string_view line) {
                 std::fwrite(line.data(), 1, line.size(), stdout);
                 std::fputc('\n', stdout);
               });
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return fail(unavailable("the output could not be written whole"));
  }
  return kDone;
}

}  // namespace

void add_sample(CLI::App& app, int& exit) {
  auto options = std::make_shared<SampleFlags>();
  CLI::App* command = app.add_subcommand("sample", "events of an invented ward, as JSON lines");
  command->add_option("--config", options->common.config, "folder of the configuration");
  command->add_option("--months", options->months, "how long before the end it begins")
      ->check(CLI::Range(1, 120));
  command->add_option("--end", options->end, "the time it leads up to (default: now)");
  command->add_option("--from", options->from, "only what is published after this");
  command->add_option("--until", options->until, "and up to this (default: the end)");
  command->add_option("--seed", options->seed, "another seed, other events");
  command->add_option("--scale", options->scale, "1: about 30 dossiers a day")
      ->check(CLI::Range(0.001, 1000.0));
  command->callback([options, &exit] { exit = run_sample(*options); });
}

}  // namespace kip
