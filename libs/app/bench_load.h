#pragma once
// The load of `kip bench`: serialized WorkEvents of many items, interleaved as a city's are. Pure:
// the same numbers give the same bytes.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace kip {

inline constexpr Instant kBenchNow = instant_of(1'795'401'720'000);  // 23/11/2026, 09:42 in UTC+7

class BenchLoad {
 public:
  // Lives of items until there are `events` or, where `items` is not 0, of so many items.
  static BenchLoad lives(std::uint64_t events, std::uint64_t items, std::uint64_t seed);
  // One event each, which leaves the item open and due later.
  static BenchLoad open_items(std::uint64_t items, std::uint64_t seed);

  std::size_t size() const { return ends_.size(); }
  std::uint64_t items() const { return items_; }
  std::string_view at(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(bytes_).substr(begin, ends_[i] - begin);
  }

 private:
  void add(std::string_view event) {
    bytes_ += event;
    ends_.push_back(bytes_.size());
  }
  std::string bytes_;
  std::vector<std::size_t> ends_;
  std::uint64_t items_ = 0;
};

}  // namespace kip
