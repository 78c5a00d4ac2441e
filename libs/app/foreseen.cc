#include "app/foreseen.h"

#include <algorithm>
#include <map>
#include <utility>

namespace kip {
namespace {

void sum_saved(Foreseen& out) {
  std::map<std::pair<std::string, std::string>, SavedRow> units;
  for (const SavedRow& row : out.saved) {
    if (row.unit.empty()) {
      out.saved_all.add(row);
      continue;
    }
    SavedRow& unit = units[{row.ward, row.unit}];
    unit.ward = row.ward;
    unit.unit = row.unit;
    unit.add(row);
  }
  for (auto& [key, row] : units) out.saved_units.push_back(std::move(row));
  std::stable_sort(out.saved_units.begin(), out.saved_units.end(),
                   [](const SavedRow& a, const SavedRow& b) { return a.warned > b.warned; });
}

}  // namespace

const ForeseenPoint* half_of(const Foreseen& foreseen) {
  for (const ForeseenPoint& point : foreseen.points) {
    if (point.share == 0.5) return &point;
  }
  return nullptr;
}

void ForeseenTally::judge(const ItemOutcome& outcome) {
  const AskedItem* asked = foresight_.asked.find(outcome.item.item_id);
  if (!outcome.late || asked == nullptr) return;
  const auto end = end_of(outcome.item.folded);
  for (std::size_t i = 0; i < kAskedPoints; ++i) {
    const auto& at = (*asked)[i];
    if (!at || (end && *end <= at->at)) continue;
    if (at->chance) {
      points_[i].verdicts.push_back({*at->chance, *outcome.late});
    } else {
      ++points_[i].unknown;
    }
  }
}

Foreseen ForeseenTally::finish() const {
  Foreseen out;
  out.cuts = foresight_.cuts;
  out.lessons = foresight_.lessons;
  out.models = foresight_.models;
  out.warned = foresight_.warned;
  out.warned_unknown = foresight_.warned_unknown;
  out.saved = foresight_.saved;
  sum_saved(out);
  for (std::size_t i = 0; i < kAskedPoints; ++i) {
    const auto& verdicts = points_[i].verdicts;
    ForeseenPoint& point = out.points.emplace_back();
    point.share = asked_share(i);
    point.unknown = points_[i].unknown;
    point.open = verdicts.size() + point.unknown;
    point.auc = forecast::auc(verdicts);
    point.brier = forecast::brier(verdicts);
    point.calibration_error = forecast::calibration_error(verdicts);
    point.riskiest = forecast::precision_of_riskiest(verdicts);
    for (const forecast::Verdict& v : verdicts) {
      const auto bin = static_cast<std::size_t>(v.chance * static_cast<double>(kChanceBins));
      ChanceBin& of = point.bins.at(std::min(bin, kChanceBins - 1));
      ++of.items;
      of.late += v.late ? 1 : 0;
      of.chances += v.chance;
      point.late += v.late ? 1 : 0;
    }
  }
  return out;
}

}  // namespace kip
