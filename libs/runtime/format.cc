#include "runtime/format.h"

#include <set>

#include "contract/chunks.h"
#include "runtime/embedded_log.h"
#include "runtime/readings.h"
#include "store/keys.h"

namespace kip {
namespace {

constexpr std::size_t kSliceRecords = 20'000;
constexpr const char* kFormatKey = "format";

// Format 1 left indicators and source reports in the input log, which forgets. What it still holds
// of them, and the shards have passed, is put down; the rest they will meet themselves.
Result<MigrationSlice> keep_readings(const Store& store, const std::string& at) {
  MigrationSlice slice;
  std::set<std::string> fresh;
  std::size_t walked = 0;
  std::optional<std::uint32_t> shard;
  std::uint64_t position = 0;
  Status status;
  const auto row = [&](std::string_view key, std::string_view value) -> Status {
    if (shard != keys::read_u32(key)) {
      shard = keys::read_u32(key);
      auto stored = store.get(Table::kMeta, position_key(*shard));
      if (!stored) return stored.error();
      position = *stored ? keys::read_u64(**stored) : 0;
    }
    if (keys::log_offset(key) >= position) return {};
    const auto reading = decode_reading(value);
    if (!reading) return reading.error().code == Errc::kInvalid ? Status{} : reading.error();
    auto kept = keep_reading(store, *reading, value, fresh, slice.batch);
    return kept ? Status{} : Status(kept.error());
  };
  const Status scanned =
      store.scan(Table::kLog, at, "", [&](std::string_view key, std::string_view value) {
        if (++walked > kSliceRecords) {
          slice.next = std::string(key);
          return false;
        }
        status = row(key, value);
        return status.ok();
      });
  if (!scanned) return scanned.error();
  if (!status) return status.error();
  return slice;
}

// Format 3 let what came while catching up wait in the history of its item. It is not moved: that
// state lasts for seconds, and the program that made it can end it.
Result<MigrationSlice> refuse_waiting_history(const Store& store, const std::string& at) {
  MigrationSlice slice;
  std::size_t walked = 0;
  Status status;
  const auto row = [&](std::string_view key, std::string_view value) -> Status {
    auto item = store.get(Table::kItem, keys::history_item(key));
    if (!item) return item.error();
    if (!waited_in_format_3(value, keys::history_chunk(key), item->value_or(""))) return {};
    return invalid(
        "the data is of state format 3 and was left while it was catching up: start the kip that "
        "wrote it once more, until it is ready");
  };
  const Status scanned =
      store.scan(Table::kHistory, at, "", [&](std::string_view key, std::string_view value) {
        if (++walked > kSliceRecords) {
          slice.next = std::string(key);
          return false;
        }
        status = row(key, value);
        return status.ok();
      });
  if (!scanned) return scanned.error();
  if (!status) return status.error();
  return slice;
}

Error newer(std::uint64_t format, const std::string& what) {
  return invalid(what + " is of state format " + std::to_string(format) +
                 ", this program knows up to " + std::to_string(kStateFormat) +
                 ": use a newer kip");
}

}  // namespace

const std::vector<Migration>& migrations() {
  // What formats 2, 4 and 5 hold means the same in the next.
  const auto as_it_is = [](const Store&, const std::string&) -> Result<MigrationSlice> {
    return MigrationSlice{};
  };
  static const std::vector<Migration> kTable = {{.from = 1, .slice = keep_readings},
                                                {.from = 2, .slice = as_it_is},
                                                {.from = 3, .slice = refuse_waiting_history},
                                                {.from = 4, .slice = as_it_is},
                                                {.from = 5, .slice = as_it_is}};
  return kTable;
}

Result<std::optional<std::uint64_t>> stored_format(const Store& store) {
  return meta_number(store, kFormatKey);
}

Status refuse_newer(const Store& store) {
  const auto found = stored_format(store);
  if (!found) return found.error();
  if (found->value_or(0) > kStateFormat) return newer(**found, "the data");
  return {};
}

Status check_readable(std::uint64_t format, const std::string& what) {
  if (format > kStateFormat) return newer(format, what);
  if (format >= kReadableFormat) return {};
  return invalid(what + " is of state format " + std::to_string(format) +
                 ", older than can be read: start `kip up` on it once");
}

Status check_readable(const Store& store) {
  const auto found = stored_format(store);
  if (!found) return found.error();
  return check_readable(found->value_or(kStateFormat), "the data");
}

Status bring_up(const Store& store, const WriteBatch& write, const std::vector<Migration>& table) {
  const auto found = stored_format(store);
  if (!found) return found.error();
  const auto mark = [](Batch batch, std::uint64_t format) {
    batch.put(Table::kMeta, kFormatKey, keys::u64(format));
    return batch;
  };
  const std::uint64_t last = table.empty() ? kStateFormat : table.back().from + 1;
  if (!*found) return write(mark({}, last));
  std::uint64_t format = **found;
  if (format > last) return newer(format, "the data");
  for (const Migration& migration : table) {
    if (migration.from != format) continue;
    std::optional<std::string> at = "";
    while (at) {
      auto slice = migration.slice(store, *at);
      if (!slice) return slice.error();
      at = std::move(slice->next);
      if (!at) slice->batch = mark(std::move(slice->batch), format + 1);
      if (slice->batch.empty()) continue;
      if (Status done = write(std::move(slice->batch)); !done) return done;
    }
    ++format;
  }
  if (format == last) return {};
  return invalid("the data is of state format " + std::to_string(format) +
                 ": no way leads from there to " + std::to_string(last));
}

Status bring_up(Store& store) {
  return bring_up(store,
                  [&store](const Batch& batch) { return store.write(batch, Durability::kSynced); });
}

}  // namespace kip
