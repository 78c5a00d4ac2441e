// Configuration: any text gives a policy or problems with words, never a crash. The first byte
// chooses the file; 0x80 and above: people.yaml.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rules/policy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::map<std::string, std::string> texts;
  const auto& files = kip::policy_files();
  for (const std::string& file : files) texts[file] = "version: 1\n";
  const std::string file =
      data[0] < 0x80 ? files[data[0] % files.size()] : std::string(kip::kPeopleFile);
  texts[file] = std::string(reinterpret_cast<const char*>(data + 1), size - 1);
  kip::Problems problems;
  const auto policy = kip::read_policy(texts, {}, problems);
  if ((policy == nullptr) != !problems.empty()) std::abort();
  for (const kip::Problem& problem : problems) {
    if (kip::to_string(problem).empty()) std::abort();
  }
  return 0;
}
