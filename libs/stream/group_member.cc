#include "stream/group_member.h"

#include <thread>
#include <utility>

namespace kip {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kPollMost{100};

}  // namespace

GroupMember::GroupMember(GroupOptions options, std::function<void()> let_go,
                         std::function<void(const std::string&)> say)
    : options_(std::move(options)), let_go_(std::move(let_go)), say_(std::move(say)) {
  options_.failed = [this](const Error& error) { fail(error); };
}

GroupMember::~GroupMember() { leave(); }

Result<std::unique_ptr<GroupMember>> GroupMember::join(
    GroupOptions options, std::function<void()> let_go,
    std::function<void(const std::string&)> say) {
  std::unique_ptr<GroupMember> member(
      new GroupMember(std::move(options), std::move(let_go), std::move(say)));
  if (Status joined = member->join(); !joined) return joined.error();
  return member;
}

Status GroupMember::join() {
  auto joined = GroupConsumer::join(options_);
  if (!joined) return joined.error();
  consumer_ = std::move(*joined);
  return {};
}

void GroupMember::leave() {
  let_go_();
  if (consumer_) consumer_->leave();
}

void GroupMember::fail(const Error& error) {
  const std::scoped_lock lock(mutex_);
  if (!failure_) failure_ = error;
}

Status GroupMember::run(const std::atomic<bool>& stopping, const std::function<bool()>& done) {
  while (!stopping) {
    consumer_->poll(kPollMost);
    std::optional<Error> failure;
    {
      const std::scoped_lock lock(mutex_);
      std::swap(failure, failure_);
    }
    if (failure && failure->code != Errc::kFenced) return *failure;
    if (failure) {
      if (Status joined = join_again(*failure, stopping); !joined) return joined;
    }
    if (done && done()) break;
  }
  return {};
}

Status GroupMember::join_again(const Error& failure, const std::atomic<bool>& stopping) {
  const auto pause = fences_.one_more(Steady::now());
  if (!pause) return name_taken(options_.group, options_.member);
  if (say_) say_(failure.message + "; joins again");
  leave();
  for (const auto end = Steady::now() + *pause; Steady::now() < end && !stopping;)
    std::this_thread::sleep_for(kPollMost);
  if (stopping) return {};
  {
    const std::scoped_lock lock(mutex_);
    if (failure_ && failure_->code == Errc::kFenced) failure_.reset();  // said again on leaving
  }
  return join();
}

}  // namespace kip
