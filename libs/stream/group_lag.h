#pragma once
// Whether a consumer group has taken all that its topics held at some time, asked from outside of
// it. On busy topics something always waits: so the end is marked first.
//
//   auto lag = GroupLag::open(kafka, "kip-ingest", {kafka.topics.work, kafka.topics.indicators});
//   (*lag)->mark();
//   if (auto passed = (*lag)->passed(); passed && *passed) ...   // some time later
//
// One thread. It needs the right to read the group and to describe the topics.

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "stream/options.h"

namespace kip {

class GroupLag {
 public:
  static Result<std::unique_ptr<GroupLag>> open(const KafkaOptions& kafka, const std::string& group,
                                                const std::vector<std::string>& topics);
  ~GroupLag();
  GroupLag(const GroupLag&) = delete;
  GroupLag& operator=(const GroupLag&) = delete;

  // Both: kUnavailable: the brokers do not say; kInvalid: a right is missing.
  Status mark();
  Result<bool> passed() const;  // what was there at the mark has been committed

 private:
  struct Impl;
  explicit GroupLag(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kip
