#include "runtime/heard.h"

#include <algorithm>

#include "store/keys.h"

namespace kip {
namespace {

constexpr std::size_t kRowBytes = 16;

std::string row_of(const HeardHour& hour) {
  return keys::instant(hour.last) + keys::instant(hour.oldest);
}

bool read_row(std::string_view key, std::string_view value, HeardHour& into) {
  if (value.size() != kRowBytes) return false;
  into = {keys::heard_hour(key), keys::read_instant(value),
          keys::read_instant(value.substr(kRowBytes / 2))};
  return true;
}

}  // namespace

Status HeardHours::note(std::string_view source, Instant at, std::optional<Instant> occurred) {
  auto found = rows_.find(source);
  if (found == rows_.end()) found = rows_.try_emplace(std::string(source)).first;
  const std::int64_t hour = hour_of(at);
  const auto [place, fresh] = found->second.try_emplace(hour);
  Row& row = place->second;
  if (fresh) {
    const std::string key = keys::heard(source, hour, shard_);
    auto stored = store_.get(Table::kHeard, key);
    if (!stored) return stored.error();
    if (*stored && !read_row(key, **stored, row.hour)) return corrupt("a row of table heard");
    if (!*stored) row.hour = {hour, kFarPast, kFarFuture};
    row.written = row.hour;
  }
  row.hour.last = std::max(row.hour.last, at);
  if (occurred) row.hour.oldest = std::min(row.hour.oldest, *occurred);
  return {};
}

bool HeardHours::Row::worth_writing(Millis grain) const {
  return hour.oldest != written.oldest ||
         (hour.last != written.last &&
          (written.last == kFarPast || hour.last - written.last >= grain));
}

Status merge_heard(const Store& store, std::string_view key, std::string_view value, Batch& batch) {
  HeardHour come, known;
  const bool has_key = key.size() > 2 * sizeof(std::uint32_t) && key.find('\0') != key.npos;
  if (!has_key || !read_row(key, value, come)) return corrupt("a row of table heard");
  auto stored = store.get(Table::kHeard, key);
  if (!stored) return stored.error();
  if (*stored) {
    if (!read_row(key, **stored, known)) return corrupt("a row of table heard");
    come.last = std::max(come.last, known.last);
    come.oldest = std::min(come.oldest, known.oldest);
    if (come == known) return {};
  }
  batch.put(Table::kHeard, std::string(key), row_of(come));
  return {};
}

void HeardHours::write(Batch& batch) {
  for (auto& [source, hours] : rows_) {
    for (auto& [hour, row] : hours) {
      const bool newest = hour == hours.rbegin()->first;
      if (!row.worth_writing(newest ? grain_ : Millis{})) continue;
      batch.put(Table::kHeard, keys::heard(source, hour, shard_), row_of(row.hour));
      row.written = row.hour;
    }
    if (hours.size() > 1) hours.erase(hours.begin(), std::prev(hours.end()));
  }
}

Result<std::vector<HeardHour>> heard_hours(const Store& store, std::string_view source,
                                           std::int64_t from) {
  std::vector<HeardHour> out;
  bool sound = true;
  const Status scanned =
      store.scan(Table::kHeard, keys::heard(source, std::max<std::int64_t>(from, 0), 0),
                 keys::pair_end(source), [&](std::string_view key, std::string_view value) {
                   HeardHour row;
                   sound = read_row(key, value, row);
                   if (!sound) return false;
                   if (out.empty() || out.back().hour != row.hour) {
                     out.push_back(row);
                   } else {
                     out.back().last = std::max(out.back().last, row.last);
                     out.back().oldest = std::min(out.back().oldest, row.oldest);
                   }
                   return true;
                 });
  if (!scanned) return scanned.error();
  if (!sound) return corrupt("a row of table heard");
  return out;
}

}  // namespace kip
