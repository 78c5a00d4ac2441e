#pragma once
// What became of the records of each source since the start, and when it was last heard.
// Threads: any. Limit: a thousand sources; whatever comes after them is counted under "", as dead
// letters are whose source could not be read: who makes up sources must not fill the memory.

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "runtime/shard.h"

namespace kip {

class SourceTally {
 public:
  using Counts = std::map<std::string, SourceCount, std::less<>>;
  void add(std::string_view source, const SourceCount& count);
  void add(const Counts& counts);
  Counts counts() const;

 private:
  void add_locked(std::string_view source, const SourceCount& count);
  static constexpr std::size_t kSourcesMax = 1'000;
  mutable std::mutex mutex_;
  Counts counts_;
};

}  // namespace kip
