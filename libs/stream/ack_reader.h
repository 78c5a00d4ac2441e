#pragma once
// Answers as they stand on kip.acks.v1, from where a store says that they have been taken. Whoever
// takes them writes what it makes of them and where it stands in one batch, so that each is taken
// once.
//
//   auto reader = AckReader::open(kafka, store);
//   auto records = (*reader)->read(100ms);
//   for (const AckRecord& record : *records) { batch.put(...); put_taken(record, batch); }
//   store.write(batch, Durability::kSynced);
//
// One thread.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contract/door.h"
#include "store/store.h"
#include "stream/options.h"

namespace kip {

struct AckRecord {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string key;
  std::optional<std::string> value;  // none: null
  Headers headers;
};
void put_taken(const AckRecord& record, Batch& batch);

class AckReader {
 public:
  static Result<std::unique_ptr<AckReader>> open(const KafkaOptions& kafka, const Store& store);
  ~AckReader();
  AckReader(const AckReader&) = delete;
  AckReader& operator=(const AckReader&) = delete;

  // What is there, waiting for the first at most so long; of a partition in its order.
  Result<std::vector<AckRecord>> read(std::chrono::milliseconds most);
  // All partitions have been read to their end at least once.
  bool seen_end() const;

 private:
  struct Impl;
  explicit AckReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kip
