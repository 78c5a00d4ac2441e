#pragma once
// The files that a command writes beside what it prints. They are emptied first, so none of them
// may be one that it reads, or another one of them: by whatever path.
//
//   check_outputs({{"--alerts", options.alerts}, {"--items", options.items}}, options.files);

#include <string>
#include <vector>

#include "base/result.h"

namespace kip {

struct Output {
  std::string option, path;  // the path empty: it is not wanted
};
// kInvalid, with the option; also where a path is "-": figures are on stdout.
Status check_outputs(const std::vector<Output>& outputs, const std::vector<std::string>& inputs);

}  // namespace kip
