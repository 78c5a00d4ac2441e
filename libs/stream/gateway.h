#pragma once
// Into kip.events.v1 from a door in this process (HTTP): checked events, keyed as ingest keys them,
// and dead letters. Each is told of once the brokers have it on all replicas.
//
//   auto gateway = Gateway::open(kafka);
//   (*gateway)->event(accepted, [](Status stored) { ... });   // from a thread of the gateway
//
// Threads: any for event() and dead(), which never wait. An error of `done`: whether it is stored
// is not known; sent again it counts once. The destructor waits for what is under way.

#include <functional>
#include <memory>

#include "contract/door.h"
#include "contract/state.h"
#include "stream/options.h"

namespace kip {

class Gateway {
 public:
  using Done = std::function<void(Status stored)>;
  static Result<std::unique_ptr<Gateway>> open(const KafkaOptions& kafka);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  void event(const Accepted& accepted, Done done);
  void dead(const DeadLetter& letter, Done done);

 private:
  struct Impl;
  explicit Gateway(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kip
