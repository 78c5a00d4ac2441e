#include "app/asked.h"

#include "forecast/measure.h"
#include "forecast/trace.h"
#include "forecast/walk.h"

namespace kip {
namespace {

constexpr std::array<int, kAskedPoints> kTwelfths = {3, 6, 9};

bool runs(const ItemState& item) {
  return exists(item.folded) && is_open(item.folded.status) && !item.folded.stop;
}

}  // namespace

double asked_share(std::size_t point) {
  return static_cast<double>(kTwelfths.at(point)) / forecast::kWhole;
}

void AskedItems::see(const ItemState& item, Instant now) {
  const auto start = start_of(item.folded);
  const auto due = item.folded.effective_due;
  if (!runs(item) || !start || !due || *due <= *start) return;
  auto& entry = *plans_.try_emplace(item.item_id).first;
  Plan& plan = entry.second;
  if (plan.term > 0 && plan.start == *start && plan.due == *due) return;
  plan.start = *start;
  plan.due = *due;
  ++plan.term;
  const forecast::Measure measure = forecast::measure_of(rules_);
  const std::int64_t term = measure.between(*start, *due);
  if (term == 0) return;  // no working time in it
  for (std::size_t point = 0; point < kAskedPoints; ++point) {
    // The instant at which the shard looks, too.
    const std::int64_t used = (term * kTwelfths[point] + forecast::kWhole - 1) / forecast::kWhole;
    const Instant at = measure.add(*start, used);
    if (at >= now && !plan.asked[point]) looks_.push({at, &entry, point, plan.term});
  }
}

Status AskedItems::ask(
    const std::function<Result<ItemState>(const std::string& item_id)>& item_of) {
  const Look look = looks_.top();
  looks_.pop();
  Plan& plan = look.of->second;
  if (plan.term != look.term || plan.asked[look.point]) return {};
  const auto item = item_of(look.of->first);
  if (!item) return item.error();
  if (!runs(*item)) return {};
  AskedAt& asked = plan.asked[look.point].emplace(AskedAt{look.at, {}});
  if (item->forecast) asked.chance = static_cast<float>(item->forecast->chance);
  return {};
}

const AskedItem* AskedItems::find(const std::string& item_id) const {
  const auto found = plans_.find(item_id);
  return found == plans_.end() ? nullptr : &found->second.asked;
}

}  // namespace kip
