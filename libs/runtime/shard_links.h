#pragma once
// What a shard does about items that wait for others: it says whom its items wait for, tells how
// its own items are that others wait for, and looks at an item anew when what it waits for has
// changed. Until it is handed the links of all shards its items know what they knew. One thread,
// the shard's.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "rules/item.h"
#include "runtime/links.h"

namespace kip {

class ShardLinks {
 public:
  ShardLinks(const Store& store, std::uint32_t shard) : store_(store), shard_(shard) {}
  Status open();
  void set(std::shared_ptr<const Links> links);

  // Before an item is settled: what it waits for, as it is known at `now`.
  void look(ItemState& item, Instant now);
  // After it: tells how it is, where others wait for it.
  void tell(const ItemState& item);

  // There is something to write, or a slice to do.
  bool pending() const { return !due_.empty() || !batch_.empty(); }
  // The next items to settle anew, at most so many; some may be other shards', or nowhere.
  std::vector<std::string> slice(std::size_t most);
  void write(Batch& batch);

 private:
  using Who = std::set<std::string>;
  void wait(const std::string& item_id, const std::string& who);
  void wait_no_more(const std::string& item_id, const std::string& who);
  bool is_watched(const std::string& item_id) const;

  const Store& store_;
  std::uint32_t shard_;
  std::shared_ptr<const Links> links_;                   // null: not known yet
  std::map<std::string, Who, std::less<>> waiting_;      // by what they wait for
  std::map<std::string, Dependency, std::less<>> told_;  // of our own
  std::set<std::string> due_;
  Batch batch_;  // of the commit under way
};

}  // namespace kip
