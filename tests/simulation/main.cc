// kip_sim: plays seeds against the oracle (README.md beside).
//   kip_sim --seeds 1:10000 [--mode log|given|both]
//   kip_sim --seed 42 [--mode ...]        tells the seed and runs it twice

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "simulation/runs.h"

namespace kip::sim {
namespace {

struct Mode {
  const char* name;
  void (*run)(std::uint64_t seed, Counts& counts, Trace& trace);
};
constexpr Mode kModes[] = {{"log", run_log}, {"given", run_given}};

struct Options {
  std::uint64_t from = 1, to = 1000;
  std::string mode = "both";
  bool one = false;
};

// The first difference; empty: none.
std::string play(const Mode& mode, std::uint64_t seed, Counts& counts, Trace& trace) {
  try {
    mode.run(seed, counts, trace);
  } catch (const Difference& difference) {
    trace.note(difference.what());
    return difference.what();
  }
  return "";
}

// Tells a seed; false: it fails, or does not replay.
bool tell(const Mode& mode, std::uint64_t seed) {
  std::printf("seed %llu, clock %s\n", static_cast<unsigned long long>(seed), mode.name);
  Counts counts;
  Trace first, again;
  first.tell();
  const std::string failed = play(mode, seed, counts, first);
  play(mode, seed, counts, again);
  const bool same = first.hash() == again.hash();
  std::printf("%s\ntrace %016llx, the same when replayed: %s\n",
              failed.empty() ? "no difference" : "DIFFERENCE", 
              static_cast<unsigned long long>(first.hash()), same ? "yes" : "NO");
  std::fflush(stdout);
  return failed.empty() && same;
}

void print(const char* name, std::uint64_t n) {
  std::printf("  %-18s %llu\n", name, static_cast<unsigned long long>(n));
}

// Prints the counts; false: some work was not done at all.
bool report(const Options& options, const Counts& c, double seconds) {
  bool worked = true;
  const auto line = [&](const std::string& name, std::uint64_t n) {
    print(name.c_str(), n);
    worked = worked && n > 0;
  };
  line("seeds", c.seeds);
  line("events", c.events);
  line("commits", c.commits);
  line("unknown outcomes", c.unknown_outcomes);
  line("failed writes", c.failed_writes);
  line("repeats", c.repeats);
  line("voids", c.voids);
  line("reorders", c.reorders);
  line("alerts compared", c.alerts);
  std::vector<std::string> points = {"between",       "read",      "folded", "timer_fired",
                                     "before_commit", "committed", "applied"};
  if (options.mode != "log") {
    line("reloads", c.reloads);
    line("catching up", c.catch_ups);
    points.insert(points.end(), {"settled", "resettled"});
  }
  for (const auto& point : points) {
    const auto found = c.crashes.find(point);
    line("crash " + point, found == c.crashes.end() ? 0 : found->second);
  }
  std::printf("  %.1f s, %.2f ms a seed\n", seconds,
              1000 * seconds / static_cast<double>(std::max<std::uint64_t>(1, c.seeds)));
  const bool many = c.seeds >= 1000;
  if (many && !worked) std::printf("FAILED: a count is 0: this run did no work there\n");
  return worked || !many;
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
      if (play(mode, seed, counts, trace).empty()) continue;
      tell(mode, seed);
      std::printf("replay: kip_sim --seed %llu --mode %s\n", static_cast<unsigned long long>(seed),
                  mode.name);
      return 1;
    }
    if (Clock::now() - told > std::chrono::seconds{5}) {
      told = Clock::now();
      std::printf("%llu of %llu seeds, %.0f s\n",
                  static_cast<unsigned long long>(seed - options.from + 1),
                  static_cast<unsigned long long>(options.to - options.from + 1), seconds());
      std::fflush(stdout);
    }
  }
  return report(options, counts, seconds()) ? 0 : 1;
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
    } else if (name == "--seeds") {
      options.from = std::strtoull(value.c_str(), &rest, 10);
      if (*rest != ':') return false;
      options.to = std::strtoull(rest + 1, &rest, 10);
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
