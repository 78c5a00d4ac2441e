#pragma once
// The items of one shard as they are while a commit is made: loaded from the store on first touch,
// changed in memory (a batch does not see its own writes), written as one. A write-through cache
// keeps them between commits. Owned by the shard; one thread.
//
// A chunk of an item's history has the offset of its first record as its number. The state says up
// to which number it has folded them; what lies behind that came while catching up and waits.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
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
    // What waited in its history and was folded by this commit; and the number of the first chunk
    // that was not folded before it.
    std::vector<std::string> taken;
    std::uint64_t taken_from = 0;
    std::size_t seen = 0;  // of the waiting events, kept or not
    bool looked = false;   // at what waits in its history
    bool waits = false;    // there is still more than this commit has taken
    bool late = false;     // it has been taken, and is not yet settled
    bool marked = false;   // its mark (kWaitingLook) stands in the store
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

  // While catching up: the events go behind the item's history as they are, and a mark tells that
  // they wait to be folded. Of the same commit nothing may be touched but an item that waits.
  void put_off(const std::string& item_id, const Chunk& waiting, Batch& batch);
  // What waits for the items (by id), each chunk with its key; false: enough of this one.
  using TakeChunk = std::function<bool(Entry& entry, std::string_view key, Chunk chunk)>;
  Status waiting(const std::vector<Entry*>& entries, const TakeChunk& take) const;

  // Puts every touched item, its timer and its new history into `batch`.
  Status write(Batch& batch);
  // The commit is done: what was written is what is stored. (A commit that failed: drop the whole
  // shard.)
  void committed();

 private:
  Status write_history(Entry& entry, Batch& batch);
  Status merge_history(Entry& entry, Batch& batch);
  Result<std::vector<std::string>> all_bytes(const Entry& entry) const;
  static constexpr std::uint32_t kChunksMax = 32;  // then they are merged
  static constexpr std::size_t kMarkedMax = 100'000;

  const Store& store_;
  std::uint32_t shard_;
  std::size_t young_max_;
  // Two generations: what is touched is young; when there are too many, what was not touched since
  // the last time is forgotten, and the young become the old.
  using Cache = std::unordered_map<std::string, std::unique_ptr<Entry>>;
  Cache young_, old_;
  std::vector<Entry*> touched_;
  using Marked = std::unordered_set<std::string>;
  Marked marked_;  // whose mark is stored, while nothing was touched since
};

// Where the timer of an item stands whose history or state waits: before every real one.
inline constexpr Instant kWaitingLook = instant_of(0);

// The stamped events of an item's stored history, in the order in which they came; `until`: of its
// chunks below that number.
Result<std::vector<std::string>> read_history(const Store& store, std::string_view item_id,
                                              std::uint64_t until = UINT64_MAX);
// Chunks from that number on wait to be folded.
Result<bool> history_waits(const Store& store, std::string_view item_id, std::uint64_t next);

}  // namespace kip
