#pragma once
// Who says by what forecasts are made: at the begin of each working half-day it takes the units'
// cuts and loads from what the shards have said of their open items, and once a day it is time to
// learn anew. What it says is an outlook, written in one synced batch before anybody acts on it.
//
//   Forecaster forecaster(store, shards, policy);      // all of them, or those that are here
//   forecaster.open();
//   auto next = forecaster.step(now);               // forecaster.outlook() for the shards
//   if (forecaster.to_learn()) ...                  // learn() elsewhere: it takes its time
//   forecaster.adopt(learned, now);
//
// Nothing is learned and nothing cut before the first half-day that begins while it is there. One
// thread; to learn is any thread's.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contract/forecast_state.h"
#include "forecast/outlook.h"
#include "rules/policy.h"
#include "store/store.h"

namespace kip {

// What came of learning.
struct Learning {
  std::optional<forecast::Lesson> lesson;  // none: the one in use stays
  std::string outcome;                     // why, in words
};

class Forecaster {
 public:
  // `part`: how much of all items the shards hold, 0..1.
  Forecaster(Store& store, std::vector<std::uint32_t> shards, std::shared_ptr<const Policy> policy,
             double part = 1)
      : store_(store), shards_(std::move(shards)), policy_(std::move(policy)), part_(part) {}
  // A model that cannot be read is left alone and said by `trouble`: nothing is foreseen until
  // another is learned.
  Status open();
  const std::optional<std::string>& trouble() const { return trouble_; }
  void set_policy(std::shared_ptr<const Policy> policy) { policy_ = std::move(policy); }
  double part() const { return part_; }

  // When it is to be called again. An error: drop it and open it anew.
  Result<Instant> step(Instant now);
  bool to_learn() const { return to_learn_; }
  Status adopt(Learning learning, Instant now);
  // The one in use once more, of a new number: shards come together that went by others.
  Status renew(Instant now);
  // None: there is none yet.
  const std::shared_ptr<const forecast::Outlook>& outlook() const { return outlook_; }
  const LearningState& learning() const { return state_; }

 private:
  // How far the shards are with outlooks.
  struct Reached {
    std::uint64_t greatest = 0;
    bool all = true;  // each is through with the one in use; false where there is none
  };
  Result<Reached> shards_reached() const;
  Result<forecast::Outlook> look(std::shared_ptr<const forecast::Lesson> lesson) const;
  Status change(std::shared_ptr<const forecast::Lesson> lesson, Batch batch);
  Status publish(forecast::Outlook outlook, Batch batch);
  Status keep_state(Batch batch);

  Store& store_;
  const std::vector<std::uint32_t> shards_;
  std::shared_ptr<const Policy> policy_;
  const double part_;
  std::shared_ptr<const forecast::Outlook> outlook_;
  LearningState state_;
  bool known_ = false;  // state_ is: it has run before
  bool to_learn_ = false;
  std::optional<std::string> trouble_;
  Instant time_ = kFarPast;
};

// 0 to `count` - 1: all of them.
std::vector<std::uint32_t> shards_below(std::uint32_t count);

// The next begin of work after `t`; under `always` every four hours.
Instant next_half_day(const Calendar& calendar, Instant t);

// How many of `open` items a unit can look at as a risk, by the first entry of likely_late that
// names it or all units. `part`: they are this much of all that it has open.
std::size_t can_look_at(const RuleSet& rules, std::string_view unit, std::size_t open,
                        double part = 1);

}  // namespace kip
