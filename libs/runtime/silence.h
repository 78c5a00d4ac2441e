#pragma once
// What a shard does about silent sources (SEMANTICS 4): an item whose newest event is of one waits
// with what only time says; when the source is back, its items are settled anew, slice by slice, by
// a durable cursor. One thread, the shard's.

#include <cstdint>
#include <string>
#include <vector>

#include "contract/subject_state.h"
#include "store/store.h"

namespace kip {

class ShardSilence {
 public:
  ShardSilence(const Store& store, std::uint32_t shard) : store_(store), shard_(shard) {}
  Status open();
  // The sources that are silent now.
  void set(const Silences& silences);
  bool silent(std::string_view source) const { return news_.silent.contains(source); }
  bool back(std::string_view source) const { return news_.back.contains(source); }
  // There is something to write, or a slice to do.
  bool pending() const { return changed_ || !news_.back.empty(); }
  // The next items that may be of a source that is back, of at most `rows` rows: for this commit.
  Result<std::vector<std::string>> slice(std::size_t rows);
  void write(Batch& batch);

 private:
  const Store& store_;
  std::uint32_t shard_;
  SilenceNews news_;
  bool changed_ = false;
  bool finished_ = false;  // the slice under way is the last one
};

}  // namespace kip
