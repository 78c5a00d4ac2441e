#include "kip/bell.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>

#include "base/result.h"

namespace kip {

Bell::Bell() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // whoever reads the output may leave
  signals_ = signalfd(-1, &set, SFD_CLOEXEC);
  ended_ = eventfd(0, EFD_CLOEXEC);
  KIP_CHECK(signals_ >= 0 && ended_ >= 0);
}

Bell::~Bell() {
  close(signals_);
  close(ended_);
}

void Bell::ring() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(ended_, &one, sizeof one);
}

Bell::Ring Bell::wait(int ms) const {
  pollfd fds[] = {{signals_, POLLIN, 0}, {ended_, POLLIN, 0}};
  if (poll(fds, 2, ms) <= 0) return Ring::kNothing;
  if (fds[1].revents != 0) return Ring::kEnded;
  signalfd_siginfo info{};
  if (read(signals_, &info, sizeof info) != sizeof info) return Ring::kNothing;
  return info.ssi_signo == SIGHUP ? Ring::kReload : Ring::kStop;
}

}  // namespace kip
