#include "runtime/embedded_log.h"

#include "base/hash.h"
#include "base/planted.h"
#include "runtime/format.h"
#include "store/keys.h"

namespace kip {
namespace {

// The offset after the last one in [shard:0, shard+1:0) of a log table.
Result<std::uint64_t> log_end(const Store& store, Table table, std::uint32_t shard) {
  auto last = store.last_key(table, keys::log(shard, 0), keys::u32(shard + 1));
  if (!last) return last.error();
  return *last ? keys::log_offset(**last) + 1 : std::uint64_t{0};
}

}  // namespace

std::string alerts_of_prefix(std::string_view item_id) {
  return keys::u32(kAlertIndex) + std::string(item_id) + '\0';
}

Result<std::uint64_t> alerts_end(const Store& store, std::uint32_t log) {
  return log_end(store, Table::kAlerts, log);
}

void put_alert(Batch& batch, std::uint32_t log, std::uint64_t offset, std::string_view subject,
               std::string alert_event) {
  batch.put(Table::kAlerts, keys::log(log, offset), std::move(alert_event));
  batch.put(Table::kAlerts, alerts_of_prefix(subject) + keys::log(log, offset), "");
}

std::string position_key(std::uint32_t shard) { return "position/" + std::to_string(shard); }

class EmbeddedSeam : public Seam {
 public:
  EmbeddedSeam(EmbeddedLog& log, std::uint32_t shard,
               std::function<void(std::chrono::nanoseconds)> on_commit)
      : log_(log), shard_(shard), on_commit_(std::move(on_commit)) {}

  Result<std::vector<Record>> read(std::uint64_t from, std::size_t records_max) override {
    std::vector<Record> out;
    const Status scanned =
        log_.store_.scan(Table::kLog, keys::log(shard_, from), keys::log(shard_, log_.end(shard_)),
                         [&](std::string_view key, std::string_view value) {
                           out.push_back({keys::log_offset(key), std::string(value)});
                           return out.size() < records_max;
                         });
    if (!scanned) return scanned.error();
    return out;
  }

  Result<std::uint64_t> end() override { return log_.end(shard_); }

  Result<std::uint64_t> position() override {
    auto found = meta_number(log_.store_, position_key(shard_));
    if (!found) return found.error();
    return found->value_or(0);
  }

  Status commit(Txn txn) override {
    const auto began = std::chrono::steady_clock::now();
    if (!alerts_end_) {
      auto end = log_end(log_.store_, Table::kAlerts, shard_);
      if (!end) return end.error();
      alerts_end_ = *end;
    }
    Batch batch = std::move(txn.state);
    std::uint64_t next = *alerts_end_;
    // Row after row of one kind: each insert into the store's sorted memory then begins near the
    // one before it.
    for (OutAlert& alert : txn.alerts)
      batch.put(Table::kAlerts, keys::log(shard_, next++), std::move(alert.value));
    next = *alerts_end_;
    for (const OutAlert& alert : txn.alerts) {
      batch.put(Table::kAlerts, alerts_of_prefix(alert.item_id) + keys::log(shard_, next++), "");
    }
    if (KIP_BUG(kPositionOffByOne)) ++txn.position;
    if (KIP_BUG(kPositionBeforeCommit)) {
      Batch early;
      early.put(Table::kMeta, position_key(shard_), keys::u64(txn.position));
      if (Status early_done = log_.store_.write(early, Durability::kSynced); !early_done)
        return early_done;
    }
    batch.put(Table::kMeta, position_key(shard_), keys::u64(txn.position));
    if (txn.position > trimmed_ + 2 * log_.keep_records_) {
      const std::uint64_t keep_from = txn.position - log_.keep_records_;
      batch.erase_range(Table::kLog, keys::log(shard_, 0), keys::log(shard_, keep_from));
      trimmed_ = keep_from;
    }
    Status written = log_.store_.write(batch, Durability::kSynced);
    if (written) alerts_end_ = next;
    if (on_commit_) on_commit_(std::chrono::steady_clock::now() - began);
    return written;
  }

 private:
  EmbeddedLog& log_;
  std::uint32_t shard_;
  std::function<void(std::chrono::nanoseconds)> on_commit_;
  std::optional<std::uint64_t> alerts_end_;
  std::uint64_t trimmed_ = 0;
};

Result<std::optional<std::uint32_t>> stored_shards(const Store& store) {
  auto found = meta_number(store, "shards");
  if (!found) return found.error();
  if (!*found) return std::optional<std::uint32_t>();
  return std::optional(static_cast<std::uint32_t>(**found));
}

Result<std::unique_ptr<EmbeddedLog>> EmbeddedLog::open(Store& store, std::uint32_t shards,
                                                       std::uint64_t keep_records) {
  KIP_CHECK(shards > 0);
  if (Status format = bring_up(store); !format) return format.error();
  auto known = stored_shards(store);
  if (!known) return known.error();
  if (*known && **known != shards) {
    return invalid("the data was made with " + std::to_string(**known) + " shards, not " +
                   std::to_string(shards) + ": their number is fixed at birth");
  }
  if (!*known) {
    Batch batch;
    batch.put(Table::kMeta, "shards", keys::u64(shards));
    if (Status written = store.write(batch, Durability::kSynced); !written) return written.error();
  }
  std::unique_ptr<EmbeddedLog> log(new EmbeddedLog(store, shards, keep_records));
  for (std::uint32_t shard = 0; shard < shards; ++shard) {
    auto end = log_end(store, Table::kLog, shard);
    if (!end) return end.error();
    auto position = meta_number(store, position_key(shard));
    if (!position) return position.error();
    log->ends_.push_back(
        std::make_unique<std::atomic<std::uint64_t>>(std::max(*end, position->value_or(0))));
  }
  // Numbers from 2^63 on are the shards' own.
  auto dead = store.last_key(Table::kDead, "", keys::u64(kShardDead));
  if (!dead) return dead.error();
  if (*dead) log->next_dead_ = keys::read_u64(**dead) + 1;
  return log;
}

Status EmbeddedLog::append(const std::vector<Appended>& records,
                           const std::vector<std::string>& dead_letters) {
  const std::scoped_lock lock(mutex_);
  Batch batch;
  std::vector<std::uint64_t> next;
  for (const auto& end : ends_) next.push_back(end->load());
  std::vector<std::vector<const Appended*>> by_shard(shards_);
  for (const Appended& record : records) by_shard[shard_of(record.key, shards_)].push_back(&record);
  for (std::uint32_t shard = 0; shard < shards_; ++shard) {
    for (const Appended* record : by_shard[shard])
      batch.put(Table::kLog, keys::log(shard, next[shard]++), record->value);
  }
  std::uint64_t next_dead = next_dead_;
  for (const std::string& letter : dead_letters)
    batch.put(Table::kDead, keys::u64(next_dead++), letter);
  if (Status written = store_.write(batch, Durability::kSynced); !written) return written;
  next_dead_ = next_dead;
  for (std::uint32_t shard = 0; shard < shards_; ++shard) ends_[shard]->store(next[shard]);
  return {};
}

std::unique_ptr<Seam> EmbeddedLog::seam(std::uint32_t shard,
                                        std::function<void(std::chrono::nanoseconds)> on_commit) {
  return std::make_unique<EmbeddedSeam>(*this, shard, std::move(on_commit));
}

}  // namespace kip
