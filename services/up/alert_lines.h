#pragma once
// New alerts as lines on stdout, written by a thread of their own: a terminal that stands still
// must never hold up a shard. What comes faster than it can be written is counted, not kept.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "rules/item.h"

namespace kip {

class AlertLines {
 public:
  AlertLines();
  ~AlertLines();  // closes
  AlertLines(const AlertLines&) = delete;
  AlertLines& operator=(const AlertLines&) = delete;

  void set_policy(std::shared_ptr<const Policy> policy);
  // From any thread. Nothing is said before open(): that is told in sums.
  void add(const AlertChange& change);
  void open();
  void close();  // what waits is written

 private:
  void write_loop();
  static constexpr std::size_t kWaitingMax = 1'000;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::shared_ptr<const Policy> policy_;
  std::deque<std::string> waiting_;
  std::string last_;
  std::uint64_t dropped_ = 0;
  bool open_ = false, closing_ = false;
  std::thread writer_;
};

}  // namespace kip
