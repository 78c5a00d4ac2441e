#include "forecast/outlook.h"

#include <algorithm>

namespace kip::forecast {
namespace {

// Of somebody who has nothing in hand yet, or of whom nothing is usual yet: as ever.
double load_in(const Loads& loads, Name name) {
  if (name == 0) return 0;
  const auto found = loads.find(name);
  return found == loads.end() ? 1 : found->second;
}

Loads relative(const std::unordered_map<Name, std::size_t>& open, double part,
               const MeanOpen& usual) {
  Loads out;
  for (const auto& [name, count] : open) {
    const auto found = usual.find(name);
    if (found == usual.end()) continue;
    out[name] = relative_load(static_cast<double>(count) / part, found->second);
  }
  return out;
}

}  // namespace

Load Outlook::load_of(const Trace& item) const {
  return {load_in(units, item.unit), load_in(owners, item.owner)};
}

double cut_of(std::vector<double> chances, std::size_t most) {
  if (chances.size() <= most) return 0;
  if (most == 0) return 2;
  const auto last = chances.begin() + static_cast<std::ptrdiff_t>(most - 1);
  std::nth_element(chances.begin(), last, chances.end(), std::greater<>());
  return *last;
}

void Gathered::add(const std::string& unit, const Trace& item, std::optional<double> chance) {
  if (item.unit != 0) ++units_[item.unit];
  if (item.owner != 0) ++owners_[item.owner];
  ++open_[unit];
  std::vector<double>& chances = chances_[unit];
  if (chance) chances.push_back(*chance);
}

Outlook outlook_of(
    const Gathered& all, std::shared_ptr<const Lesson> lesson,
    const std::function<std::size_t(const std::string& unit, std::size_t open)>& can_look_at) {
  Outlook out;
  for (const auto& [unit, chances] : all.chances_) {
    out.cuts[unit] = cut_of(chances, can_look_at(unit, all.open_.at(unit)));
  }
  if (lesson) {
    out.units = relative(all.units_, all.part_, lesson->usual.units);
    out.owners = relative(all.owners_, all.part_, lesson->usual.owners);
  }
  out.lesson = std::move(lesson);
  return out;
}

}  // namespace kip::forecast
