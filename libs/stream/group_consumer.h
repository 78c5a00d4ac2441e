#pragma once
// Membership in a consumer group: which partitions of its topic are ours.
// Range (eager) assignment with static membership, each partition's queue taken out of the common
// one before it is assigned: the one combination of Debian's librdkafka that has lost nothing
// (reference: libs/README.md).
//
//   auto group = GroupConsumer::join({.topic = ..., .assigned = ..., .revoked = ...});
//   while (running) (*group)->poll(100ms);       // calls the two functions, on this thread
//
// revoked() returns when nothing uses the partition any more. One thread polls; queues of
// partitions belong to the threads of their shards.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "stream/options.h"

namespace kip {

struct GroupOptions {
  KafkaOptions kafka;
  std::string group = "kip-engine";
  std::string member;  // unique in the group, the same over a restart; empty: none
  std::string topic;   // whose partitions are shared out
  // What the partitions hold is read by their queues; false: they are only owned.
  bool reads = true;
  std::function<void(const std::vector<std::int32_t>& partitions)> assigned;
  std::function<void(const std::vector<std::int32_t>& partitions)> revoked;
  // It cannot go on. kFenced: another member has this one's name; after an answer that was lost
  // that may be this one's own earlier request to join.
  std::function<void(const Error&)> failed;
};

class GroupConsumer {
 public:
  static Result<std::unique_ptr<GroupConsumer>> join(GroupOptions options);
  ~GroupConsumer();  // leaves, if it has not
  GroupConsumer(const GroupConsumer&) = delete;
  GroupConsumer& operator=(const GroupConsumer&) = delete;

  void poll(std::chrono::milliseconds most);
  // Gives up what it has: revoked() is called, and may still ask. No poll() after it.
  void leave();
  // The group has gone on without us; revoked() is under way. Any thread.
  bool lost() const;
  // How many partitions the topic has. Any thread.
  Result<std::int32_t> partitions() const;

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  explicit GroupConsumer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kip
