#include "store/joined_store.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace kip {
namespace {

constexpr std::size_t kSlice = 1'000;  // rows of a store that are held at once

// The rows of one store, read ahead slice by slice.
class Rows {
 public:
  Rows(const Store& store, Table table, std::string_view from, std::string_view until)
      : store_(store), table_(table), from_(from), until_(until) {}

  // False: there is no further row.
  Result<bool> more() {
    if (!rows_.empty()) return true;
    if (ended_) return false;
    const Status scanned =
        store_.scan(table_, from_, until_, [&](std::string_view key, std::string_view value) {
          rows_.emplace_back(key, value);
          return rows_.size() < kSlice;
        });
    if (!scanned) return scanned.error();
    ended_ = rows_.size() < kSlice;
    if (!rows_.empty()) from_ = rows_.back().first + '\0';
    return !rows_.empty();
  }
  const std::pair<std::string, std::string>& row() const { return rows_.front(); }
  void next() { rows_.pop_front(); }

 private:
  const Store& store_;
  Table table_;
  std::string from_, until_;
  std::deque<std::pair<std::string, std::string>> rows_;
  bool ended_ = false;
};

class JoinedStore : public Store {
 public:
  explicit JoinedStore(std::vector<const Store*> stores) : stores_(std::move(stores)) {}

  Result<std::optional<std::string>> get(Table table, std::string_view key) const override {
    for (const Store* store : stores_) {
      auto value = store->get(table, key);
      if (!value || *value) return value;
    }
    return std::optional<std::string>();
  }

  Status scan(Table table, std::string_view from, std::string_view until,
              const Visit& visit) const override {
    std::vector<Rows> all;
    for (const Store* store : stores_) all.emplace_back(*store, table, from, until);
    for (;;) {
      Rows* least = nullptr;
      for (Rows& rows : all) {
        auto more = rows.more();
        if (!more) return more.error();
        if (*more && (least == nullptr || rows.row().first < least->row().first)) least = &rows;
      }
      if (least == nullptr) return {};
      const auto row = least->row();
      for (Rows& rows : all) {
        auto more = rows.more();
        if (!more) return more.error();
        if (*more && rows.row().first == row.first) rows.next();
      }
      if (!visit(row.first, row.second)) return {};
    }
  }

  Result<std::optional<std::string>> last_key(Table table, std::string_view from,
                                              std::string_view until) const override {
    std::optional<std::string> last;
    for (const Store* store : stores_) {
      auto key = store->last_key(table, from, until);
      if (!key) return key;
      if (*key) last = last ? std::max(*last, **key) : **key;
    }
    return last;
  }

  Status write(const Batch&, Durability) override {
    return invalid("several stores that are seen as one are for reading");
  }

 private:
  std::vector<const Store*> stores_;
};

}  // namespace

std::unique_ptr<Store> join_stores(std::vector<const Store*> stores) {
  return std::make_unique<JoinedStore>(std::move(stores));
}

}  // namespace kip
