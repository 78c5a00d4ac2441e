#include "app/crash_point.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/result.h"

namespace kip {

std::function<void(std::string_view point)> crash_point_from_environment() {
  const char* text = std::getenv("KIP_CRASH_AT");
  if (!text) return {};
  const std::string spec = text;
  const auto colon = spec.find(':');
  KIP_CHECK(colon != std::string::npos);
  const long times = std::atol(spec.c_str() + colon + 1);
  KIP_CHECK(times > 0);
  auto left = std::make_shared<std::atomic<long>>(times);
  return [left, name = spec.substr(0, colon)](std::string_view point) {
    if (point == name && left->fetch_sub(1) == 1) std::raise(SIGKILL);
  };
}

}  // namespace kip
