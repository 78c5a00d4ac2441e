#pragma once
// What ends or changes a service that runs: SIGTERM, SIGINT, SIGHUP, or the service itself. One
// thread waits for all of them. Make it before any other thread is made: they inherit the mask.

namespace kip {

class Bell {
 public:
  enum class Ring { kNothing, kStop, kReload, kEnded };

  Bell();
  ~Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  // The service cannot or need not go on. Any thread.
  void ring() const;
  // kNothing: none within `ms` (negative: no end).
  Ring wait(int ms) const;

 private:
  int signals_ = -1, ended_ = -1;
};

}  // namespace kip
