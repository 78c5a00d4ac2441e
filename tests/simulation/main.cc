// kip_sim: plays seeds against the oracle (README.md beside).
//   kip_sim --seeds 1:10000 [--mode log|given|both]
//   kip_sim --seed 42 [--mode ...]     tells the seed and runs it twice
//   kip_sim --test 1:5000              as --seeds, more or fewer by KIP_FULL and KIP_BRIEF

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "simulation/runs.h"

namespace kip::sim {
namespace {

unsigned long long number(std::uint64_t n) { return n; }  // as printf takes it

struct Options {
  std::uint64_t from = 1, to = 1000;
  std::string mode = "both";
  bool one = false;
};

bool replays(const Mode& mode, std::uint64_t seed, const Trace& first) {
  Counts counts;
  Trace again;
  play(mode, seed, counts, again);
  return again.hash() == first.hash();
}

// Tells a seed; false: it fails, or does not replay.
bool tell(const Mode& mode, std::uint64_t seed) {
  std::printf("seed %llu, clock %s\n", number(seed), mode.name);
  Counts counts;
  Trace first;
  first.tell();
  const std::string failed = play(mode, seed, counts, first);
  const bool same = replays(mode, seed, first);
  std::printf("%s\ntrace %016llx, the same when replayed: %s\n",
              failed.empty() ? "no difference" : "DIFFERENCE", number(first.hash()),
              same ? "yes" : "NO");
  std::fflush(stdout);
  return failed.empty() && same;
}

// All that an honest run must have met.
std::vector<std::string> crash_points(const Options& options) {
  std::vector<std::string> points = {"between",       "read",      "folded", "timer_fired",
                                     "before_commit", "committed", "applied"};
  if (options.mode != "log") points.insert(points.end(), {"settled", "resettled"});
  return points;
}

std::vector<std::string> alert_words(const Options& options) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < kRuleCount; ++i) {
    const auto rule = static_cast<RuleId>(i);  // no forecast is made here
    if (runs_under_log(rule)) words.emplace_back(rule_name(rule));
  }
  for (const char* change : {"RAISED", "UPDATED", "RESOLVED"}) {
    words.push_back(std::string("ALERT_CHANGE_") + change);
  }
  for (const char* cause : {"CLEARED", "CLOSED", "MOVED", "RETRACTED"}) {
    words.push_back(std::string("ALERT_CAUSE_") + cause);
  }
  if (options.mode == "log") return words;
  words.insert(words.end(), {"ALERT_CHANGE_LEVEL", "ALERT_CAUSE_RULE_CHANGED"});
  return words;
}

// Prints the counts; false: some work was not done at all.
bool report(const Options& options, const Counts& c, double seconds) {
  std::vector<std::pair<std::string, std::uint64_t>> lines = {
      {"seeds", c.seeds},     {"events", c.events},
      {"commits", c.commits}, {"unknown outcomes", c.unknown_outcomes},
      {"repeats", c.repeats}, {"failed writes", c.failed_writes},
      {"voids", c.voids},     {"reorders", c.reorders},
      {"alerts", c.alerts}};
  const auto add = [&](const char* what, const std::string& name, const auto& counts) {
    const auto found = counts.find(name);
    lines.emplace_back(what + name, found == counts.end() ? 0 : found->second);
  };
  if (options.mode != "log") {
    lines.emplace_back("reloads", c.reloads);
    lines.emplace_back("catching up", c.catch_ups);
  }
  for (const auto& point : crash_points(options)) add("crash ", point, c.crashes);
  for (const auto& word : alert_words(options)) add("", word, c.told);
  std::string idle;
  for (const auto& [name, n] : lines) {
    std::printf("  %-26s %llu\n", name.c_str(), number(n));
    if (n == 0) idle += " [" + name + "]";
  }
  const double cpu = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  std::printf("  %.1f s, %.2f ms of a processor a seed\n", seconds,
              1000 * cpu / static_cast<double>(c.seeds));
  if (c.seeds < 1000 || idle.empty()) return true;
  std::printf("FAILED: did no work:%s\n", idle.c_str());
  return false;
}

int run(const Options& options) {
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  auto told = began;
  const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - began).count(); };
  Counts counts;
  for (std::uint64_t seed = options.from; seed <= options.to; ++seed) {
    ++counts.seeds;
    for (const Mode& mode : kModes) {
      if (options.mode != "both" && options.mode != mode.name) continue;
      if (options.one) {
        if (!tell(mode, seed)) return 1;
        continue;
      }
      Trace trace;
      const bool sound = play(mode, seed, counts, trace).empty();
      if (sound && (seed % 1000 != 0 || replays(mode, seed, trace))) continue;
      tell(mode, seed);
      std::printf("replay: kip_sim --seed %llu --mode %s\n", number(seed), mode.name);
      return 1;
    }
    if (Clock::now() - told > std::chrono::seconds{5}) {
      told = Clock::now();
      const std::uint64_t done = seed - options.from + 1, all = options.to - options.from + 1;
      std::printf("%llu of %llu seeds, %.0f s\n", number(done), number(all), seconds());
      std::fflush(stdout);
    }
  }
  return options.one || report(options, counts, seconds()) ? 0 : 1;
}

// KIP_BRIEF plays the first twentieth of a test's seeds, KIP_FULL a hundred times as many; ranges
// that do not meet are scaled to such.
void scale(Options& options) {
  if (std::getenv("KIP_BRIEF")) {
    options.to = options.from + (options.to - options.from) / 20;
  } else if (std::getenv("KIP_FULL")) {
    options.from = (options.from - 1) * 100 + 1;
    options.to *= 100;
  }
}

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    char* rest = nullptr;
    if (name == "--mode") {
      options.mode = value;
    } else if (name == "--seed") {
      options.one = true;
      options.from = options.to = std::strtoull(value.c_str(), &rest, 10);
    } else if (name == "--seeds" || name == "--test") {
      options.from = std::strtoull(value.c_str(), &rest, 10);
      if (*rest != ':') return false;
      options.to = std::strtoull(rest + 1, &rest, 10);
      if (name == "--test") scale(options);
    } else {
      return false;
    }
  }
  const std::string& mode = options.mode;
  return argc % 2 == 1 && (mode == "both" || mode == "log" || mode == "given");
}

}  // namespace
}  // namespace kip::sim

int main(int argc, char** argv) {
  kip::sim::Options options;
  if (!kip::sim::parse(argc, argv, options)) {
    std::fprintf(stderr, "usage: kip_sim --seed N | --seeds FROM:TO [--mode log|given|both]\n");
    return 2;
  }
  return kip::sim::run(options);
}
