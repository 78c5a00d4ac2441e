#pragma once
// Directories for tests: the shipped units and fields, and people as text.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "directory/directory.h"
#include "support/files.h"
#include "support/office.h"

namespace kip::test {

inline const Registry& shipped_registry() {
  static const Registry kRegistry = [] {
    Registry out;
    Problems problems;
    out.ward = read_ward(Reader::parse("kip.yaml", shipped("kip.yaml"), problems));
    read_units(Reader::parse("units.yaml", shipped("units.yaml"), problems), out);
    read_procedures(Reader::parse("procedures.yaml", shipped("procedures.yaml"), problems), out);
    out.index();
    EXPECT_TRUE(problems.empty());
    return out;
  }();
  return kRegistry;
}

inline Directory people(const std::string& text, std::vector<std::string>* said = nullptr) {
  Problems problems;
  Directory directory =
      read_people(Reader::parse("people.yaml", text, problems), shipped_registry(), false);
  for (const Problem& problem : problems) {
    if (said) said->push_back(to_string(problem));
    if (!said) ADD_FAILURE() << to_string(problem);
  }
  return directory;
}

// "tp: head", "ptp for tp: substitute", "top".
inline std::string words(const Recipient& found) {
  const std::string reason(reason_word(found.reason));
  if (!found.person) return reason;
  const std::string whom = found.on_behalf_of ? " for " + found.on_behalf_of->id : "";
  return found.person->id + whom + ": " + reason;
}

}  // namespace kip::test
