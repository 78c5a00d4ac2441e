#pragma once
// A directory as it was read, from YAML or from a table, before it is judged as a whole: each row
// keeps the way to say what is wrong with it, where it stands. Pure; inside this lib only.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "directory/directory.h"

namespace kip {

// A problem of the row: key, message.
using Wrong = std::function<void(const std::string&, const std::string&)>;

struct DraftPerson {
  Person is;
  Wrong wrong;
  bool sound = true;  // nothing is wrong with it so far
};

// A head or a deputy.
struct DraftHolder {
  std::string unit, person;
  std::string key;  // where the person is named
  Wrong wrong;
};

struct DraftSubstitute {
  std::string unit;
  Substitute is;  // instead_of empty: of the head
  Wrong wrong;
};

struct DraftLeader {
  Leader is;
  std::string person_key, of_key;
  Wrong wrong;
};

struct Draft {
  std::vector<DraftPerson> people;
  std::vector<DraftHolder> heads, deputies;
  std::vector<DraftSubstitute> substitutes;
  std::vector<DraftLeader> leaders;
  bool people_whole = true;  // so that what refers to one can be judged
  Wrong wrong;               // of all of it
};

// What was said of a person beside id, role and unit.
struct SaidOfPerson {
  std::optional<std::string> email, phone, zalo, language, digest_at, quiet_from, quiet_until;
  std::optional<std::vector<std::string>> channels;
};
void take(const SaidOfPerson& said, Language of_ward, DraftPerson& person);
// The id and the role of a row, judged.
void judge_name(DraftPerson& person);
// Judges the whole and makes the directory of it. What is wrong is said; then it is empty.
Directory judge(const Draft& draft, const Registry& registry, bool any_field);

}  // namespace kip
