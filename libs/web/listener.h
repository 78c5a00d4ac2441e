#pragma once
// The port and its connections: all there is of Asio and Beast. What it hears it puts before the
// Site; it knows framing, time limits and orderly ends.
//
// One coroutine a connection, on a strand of its own, so nothing in a connection needs a lock but
// the place where another thread leaves its answer:
//
//   idle --first byte--> head --Site::plan--> body --handler--> waiting --reply--> answer --> idle
//    |  idle_seconds      | header_seconds     | body_seconds    | reply_seconds    | body_seconds
//    v                    v 400 408 431        v 400 408 413     v 503              v
//   closed <--------------+--- answered, then closed ------------+ (stays open)     closed

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "web/server.h"
#include "web/site.h"

namespace kip::web {

class Listener {
 public:
  // kInvalid: the host is no address, or none of this machine.
  static Status check(const ServerOptions& options);
  // `options` and `site` outlive the listener. kInvalid: the host is no address; kUnavailable: the
  // port cannot be had.
  static Result<std::unique_ptr<Listener>> open(const ServerOptions& options, const Site& site);
  ~Listener();  // after stop()
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint16_t port() const;
  // Takes nobody new, closes whoever has not asked all of a question, lets answers under way end,
  // joins the threads. Once only.
  void stop();
  bool is_own_thread() const;

 private:
  struct Impl;
  explicit Listener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kip::web
