#pragma once
// A member of a consumer group that joins again when it is shut out (fences.h), until somebody else
// is seen to live under its name.
//
//   auto member = GroupMember::join(options, [&] { give_up_all(); }, say);
//   Status left = (*member)->run(stopping, [&] { return drained(); });
//
// run() belongs to one thread, which calls the options' functions; fail() is any thread's.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "stream/fences.h"
#include "stream/group_consumer.h"

namespace kip {

class GroupMember {
 public:
  // GroupOptions::failed is this one's own. `let_go` ends what uses the partitions: who is shut out
  // has nothing to revoke any more. `say`: to the operator, may be none.
  static Result<std::unique_ptr<GroupMember>> join(GroupOptions options,
                                                   std::function<void()> let_go,
                                                   std::function<void(const std::string&)> say);
  ~GroupMember();  // leaves, if it has not

  // Until `stopping`, or `done` says so; an error: it cannot go on.
  Status run(const std::atomic<bool>& stopping, const std::function<bool()>& done = {});
  void leave();  // lets go first
  // Of what uses a partition: run() ends by it. kFenced: it joins again.
  void fail(const Error& error);
  // The one of now; not kept over a step of run().
  GroupConsumer& consumer() { return *consumer_; }

 private:
  GroupMember(GroupOptions options, std::function<void()> let_go,
              std::function<void(const std::string&)> say);
  Status join();
  Status join_again(const Error& failure, const std::atomic<bool>& stopping);

  GroupOptions options_;
  std::function<void()> let_go_;
  std::function<void(const std::string&)> say_;
  std::unique_ptr<GroupConsumer> consumer_;
  Fences fences_;
  std::mutex mutex_;  // failure_
  std::optional<Error> failure_;
};

}  // namespace kip
