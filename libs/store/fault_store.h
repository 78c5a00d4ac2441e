#pragma once
// FaultStore: a MemStore whose writes fail when told to, as RocksStore's would; for the simulator
// and for tests of the shard.
//
//   FaultStore store;
//   store.fail_next_write(WriteFault::kAfter);   // written, but the caller hears kCorrupt
//   ...the shard stops; the next one starts...
//   store.reopen();
//
// After kAfter every write is refused until reopen(), as a RocksStore refuses after an IO error:
// a shard that carries on is found out. Reads always work. One thread arms faults and writes.

#include <cstdint>
#include <memory>
#include <optional>

#include "store/through_store.h"

namespace kip {

enum class WriteFault : std::uint8_t {
  kBefore,  // nothing is written; kUnavailable, as on a disk without reserve
  kAfter,   // all is written; kCorrupt, as for an outcome that is known only after a reopen
};

class FaultStore final : public ThroughStore {
 public:
  FaultStore();

  void fail_next_write(WriteFault fault) { next_ = fault; }
  void reopen() { stopped_ = false; }
  std::uint64_t writes() const { return writes_; }  // batches that were applied, kAfter's too
  std::uint64_t bytes() const { return bytes_; }    // Batch::bytes() of those

  Status write(const Batch& batch, Durability durability) override;

 private:
  const Store& under(Table) const override { return *store_; }

  std::unique_ptr<Store> store_;
  std::optional<WriteFault> next_;
  bool stopped_ = false;
  std::uint64_t writes_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace kip
