#pragma once
// RocksDb: an open RocksDB with one column family a table, and the one place where RocksDB's status
// becomes an Error. Used by rocks_store.cc and rocks_copy.cc only.
// Closing is the destructor; no iterator or snapshot may outlive it. Threads: any.

#include <rocksdb/db.h>

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/rocks_store.h"

namespace kip {

// `what` says what was being done. Out of space or busy: kUnavailable; everything else: kCorrupt.
Error rocks_error(const rocksdb::Status& status, const std::string& what);

// Never null: RocksDB takes a null slice as a broken check of its own, also where it is empty.
inline rocksdb::Slice slice_of(std::string_view bytes) {
  return bytes.empty() ? rocksdb::Slice() : rocksdb::Slice(bytes.data(), bytes.size());
}
inline std::string_view view_of(const rocksdb::Slice& s) { return {s.data(), s.size()}; }

// The first error of a write, flush or compaction; it stays.
class Failure {
 public:
  void set(const rocksdb::Status& status, const std::string& what);
  std::optional<Error> get() const;

 private:
  mutable std::mutex mutex_;
  std::optional<Error> error_;
};

class RocksDb {
 public:
  // Errors as in RocksStore. `path` is RocksDB's own directory; `failure` hears background errors.
  static Result<std::shared_ptr<RocksDb>> open(const std::string& path, const RocksOptions& options,
                                               std::shared_ptr<Failure> failure);
  static Result<std::shared_ptr<RocksDb>> open_reader(const std::string& path);
  ~RocksDb();
  RocksDb(const RocksDb&) = delete;
  RocksDb& operator=(const RocksDb&) = delete;

  rocksdb::DB& db() const { return *db_; }
  bool is_reader() const { return !scratch_.empty(); }
  // None: a reader of data that is older than the table. A writer has every one.
  rocksdb::ColumnFamilyHandle* family(Table table) const {
    return families_.at(static_cast<std::size_t>(table));
  }
  // In the order of Table, without those that are not there.
  std::vector<rocksdb::ColumnFamilyHandle*> families() const;

 private:
  RocksDb() = default;
  static Result<std::shared_ptr<RocksDb>> try_reader(const std::string& path);
  void take(rocksdb::DB* db, const std::vector<rocksdb::ColumnFamilyHandle*>& handles);

  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, kTableCount> families_{};
  std::string scratch_;  // of a reader: where RocksDB keeps its info log; removed at the end
};

// Copies all tables of `from`, at one state, into a new RocksDB at `path`, synced.
Status copy_tables(const RocksDb& from, const std::string& path);

}  // namespace kip
