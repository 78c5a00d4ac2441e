#pragma once
// A file of events told as if their systems were publishing now: each line goes through the door
// when the service's clock reaches its time. What makes the sample ward live (`kip up --feed
// FILE`); the file is read line by line, in order.
//
//   Feed feed(service, "future.jsonl");   // begins at once, on a thread of its own
//   ...                                  // the destructor stops it
//
// Lines are JSON of WorkEvent (its time is occurred_at) or StampedEvent (ingested_at); a line
// without a time goes at once. Lines older than the service's clock at the start are passed over:
// an earlier run has told them.

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "app/service.h"

namespace kip {

struct FeedLine {
  std::string body;           // a WorkEvent as JSON, or the line as it is
  std::optional<Instant> at;  // when it is published
};
FeedLine read_feed_line(const std::string& line);

class Feed {
 public:
  Feed(Service& service, std::string file);
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

 private:
  void run(const std::string& file);
  bool wait_until(Instant at);  // false: stopped

  Service& service_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace kip
