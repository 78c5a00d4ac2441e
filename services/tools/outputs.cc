#include "tools/outputs.h"

#include <filesystem>

namespace kip {
namespace {

namespace fs = std::filesystem;

bool same_file(const std::string& a, const std::string& b) {
  std::error_code none;
  return fs::weakly_canonical(a, none) == fs::weakly_canonical(b, none) ||
         fs::equivalent(a, b, none);
}

}  // namespace

Status check_outputs(const std::vector<Output>& outputs, const std::vector<std::string>& inputs) {
  for (const Output& output : outputs) {
    if (output.path.empty()) continue;
    if (output.path == "-") return invalid(output.option + ": name a file; figures are on stdout");
    for (const std::string& input : inputs) {
      if (same_file(output.path, input))
        return invalid(output.option + ": '" + output.path + "' is read, and not written");
    }
    for (const Output& other : outputs) {
      if (&other == &output) break;
      if (!other.path.empty() && same_file(other.path, output.path))
        return invalid(other.option + " and " + output.option + " must be files of their own");
    }
  }
  return {};
}

}  // namespace kip
