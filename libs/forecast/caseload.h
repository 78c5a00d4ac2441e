#pragma once
// All items as the stream has told of them so far, and how many open ones each unit and officer has
// in hand. What it says at an instant depends on the events up to it alone.
//
//   Caseload caseload;
//   caseload.see(event);                                   // the newest of its item
//   caseload.put("HS-2", trace);                           // folded anew: late events, voids
//   if (const Trace* item = caseload.find("HS-1")) {
//     Features f = features_at(*item, caseload.load_of(*item), now);
//   }
//
// Pure; one thread.

#include <string>
#include <string_view>
#include <unordered_map>

#include "forecast/trace.h"

namespace kip::forecast {

// Open items now, against what is usual there: their mean number when an item came. 1 is as ever;
// 0: nobody is named.
struct Load {
  double unit = 0, owner = 0;
};
using Loads = std::unordered_map<Name, double>;

// What is usual: the mean number of open items when one came, 0 and more.
using MeanOpen = std::unordered_map<Name, double>;
struct Usual {
  MeanOpen units, owners;
};
// One is added to both, so that the first items of a new unit are no extremes.
inline double relative_load(double open, double usual) { return (open + 1) / (usual + 1); }

class Caseload {
 public:
  // The item after the event. The reference holds.
  const Trace& see(const Event& event);
  const Trace& put(const std::string& item_id, const Trace& trace);
  const Trace* find(const std::string& item_id) const;
  Load load_of(const Trace& item) const;
  Usual usual() const;

 private:
  struct Hands {
    std::int64_t open = 0;
    double open_sum = 0;  // over those that came
    std::int64_t came = 0;
    double usual() const { return came == 0 ? 0 : open_sum / static_cast<double>(came); }
  };
  using Table = std::unordered_map<Name, Hands>;
  static void move(Table& table, Name before, Name after);
  void moved(const Trace& before, const Trace& after);
  static double relative(const Table& table, Name name);

  std::unordered_map<std::string, Trace> items_;
  Table units_, owners_;
};

}  // namespace kip::forecast
