// kip_planted: the program with faults planted in its stream lib, one of them switched on by
// KIP_PLANTED=NAME. Proves that the kill test finds what is wrong (README.md).

#include "base/planted.h"

#include <cstdlib>
#include <cstring>

#include "base/result.h"

namespace kip {
namespace {

constexpr struct {
  const char* name;
  PlantedBug bug;
} kNames[] = {
    {"apply_before_commit", PlantedBug::kApplyBeforeCommit},
    {"commit_answer_lost", PlantedBug::kCommitAnswerLost},
};

[[maybe_unused]] const bool kSet = [] {
  const char* wanted = std::getenv("KIP_PLANTED");
  if (wanted == nullptr) return false;
  for (const auto& [name, bug] : kNames) {
    if (std::strcmp(name, wanted) == 0) planted_bug = bug;
  }
  KIP_CHECK(planted_bug != PlantedBug::kNone);
  return true;
}();

}  // namespace
}  // namespace kip
