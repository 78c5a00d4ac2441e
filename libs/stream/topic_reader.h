#pragma once
// All partitions of a topic, what is committed of it, from where the caller says: outside of any
// group, nothing is committed back.
//
//   auto reader = TopicReader::open(kafka, topic, [](std::int32_t partition) { return from; });
//   for (const TopicRecord& record : *(*reader)->read(100ms)) ...
//
// One thread, but for partitions() and end().

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "contract/door.h"
#include "stream/options.h"

namespace kip {

struct TopicRecord {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string key;
  std::optional<std::string> value;  // none: null
  Headers headers;
};

// As a number in table meta, of how far a topic has been taken: see meta_number().
std::string offset_after(const TopicRecord& record);

class TopicReader {
 public:
  // The offset of the first record that is wanted; none, or nobody to ask: from the beginning.
  using From = std::function<Result<std::optional<std::uint64_t>>(std::int32_t partition)>;
  static Result<std::unique_ptr<TopicReader>> open(const KafkaOptions& kafka,
                                                   const std::string& topic, const From& from = {});
  ~TopicReader();
  TopicReader(const TopicReader&) = delete;
  TopicReader& operator=(const TopicReader&) = delete;

  // What is there, waiting for the first at most so long; of a partition in its order. kInvalid:
  // the right to read it is missing.
  Result<std::vector<TopicRecord>> read(std::chrono::milliseconds most);
  // By partition: the offset after what read() has given; -1: nothing has come yet, no end either.
  const std::vector<std::int64_t>& reached() const;
  // All partitions have been read to their end at least once.
  bool seen_end() const;

  std::int32_t partitions() const;
  // Up to where the partition is committed now. kUnavailable: the brokers do not say.
  Result<std::int64_t> end(std::int32_t partition) const;

 private:
  struct Impl;
  explicit TopicReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kip
