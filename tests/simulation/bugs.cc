// kip_sim_bugs: proves that the simulator finds what is wrong. Built from the product's sources
// with KIP_PLANTED_BUGS; switches on one small wrong behaviour after the other and looks for the
// first seed that differs.
//   kip_sim_bugs [--bug NAME] [--max SEEDS]

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/planted.h"
#include "simulation/runs.h"

namespace kip::sim {
namespace {

using enum PlantedBug;
constexpr std::pair<const char*, PlantedBug> kBugs[] = {
    {"position_off_by_one", kPositionOffByOne},
    {"position_before_commit", kPositionBeforeCommit},
    {"revision_forgotten", kRevisionForgotten},
    {"late_event_appended", kLateEventAppended},
    {"void_of_voided_ignored", kVoidOfVoidedIgnored},
    {"timer_not_moved", kTimerNotMoved},
    {"contribution_kept", kContributionKept},
    {"hysteresis_travels", kHysteresisTravels},
    {"kept_time_forgotten", kKeptTimeForgotten},
    {"overdue_at_due", kOverdueAtDue},
    {"repeat_folded_twice", kRepeatFoldedTwice},
    {"policy_return_forgotten", kPolicyReturnForgotten},
    {"backlog_overwritten", kBacklogOverwritten},
    {"held_is_passed", kHeldIsPassed},
};

// The first seed that differs, and how; 0: none up to `most`.
std::uint64_t find(PlantedBug bug, std::uint64_t most, std::string& how) {
  planted_bug = bug;
  Counts counts;
  for (std::uint64_t seed = 1; seed <= most; ++seed) {
    for (const Mode& mode : kModes) {
      Trace trace;
      const std::string difference = play(mode, seed, counts, trace);
      if (difference.empty()) continue;
      how = std::string("clock ") + mode.name + ": " + difference.substr(0, difference.find('\n'));
      return seed;
    }
  }
  return 0;
}

int run(const std::string& only, std::uint64_t most) {
  std::string how;
  constexpr std::uint64_t kSound = 100;
  if (const std::uint64_t seed = find(kNone, kSound, how); seed != 0) {
    std::printf("seed %llu differs with no bug: %s\n", static_cast<unsigned long long>(seed),
                how.c_str());
    return 1;
  }
  int missed = 0, tried = 0;
  for (const auto& [name, bug] : kBugs) {
    if (!only.empty() && only != name) continue;
    ++tried;
    const std::uint64_t seed = find(bug, most, how);
    missed += seed == 0 ? 1 : 0;
    std::printf("%-24s ", name);
    if (seed == 0) std::printf("NOT FOUND in %llu seeds\n", static_cast<unsigned long long>(most));
    if (seed != 0) {
      std::printf("seed %-6llu %s\n", static_cast<unsigned long long>(seed), how.c_str());
    }
    std::fflush(stdout);
  }
  std::printf("%d of %d planted bugs found\n", tried - missed, tried);
  return missed == 0 && tried > 0 ? 0 : 1;
}

}  // namespace
}  // namespace kip::sim

int main(int argc, char** argv) {
  std::string bug;
  std::uint64_t most = 20'000;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--bug") bug = argv[i + 1];
    if (name == "--max") most = std::strtoull(argv[i + 1], nullptr, 10);
  }
  return kip::sim::run(bug, most);
}
