#pragma once
// `kip check`: is the configuration whole, and what of it is only an estimate?
//
//   CheckFigures f = check_config(options, at);
//   if (!f.problems.empty()) ...
//
// Reads the config folder; nothing else. Any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/setup.h"

namespace kip {

struct CheckFigures {
  std::string dir;
  Problems problems;  // empty: the figures below count
  std::uint64_t rules = 0, procedures = 0, targets = 0, units = 0, sources = 0;
  std::uint64_t days = 0;  // named in calendar.yaml
  int first_year = 0, last_year = 0;
  std::uint64_t days_from_rule = 0;         // verified: "rule"
  std::uint64_t days_estimated = 0;         // verified: "no"
  std::vector<std::string> estimated;       // of these, within a year of `at`: "2027-02-04 NAME"
  std::uint64_t procedures_unverified = 0;  // whose source says so
  std::uint64_t people = 0;                 // of people.yaml; 0: there is none
  std::string duty_unit;
  std::uint64_t channels = 0;                      // of channels.yaml
  bool outbox_only = false;                        // none of them leads out of the machine
  bool shadow = false;                             // every message goes to the operator
  std::vector<std::string> remarks;                // no mistakes, and worth a word
  std::vector<std::string> units_without_anybody;  // whose messages go to the duty office
  bool years_end_soon = false;  // `at` is given, and a year from it is beyond last_year
};

// `at`: none: no days are named as coming soon.
CheckFigures check_config(const CommonOptions& options, std::optional<Instant> at);
std::string to_json(const CheckFigures& figures);
// Who is told and who is not, a line each.
std::vector<std::string> people_words(const CheckFigures& figures);
// What the operator must do about the calendar, a line each; empty: nothing yet.
std::vector<std::string> calendar_words(const CheckFigures& figures);

}  // namespace kip
