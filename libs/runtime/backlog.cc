#include "runtime/backlog.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/hash.h"
#include "base/planted.h"
#include "contract/chunks.h"
#include "contract/door.h"
#include "store/keys.h"

namespace kip {
namespace {

constexpr std::size_t kBlockBytesMax = 256U << 10;

// How far a bucket has been folded: up to, and without, this event of this item. `end`: what was
// put off from that offset on came later (catching up has begun again) and is not meant. Meta row
// "backlog/SHARD/BUCKET".
struct Cursor {
  std::uint64_t end = 0;
  std::uint64_t offset = 0;
  std::string item_id;
};

std::string cursor_key(std::uint32_t shard, std::uint32_t bucket) {
  return "backlog/" + std::to_string(shard) + "/" + std::to_string(bucket);
}

std::string encode(const Cursor& cursor) {
  return keys::u64(cursor.end) + keys::u64(cursor.offset) + cursor.item_id;
}

Result<std::optional<Cursor>> stored_cursor(const Store& store, std::uint32_t shard,
                                            std::uint32_t bucket) {
  constexpr std::size_t kNumbers = 16;
  const std::string row = cursor_key(shard, bucket);
  auto value = store.get(Table::kMeta, row);
  if (!value) return value.error();
  if (!*value) return std::optional<Cursor>();
  if ((*value)->size() < kNumbers) return corrupt("meta '" + row + "' is damaged");
  return std::optional(Cursor{keys::read_u64(**value), keys::read_u64((*value)->substr(8)),
                              (*value)->substr(kNumbers)});
}

bool has_passed(const Cursor& cursor, const Backlog::One& one) {
  return one.offset < cursor.end &&
         std::tie(one.item_id, one.offset) <
             std::make_tuple(std::string_view(cursor.item_id), cursor.offset);
}

// Of one stored block; what the cursor has passed is left out.
Status read_block(std::string_view block, const std::optional<Cursor>& cursor,
                  std::vector<Backlog::One>& out) {
  auto events = decode_backlog(block);
  if (!events) return events.error();
  for (const WaitingEvent& event : *events) {
    auto seen = glimpse_stamped(event.stamped);
    if (!seen) return corrupt("the backlog: " + seen.error().message);
    const Backlog::One one{seen->item_id, event.offset, event.stamped};
    if (!cursor || !has_passed(*cursor, one)) out.push_back(one);
  }
  return {};
}

}  // namespace

std::uint32_t Backlog::bucket_of(std::string_view item_id) {
  // The multiplication lets the last letters reach the first bits.
  return static_cast<std::uint32_t>((fnv1a(item_id) * 0x9e3779b97f4a7c15ULL) >> 56) % kBuckets;
}

Status Backlog::open() {
  return store_.scan(Table::kBacklog, keys::u32(shard_), keys::u32(shard_ + 1),
                     [this](std::string_view, std::string_view) {
                       any_ = true;
                       return false;
                     });
}

void Backlog::put_off(std::string_view item_id, std::uint64_t offset, std::string_view stamped) {
  if (!any_) {
    any_ = held_ = true;
    bytes_ = 0;
  }
  bytes_ += stamped.size();
  if (bytes_ > held_max_) held_ = false;
  append(offset, stamped, blocks_.at(bucket_of(item_id)));
}

void Backlog::append(std::uint64_t offset, std::string_view stamped, std::vector<Block>& blocks) {
  if (blocks.empty() || blocks.back().bytes.size() >= kBlockBytesMax)
    blocks.push_back({{}, KIP_BUG(kBacklogOverwritten) ? 0 : offset});
  append_waiting(blocks.back().bytes, {offset, stamped});
}

void Backlog::store_held() {
  if (held_ && bucket_) {
    first_ = *bucket_;
    mixed_ = true;  // of the bucket in hand nothing is stored
    storing_ = true;
  }
  held_ = false;
}

Result<const Backlog::One*> Backlog::next() {
  while (any_ && (!bucket_ || at_ == ones_.size())) {
    if (storing_) return nullptr;
    if (Status loaded = load(); !loaded) return loaded.error();
  }
  return any_ ? &ones_[at_] : nullptr;
}

// The next bucket of which something waits; none: nothing waits any more.
Status Backlog::load() {
  const std::uint32_t from = bucket_ ? *bucket_ + 1 : 0;
  rows_.clear();
  ones_.clear();
  at_ = 0;
  if (held_) {
    load_held(from);
  } else if (Status loaded = load_stored(from); !loaded) {
    return loaded;
  }
  any_ = !rows_.empty();
  if (!any_) return {};
  std::optional<Cursor> passed;
  if (!held_) {
    auto cursor = stored_cursor(store_, shard_, *bucket_);
    if (!cursor) return cursor.error();
    passed = std::move(*cursor);
  }
  if (passed) passed_.push_back(*bucket_);
  end_ = passed ? passed->end : 0;
  for (const std::string& row : rows_) {
    if (Status done = read_block(row, passed, ones_); !done) return done;
  }
  mixed_ = false;
  for (const One& one : ones_) {
    mixed_ = mixed_ || (passed && one.offset >= passed->end);
    end_ = std::max(end_, one.offset + 1);
  }
  std::sort(ones_.begin(), ones_.end(), [](const One& a, const One& b) {
    return std::tie(a.item_id, a.offset) < std::tie(b.item_id, b.offset);
  });
  return {};
}

Status Backlog::load_stored(std::uint32_t from) {
  std::optional<std::uint32_t> found;
  const Status scanned =
      store_.scan(Table::kBacklog, keys::backlog(shard_, from, 0), keys::u32(shard_ + 1),
                  [&](std::string_view key, std::string_view value) {
                    const std::uint32_t bucket = keys::read_backlog(key).bucket;
                    if (found && bucket != *found) return false;
                    found = bucket;
                    rows_.emplace_back(value);
                    return true;
                  });
  if (!found) return scanned;
  if (!bucket_) first_ = *found;
  bucket_ = found;
  return scanned;
}

// Their memory is given back bucket by bucket.
void Backlog::load_held(std::uint32_t from) {
  std::uint32_t bucket = from;
  while (bucket < kBuckets && blocks_.at(bucket).empty()) ++bucket;
  if (bucket == kBuckets) return;
  bucket_ = bucket;
  for (Block& block : std::exchange(blocks_.at(bucket), {}))
    rows_.push_back(std::move(block.bytes));
}

void Backlog::write(Batch& batch) {
  if (held_) {
    if (!any_) bucket_.reset();
    return;
  }
  for (std::uint32_t bucket = 0; bucket < kBuckets; ++bucket)
    write_blocks(bucket, std::exchange(blocks_.at(bucket), {}), batch);
  storing_ = false;
  if (!bucket_) return;
  const bool inside = any_ && at_ < ones_.size();
  const std::uint32_t until = inside ? *bucket_ : *bucket_ + 1;  // those before it are done
  batch.erase_range(Table::kBacklog, keys::backlog(shard_, first_, 0),
                    keys::backlog(shard_, until, 0));
  first_ = until;
  std::erase_if(passed_, [&](std::uint32_t bucket) {
    if (bucket < until) batch.erase(Table::kMeta, cursor_key(shard_, bucket));
    return bucket < until;
  });
  if (inside && mixed_) {
    write_rest(batch);
  } else if (inside && at_ > 0) {
    write_cursor(batch);
  }
  if (!any_) bucket_.reset();
}

void Backlog::write_blocks(std::uint32_t bucket, std::vector<Block> blocks, Batch& batch) const {
  for (Block& block : blocks)
    batch.put(Table::kBacklog, keys::backlog(shard_, bucket, block.first), std::move(block.bytes));
}

void Backlog::write_cursor(Batch& batch) {
  const One& next = ones_[at_];
  batch.put(Table::kMeta, cursor_key(shard_, *bucket_),
            encode({end_, next.offset, std::string(next.item_id)}));
  if (passed_.empty()) passed_.push_back(*bucket_);
}

// Where one cursor cannot say what of the earlier ones and what of the later ones is folded.
void Backlog::write_rest(Batch& batch) {
  batch.erase_range(Table::kBacklog, keys::backlog(shard_, *bucket_, 0),
                    keys::backlog(shard_, *bucket_ + 1, 0));
  batch.erase(Table::kMeta, cursor_key(shard_, *bucket_));
  std::vector<One> rest(ones_.begin() + static_cast<std::ptrdiff_t>(at_), ones_.end());
  std::sort(rest.begin(), rest.end(),
            [](const One& a, const One& b) { return a.offset < b.offset; });
  std::vector<Block> blocks;
  for (const One& one : rest) append(one.offset, one.stamped, blocks);
  write_blocks(*bucket_, std::move(blocks), batch);
  passed_.clear();
  mixed_ = false;
}

Status each_waiting(const Store& store, const VisitWaiting& visit) {
  std::optional<std::pair<std::uint32_t, std::uint32_t>> at;
  std::optional<Cursor> cursor;
  std::optional<Error> failed;
  const auto row = [&](std::string_view key, std::string_view value) -> Result<bool> {
    const auto [shard, bucket, offset] = keys::read_backlog(key);
    if (at != std::pair(shard, bucket)) {
      auto stored = stored_cursor(store, shard, bucket);
      if (!stored) return stored.error();
      cursor = std::move(*stored);
      at = {shard, bucket};
    }
    std::vector<Backlog::One> ones;
    if (Status read = read_block(value, cursor, ones); !read) return read.error();
    return std::all_of(ones.begin(), ones.end(),
                       [&](const Backlog::One& one) { return visit(at->first, one); });
  };
  const Status scanned =
      store.scan(Table::kBacklog, "", "", [&](std::string_view key, std::string_view value) {
        const auto on = row(key, value);
        if (!on) failed = on.error();
        return on && *on;
      });
  if (failed) return *failed;
  return scanned;
}

Result<std::vector<std::string>> waiting_of(const Store& store, std::string_view item_id) {
  const std::uint32_t bucket = Backlog::bucket_of(item_id);
  std::vector<std::string> out;
  std::uint32_t shard = 0;
  for (;;) {  // the shards of which something waits
    std::optional<std::uint32_t> found;
    Status scanned = store.scan(Table::kBacklog, keys::u32(shard), "",
                                [&](std::string_view key, std::string_view) {
                                  found = keys::read_backlog(key).shard;
                                  return false;
                                });
    if (!scanned) return scanned.error();
    if (!found) return out;
    auto cursor = stored_cursor(store, *found, bucket);
    if (!cursor) return cursor.error();
    Status read;
    scanned = store.scan(Table::kBacklog, keys::backlog(*found, bucket, 0),
                         keys::backlog(*found, bucket + 1, 0),
                         [&](std::string_view, std::string_view value) {
                           std::vector<Backlog::One> ones;
                           read = read_block(value, *cursor, ones);
                           for (const Backlog::One& one : ones) {
                             if (one.item_id == item_id) out.emplace_back(one.stamped);
                           }
                           return read.ok();
                         });
    if (!scanned) return scanned.error();
    if (!read) return read.error();
    if (*found == UINT32_MAX) return out;
    shard = *found + 1;
  }
}

}  // namespace kip
