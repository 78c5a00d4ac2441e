#pragma once
// What `kip import` and `kip replay` say on stderr of what was refused: rows of files by the door,
// events of items that are sealed or full by a shard. The first twenty of each.

#include <cstdint>
#include <vector>

#include "contract/import.h"
#include "contract/state.h"

namespace kip {

inline constexpr std::uint64_t kRefusedShownMax = 20;

// `letters`: the first ones that shards wrote, of `letters_all`.
void print_refused(const std::vector<RefusedRow>& rows, const std::vector<DeadLetter>& letters,
                   std::uint64_t letters_all);

}  // namespace kip
