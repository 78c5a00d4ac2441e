#include <rocksdb/write_batch.h>

#include <filesystem>
#include <vector>

#include "store/rocks_db.h"

namespace kip {
namespace {

constexpr std::size_t kCopyBatchBytes = 4U << 20;

// One iterator a table, all of one state. A reader's state stands still by itself, and RocksDB
// refuses snapshots there.
class State {
 public:
  explicit State(const RocksDb& from) : from_(from) {
    if (!from.is_reader()) snapshot_ = from.db().GetSnapshot();
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    options.fill_cache = false;
    std::vector<rocksdb::Iterator*> raw;
    status_ = from.db().NewIterators(options, from.families(), &raw);
    std::size_t next = 0;
    for (int i = 0; i < kTableCount && status_.ok(); ++i) {
      const bool there = from.family(static_cast<Table>(i)) != nullptr;
      iterators_.emplace_back(there ? raw.at(next++) : nullptr);
    }
  }
  ~State() {
    iterators_.clear();
    if (snapshot_ != nullptr) from_.db().ReleaseSnapshot(snapshot_);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const rocksdb::Status& status() const { return status_; }
  // Null: the store is older than the table.
  rocksdb::Iterator* of(Table table) const {
    return iterators_.at(static_cast<std::size_t>(table)).get();
  }

 private:
  const RocksDb& from_;
  const rocksdb::Snapshot* snapshot_ = nullptr;
  rocksdb::Status status_;
  std::vector<std::unique_ptr<rocksdb::Iterator>> iterators_;
};

// kCorrupt would say that the store being copied is damaged; this is about the copy.
Error copy_error(const std::string& message) { return unavailable("the copy failed: " + message); }
Error copy_error(const rocksdb::Status& status, const std::string& what) {
  return copy_error(rocks_error(status, what).message);
}

Status copy_table(rocksdb::Iterator& rows, const RocksDb& to, Table table) {
  rocksdb::WriteOptions unlogged;  // the flush at the end makes it durable
  unlogged.disableWAL = true;
  rocksdb::WriteBatch batch;
  const std::string what = "copying table '" + std::string(table_name(table)) + "'";
  for (rows.SeekToFirst(); rows.Valid(); rows.Next()) {
    rocksdb::Status status = batch.Put(to.family(table), rows.key(), rows.value());
    if (status.ok() && batch.GetDataSize() >= kCopyBatchBytes) {
      status = to.db().Write(unlogged, &batch);
      batch.Clear();
    }
    if (!status.ok()) return copy_error(status, what);
  }
  if (!rows.status().ok()) return rocks_error(rows.status(), what);
  const rocksdb::Status status = to.db().Write(unlogged, &batch);
  if (!status.ok()) return copy_error(status, what);
  return {};
}

}  // namespace

Status copy_tables(const RocksDb& from, const std::string& path) {
  const State state(from);
  if (!state.status().ok()) return rocks_error(state.status(), "reading the store to copy");
  const auto failure = std::make_shared<Failure>();
  auto to = RocksDb::open(path, {}, failure);
  if (!to) return copy_error(to.error().message);
  for (int i = 0; i < kTableCount; ++i) {
    const auto table = static_cast<Table>(i);
    if (state.of(table) == nullptr) continue;
    Status copied = copy_table(*state.of(table), **to, table);
    if (!copied) return copied;
  }
  const rocksdb::Status flushed = (*to)->db().Flush({}, (*to)->families());
  if (!flushed.ok()) return copy_error(flushed, "finishing '" + path + "'");
  if (const auto error = failure->get()) return copy_error(error->message);
  return {};
}

}  // namespace kip
