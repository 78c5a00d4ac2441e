#pragma once
// What a shard says of its open items: it keeps their traces, reckons their chances by the outlook
// that it was told of, and when that changes walks over all of them, slice by slice, by a durable
// cursor. Of which outlook the stored chances are is written with them, in the same commit.
//
// Until it is told of one it says nothing new: what was said before a restart stays. One thread,
// the shard's.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "forecast/outlook.h"
#include "rules/policy.h"
#include "runtime/items.h"
#include "store/store.h"

namespace kip {

// Of the table `forecast`.
using ForecastRows = std::map<std::string, std::string>;

class ShardForecast {
 public:
  ShardForecast(const Store& store, std::uint32_t shard) : store_(store), shard_(shard) {}
  Status open();
  // `rows`: what is to be kept of it (table `forecast`), with the first commit that goes by it;
  // null: that is kept elsewhere.
  void set(std::shared_ptr<const forecast::Outlook> outlook,
           std::shared_ptr<const ForecastRows> rows);
  const forecast::Cuts& cuts() const;

  // One more event of an item, before the fold takes it; `newest`: it is simply applied.
  void see(ItemState& item, const Event& event, bool newest, const FoldRules& rules) const;
  // Nothing is foreseen of it, or not here.
  static void forget(ItemState& item);
  // Says anew what is to be said of it at `now`.
  Status score(Items& items, Items::Entry& entry, Instant now, const FoldRules& rules);
  // When a chance is to be said anew though nothing happens: at the next twelfth of the term.
  static Instant next_look(const ItemState& item, Instant now, const FoldRules& rules);

  // There is something to write, or a slice to do.
  bool pending() const { return changed_ || rows_due_ || (outlook_ && cursor_); }
  // The next items to look at, of at most `rows` rows, for this commit.
  Result<std::vector<std::string>> slice(std::size_t rows);
  void write(Batch& batch);

 private:
  const Store& store_;
  std::uint32_t shard_;
  std::shared_ptr<const forecast::Outlook> outlook_;
  std::uint64_t number_ = 0;           // of the outlook that items are being, or were, looked at by
  std::optional<std::string> cursor_;  // the item from which on
  bool changed_ = false;
  std::shared_ptr<const ForecastRows> rows_;
  bool rows_due_ = false;
};

// How far a shard is with an outlook, as stored.
struct OutlookProgress {
  std::uint64_t number = 0;  // 0: none yet
  bool done = true;          // all its items have been looked at by it
};
Result<OutlookProgress> outlook_progress(const Store& store, std::uint32_t shard);

}  // namespace kip
