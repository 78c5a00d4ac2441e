#pragma once
// What is true of all items together and each shard is told: the model in use, how much each unit
// and officer has in hand, and from which chance on a unit's items are worth its look. It is an
// input: shards decide by the one that they were told of, until the next.
//
//   Gathered all;
//   for (each open item) all.add(unit, trace, chance);
//   Outlook next = outlook_of(all, model, can_look_at);
//
// Immutable once it is made; any thread. Pure.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "forecast/caseload.h"
#include "forecast/cuts.h"
#include "forecast/model.h"

namespace kip::forecast {

// A model, and the ordinary load of those it was learned from.
struct Lesson {
  std::string id;  // hex of a hash of the model; "" only where there is none
  Instant learned_at{};
  std::shared_ptr<const Model> model;
  std::uint64_t items = 0, late = 0;  // of which it was learned
  Usual usual;
};

struct Outlook {
  std::uint64_t number = 0;  // ascending; 0: there is none yet
  Instant at{};
  std::shared_ptr<const Lesson> lesson;  // none: nothing is said of any item
  Cuts cuts;
  Loads units, owners;
  Load load_of(const Trace& item) const;
};

// The least of the `most` greatest chances, and so of those that are equal to it; 0 where all may
// be looked at, above every chance where none may.
double cut_of(std::vector<double> chances, std::size_t most);

// The open items of all shards, one by one; or of some of them, that hold `part` of all (0..1].
class Gathered {
 public:
  explicit Gathered(double part = 1) : part_(part) {}
  // `unit`: who holds it. `chance`: what was last said of it, none where that counts for no cut:
  // nothing was said, or it is past its due, or its clock stands.
  void add(const std::string& unit, const Trace& item, std::optional<double> chance);

 private:
  friend Outlook outlook_of(
      const Gathered& all, std::shared_ptr<const Lesson> lesson,
      const std::function<std::size_t(const std::string& unit, std::size_t open)>& can_look_at);
  double part_;
  std::map<std::string, std::vector<double>> chances_;
  std::map<std::string, std::size_t> open_;
  std::unordered_map<Name, std::size_t> units_, owners_;
};

// `can_look_at`: of so many open items of a unit. `number` and `at` are the caller's to set.
Outlook outlook_of(
    const Gathered& all, std::shared_ptr<const Lesson> lesson,
    const std::function<std::size_t(const std::string& unit, std::size_t open)>& can_look_at);

}  // namespace kip::forecast
