#pragma once
// For the crash tests: KIP_CRASH_AT=POINT:N in the environment makes the process kill itself with
// SIGKILL the Nth time that it reaches the named point of a commit (at_point in runtime/shard.cc
// and app/engine*.cc). Unset: nothing.

#include <functional>
#include <string_view>

namespace kip {

// Empty where the variable is not set. A malformed one is a failed check: a test that kills nothing
// proves nothing.
std::function<void(std::string_view point)> crash_point_from_environment();

}  // namespace kip
