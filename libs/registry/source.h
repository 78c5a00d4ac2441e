#pragma once
// sources.yaml: the systems that publish, and when one of them counts as silent.

#include <string>

#include "base/time.h"

namespace kip {

struct Source {
  std::string id, name;
  bool titles_trusted = false;
  bool watched = true;  // its silence is told
  std::string unit;     // to whom; empty: the duty office
};

// When a source counts as silent (libs/subjects/source.h). Of all of them.
struct SilenceRules {
  double late = 0.05, silent = 0.001;  // how likely such a silence may be by chance
  WorkTime after = work_hours(2);      // it lasts so long at least
  WorkTime settle = work_hours(1);     // back, when nothing that is older has come for so long
  WorkTime settle_most = work_hours(16);
};

}  // namespace kip
