#pragma once
// How long items of a procedure take, as shares of their term, and when an open one will be
// finished.
//
//   FinishTimes times;
//   times.add(features.groups[...], 0.8, true);    // an item, once a group that it belongs to
//   FinishBand band = times.band(features, 0.3);   // shares; the chance of being late is 0.3
//
// Counted by the procedure's family, the procedure and its unit, thin ones shrunk towards their
// parents. Shares are cut into bins: twentieths up to the due, then four to each doubling, up to
// eight terms; what takes longer is one open bin, said to end within twice the share at which it
// begins. An item that has not ended counts as far as it has come. Pure.

#include <array>
#include <cstdint>
#include <unordered_map>

#include "forecast/features.h"

namespace kip::forecast {

inline constexpr std::size_t kFinishBinsInTime = 20;
inline constexpr std::size_t kFinishBins = kFinishBinsInTime + 12 + 1;

// Shares of the term. Of ten items like it nine are finished after the first, half after the
// second, one after the third.
struct FinishBand {
  double earliest = 0, expected = 0, latest = 0;
};

// Each after its parent.
inline constexpr std::array<Group, 4> kFinishGroups = {Group::kAll, Group::kFamily,
                                                       Group::kProcedure, Group::kProcedureUnit};

class FinishTimes {
 public:
  // An item of the group ended when this share was used; else it was open still. Below 0 is 0.
  void add(std::uint64_t group, double share, bool ended);
  std::uint32_t ended(std::uint64_t group) const;  // items
  // Of an item that is open at f.share. What is in time and what is late have the weights that the
  // chance gives them, so the two never contradict each other: at more than a half the expected
  // finish is after the due. Nothing is before f.share or beyond twice max(8, f.share).
  FinishBand band(const Features& f, double chance) const;

 private:
  friend struct ModelFile;
  struct Counts {
    std::array<std::uint32_t, kFinishBins> ended{}, open{};
  };
  // Of those that come to a bin, the share that ends in it.
  using Hazards = std::array<double, kFinishBins>;
  Hazards hazards(const Features& f) const;

  std::unordered_map<std::uint64_t, Counts> groups_;
};

}  // namespace kip::forecast
