#pragma once
// How an engine is opened, and whom it tells.

#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/setup.h"
#include "base/result.h"
#include "store/rocks_store.h"

namespace kip {

struct EngineOptions {
  std::string data;
  std::uint32_t shards = 0;  // 0: as the data has it, else 2
  ClockSpec clock;
  std::optional<Instant> until;  // Clock::kLog: where time ends
  // As given; kept beside the data so that other commands decide alike.
  std::string config, calendar, registry;
  std::size_t queue_max = 20'000;
  std::optional<std::size_t> records_max;  // a commit; for crash tests
  RocksOptions rocks;
  std::function<void(const AlertChange&)> on_alert;  // from shard threads
  std::function<void(const Error&)> on_failure;      // once, from a thread of the engine
  // For the operator; from shard threads.
  std::function<void(const std::string& what)> on_warning = [](const std::string& what) {
    std::fprintf(stderr, "kip: %s\n", what.c_str());
  };
  std::function<void(std::string_view point)>
      at_point;  // from shard and append threads: the crash tests
};

}  // namespace kip
