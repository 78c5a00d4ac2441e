#pragma once
// SIGTERM and SIGINT for a service that polls: make it before any thread is.

#include <sys/signalfd.h>

#include <csignal>
#include <functional>
#include <optional>
#include <thread>

namespace kip {

class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  // Whether one has come.
  bool came() const;
  // Calls `act` once one comes, from a thread of its own.
  void then(std::function<void()> act);

 private:
  int signals_ = -1, left_ = -1;
  std::thread waiting_;
};

}  // namespace kip
