#pragma once
// `kip people`: a table of people into people.yaml, and who gets what by the one that is there.
//
//   auto text = import_people(options, "danh-ba.xlsx", problems);
//
// Reads the table and the config folder; writes nothing.

#include <optional>
#include <string>
#include <vector>

#include "app/setup.h"

namespace kip {

// The table as people.yaml. None with `problems`: what is wrong with the table, or with the
// configuration that it is held against (its own people.yaml left out). kNotFound: no such file.
Result<std::optional<std::string>> import_people(const CommonOptions& options,
                                                 const std::string& file, Problems& problems);

// For each unit, in the order of units.yaml and `unassigned` at the end: who gets its messages at
// `at`, and who is one step above whatever the field.
struct DeskLine {
  std::string unit, to, role, reason, instead_of, superior;  // ids; empty: nobody
};
std::vector<DeskLine> desk_lines(const Policy& policy, Instant at);
DeskLine desk_line(const Policy& policy, const std::string& unit, Instant at);
std::string to_json(const DeskLine& line);
// Why this one: "trưởng", "thay tp-kinh-te", "trực ban nhận thay".
std::string reason_words(const DeskLine& line);

}  // namespace kip
