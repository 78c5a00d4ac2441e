#include "up/alert_lines.h"

#include <cstdio>

#include "app/alert_line.h"
#include "app/setup.h"

namespace kip {

AlertLines::AlertLines() : writer_([this] { write_loop(); }) {}

AlertLines::~AlertLines() { close(); }

void AlertLines::set_policy(std::shared_ptr<const Policy> policy) {
  const std::scoped_lock lock(mutex_);
  policy_ = std::move(policy);
}

void AlertLines::add(const AlertChange& change) {
  const std::scoped_lock lock(mutex_);
  if (!open_) return;
  auto line = alert_line(change, *policy_);
  if (!line || *line == last_) return;  // one end may end several alerts of an item
  if (waiting_.size() >= kWaitingMax) {
    ++dropped_;
    return;
  }
  last_ = *line;
  waiting_.push_back(std::move(*line));
  wake_.notify_one();
}

void AlertLines::open() {
  const std::scoped_lock lock(mutex_);
  open_ = true;
}

void AlertLines::close() {
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
    wake_.notify_one();
  }
  if (writer_.joinable()) writer_.join();
}

void AlertLines::write_loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return closing_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const std::deque<std::string> lines = std::exchange(waiting_, {});
    const std::uint64_t dropped = std::exchange(dropped_, 0);
    lock.unlock();
    for (const std::string& line : lines) std::printf("%s\n", line.c_str());
    if (dropped > 0) std::printf("       … và %s cảnh báo khác\n", grouped(dropped).c_str());
    std::fflush(stdout);
    lock.lock();
  }
}

}  // namespace kip
