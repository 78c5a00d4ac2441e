#pragma once
// An answer on its way onto kip.acks.v1, keyed by its unit.
//
//   auto publisher = AckPublisher::open(kafka);
//   auto place = (*publisher)->publish(unit, encode_answer(news));
//
// Any thread; one at a time.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "stream/options.h"

namespace kip {

struct AckPlace {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
};

class AckPublisher {
 public:
  static Result<std::unique_ptr<AckPublisher>> open(const KafkaOptions& kafka);
  ~AckPublisher();
  AckPublisher(const AckPublisher&) = delete;
  AckPublisher& operator=(const AckPublisher&) = delete;

  // Returns once it is on all replicas. kUnavailable, after 6 seconds at most: whether it is there
  // is not known; the same `ack_id` sent again counts once.
  Result<AckPlace> publish(const std::string& unit, const std::string& ack_event);

 private:
  struct Impl;
  AckPublisher(KafkaOptions kafka, std::unique_ptr<Impl> impl);
  static Result<std::unique_ptr<Impl>> make(const KafkaOptions& kafka);
  const KafkaOptions kafka_;
  std::unique_ptr<Impl> impl_;  // null: it has ended
  std::mutex mutex_;
};

}  // namespace kip
