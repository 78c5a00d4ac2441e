#pragma once
// The format of the stored state: refuses a newer one, brings an older one up. Its number is row
// "format" of table meta. A new format is one more row in the table of migrations (format.cc).
//
// A writer calls bring_up() before anything else is read; a reader calls check_readable(), for it
// changes nothing.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace kip {

// 1: the first. 2: table reading. 3: events may wait to be folded, in the history of their items.
// 4: they do so in table backlog. 5: items hold forecasts, and rules that older programs do not
// know. 6: items hold what they wait for.
inline constexpr std::uint64_t kStateFormat = 6;
// What a reader understands without migrating.
inline constexpr std::uint64_t kReadableFormat = 1;

// What a migration wants written, and from where it goes on; none: that was the last slice.
struct MigrationSlice {
  Batch batch;
  std::optional<std::string> next;
};

// From format `from` to the next. `slice` is asked with "" first, then with what it said. The last
// slice becomes true together with the new number. Cut short, it begins anew: it may meet what it
// has written before.
struct Migration {
  std::uint64_t from = 0;
  std::function<Result<MigrationSlice>(const Store& store, const std::string& at)> slice;
};
// Of this program, ascending and without a gap up to kStateFormat.
const std::vector<Migration>& migrations();

// The number in `store`; none: a new store.
Result<std::optional<std::uint64_t>> stored_format(const Store& store);
// kInvalid, in words: it is newer.
Status refuse_newer(const Store& store);
// kInvalid, in words: the data, or what `what` names, is newer or older than can be read.
Status check_readable(const Store& store);
Status check_readable(std::uint64_t format, const std::string& what);

// Migrates an older store, marks a new one. kInvalid: it is newer, or no migration leads from it.
// `write` becomes true whole or not at all.
using WriteBatch = std::function<Status(Batch batch)>;
Status bring_up(const Store& store, const WriteBatch& write,
                const std::vector<Migration>& table = migrations());
Status bring_up(Store& store);  // by synced batches

}  // namespace kip
