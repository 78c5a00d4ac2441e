#include "store/fault_store.h"

#include <utility>

namespace kip {

FaultStore::FaultStore() : store_(open_mem_store()) {}

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
