#include "store/rocks_db.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include "store/rocks_log.h"

namespace kip {

struct RocksMemory::Impl {
  std::shared_ptr<rocksdb::Cache> cache;
  std::shared_ptr<rocksdb::WriteBufferManager> buffers;
};

RocksMemory::RocksMemory(std::uint64_t block_cache_bytes, std::uint64_t write_buffer_bytes)
    : impl_(std::make_unique<Impl>()) {
  impl_->cache = rocksdb::NewLRUCache(block_cache_bytes);
  impl_->buffers = std::make_shared<rocksdb::WriteBufferManager>(write_buffer_bytes);
}

RocksMemory::~RocksMemory() = default;

std::uint64_t RocksMemory::used_bytes() const {
  return impl_->cache->GetUsage() + impl_->buffers->memory_usage();
}

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kReaderCacheBytes = 16ULL << 20;
constexpr int kBloomBitsPerKey = 10;  // about 1 % of lookups of an unknown item reach a data block
constexpr int kWriterOpenFilesMax = 512;
constexpr int kLevel0Files = 8;  // twice the default: half the compactions of a backlog
// A writer changes its manifest a few times a second at worst; an opening takes milliseconds.
constexpr int kReaderAttemptsMax = 25;
constexpr std::chrono::milliseconds kReaderPause{20};

// Keeps RocksDB from carrying on after an error behind our back, and tells the store.
class StopOnError final : public rocksdb::EventListener {
 public:
  explicit StopOnError(std::shared_ptr<Failure> failure) : failure_(std::move(failure)) {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
    failure_->set(*status, "writing to disk");
  }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }

 private:
  std::shared_ptr<Failure> failure_;
};

rocksdb::CompressionType compression() {
  const auto types = rocksdb::GetSupportedCompressions();
  const bool lz4 = std::find(types.begin(), types.end(), rocksdb::kLZ4Compression) != types.end();
  return lz4 ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
}

// `log_dir`: where RocksDB's warnings go.
rocksdb::DBOptions db_options(const std::string& log_dir) {
  rocksdb::DBOptions options;
  options.info_log = open_rocks_log(log_dir);
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

rocksdb::DBOptions writer_options(const std::string& path, const RocksOptions& options,
                                  std::shared_ptr<Failure> failure) {
  rocksdb::DBOptions db = db_options(path);
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  db.max_open_files = kWriterOpenFilesMax;
  db.max_background_jobs = std::max(2, options.background_threads);  // a flush and a compaction
  db.db_write_buffer_size = options.write_buffer_bytes;
  if (options.memory) db.write_buffer_manager = options.memory->impl().buffers;
  db.max_total_wal_size = options.write_buffer_bytes;
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  db.max_bgerror_resume_count = 0;
  db.atomic_flush = !options.wal;
  db.listeners = {std::make_shared<StopOnError>(std::move(failure))};
  return db;
}

// The default family must be named though it stays empty.
std::vector<rocksdb::ColumnFamilyDescriptor> families_of(
    const std::shared_ptr<rocksdb::Cache>& cache, std::uint64_t write_buffer_bytes) {
  std::vector<rocksdb::ColumnFamilyDescriptor> out;
  for (int i = 0; i <= kTableCount; ++i) {
    const auto table = static_cast<Table>(i);
    rocksdb::BlockBasedTableOptions blocks;
    blocks.block_cache = cache;
    blocks.cache_index_and_filter_blocks = true;  // else their memory has no bound
    blocks.pin_l0_filter_and_index_blocks_in_cache = true;
    if (table == Table::kItem) {
      blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
    }
    rocksdb::ColumnFamilyOptions family;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
    // What is only just flushed will soon be compacted: not packed twice.
    family.compression_per_level = {rocksdb::kNoCompression, compression()};
    family.write_buffer_size = write_buffer_bytes / 2;
    if (table == Table::kItem) {  // an unknown item is the rule while a backlog is read
      family.memtable_whole_key_filtering = true;
      family.memtable_prefix_bloom_size_ratio = 0.02;
    }
    family.level_compaction_dynamic_level_bytes = true;
    family.level0_file_num_compaction_trigger = kLevel0Files;
    const std::string name =
        i < kTableCount ? std::string(table_name(table)) : rocksdb::kDefaultColumnFamilyName;
    out.emplace_back(name, family);
  }
  return out;
}

// Tables of the data at `path`; none where there is no data, or it cannot be read now.
std::vector<std::string> names_at(const std::string& path) {
  std::vector<std::string> names;
  std::error_code ec;
  if (!fs::exists(fs::path(path) / "CURRENT", ec)) return names;
  if (!rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), path, &names).ok()) names.clear();
  return names;
}

std::optional<Table> table_named(std::string_view name) {
  for (int i = 0; i < kTableCount; ++i) {
    if (table_name(static_cast<Table>(i)) == name) return static_cast<Table>(i);
  }
  return std::nullopt;
}

// Names one state of the set of table files: it changes with every flush and compaction.
std::string manifest_mark(const fs::path& path) {
  std::ifstream in(path / "CURRENT");
  std::string name;
  std::getline(in, name);
  std::error_code ec;
  const std::uintmax_t size = fs::file_size(path / name, ec);
  return ec ? "" : name + ":" + std::to_string(size);
}

}  // namespace

Error rocks_error(const rocksdb::Status& status, const std::string& what) {
  if (status.IsNoSpace()) return unavailable("disk full while " + what + ": " + status.ToString());
  const bool later = status.IsBusy() || status.IsTryAgain() || status.IsTimedOut();
  return {later ? Errc::kUnavailable : Errc::kCorrupt, what + ": " + status.ToString()};
}

void Failure::set(const rocksdb::Status& status, const std::string& what) {
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = corrupt(rocks_error(status, what).message);
}

std::optional<Error> Failure::get() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

Result<std::shared_ptr<RocksDb>> RocksDb::open(const std::string& path, const RocksOptions& options,
                                               std::shared_ptr<Failure> failure) {
  std::error_code ec;
  fs::create_directories(path, ec);
  if (ec == std::errc::no_space_on_device) {
    return unavailable("disk full while creating '" + path + "'");
  }
  if (ec) return corrupt("cannot create '" + path + "': " + ec.message());
  for (const std::string& name : names_at(path)) {
    if (name == rocksdb::kDefaultColumnFamilyName || table_named(name)) continue;
    return corrupt("'" + path + "' holds a table '" + name +
                   "', which this program does not know: use a newer kip");
  }
  const auto cache = options.memory ? options.memory->impl().cache
                                    : rocksdb::NewLRUCache(options.block_cache_bytes);
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const rocksdb::Status status =
      rocksdb::DB::Open(writer_options(path, options, std::move(failure)), path,
                        families_of(cache, options.write_buffer_bytes), &handles, &db);
  // The lock has no code of its own in 7.8, only its file's name and errno, or these words.
  const std::string text = status.ToString();
  if (status.IsIOError() && text.find("lock hold by current process") != std::string::npos) {
    return unavailable("store '" + path + "' is already open for writing in this process");
  }
  if (status.IsIOError() && text.find("lock file") != std::string::npos &&
      text.find("temporarily unavailable") != std::string::npos) {
    return unavailable("store '" + path +
                       "' is held by another process (is 'kip up' running there?): stop it, or "
                       "only read beside it");
  }
  if (!status.ok()) return rocks_error(status, "opening '" + path + "'");
  std::shared_ptr<RocksDb> out(new RocksDb);
  out->take(db, handles);
  return out;
}

// Between reading the manifest and the WALs a writer may flush a table and delete the WAL: the
// instance would then hold later batches without earlier ones. So an opening counts only when the
// manifest was the same before and after it. For the same reason an open instance is not asked to
// catch up: 7.8 keeps its memtable when the writer has flushed past it, and then shows old values,
// even of deleted keys, beside new ones.
Result<std::shared_ptr<RocksDb>> RocksDb::open_reader(const std::string& path) {
  Error last = not_found("there is no store in '" + path + "'");
  std::error_code ec;
  if (!fs::exists(fs::path(path) / "CURRENT", ec)) return last;
  bool moving = false;
  for (int attempt = 0; attempt < kReaderAttemptsMax; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(kReaderPause);
    const std::string before = manifest_mark(path);
    auto reader = try_reader(path);
    moving = before != manifest_mark(path);
    if (reader && !moving && !before.empty()) return reader;
    if (!reader) last = reader.error();
  }
  if (!moving && last.code != Errc::kNotFound) return last;
  return unavailable("the writer of '" + path + "' replaces files too fast to read now");
}

Result<std::shared_ptr<RocksDb>> RocksDb::try_reader(const std::string& path) {
  std::error_code ec;
  std::string scratch = (fs::temp_directory_path(ec) / "kip-reader-XXXXXX").string();
  if (ec || ::mkdtemp(scratch.data()) == nullptr) {
    return unavailable("cannot make a temporary directory '" + scratch + "'");
  }
  std::shared_ptr<RocksDb> out(new RocksDb);
  out->scratch_ = scratch;
  rocksdb::DBOptions options = db_options(scratch);
  options.max_open_files = -1;  // every file is open from the start: the writer may delete it
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  auto families =
      families_of(rocksdb::NewLRUCache(kReaderCacheBytes), RocksOptions{}.write_buffer_bytes);
  if (const auto names = names_at(path); !names.empty()) {
    std::erase_if(families, [&](const rocksdb::ColumnFamilyDescriptor& f) {
      return std::find(names.begin(), names.end(), f.name) == names.end();
    });
  }
  const rocksdb::Status status =
      rocksdb::DB::OpenAsSecondary(options, path, scratch, families, &handles, &db);
  if (!status.ok()) return rocks_error(status, "opening '" + path + "' to read");
  out->take(db, handles);
  return out;
}

void RocksDb::take(rocksdb::DB* db, const std::vector<rocksdb::ColumnFamilyHandle*>& handles) {
  db_.reset(db);
  for (auto* handle : handles) {
    if (const auto table = table_named(handle->GetName())) {
      families_.at(static_cast<std::size_t>(*table)) = handle;
    } else {
      db_->DestroyColumnFamilyHandle(handle);  // of the default family, never used
    }
  }
}

std::vector<rocksdb::ColumnFamilyHandle*> RocksDb::families() const {
  std::vector<rocksdb::ColumnFamilyHandle*> out(families_.begin(), families_.end());
  std::erase(out, nullptr);
  return out;
}

RocksDb::~RocksDb() {
  for (auto* family : families_) {
    if (family != nullptr) db_->DestroyColumnFamilyHandle(family);
  }
  db_.reset();
  std::error_code ec;
  if (!scratch_.empty()) fs::remove_all(scratch_, ec);
}

}  // namespace kip
