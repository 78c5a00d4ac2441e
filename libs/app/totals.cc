#include "app/totals.h"

#include <algorithm>
#include <optional>

#include "app/setup.h"
#include "contract/state.h"
#include "store/keys.h"

namespace kip {
namespace {

constexpr std::size_t kShardBytes = 4;  // keys::total begins with the shard

std::size_t tail_of(std::string_view metric) {
  if (metric == "items") return 2;
  if (metric == "completed") return 3;
  if (metric == "provisional" || metric == "likely_late") return 0;
  if (metric == "said" || metric == "warned") return 3;
  return 1;  // due, alerts, rules
}

void drop_zeros(Totals& totals) {
  std::erase_if(totals, [](const auto& row) { return row.second == 0; });
}

}  // namespace

Result<Totals> read_totals(const Store& store) {
  Totals totals;
  const Status scanned =
      store.scan(Table::kTotal, "", "", [&](std::string_view key, std::string_view value) {
        totals[std::string(key.substr(kShardBytes))] +=
            static_cast<std::int64_t>(keys::read_u64(value));
        return true;
      });
  if (!scanned) return scanned.error();
  drop_zeros(totals);
  return totals;
}

Result<Totals> recount(const Store& store) {
  Totals totals;
  std::optional<Error> damaged;
  const Status scanned =
      store.scan(Table::kItem, "", "", [&](std::string_view, std::string_view value) {
        auto item = decode_item(value);
        if (!item) {
          damaged = item.error();
          return false;
        }
        for (const std::string& counter : item->counted) ++totals[counter];
        return true;
      });
  if (!scanned) return scanned.error();
  if (damaged) return *damaged;
  return totals;
}

Counter parse_counter(std::string_view name) {
  Counter counter;
  const auto next = [&](std::string_view& part) {
    const std::size_t bar = name.find('|');
    part = name.substr(0, bar);
    name.remove_prefix(bar == std::string_view::npos ? name.size() : bar + 1);
  };
  next(counter.metric);
  next(counter.ward);
  for (std::size_t i = tail_of(counter.metric); i > 0; --i) {
    const std::size_t bar = name.rfind('|');
    if (bar == std::string_view::npos) return {};
    counter.tail.insert(counter.tail.begin(), name.substr(bar + 1));
    name = name.substr(0, bar);
  }
  counter.unit = name;
  return counter;
}

std::int64_t* StateCounts::of(std::string_view word) {
  if (word == "overdue") return &overdue;
  if (word == "at_risk") return &at_risk;
  if (word == "paused") return &paused;
  return word == "on_track" ? &on_track : nullptr;
}

std::map<std::string, StateCounts, std::less<>> states_by_unit(const Totals& totals) {
  std::map<std::string, StateCounts, std::less<>> units;
  for (const auto& [name, count] : totals) {
    const Counter counter = parse_counter(name);
    if (counter.metric != "items") continue;
    if (auto* sum = units[std::string(counter.unit)].of(counter.tail.back())) *sum += count;
  }
  return units;
}

StateCounts states_of(const Totals& totals) {
  StateCounts all;
  for (const auto& [unit, counts] : states_by_unit(totals)) {
    all.overdue += counts.overdue;
    all.at_risk += counts.at_risk;
    all.paused += counts.paused;
    all.on_track += counts.on_track;
  }
  return all;
}

std::int64_t provisional_of(const Totals& totals) {
  std::int64_t all = 0;
  for (const auto& [name, count] : totals) {
    if (parse_counter(name).metric == "provisional") all += count;
  }
  return all;
}

std::string states_sentence(const StateCounts& counts) {
  const auto number = [](std::int64_t n) { return grouped(static_cast<std::uint64_t>(n)); };
  return number(counts.open()) + " việc đang mở: " + number(counts.overdue) + " quá hạn, " +
         number(counts.at_risk) + " nguy cơ trễ, " + number(counts.paused) + " tạm dừng, " +
         number(counts.on_track) + " trong hạn";
}

}  // namespace kip
