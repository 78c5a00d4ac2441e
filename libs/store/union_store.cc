#include "store/union_store.h"

#include <deque>
#include <utility>

namespace kip {
namespace {

constexpr std::size_t kAhead = 256;  // rows of a part that are read at once

// The rows of one part in [from, until), some ahead.
class Reading {
 public:
  Reading(const Store& part, Table table, std::string_view from, std::string_view until)
      : part_(part), table_(table), from_(from), until_(until) {}

  // Null: the end.
  Result<const std::pair<std::string, std::string>*> head() {
    if (rows_.empty() && !ended_) {
      const Status scanned = part_.scan(table_, from_, until_, [&](auto key, auto value) {
        rows_.emplace_back(key, value);
        return rows_.size() < kAhead;
      });
      if (!scanned) return scanned.error();
      ended_ = rows_.size() < kAhead;
      if (!ended_) from_ = rows_.back().first + '\0';
    }
    return rows_.empty() ? nullptr : &rows_.front();
  }
  void pop() { rows_.pop_front(); }

 private:
  const Store& part_;
  Table table_;
  std::string from_, until_;
  std::deque<std::pair<std::string, std::string>> rows_;
  bool ended_ = false;
};

class UnionStore final : public Store {
 public:
  explicit UnionStore(std::vector<std::shared_ptr<const Store>> parts) : parts_(std::move(parts)) {}

  Result<std::optional<std::string>> get(Table table, std::string_view key) const override {
    for (const auto& part : parts_) {
      auto found = part->get(table, key);
      if (!found || *found) return found;
    }
    return std::optional<std::string>();
  }

  Status scan(Table table, std::string_view from, std::string_view until,
              const Visit& visit) const override {
    if (parts_.size() == 1) return parts_.front()->scan(table, from, until, visit);
    if (!until.empty() && from >= until) return {};
    std::vector<Reading> readings;
    for (const auto& part : parts_) readings.emplace_back(*part, table, from, until);
    for (;;) {
      Reading* least = nullptr;
      const std::pair<std::string, std::string>* row = nullptr;
      for (Reading& reading : readings) {
        auto head = reading.head();
        if (!head) return head.error();
        if (*head == nullptr || (row != nullptr && (*head)->first >= row->first)) continue;
        row = *head;
        least = &reading;
      }
      if (row == nullptr || !visit(row->first, row->second)) return {};
      least->pop();
    }
  }

  Result<std::optional<std::string>> last_key(Table table, std::string_view from,
                                              std::string_view until) const override {
    std::optional<std::string> last;
    for (const auto& part : parts_) {
      auto found = part->last_key(table, from, until);
      if (!found) return found;
      if (*found && (!last || **found > *last)) last = std::move(*found);
    }
    return last;
  }

  Status write(const Batch&, Durability) override {
    return invalid("several stores read as one cannot be written to");
  }

 private:
  std::vector<std::shared_ptr<const Store>> parts_;
};

}  // namespace

std::shared_ptr<const Store> open_union(std::vector<std::shared_ptr<const Store>> parts) {
  return std::make_shared<UnionStore>(std::move(parts));
}

}  // namespace kip
