#pragma once
// Policy: everything that decides beside the events: calendars, registry, rules, and who is told.
// Read as one checked whole from the texts of the config files; a wrong one never replaces a right
// one.
// Immutable; any thread. Pure: the texts are handed in.

#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "directory/directory.h"
#include "registry/registry.h"
#include "rules/ruleset.h"

namespace kip {

enum class CalendarMode : std::uint8_t { kConfig, kAlways, kWeekdays };

struct PolicyOptions {
  CalendarMode calendar = CalendarMode::kConfig;
  bool registry_open = false;
};

struct Policy {
  Registry registry;
  Calendars calendars{Calendar::always()};
  RuleSet rules;
  FoldRules fold;  // points into this Policy: never copy a Policy, share it
  // Has a digest of its own: who is told decides nothing about an item, so nothing is settled anew.
  Directory directory;
  std::string digest;  // of all that can change a decision about an item, hex
  Policy() = default;
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;
};

// The names of the files that make a policy, all needed; people.yaml (kPeopleFile) may be missing.
const std::vector<std::string>& policy_files();
// `texts`: file name -> text. On any mistake none, and `problems` names them all.
std::shared_ptr<const Policy> read_policy(const std::map<std::string, std::string>& texts,
                                          const PolicyOptions& options, Problems& problems);
// Default rules and the plain office week or `always`, an open registry; for tests and the
// simulator.
std::shared_ptr<Policy> plain_policy(Calendar calendar);

}  // namespace kip
