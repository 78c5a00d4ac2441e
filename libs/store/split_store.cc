#include "store/split_store.h"

#include <algorithm>
#include <utility>

#include "store/through_store.h"

namespace kip {
namespace {

class SplitStore final : public ThroughStore {
 public:
  SplitStore(std::shared_ptr<Store> own, Table table, std::shared_ptr<const Store> other)
      : own_(std::move(own)), table_(table), other_(std::move(other)) {}

  Status write(const Batch& batch, Durability durability) override {
    const auto& writes = batch.writes();
    if (std::any_of(writes.begin(), writes.end(),
                    [&](const Write& w) { return w.table == table_; }))
      return invalid("table " + std::string(table_name(table_)) + " is only read here");
    return own_->write(batch, durability);
  }

 private:
  const Store& under(Table table) const override { return table == table_ ? *other_ : *own_; }

  const std::shared_ptr<Store> own_;
  const Table table_;
  const std::shared_ptr<const Store> other_;
};

}  // namespace

std::shared_ptr<Store> open_split(std::shared_ptr<Store> own, Table table,
                                  std::shared_ptr<const Store> other) {
  return std::make_shared<SplitStore>(std::move(own), table, std::move(other));
}

}  // namespace kip
