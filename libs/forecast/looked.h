#pragma once
// Items as they were looked at on a walk, to learn from when their due has come. Their outcome is
// asked for each time that it is learned: an end may be told late, a due be moved, an item be
// reopened.
//
//   Looked looked;
//   walk(events, kKnotPoints, [&](const Moment& m) { looked.look(m); });
//   looked.settle(caseload, now);
//   Looked::Examples examples;
//   looked.append_judged(caseload, now, examples);    // `looked` owns them
//
// Pure; one thread.

#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "forecast/model.h"
#include "forecast/walk.h"

namespace kip::forecast {

class Looked {
 public:
  using Examples = std::vector<const Example*>;

  void look(const Moment& m);
  // Notices those whose due has come.
  void settle(const Caseload& caseload, Instant now);
  std::uint64_t settled() const { return settled_.size(); }  // once each
  // By what is known at `now`; an item whose due was moved beyond it is not judged any more.
  void append_judged(const Caseload& caseload, Instant now, Examples& examples);

 private:
  struct Item {
    std::vector<Example> examples;
    bool queued = false;  // its due is awaited
    bool settled = false;
  };
  using Items = std::unordered_map<std::string, Item>;
  using Due = std::pair<Instant, std::string>;
  Items items_;
  Measure measure_;                          // of the walk
  std::vector<Items::value_type*> settled_;  // as their dues came
  std::priority_queue<Due, std::vector<Due>, std::greater<>> dues_;
};

}  // namespace kip::forecast
