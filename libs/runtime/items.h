#pragma once
// The items of one shard as they are while a commit is made: loaded from the store on first touch,
// changed in memory (a batch does not see its own writes), written as one. A write-through cache
// keeps them between commits. Owned by the shard; one thread.
//
// A chunk of an item's history has the offset of its first record as its number, or, merged, its
// place.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "contract/state.h"
#include "rules/item.h"
#include "store/store.h"

namespace kip {

class Items {
 public:
  // Of `young_max` items and those before them is remembered what they are. Many more cost memory
  // and save nothing: the store's own cache has them.
  Items(const Store& store, std::uint32_t shard, std::size_t young_max = 4'000)
      : store_(store), shard_(shard), young_max_(young_max) {}

  struct Entry {
    ItemState state;
    bool touched = false;                     // by this commit
    Instant stored_look = kFarFuture;         // where its timer stands in the store
    std::vector<std::string> stored_counted;  // the counters it stands in there
    std::vector<std::string> fresh;           // stamped events to append to its history
    std::uint64_t fresh_at = 0;               // the offset of the first
    std::optional<std::vector<Event>>
        history;                   // decoded, with the fresh ones; while this commit needs it
    bool refold = false;           // its history has grown below the frontier
    std::optional<Instant> cause;  // the least instant that its new records bring (SEMANTICS 9.10)
    std::optional<Instant> ingested;  // the greatest ingested_at of them
  };

  // The entry, touched. The reference lives until the commit is done.
  Result<Entry*> touch(const std::string& item_id);
  // Every event of the item, in the order in which they came; read once a commit.
  Result<std::vector<Event>*> history(Entry& entry);
  std::vector<Entry*>& touched() { return touched_; }

  // Puts every touched item, its timer and its new history into `batch`.
  Status write(Batch& batch);
  // The commit is done: what was written is what is stored. (A commit that failed: drop the whole
  // shard.)
  void committed();

 private:
  Status write_history(Entry& entry, Batch& batch);
  static void write_chunks(ItemState& item, std::uint64_t number, std::vector<std::string>& events,
                           Batch& batch);
  Result<std::vector<std::string>> all_bytes(const Entry& entry) const;
  static constexpr std::uint32_t kChunksMax = 32;  // then they are merged
  static constexpr std::size_t kChunkBytesMax = 64U << 10;

  const Store& store_;
  std::uint32_t shard_;
  std::size_t young_max_;
  // Two generations: what is touched is young; when there are too many, what was not touched since
  // the last time is forgotten, and the young become the old.
  using Cache = std::unordered_map<std::string, std::unique_ptr<Entry>>;
  Cache young_, old_;
  std::vector<Entry*> touched_;
};

// Some of the stored items, for a walk over all of them by a durable cursor.
struct ItemSlice {
  std::vector<std::string> ids;     // those that are wanted
  std::optional<std::string> next;  // where it goes on; none: that was the last slice
};
// Of at most `rows` rows from `from` on. `wanted` sees the stored state.
Result<ItemSlice> next_items(const Store& store, const std::string& from, std::size_t rows,
                             const std::function<bool(std::string_view stored)>& wanted);

// The stamped events of an item's stored history, in the order in which they came.
Result<std::vector<std::string>> read_history(const Store& store, std::string_view item_id);

}  // namespace kip
