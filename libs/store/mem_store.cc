#include <array>
#include <map>
#include <mutex>
#include <utility>

#include "store/store.h"

namespace kip {
namespace {

using Rows = std::map<std::string, std::string, std::less<>>;

Rows::const_iterator end_of(const Rows& rows, std::string_view until) {
  return until.empty() ? rows.end() : rows.lower_bound(until);
}

void apply(Rows& rows, const Write& write) {
  if (write.value) {
    rows.insert_or_assign(write.key, *write.value);
  } else if (write.until) {
    rows.erase(rows.lower_bound(write.key), rows.lower_bound(*write.until));
  } else {
    rows.erase(write.key);
  }
}

class MemStore final : public Store {
 public:
  MemStore() {
    for (auto& rows : tables_) rows = std::make_shared<Rows>();
  }

  Result<std::optional<std::string>> get(Table table, std::string_view key) const override {
    const std::lock_guard lock(mutex_);
    const Rows& rows = *tables_.at(static_cast<std::size_t>(table));
    const auto it = rows.find(key);
    if (it == rows.end()) return std::optional<std::string>{};
    return std::optional<std::string>{it->second};
  }

  Status scan(Table table, std::string_view from, std::string_view until,
              const Visit& visit) const override {
    if (!until.empty() && from >= until) return {};
    const Pin pin(*this, table);
    const auto end = end_of(*pin.rows, until);
    for (auto it = pin.rows->lower_bound(from); it != end; ++it) {
      if (!visit(it->first, it->second)) break;
    }
    return {};
  }

  Result<std::optional<std::string>> last_key(Table table, std::string_view from,
                                              std::string_view until) const override {
    const std::lock_guard lock(mutex_);
    const Rows& rows = *tables_.at(static_cast<std::size_t>(table));
    auto it = end_of(rows, until);
    if (it == rows.begin()) return std::optional<std::string>{};
    --it;
    if (it->first < from) return std::optional<std::string>{};
    return std::optional<std::string>{it->first};
  }

  Status write(const Batch& batch, Durability) override {
    const std::lock_guard lock(mutex_);
    for (const Write& write : batch.writes()) {
      std::shared_ptr<Rows>& rows = tables_.at(static_cast<std::size_t>(write.table));
      // A scan under way keeps its state; only then is the table copied.
      if (rows.use_count() > 1) rows = std::make_shared<Rows>(*rows);
      apply(*rows, write);
    }
    return {};
  }

 private:
  // Holds one state of a table. Taken and let go under the lock, so that use_count() is exact.
  struct Pin {
    Pin(const MemStore& store, Table table) : mutex(store.mutex_) {
      const std::lock_guard lock(mutex);
      rows = store.tables_.at(static_cast<std::size_t>(table));
    }
    ~Pin() {
      const std::lock_guard lock(mutex);
      rows.reset();
    }
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;
    std::mutex& mutex;
    std::shared_ptr<const Rows> rows;
  };

  mutable std::mutex mutex_;
  std::array<std::shared_ptr<Rows>, kTableCount> tables_;
};

}  // namespace

std::unique_ptr<Store> open_mem_store() { return std::make_unique<MemStore>(); }

}  // namespace kip
