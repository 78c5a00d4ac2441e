#include "kip/stop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

#include "base/result.h"

namespace kip {

StopSignal::StopSignal() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT}) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = signalfd(-1, &set, SFD_CLOEXEC);
  left_ = eventfd(0, EFD_CLOEXEC);
  KIP_CHECK(signals_ >= 0 && left_ >= 0);
}

StopSignal::~StopSignal() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(left_, &one, sizeof one);
  if (waiting_.joinable()) waiting_.join();
  close(signals_);
  close(left_);
}

bool StopSignal::came() const {
  pollfd fd{signals_, POLLIN, 0};
  return poll(&fd, 1, 0) > 0;
}

void StopSignal::then(std::function<void()> act) {
  waiting_ = std::thread([this, act = std::move(act)] {
    pollfd fds[] = {{signals_, POLLIN, 0}, {left_, POLLIN, 0}};
    poll(fds, 2, -1);
    if (fds[0].revents != 0) act();
  });
}

}  // namespace kip
