#pragma once
// What a shard has put off while it catches up: stamped events as they came, in buckets by item,
// and how far they have been folded since. Nothing is told before the end of catching up, so an
// item is folded once, then, and not for each of its events; and a block of many items' events
// costs one row, not one each.
//
//   backlog.put_off(item, offset, stamped);                 // catching up
//   while (auto next = backlog.next(); next && *next) {     // after it
//     fold(**next); backlog.taken();
//   }
//   backlog.write(batch);                                   // once a commit, in either
//
// It comes out bucket by bucket, in it by item, of an item in the order of the log; a commit may
// end anywhere. Up to `held_max` bytes wait in memory alone and are held(): the log is not
// committed past them, and after a kill they are read and put off again; what of them was folded by
// then is met as a repeat. When there are more, all are stored. Of what is stored a bucket is read
// whole: a backlog of n bytes takes n / kBuckets of memory. Owned by the shard; one thread. After a
// commit that failed: drop it.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace kip {

class Backlog {
 public:
  // Of stored rows: another number needs another format.
  static constexpr std::uint32_t kBuckets = 256;
  static std::uint32_t bucket_of(std::string_view item_id);

  Backlog(const Store& store, std::uint32_t shard, std::size_t held_max = 0)
      : store_(store), shard_(shard), held_max_(held_max) {}
  Status open();

  // Something waits, of this commit or of those before.
  bool any() const { return any_; }
  // It waits in memory alone.
  bool held() const { return any_ && held_; }
  // The next write() stores what is left of it, and the log may be committed past it; until then
  // next() ends with the bucket in hand.
  void store_held();
  void put_off(std::string_view item_id, std::uint64_t offset, std::string_view stamped);

  struct One {
    std::string_view item_id;
    std::uint64_t offset = 0;
    std::string_view stamped;
  };
  // The one to be folded next, valid until the bucket is left; null: nothing waits any more. Not of
  // what this commit has put off.
  Result<const One*> next();
  void taken() { ++at_; }

  void write(Batch& batch);

 private:
  Status load();
  Status load_stored(std::uint32_t from);
  void load_held(std::uint32_t from);
  struct Block {
    std::string bytes;
    std::uint64_t first = 0;
  };
  static void append(std::uint64_t offset, std::string_view stamped, std::vector<Block>& blocks);
  void write_blocks(std::uint32_t bucket, std::vector<Block> blocks, Batch& batch) const;
  void write_cursor(Batch& batch);
  void write_rest(Batch& batch);

  const Store& store_;
  std::uint32_t shard_;
  std::size_t held_max_, bytes_ = 0;
  bool any_ = false, held_ = false;
  std::array<std::vector<Block>, kBuckets> blocks_;  // not stored; in order, the last one grows

  std::optional<std::uint32_t> bucket_;  // that is being taken
  std::uint32_t first_ = 0;              // of those that are stored
  std::vector<std::uint32_t> passed_;    // buckets that have a cursor, and are not yet done
  std::vector<std::string> rows_;
  std::vector<One> ones_;  // views into `rows_`
  std::size_t at_ = 0;
  std::uint64_t end_ = 0;  // behind the last of them
  bool mixed_ = false;     // some came after others of the bucket were taken
  bool storing_ = false;   // what is behind the bucket in hand can be read after the next write()
};

// What waits in a store, of all its shards: by shard and bucket, in the order of the log; false:
// enough.
using VisitWaiting = std::function<bool(std::uint32_t shard, const Backlog::One& one)>;
Status each_waiting(const Store& store, const VisitWaiting& visit);
// Stamped, of one item, in the order of the log.
Result<std::vector<std::string>> waiting_of(const Store& store, std::string_view item_id);

}  // namespace kip
