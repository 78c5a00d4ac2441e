#pragma once
// For the crash tests: KIP_CRASH_AT=POINT:N in the environment makes the process kill itself with
// SIGKILL the Nth time that it reaches the named point of a commit (at_point in runtime/shard.cc,
// app/engine*.cc and stream/*.cc). POINT:N+MS: so many milliseconds after that, so that the kill
// meets what the point is followed by. KIP_STOP_AT likewise stops it, until it is sent SIGCONT.
// Unset: nothing.

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

namespace kip {

// Empty where the variable is not set. A malformed one is a failed check: a test that kills nothing
// proves nothing.
std::function<void(std::string_view point)> crash_point_from_environment();

// KIP_RECORDS_MAX=N: a commit takes at most so many records, so that input always waits where a
// test kills.
std::optional<std::size_t> records_max_from_environment();

}  // namespace kip
