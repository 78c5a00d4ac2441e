#include "runtime/shard_forecast.h"

#include <algorithm>

#include "contract/state.h"
#include "forecast/forecast.h"
#include "forecast/walk.h"
#include "store/keys.h"

namespace kip {
namespace {

namespace fc = forecast;

std::string outlook_key(std::uint32_t shard) { return "outlook/" + std::to_string(shard); }

// "number" or "number\ncursor", as the row of a policy.
struct Row {
  std::uint64_t number = 0;
  std::optional<std::string> cursor;
};

Result<Row> read_row(const Store& store, std::uint32_t shard) {
  auto stored = store.get(Table::kMeta, outlook_key(shard));
  if (!stored) return stored.error();
  if (!*stored) return Row{};
  if ((*stored)->size() < 8) return corrupt("the row of a shard's outlook is damaged");
  Row row{keys::read_u64(**stored), {}};
  if ((*stored)->size() > 8) row.cursor = (*stored)->substr(9);
  return row;
}

bool is_told_of(const ItemState& item) {
  return exists(item.folded) && is_open(item.folded.status) && !item.sealed;
}

// The instant that counts: an item whose clock stands is as old as when it stopped.
Instant counts_at(const Folded& folded, Instant now) {
  return folded.stop ? std::min(now, folded.stop->begin) : now;
}

}  // namespace

Status ShardForecast::open() {
  auto row = read_row(store_, shard_);
  if (!row) return row.error();
  number_ = row->number;
  cursor_ = row->cursor;
  return {};
}

void ShardForecast::set(std::shared_ptr<const fc::Outlook> outlook,
                        std::shared_ptr<const ForecastRows> rows) {
  if (rows && rows != rows_) {
    rows_ = std::move(rows);
    rows_due_ = true;
  }
  if (!outlook || outlook == outlook_) return;
  const bool resumed = !outlook_;
  outlook_ = std::move(outlook);
  if (resumed && outlook_->number == number_) return;
  number_ = outlook_->number;
  cursor_ = "";
  changed_ = true;
}

const fc::Cuts& ShardForecast::cuts() const {
  static const fc::Cuts kNone;
  return outlook_ ? outlook_->cuts : kNone;
}

// What it cannot keep up is made anew from the history when it is needed; of an item that has ended
// that is when it is reopened.
void ShardForecast::see(ItemState& item, const Event& event, bool newest,
                        const FoldRules& rules) const {
  if (!newest) item.trace.reset();
  if (newest && outlook_ && item.folded.events == 0) item.trace.emplace();
  if (!item.trace) return;
  fc::see(*item.trace, event, fc::measure_of(rules));
  if (!item.trace->open()) item.trace.reset();
}

void ShardForecast::forget(ItemState& item) {
  item.trace.reset();
  item.forecast.reset();
}

Status ShardForecast::score(Items& items, Items::Entry& entry, Instant now,
                            const FoldRules& rules) {
  ItemState& item = entry.state;
  if (!is_told_of(item)) {
    forget(item);
    return {};
  }
  if (!outlook_) return {};
  item.forecast.reset();
  if (!outlook_->lesson) return {};
  if (!item.trace) {
    auto history = items.history(entry);
    if (!history) return history.error();
    const fc::Trace trace = fc::trace_of(**history, rules);
    if (!trace.open()) return {};
    item.trace = trace;
  }
  const fc::Measure measure = fc::measure_of(rules);
  fc::take_term(*item.trace, item.folded);
  if (!item.trace->has_term()) return {};
  const Instant at = counts_at(item.folded, now);
  item.forecast = fc::forecast_of(*outlook_->lesson->model, *item.trace,
                                  outlook_->load_of(*item.trace), at, measure);
  if (!item.forecast) return {};
  const std::int64_t term = measure.between(item.trace->received, item.trace->due);
  const bool half = measure.between(item.trace->received, at) * 2 >= term;
  if (!item.said_half && half && at <= item.trace->due)
    item.said_half = static_cast<float>(item.forecast->chance);
  return {};
}

Instant ShardForecast::next_look(const ItemState& item, Instant now, const FoldRules& rules) {
  if (!item.trace || !item.trace->has_term() || item.folded.stop) return kFarFuture;
  const fc::Measure measure = fc::measure_of(rules);
  const auto& t = *item.trace;
  const std::int64_t term = measure.between(t.received, t.due);
  const std::int64_t used = measure.between(t.received, now);
  if (term == 0) return kFarFuture;
  for (std::int64_t k = std::max<std::int64_t>(used * fc::kWhole / term, 1); k < fc::kWhole; ++k) {
    const Instant at = measure.add(t.received, (term * k + fc::kWhole - 1) / fc::kWhole);
    if (at > now) return at;
  }
  return kFarFuture;  // past the due there is nothing left to foresee
}

Result<std::vector<std::string>> ShardForecast::slice(std::size_t rows) {
  if (!outlook_ || !cursor_) return std::vector<std::string>();
  auto slice =
      next_items(store_, *cursor_, rows, [](std::string_view value) { return !has_ended(value); });
  if (!slice) return slice.error();
  changed_ = true;
  cursor_ = std::move(slice->next);
  return std::move(slice->ids);
}

void ShardForecast::write(Batch& batch) {
  if (rows_due_) {
    for (const auto& [key, value] : *rows_) batch.put(Table::kForecast, key, value);
  }
  rows_due_ = false;
  if (!changed_) return;
  changed_ = false;
  batch.put(Table::kMeta, outlook_key(shard_),
            keys::u64(number_) + (cursor_ ? "\n" + *cursor_ : ""));
}

Result<OutlookProgress> outlook_progress(const Store& store, std::uint32_t shard) {
  auto row = read_row(store, shard);
  if (!row) return row.error();
  return OutlookProgress{row->number, !row->cursor};
}

}  // namespace kip
