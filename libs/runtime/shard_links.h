#pragma once
// What a shard does about items that wait for others: it says whom its items wait for, tells how
// its own items are that others wait for, and looks at an item anew when what it waits for has
// changed. Until it is handed the links of all shards its items know what they knew; so it is while
// it is behind, and after that it wants links that are newer than those which it had.
//
// Which items wait is registered with each look at one, and, where that was never done (data of
// `--clock log`, of an older format), by a walk over all open items with a durable cursor. One
// thread, the shard's.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rules/item.h"
#include "runtime/links.h"

namespace kip {

class ShardLinks {
 public:
  ShardLinks(const Store& store, std::uint32_t shard) : store_(store), shard_(shard) {}
  // `fresh`: the shard has never committed, so no item of its own is there to walk over.
  Status open(bool fresh);
  // Under Clock::kLog: nothing of this is kept up, so it is erased; another clock registers anew.
  Status forget();
  void set(std::shared_ptr<const Links> links);
  // The shard is behind: what it was handed may be older than what it is about to read.
  void lose();
  // True, once: it has lost links, and wants newer ones.
  bool wants_newer() { return std::exchange(lost_, false); }

  // Before an item is settled: what it waits for, as it is known at `now`. `behind`: as it was
  // known; it is looked at again later.
  void look(ItemState& item, Instant now, bool behind);
  // After it: tells how it is, where others wait for it.
  void tell(const ItemState& item);

  // There is something to write, or a slice to do.
  bool pending() const { return !due_.empty() || !rows_.empty() || cursor_.has_value(); }
  // The next items to settle anew, about so many; some may be other shards', or nowhere.
  Result<std::vector<std::string>> slice(std::size_t most);
  // How many rows.
  std::size_t write(Batch& batch);

 private:
  using Who = std::set<std::string>;
  void wait(const std::string& item_id, const std::string& who);
  void wait_no_more(const std::string& item_id, const std::string& who);
  bool is_watched(const std::string& item_id) const;
  const Dependency* told_of(const std::string& item_id) const;

  const Store& store_;
  std::uint32_t shard_;
  std::shared_ptr<const Links> links_;                   // null: not known
  std::map<std::string, Who, std::less<>> waiting_;      // by what they wait for
  std::map<std::string, Dependency, std::less<>> told_;  // of our own
  std::set<std::string> due_;
  std::optional<std::string> cursor_;  // of the walk: the item from which on
  bool lost_ = false;
  // Of the commit under way; none: erased.
  std::map<std::string, std::optional<std::string>> rows_;
  std::optional<std::string> walked_;  // the row that says how far the walk is
};

}  // namespace kip
