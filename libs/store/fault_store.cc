#include "store/fault_store.h"

#include <utility>

namespace kip {

FaultStore::FaultStore() : store_(open_mem_store()) {}

Result<std::optional<std::string>> FaultStore::get(Table table, std::string_view key) const {
  return store_->get(table, key);
}

Status FaultStore::scan(Table table, std::string_view from, std::string_view until,
                        const Visit& visit) const {
  return store_->scan(table, from, until, visit);
}

Result<std::optional<std::string>> FaultStore::last_key(Table table, std::string_view from,
                                                        std::string_view until) const {
  return store_->last_key(table, from, until);
}

Status FaultStore::write(const Batch& batch, Durability durability) {
  if (stopped_) return corrupt("injected: a write failed before; open the store again");
  const std::optional<WriteFault> fault = std::exchange(next_, std::nullopt);
  if (fault == WriteFault::kBefore) return unavailable("injected: disk full");
  Status status = store_->write(batch, durability);
  if (!status) return status;
  ++writes_;
  bytes_ += batch.bytes();
  if (fault == WriteFault::kAfter) {
    stopped_ = true;
    return corrupt("injected: the write failed, its outcome is unknown");
  }
  return {};
}

}  // namespace kip
