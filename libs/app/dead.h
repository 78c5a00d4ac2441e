#pragma once
// Dead letters as the operator reads them. Their numbers: those of the door count from 0; those
// that a shard wrote in its own commit are "S-N": shard, offset of its log. Reads one state of the
// store; any thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "contract/state.h"
#include "store/store.h"

namespace kip {

std::string dead_number(std::uint64_t number);
// Of the door: value, key and headers are the sender's own. Of a shard (channel "shard"): value is
// the StampedEvent that the door had made of them, which is all that the shard has; this is its
// JSON. None: the letter is the door's.
std::optional<std::string> event_of_letter(const DeadLetter& letter);
// A line of JSON: number, at, channel, principal, topic, source, code, field, reason, key and value
// as base64, headers with base64 values; of a shard's also `event`. Absent where empty; no value:
// it was null.
std::string dead_json(std::uint64_t number, const DeadLetter& letter);
// Visits the first `limit` of them (0: all); how many more there are.
Result<std::uint64_t> each_dead(
    const Store& store, std::uint64_t limit,
    const std::function<void(std::uint64_t number, const DeadLetter& letter)>& visit);
// Those that shards write from now on: the marks are taken before, and `visit` sees the first
// `limit` of what came after them.
using ShardDeadMarks = std::vector<std::uint64_t>;  // by shard: the first number still free
Result<ShardDeadMarks> mark_shard_dead(const Store& store, std::uint32_t shards);
Status each_shard_dead(
    const Store& store, const ShardDeadMarks& marks, std::uint64_t limit,
    const std::function<void(std::uint64_t number, const DeadLetter& letter)>& visit);
// kInvalid: no such form of number. kNotFound.
Result<DeadLetter> find_dead(const Store& store, const std::string& number);

}  // namespace kip
