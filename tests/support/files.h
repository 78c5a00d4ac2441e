#pragma once
// The files that are shipped in deploy/config, as texts.

#include <fstream>
#include <sstream>
#include <string>

namespace kip::test {

inline std::string shipped(const std::string& name) {
  std::ifstream in(std::string(KIP_SOURCE_DIR) + "/deploy/config/" + name, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// `text` with the first `from` replaced; as it was where there is none.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

}  // namespace kip::test
