#include "store/rocks_store.h"

#include <fcntl.h>
#include <rocksdb/write_batch.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "store/rocks_db.h"

namespace kip {
namespace {

namespace fs = std::filesystem;

// Room in a WriteBatch for the type, the family and the lengths of one change.
constexpr std::size_t kChangeOverheadBytes = 16;

std::string db_path(const std::string& dir) { return (fs::path(dir) / "db").string(); }

rocksdb::Status append(const RocksDb& to, const Write& write, rocksdb::WriteBatch& batch) {
  auto* family = to.family(write.table);
  if (write.value) return batch.Put(family, slice_of(write.key), slice_of(*write.value));
  if (write.until) return batch.DeleteRange(family, slice_of(write.key), slice_of(*write.until));
  return batch.Delete(family, slice_of(write.key));
}

// A new name in a directory is durable only once the directory itself is synced.
Status sync_dir(const fs::path& dir) {
  const int fd = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const std::string why = std::strerror(errno);
  if (fd >= 0) ::close(fd);
  if (!synced) return unavailable("cannot sync '" + dir.string() + "': " + why);
  return {};
}

// An iterator and the bounds it points at.
class Range {
 public:
  Range(std::shared_ptr<RocksDb> db, Table table, std::string_view from, std::string_view until)
      : db_(std::move(db)), from_(slice_of(from)), until_(slice_of(until)) {
    rocksdb::ReadOptions options;
    options.iterate_lower_bound = &from_;
    if (!until.empty()) options.iterate_upper_bound = &until_;
    rows_.reset(db_->db().NewIterator(options, db_->family(table)));
  }
  rocksdb::Iterator* operator->() const { return rows_.get(); }

 private:
  std::shared_ptr<RocksDb> db_;  // outlives the iterator, through a refresh() too
  rocksdb::Slice from_;
  rocksdb::Slice until_;
  std::unique_ptr<rocksdb::Iterator> rows_;
};

}  // namespace

struct RocksStore::Impl {
  std::string dir;
  RocksOptions options;
  bool reader = false;
  std::shared_ptr<Failure> failure = std::make_shared<Failure>();

  std::shared_ptr<RocksDb> db() const {
    if (!reader) return db_;  // set once, before the store is handed out
    const std::lock_guard lock(mutex_);
    return db_;
  }
  void set_db(std::shared_ptr<RocksDb> db) {
    const std::lock_guard lock(mutex_);
    std::swap(db_, db);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<RocksDb> db_;
};

RocksStore::RocksStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RocksStore::~RocksStore() = default;

Result<std::unique_ptr<RocksStore>> RocksStore::open(const std::string& dir,
                                                     const RocksOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->dir = dir;
  impl->options = options;
  auto db = RocksDb::open(db_path(dir), options, impl->failure);
  if (!db) return db.error();
  impl->set_db(*std::move(db));
  return std::unique_ptr<RocksStore>(new RocksStore(std::move(impl)));
}

Result<std::unique_ptr<RocksStore>> RocksStore::open_reader(const std::string& dir) {
  auto impl = std::make_unique<Impl>();
  impl->dir = dir;
  impl->reader = true;
  auto db = RocksDb::open_reader(db_path(dir));
  if (!db) return db.error();
  impl->set_db(*std::move(db));
  return std::unique_ptr<RocksStore>(new RocksStore(std::move(impl)));
}

Result<std::optional<std::string>> RocksStore::get(Table table, std::string_view key) const {
  const auto db = impl_->db();
  if (db->family(table) == nullptr) return std::optional<std::string>{};
  std::string value;
  const auto status = db->db().Get({}, db->family(table), slice_of(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>{};
  if (!status.ok()) return rocks_error(status, "reading '" + std::string(table_name(table)) + "'");
  return std::optional<std::string>{std::move(value)};
}

Status RocksStore::scan(Table table, std::string_view from, std::string_view until,
                        const Visit& visit) const {
  auto db = impl_->db();
  if ((!until.empty() && from >= until) || db->family(table) == nullptr) return {};
  const Range rows(std::move(db), table, from, until);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    if (!visit(view_of(rows->key()), view_of(rows->value()))) return {};
  }
  if (rows->status().ok()) return {};
  return rocks_error(rows->status(), "scanning '" + std::string(table_name(table)) + "'");
}

Result<std::optional<std::string>> RocksStore::last_key(Table table, std::string_view from,
                                                        std::string_view until) const {
  auto db = impl_->db();
  if ((!until.empty() && from >= until) || db->family(table) == nullptr)
    return std::optional<std::string>{};
  const Range rows(std::move(db), table, from, until);
  rows->SeekToLast();
  if (rows->Valid()) return std::optional<std::string>{view_of(rows->key())};
  if (rows->status().ok()) return std::optional<std::string>{};
  return rocks_error(rows->status(), "scanning '" + std::string(table_name(table)) + "'");
}

Status RocksStore::write(const Batch& batch, Durability durability) {
  if (impl_->reader) return invalid("store '" + impl_->dir + "' is open for reading only");
  if (const auto error = impl_->failure->get()) return *error;
  const std::uint64_t reserve = impl_->options.reserve_bytes;
  if (const std::uint64_t free = reserve == 0 ? UINT64_MAX : free_bytes();
      free < reserve || free - reserve < batch.bytes()) {
    return unavailable("disk full: " + std::to_string(free >> 20) + " MiB free at '" + impl_->dir +
                       "', " + std::to_string(reserve >> 20) + " MiB are held in reserve");
  }
  const auto db = impl_->db();
  rocksdb::WriteBatch changes(batch.bytes() + batch.writes().size() * kChangeOverheadBytes);
  for (const Write& write : batch.writes()) {
    const auto status = append(*db, write, changes);
    if (!status.ok()) return rocks_error(status, "building a batch");
  }
  rocksdb::WriteOptions options;
  options.disableWAL = !impl_->options.wal;
  options.sync = impl_->options.wal && durability == Durability::kSynced;
  const auto status = db->db().Write(options, &changes);
  if (status.ok()) return {};
  impl_->failure->set(status, "writing to '" + impl_->dir + "'");
  return *impl_->failure->get();
}

Status RocksStore::refresh() {
  if (!impl_->reader) return {};
  auto db = RocksDb::open_reader(db_path(impl_->dir));
  if (!db) return db.error();
  impl_->set_db(*std::move(db));
  return {};
}

std::uint64_t RocksStore::free_bytes() const {
  struct statvfs disk {};
  if (::statvfs(db_path(impl_->dir).c_str(), &disk) != 0) return 0;
  return static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
}

bool RocksStore::at_rest() const {
  const auto db = impl_->db();
  for (auto* family : db->families()) {
    for (const std::string* property : {&rocksdb::DB::Properties::kMemTableFlushPending,
                                        &rocksdb::DB::Properties::kNumRunningFlushes,
                                        &rocksdb::DB::Properties::kCompactionPending,
                                        &rocksdb::DB::Properties::kNumRunningCompactions}) {
      std::uint64_t count = 0;
      if (db->db().GetIntProperty(family, *property, &count) && count > 0) return false;
    }
  }
  return true;
}

Status RocksStore::copy_to(const std::string& to) const {
  const fs::path done = db_path(to);
  const fs::path partial = done.string() + ".partial";
  std::error_code ec;
  if (fs::exists(done, ec)) return invalid("'" + done.string() + "' exists already");
  fs::remove_all(partial, ec);
  Status status = copy_tables(*impl_->db(), partial.string());
  if (status) status = sync_dir(partial);
  if (status) {
    fs::rename(partial, done, ec);
    if (ec) status = unavailable("cannot name '" + done.string() + "': " + ec.message());
  }
  if (!status) {
    fs::remove_all(partial, ec);
    return status;
  }
  status = sync_dir(to);
  if (!status) return status;
  return sync_dir(fs::absolute(to).parent_path());
}

}  // namespace kip
