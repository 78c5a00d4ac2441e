#pragma once
// The machine of subjects on a store: what the shards have heard of each source, and time, become
// its state and the alert `source_silent`, in one synced batch. The shards and desks act on it.
//
//   Subjects subjects(store, log, policy);
//   subjects.open();
//   auto next = subjects.step(now);            // what is silent: subjects.silences()
//   subjects.not_listening(now);               // nobody took anything in until now
//
// While shards are behind there is nothing to judge yet: what they have not heard is in the log.
// Time never runs back. One thread.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "rules/policy.h"
#include "store/store.h"
#include "subjects/source.h"

namespace kip {

class Subjects {
 public:
  // `log`: the alert log that is its own.
  Subjects(Store& store, std::uint32_t log, std::shared_ptr<const Policy> policy);
  Status open();
  void set_policy(std::shared_ptr<const Policy> policy) { policy_ = std::move(policy); }
  // What was sent until then may have been heard by nobody.
  void not_listening(Instant now) { listening_ = std::max(listening_.value_or(now), now); }
  // When it is to be called again if nothing is heard. An error: drop it and open it anew.
  Result<Instant> step(Instant now);
  // Sources that are silent, or back and not yet all heard; and until when what they said goes.
  Silences silences() const;
  const std::map<std::string, SourceState>& sources() const { return sources_; }

 private:
  struct Work;
  Status recall_listening();
  Status step_one(SourceState& source, Work& work);

  Store& store_;
  std::uint32_t log_;
  std::shared_ptr<const Policy> policy_;
  std::map<std::string, SourceState> sources_;
  std::optional<Instant> listening_;
  Instant time_ = kFarPast, noted_ = kFarPast;  // noted_: until then it listened, as stored
};

// What is stored of them, by id.
Result<std::map<std::string, SourceState>> stored_sources(const Store& store);

}  // namespace kip
