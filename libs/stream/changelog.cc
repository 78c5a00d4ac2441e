#include "stream/changelog.h"

#include <map>

#include "contract/state.h"
#include "store/keys.h"

namespace kip {
namespace {

std::optional<char> letter_of(Table table) {
  switch (table) {
    case Table::kItem:
      return 'i';
    case Table::kHistory:
      return 'h';
    case Table::kMeta:
      return 'm';
    case Table::kReading:
      return 'r';
    case Table::kBacklog:
      return 'b';
    case Table::kDesk:
      return 'd';
    case Table::kMessage:
      return 'g';
    case Table::kDelivery:
      return 'v';
    case Table::kOutbox:
      return 'o';
    case Table::kJournal:
      return 'j';
    case Table::kAnswer:
      return 'a';
    case Table::kHeard:
      return 'k';
    case Table::kSubject:
      return 's';
    case Table::kForecast:
      return 'f';
    case Table::kLink:
      return 'l';
    case Table::kLog:
    case Table::kAlerts:
    case Table::kTimer:
    case Table::kTotal:
    case Table::kDead:
      break;
  }
  return std::nullopt;
}

std::optional<Table> table_of(char letter) {
  for (int i = 0; i < kTableCount; ++i) {
    const auto table = static_cast<Table>(i);
    if (letter_of(table) == letter) return table;
  }
  return std::nullopt;
}

// Where an item's timer stands, and what it counts for.
struct Derived {
  Instant look = kFarFuture;
  std::vector<std::string> counted;
};

Result<Derived> derived_of(const std::optional<std::string>& item_bytes) {
  if (!item_bytes) return Derived{};
  auto item = decode_item(*item_bytes);
  if (!item) return item.error();
  return Derived{item->next_look, std::move(item->counted)};
}

class Applying {
 public:
  Applying(const Store& store, std::uint32_t shard) : store_(store), shard_(shard) {}

  Status item(const std::string& id, const std::optional<std::string>& value) {
    auto stored = store_.get(Table::kItem, id);
    if (!stored) return stored.error();
    auto before = derived_of(*stored);
    if (!before) return before.error();
    auto after = derived_of(value);
    if (!after) return after.error();
    if (before->look != after->look) {
      if (before->look != kFarFuture)
        batch.erase(Table::kTimer, keys::timer(shard_, before->look, id));
      if (after->look != kFarFuture)
        batch.put(Table::kTimer, keys::timer(shard_, after->look, id), "");
    }
    for (const std::string& name : before->counted) --totals_[name];
    for (const std::string& name : after->counted) ++totals_[name];
    return {};
  }

  Status totals() {
    for (const auto& [name, change] : totals_) {
      if (change == 0) continue;
      const std::string key = keys::total(shard_, name);
      auto stored = store_.get(Table::kTotal, key);
      if (!stored) return stored.error();
      const std::uint64_t before = *stored ? keys::read_u64(**stored) : 0;
      batch.put(Table::kTotal, key, keys::u64(before + static_cast<std::uint64_t>(change)));
    }
    return {};
  }

  Batch batch;

 private:
  const Store& store_;
  std::uint32_t shard_;
  std::map<std::string, std::int64_t> totals_;
};

}  // namespace

Status to_changelog(const Batch& batch, const Store& store, const TakeRecord& take) {
  std::string name;
  for (const Write& write : batch.writes()) {
    const auto letter = letter_of(write.table);
    if (!letter) continue;
    const auto give = [&](std::string_view key, std::optional<std::string_view> value) {
      name.assign(1, *letter).append(key);
      return take(name, value);
    };
    Status taken;
    if (write.until) {
      const Status scanned =
          store.scan(write.table, write.key, *write.until, [&](std::string_view key, auto) {
            taken = give(key, std::nullopt);
            return taken.ok();
          });
      if (!scanned) return scanned;
    } else {
      taken = give(write.key, write.value);
    }
    if (!taken) return taken;
  }
  return {};
}

Result<Batch> from_changelog(const std::vector<ChangelogRecord>& records, const Store& store,
                             std::uint32_t shard) {
  std::map<std::string_view, const std::optional<std::string>*> last;
  for (const ChangelogRecord& record : records) last[record.key] = &record.value;
  Applying applying(store, shard);
  for (const auto& [key, value] : last) {
    const auto table = key.empty() ? std::nullopt : table_of(key.front());
    if (!table) return corrupt("the changelog has a record of an unknown kind: of a newer kip?");
    std::string row(key.substr(1));
    if (table == Table::kItem) {
      if (Status done = applying.item(row, *value); !done) return done.error();
    }
    if (*value) {
      applying.batch.put(*table, std::move(row), **value);
    } else {
      applying.batch.erase(*table, std::move(row));
    }
  }
  if (Status done = applying.totals(); !done) return done.error();
  return std::move(applying.batch);
}

}  // namespace kip
