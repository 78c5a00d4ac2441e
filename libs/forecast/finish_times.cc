#include "forecast/finish_times.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace kip::forecast {
namespace {

constexpr std::size_t kLast = kFinishBins - 1;  // open
constexpr double kInTime = kFinishBinsInTime;
constexpr double kToADoubling = 4;

// The lower edge of a bin; a share that equals it belongs to the bin below, as an end at the due is
// in time.
double edge(std::size_t bin) {
  if (bin <= kFinishBinsInTime) return static_cast<double>(bin) / kInTime;
  return std::exp2(static_cast<double>(bin - kFinishBinsInTime) / kToADoubling);
}

const std::array<double, kFinishBins>& edges() {
  static const auto kEdges = [] {
    std::array<double, kFinishBins> edges{};
    for (std::size_t b = 0; b < kFinishBins; ++b) edges[b] = edge(b);
    return edges;
  }();
  return kEdges;
}

std::size_t bin_of(double share) {
  const auto above = std::lower_bound(edges().begin() + 1, edges().end(), share);
  return static_cast<std::size_t>(above - edges().begin()) - 1;
}

// A bin as far as it is still to come: from the share that is used.
struct Rest {
  double from = 0, to = 0;
  bool even = false;  // shares are spread evenly in it, else their logarithms
  double at(double part) const {
    return even ? from + part * (to - from) : from * std::pow(to / from, part);
  }
};

Rest rest_of(std::size_t bin, double share) {
  const double from = std::max(edges()[bin], share);
  return {from, bin == kLast ? 2 * from : edges()[bin + 1], bin < kFinishBinsInTime};
}

double part_left(std::size_t bin, double share) {
  const double low = edges()[bin];
  if (bin == kLast || share <= low) return 1;
  const double high = edges()[bin + 1];
  return bin < kFinishBinsInTime ? (high - share) / (high - low)
                                 : std::log(high / share) / std::log(high / low);
}

}  // namespace

void FinishTimes::add(std::uint64_t group, double share, bool ended) {
  Counts& counts = groups_[group];
  // One that has not ended is late, though it be judged at the due itself.
  if (ended) {
    ++counts.ended[bin_of(share)];
  } else {
    ++counts.open[std::max(bin_of(share), kFinishBinsInTime)];
  }
}

std::uint32_t FinishTimes::ended(std::uint64_t group) const {
  const auto found = groups_.find(group);
  if (found == groups_.end()) return 0;
  const auto& ended = found->second.ended;
  return std::accumulate(ended.begin(), ended.end(), std::uint32_t{0});
}

FinishTimes::Hazards FinishTimes::hazards(const Features& f) const {
  // Above all is one item that may end in any bin, the same in each.
  Hazards hazards{};
  for (std::size_t b = 0; b < kFinishBins; ++b) {
    hazards[b] = 1 / static_cast<double>(kFinishBins - b);
  }
  double parent_items = 1;
  for (const Group group : kFinishGroups) {
    const auto found = groups_.find(f.groups[static_cast<std::size_t>(group)]);
    if (found != groups_.end()) {
      const Counts& counts = found->second;
      double beyond = 0;
      for (std::size_t b = kFinishBins; b-- > 0;) {
        const double ended = counts.ended[b], open = counts.open[b];
        // Those that were seen no further than this bin were in it for half of it.
        const double came = beyond + ended + open / 2;
        hazards[b] = (ended + parent_items * hazards[b]) / (came + parent_items);
        beyond += ended + open;
      }
    }
    parent_items = kParentItems;
  }
  hazards[kLast] = 1;
  return hazards;
}

FinishBand FinishTimes::band(const Features& f, double chance) const {
  const double share = std::max(0.0, f.share);
  const Hazards hazard = hazards(f);
  // The first bin of which something is still to come.
  const auto above = std::upper_bound(edges().begin() + 1, edges().end(), share);
  const auto first = static_cast<std::size_t>(above - edges().begin()) - 1;
  std::array<double, kFinishBins> mass{};
  double left = 1, in_time = 0, late = 0;
  for (std::size_t b = first; b < kFinishBins; ++b) {
    double ends = hazard[b];
    if (b == first && b != kLast) {
      const double part = part_left(b, share);
      ends = ends * part / (1 - ends * (1 - part));
    }
    mass[b] = left * ends;
    left -= mass[b];
    (b < kFinishBinsInTime ? in_time : late) += mass[b];
  }
  for (std::size_t b = first; b < kFinishBins; ++b) {
    const bool before = b < kFinishBinsInTime;
    const double whole = before ? in_time : late;
    if (whole > 0) mass[b] *= (before ? 1 - chance : chance) / whole;
  }
  // At the due itself what is in time ends now.
  const double now = in_time > 0 ? 0 : 1 - chance;
  const auto quantile = [&](double q) {
    if (q <= now) return share;
    double below = now;
    for (std::size_t b = first; b < kFinishBins; ++b) {
      if (mass[b] > 0 && q <= below + mass[b]) {
        return rest_of(b, share).at((q - below) / mass[b]);
      }
      below += mass[b];
    }
    return rest_of(kLast, share).to;  // the last of it, lost in rounding
  };
  return {quantile(0.1), quantile(0.5), quantile(0.9)};
}

}  // namespace kip::forecast
