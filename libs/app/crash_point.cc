#include "app/crash_point.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include "base/result.h"

namespace kip {

namespace {

// POINT:N[+MS] of the variable: `signal` to this process.
std::function<void(std::string_view point)> signal_at(const char* variable, int signal) {
  const char* text = std::getenv(variable);
  if (!text) return {};
  const std::string spec = text;
  const auto colon = spec.find(':');
  KIP_CHECK(colon != std::string::npos);
  char* rest = nullptr;
  const long times = std::strtol(spec.c_str() + colon + 1, &rest, 10);
  KIP_CHECK(times > 0);
  const std::chrono::milliseconds later{*rest == '+' ? std::atol(rest + 1) : 0};
  auto left = std::make_shared<std::atomic<long>>(times);
  return [signal, left, later, name = spec.substr(0, colon)](std::string_view point) {
    if (point != name || left->fetch_sub(1) != 1) return;
    if (later.count() == 0) {
      std::raise(signal);
      return;
    }
    std::thread([signal, later] {
      std::this_thread::sleep_for(later);
      std::raise(signal);
    }).detach();
  };
}

}  // namespace

std::function<void(std::string_view point)> crash_point_from_environment() {
  auto crash = signal_at("KIP_CRASH_AT", SIGKILL);
  auto stop = signal_at("KIP_STOP_AT", SIGSTOP);
  return crash ? crash : stop;
}

std::optional<std::size_t> records_max_from_environment() {
  const char* text = std::getenv("KIP_RECORDS_MAX");
  if (!text) return std::nullopt;
  const long most = std::atol(text);
  KIP_CHECK(most > 0);
  return static_cast<std::size_t>(most);
}

}  // namespace kip
