#pragma once
// RocksStore: the tables as column families of one RocksDB (7.8).
//
//   auto store = RocksStore::open("/var/lib/kip", {});          // kip up: one process writes
//   auto reader = RocksStore::open_reader("/var/lib/kip");      // kip trace, audit, dead, backup
//
// A reader is a RocksDB secondary instance: it sees one committed state, WAL included, as of its
// opening or last refresh(), batches whole, and never disturbs the writer.
// Threads: any, for every function. Format: the directory holds `db/` (RocksDB); FORMAT is kept in
// table meta by the runtime, not here.
// Disk: write() refuses with kUnavailable "disk full" while it would leave less than
// `reserve_bytes` free, before RocksDB meets ENOSPC itself; any error of RocksDB in a write, flush
// or compaction is kCorrupt and stays so until the process opens the store again. RocksDB never
// resumes by itself: on ENOSPC that has been seen to end in an assertion.
// Limits: a batch must fit in memory twice; start-up replays at most about write_buffer_bytes.

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace kip {

// Block cache and write buffers of all the stores of a process that are opened with it: however
// many there are, together they stay about within it.
class RocksMemory {
 public:
  RocksMemory(std::uint64_t block_cache_bytes, std::uint64_t write_buffer_bytes);
  ~RocksMemory();
  RocksMemory(const RocksMemory&) = delete;
  RocksMemory& operator=(const RocksMemory&) = delete;
  struct Impl;
  const Impl& impl() const { return *impl_; }
  std::uint64_t used_bytes() const;

 private:
  std::unique_ptr<Impl> impl_;
};

struct RocksOptions {
  std::uint64_t block_cache_bytes = 128ULL << 20;
  // Free space under which nothing more is taken; 0: the disk is not asked.
  std::uint64_t reserve_bytes = 64ULL << 20;
  int background_threads = 2;
  // Of all tables together, and of the WAL. Not above reserve_bytes: what is still to be flushed
  // then always finds room.
  std::uint64_t write_buffer_bytes = 64ULL << 20;
  // Shared with other stores; none: cache and buffers of its own, of the sizes above.
  std::shared_ptr<const RocksMemory> memory = nullptr;
  // Without one a store that was not closed is at an earlier state than its last write, one and the
  // same for all tables, and Durability says nothing: for whoever can write it again from
  // elsewhere.
  bool wal = true;
};

class RocksStore : public Store {
 public:
  ~RocksStore() override;
  RocksStore(const RocksStore&) = delete;
  RocksStore& operator=(const RocksStore&) = delete;

  // Opens or creates `dir`/db for writing. kUnavailable: another process holds it, or the disk is
  // full (the message says which); kCorrupt: RocksDB cannot open it, or it holds a table that this
  // program does not know.
  static Result<std::unique_ptr<RocksStore>> open(const std::string& dir,
                                                  const RocksOptions& options);
  // Opens `dir`/db for reading beside a writer, or without one. kNotFound: there is none;
  // kUnavailable: the writer replaces files faster than they can be opened; kCorrupt: RocksDB
  // cannot open it. A table that data of an older program has not is empty.
  static Result<std::unique_ptr<RocksStore>> open_reader(const std::string& dir);

  Result<std::optional<std::string>> get(Table table, std::string_view key) const override;
  Status scan(Table table, std::string_view from, std::string_view until,
              const Visit& visit) const override;
  Result<std::optional<std::string>> last_key(Table table, std::string_view from,
                                              std::string_view until) const override;
  // To a reader: kInvalid.
  Status write(const Batch& batch, Durability durability) override;

  // A reader catches up with its writer (a writer: no effect). Scans under way keep their state;
  // on an error the reader stays where it was.
  Status refresh();
  // Bytes free on the disk of `dir`/db for this user; 0 when the disk cannot be asked.
  std::uint64_t free_bytes() const;
  // No flush and no compaction runs or is waiting to. Each may call for the next: ask more than
  // once.
  bool at_rest() const;
  // Copies every table, at one consistent state, into `to`/db, which must not exist (kInvalid);
  // synced when it returns. It is built as `to`/db.partial, so that a copy cut short is never taken
  // for a store. kUnavailable: `to` cannot be written; kCorrupt: this store cannot be read.
  Status copy_to(const std::string& to) const;

 private:
  struct Impl;
  explicit RocksStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kip
