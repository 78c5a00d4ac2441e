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

#include "store/store.h"

namespace kip {

enum class WriteFault : std::uint8_t {
  kBefore,  // nothing is written; kUnavailable, as on a disk without reserve
  kAfter,   // all is written; kCorrupt, as for an outcome that is known only after a reopen
};

class FaultStore final : public Store {
 public:
  FaultStore();

  void fail_next_write(WriteFault fault) { next_ = fault; }
  void reopen() { stopped_ = false; }
  std::uint64_t writes() const { return writes_; }  // batches that were applied, kAfter's too
  std::uint64_t bytes() const { return bytes_; }    // Batch::bytes() of those

  Result<std::optional<std::string>> get(Table table, std::string_view key) const override;
  Status scan(Table table, std::string_view from, std::string_view until,
              const Visit& visit) const override;
  Result<std::optional<std::string>> last_key(Table table, std::string_view from,
                                              std::string_view until) const override;
  Status write(const Batch& batch, Durability durability) override;

 private:
  std::unique_ptr<Store> store_;
  std::optional<WriteFault> next_;
  bool stopped_ = false;
  std::uint64_t writes_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace kip
