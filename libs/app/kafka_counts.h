#pragma once
// How many items of each unit are open, and in which state, as kip.items.v1 tells it: for morning
// lists, where the shards are other processes'.
//
//   auto counts = KafkaCounts::open(kafka);
//   while (!(*counts)->complete()) (*counts)->step(100ms);
//   UnitCountsOf of = (*counts)->of();
//
// An item takes some 40 bytes. One thread, but for of().

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/desks.h"
#include "stream/topic_reader.h"

namespace kip {

class KafkaCounts {
 public:
  static Result<std::unique_ptr<KafkaCounts>> open(const KafkaOptions& kafka);
  Status step(std::chrono::milliseconds most);
  bool complete() const { return reader_->seen_end(); }  // what was there at the opening is counted
  UnitCountsOf of() const;                               // as they are now
  void take(const TopicRecord& record);

  explicit KafkaCounts(std::unique_ptr<TopicReader> reader) : reader_(std::move(reader)) {}

 private:
  static constexpr std::size_t kStates = 4;
  struct Place {
    std::uint32_t unit = 0;
    std::uint8_t state = kStates;  // kStates: not open
  };
  std::uint32_t number_of(const std::string& unit);

  std::unique_ptr<TopicReader> reader_;
  mutable std::mutex mutex_;                        // counts_, units_
  std::unordered_map<std::uint64_t, Place> items_;  // by a hash of the id
  std::map<std::string, std::uint32_t> units_;
  std::vector<std::array<std::uint64_t, kStates>> counts_;  // by unit
};

}  // namespace kip
