#pragma once
// What was said of each item when a quarter, a half and three quarters of its term were used, as
// whoever looked at that instant would have seen it: if it was open then, by what was known then.
//
//   AskedItems asked(policy->fold);
//   asked.see(item, now);                           // whenever records have changed an item
//   while (asked.next() <= now) asked.ask(stored);  // after the shard has looked at `now`
//   const AskedItem* of = asked.find("HS-1");
//
// Once at each share: a due that moves moves the shares that are still to come. An item whose clock
// stands is asked about after it. Pure; one thread.

#include <array>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "rules/item.h"

namespace kip {

inline constexpr std::size_t kAskedPoints = 3;
double asked_share(std::size_t point);  // of the term: a quarter, a half, three quarters

struct AskedAt {
  Instant at{};
  std::optional<float> chance;  // none: nothing was said of it
};
using AskedItem = std::array<std::optional<AskedAt>, kAskedPoints>;  // none: it was not asked about

class AskedItems {
 public:
  explicit AskedItems(const FoldRules& rules) : rules_(rules) {}
  // As records have made it by `now`.
  void see(const ItemState& item, Instant now);
  Instant next() const { return looks_.empty() ? kFarFuture : looks_.top().at; }
  // Takes the next look. `item`: as it is stored; it is asked for where that is needed.
  Status ask(const std::function<Result<ItemState>(const std::string& item_id)>& item);
  const AskedItem* find(const std::string& item_id) const;

 private:
  struct Plan {
    Instant start{}, due{};
    std::uint32_t term = 0;  // which of the item's terms
    AskedItem asked;
  };
  using Plans = std::unordered_map<std::string, Plan>;
  struct Look {
    Instant at{};
    Plans::value_type* of = nullptr;
    std::size_t point = 0;
    std::uint32_t term = 0;
    friend bool operator>(const Look& a, const Look& b) { return a.at > b.at; }
  };

  const FoldRules& rules_;
  Plans plans_;
  std::priority_queue<Look, std::vector<Look>, std::greater<>> looks_;
};

}  // namespace kip
