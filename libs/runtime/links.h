#pragma once
// What shards tell each other of items that others wait for (depends_on; rule `blocked`): rows of
// table link, which each shard writes for itself in its commits. Who gathers the rows of all shards
// hands each of them the whole, as a value.
//
//   'w' shard item        the shard has an item that waits for this one
//   's' shard item        -> StoredLink: how it is with this one, told by the shard that has it
//   'r' shard item 0 who  its own: who waits for it
//
//   LinkRows rows;
//   rows.take(key, value);           // each row that was written, or take_all(store)
//   shard.set_links(rows.links());   // the same pointer while nothing changed
//
// Rows are states, not messages: met twice, late or after others they end in the same.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "rules/dependency.h"
#include "store/store.h"

namespace kip {

struct Links {
  std::set<std::string, std::less<>> watched;  // ids
  std::map<std::string, Dependency, std::less<>> told;
};

class LinkRows {
 public:
  // One row that was written; none: erased. kCorrupt: it is none of these, and is passed over.
  Status take(std::string_view key, std::optional<std::string_view> value);
  // All rows of shards that share a store.
  Status take_all(const Store& store);
  std::shared_ptr<const Links> links();
  void renew() { links_.reset(); }                  // the next one is another pointer
  static bool is_for_others(std::string_view key);  // not a shard's own

 private:
  struct Row {
    std::string value;
    Dependency told;  // of 's'
    bool operator==(const Row& other) const { return value == other.value; }
  };
  static Result<Row> read(std::string_view key, std::string_view value);
  std::map<std::string, Row, std::less<>> rows_;
  std::shared_ptr<const Links> links_;  // of rows_; null: they have changed
};

}  // namespace kip
