#pragma once
// Whether a new model should serve in place of the one in use: it has to be the better one on the
// newest items, of which neither has learned.
//
//   Challenge c = challenge(examples, in_use.get(), in_use_learned_at);
//   if (c.wins) in_use = c.learned.model;
//   log(c.why);
//
// Of the items whose outcome became known after the model in use was learned the newer half is held
// out; a candidate learns from all others. It needs the older half: from what the one in use had it
// would learn the same once more. Where no model is in use, the newest fifth is held out, and the
// candidate has to be better than the share of late ones among the others.
//
// Pure: the same examples in the same order give the same answer.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "forecast/model.h"

namespace kip::forecast {

struct Challenge {
  bool wins = false;
  Learned learned;  // the same recipe over all examples: what is to serve. Empty unless it wins.
  // Over the examples that were held out, of the candidate and of the model in use (else of the
  // constant share). None: they were not judged, or there is nothing of which it could be.
  std::optional<double> brier_new, brier_old, auc_new, auc_old;
  std::uint64_t held_out_items = 0;
  std::string why;  // one sentence
};

// So many have to be held out, and so many of them late, and in time.
inline constexpr std::uint64_t kHeldOutMin = 20;
inline constexpr std::uint64_t kHeldOutOfEachMin = 5;

// `in_use` may be null; its instant is not read then. Of an item's examples the first one's `known`
// counts for all.
Challenge challenge(const std::vector<const Example*>& examples, const Model* in_use,
                    Instant in_use_learned_at);

}  // namespace kip::forecast
