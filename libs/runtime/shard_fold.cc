// The shard's way from a record to the folded item.

#include <algorithm>
#include <iterator>
#include <utility>

#include "contract/publish.h"
#include "runtime/embedded_log.h"
#include "runtime/readings.h"
#include "runtime/shard_work.h"
#include "store/keys.h"

namespace kip {
namespace {

constexpr std::size_t kHistoryEventsMax = 5'000;  // an item (SEMANTICS 1)
constexpr std::uint64_t kHistoryBytesMax = 1 << 20;
constexpr std::size_t kTakenMax = 5'000;  // of an item's waiting events a commit, and one chunk
constexpr std::size_t kChunkEventsMax = 1'000, kChunkBytesMax = 256U << 10;  // of what is put off

}  // namespace

Status Shard::fold_records(std::vector<Record>& records, Work& work) {
  for (Record& record : records) {
    work.offset = record.offset;
    in_hand_ = record.offset;
    if (record.offset == options_.poison) {
      refuse_poison(record.value, work);
    } else if (Status done = fold_record(record, work); !done) {
      return done;
    }
  }
  in_hand_.reset();
  point("folded");
  if (options_.clock == Clock::kLog) return {};
  for (Entry* entry : items_.touched()) {
    if (entry->waits) continue;
    if (Status done = refold_now(*entry); !done) return done;
    settle_entry(*entry, time_, false, work);
  }
  point("settled");
  return {};
}

Status Shard::fold_record(Record& record, Work& work) {
  auto event = decode_stamped(record.value);
  if (!event && event.error().code == Errc::kInvalid) return note_reading(record, work);
  if (!event) return event.error();
  work.heard(event->source, event->ingested_at);
  auto touched = touch(event->item_id, work);
  if (!touched) return touched.error();
  Entry& entry = **touched;
  if (entry.waits) {  // it would overtake them
    items_.put_off(event->item_id, {{std::move(record.value)}, {record.offset}}, work.batch);
    return {};
  }
  if (options_.clock == Clock::kGiven) return fold_event(entry, *event, record.value, work);

  time_ = std::max(time_, event->ingested_at);
  if (entry.late) settle_entry(entry, kWaitingLook, false, work);
  fire_until(entry, event->ingested_at, work);
  if (Status done = fold_event(entry, *event, record.value, work); !done) return done;
  settle_entry(entry, event->ingested_at, false, work);
  return {};
}

// Catching up: nothing is told before the end of it, so an item is folded once, then, and not for
// each of its events.
Status Shard::put_off_records(std::vector<Record>& records, Work& work) {
  struct Growing {
    Chunk chunk;
    std::size_t bytes = 0;
  };
  std::unordered_map<std::string, Growing> waiting;
  for (Record& record : records) {
    work.offset = record.offset;
    in_hand_ = record.offset;
    if (record.offset == options_.poison) {
      refuse_poison(record.value, work);
      continue;
    }
    const auto seen = glimpse_stamped(record.value);
    if (!seen && seen.error().code == Errc::kInvalid) {
      if (Status done = note_reading(record, work); !done) return done;
      continue;
    }
    if (!seen) return seen.error();
    work.heard(seen->source, seen->ingested_at);
    auto& [id, to] = *waiting.try_emplace(std::string(seen->item_id)).first;
    to.bytes += record.value.size();
    to.chunk.events.push_back(std::move(record.value));
    to.chunk.offsets.push_back(record.offset);
    if (to.bytes < kChunkBytesMax && to.chunk.events.size() < kChunkEventsMax) continue;
    items_.put_off(id, std::exchange(to, {}).chunk, work.batch);
    waiting_ = true;
  }
  in_hand_.reset();
  std::vector<const std::pair<const std::string, Growing>*> sorted;
  for (const auto& one : waiting) {
    if (!one.second.chunk.events.empty()) sorted.push_back(&one);
  }
  // By key: each insert into the store's sorted memory then begins near the one before it.
  std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->first < b->first; });
  for (const auto* one : sorted) items_.put_off(one->first, one->second.chunk, work.batch);
  waiting_ = waiting_ || !sorted.empty();
  if (waiting_) timers_from_ = std::min(timers_from_, kWaitingLook);
  point("folded");
  return {};
}

Result<Shard::Entry*> Shard::touch(const std::string& item_id, Work& work) {
  auto touched = items_.touch(item_id);
  if (!touched || !waiting_ || (*touched)->looked) return touched;
  if (Status done = take_waiting({*touched}, work); !done) return done.error();
  return touched;
}

// Folds what waits in the history of these items (by id), as if it came now.
Status Shard::take_waiting(const std::vector<Entry*>& entries, Work& work) {
  const auto in_hand = std::exchange(in_hand_, std::nullopt);
  std::optional<Error> failed;
  const Status scanned =
      items_.waiting(entries, [&](Entry& entry, std::string_view key, Chunk chunk) {
        entry.waits = entry.seen >= kTakenMax;
        if (entry.waits || failed) return false;
        if (Status done = take_chunk(entry, std::string(key), std::move(chunk), work); !done)
          failed = done.error();
        return !failed;
      });
  if (failed) return *failed;
  if (!scanned) return scanned;
  for (Entry* entry : entries) {
    entry->looked = true;
    if (Status done = refold_now(*entry); !done) return done;
    if (!entry->waits) continue;
    ItemState& item = entry->state;
    item.dirty = true;
    item.next_look = kWaitingLook;
    if (entry->cause) lower(item.pending_cause, *entry->cause);
    entry->cause.reset();
    entry->late = false;
  }
  in_hand_ = in_hand;
  return {};
}

// It stays where it is, but for what of it is not kept.
Status Shard::take_chunk(Entry& entry, std::string key, Chunk chunk, Work& work) {
  ItemState& item = entry.state;
  const std::size_t all = chunk.events.size();
  const std::uint64_t offset = work.offset;
  for (std::size_t i = 0; i < all; ++i) {
    std::string& bytes = chunk.events[i];
    work.offset = chunk.offsets[i];
    work.taken_bytes += bytes.size();
    in_hand_ = work.offset;
    auto event = decode_stamped(bytes);
    if (!event || event->item_id != item.item_id || work.offset == options_.poison) {
      refuse_poison(bytes, work);
    } else if (Status done = fold_event(entry, *event, bytes, work); !done) {
      return done;
    }
  }
  in_hand_.reset();
  work.offset = offset;
  Chunk kept{.events = std::exchange(entry.fresh, {}), .offsets = {}};
  if (kept.events.empty()) {
    work.batch.erase(Table::kHistory, std::move(key));
  } else if (kept.events.size() < all) {
    work.batch.put(Table::kHistory, std::move(key), encode_chunk(kept));
  }
  if (!kept.events.empty()) ++item.chunks;
  item.history_next = chunk.offsets.front() + 1;
  std::move(kept.events.begin(), kept.events.end(), std::back_inserter(entry.taken));
  entry.seen += all;
  entry.late = entry.marked = true;
  return {};
}

// No item's: nothing is folded or settled, and an item's time does not move.
Status Shard::note_reading(const Record& record, Work& work) {
  const auto reading = decode_reading(record.value);
  if (!reading) return reading.error();
  auto kept = keep_reading(store_, *reading, record.value, work.fresh_readings, work.batch);
  if (!kept) return kept.error();
  work.heard(reading->source, reading->ingested_at);
  if (*kept) {
    ++work.progress.sources[reading->source].accepted;
  } else {
    work.repeated(reading->source);
  }
  return {};
}

Status Shard::fold_event(Entry& entry, const Event& event, std::string& bytes, Work& work) {
  ItemState& item = entry.state;
  if (item.sealed) {
    refuse(event, bytes,
           {"sealed", "item_id", "the item ended longer ago than its history is kept"}, work);
    return {};
  }
  const Placement placement = entry.refold ? Placement::kRefold : place(item.folded, event);
  if (placement == Placement::kRepeat) {
    work.repeated(event.source);
    return {};
  }
  if (placement == Placement::kRefold) {
    auto history = items_.history(entry);
    if (!history) return history.error();
    const bool met = std::any_of((*history)->begin(), (*history)->end(),
                                 [&](const Event& e) { return order_of(e) == order_of(event); });
    if (met) {
      work.repeated(event.source);
      return {};
    }
  }
  if (item.history_events >= kHistoryEventsMax) {
    refuse(event, bytes,
           {"history_events", "item_id", "the item has 5000 events, the most it may have"}, work);
    return {};
  }
  if (item.history_bytes + bytes.size() > kHistoryBytesMax) {
    refuse(event, bytes, {"history_bytes", "item_id", "the item's history would pass 1 MiB"}, work);
    return {};
  }
  ++item.history_events;
  item.history_bytes += bytes.size();
  if (entry.fresh.empty()) entry.fresh_at = work.offset;
  entry.fresh.push_back(std::move(bytes));
  lower(entry.cause, event.occurred_at);
  entry.ingested = std::max(entry.ingested.value_or(kFarPast), event.ingested_at);
  ++work.progress.sources[event.source].accepted;
  if (placement == Placement::kRefold) return refold(entry, event);
  if (entry.history) entry.history->push_back(event);
  apply(item.folded, event, policy_->fold);
  return {};
}

Status Shard::refold(Entry& entry, const Event& event) {
  auto history = items_.history(entry);
  if (!history) return history.error();
  std::vector<Event>& events = **history;
  for (const Event& e : events) {
    const bool voided =
        e.source == event.source &&
        std::find(event.voids.begin(), event.voids.end(), e.event_id) != event.voids.end();
    if (voided) lower(entry.cause, e.occurred_at);
  }
  events.push_back(event);
  if (options_.clock == Clock::kLog) {
    entry.state.folded = fold(events, policy_->fold);
  } else {
    entry.refold = true;  // once for all records of this commit
  }
  return {};
}

Status Shard::refold_now(Entry& entry) {
  if (!entry.refold) return {};
  auto history = items_.history(entry);
  if (!history) return history.error();
  entry.state.folded = fold(**history, policy_->fold);
  entry.refold = false;
  return {};
}

void Shard::refuse_poison(const std::string& bytes, Work& work) {
  Event unread;
  if (auto event = decode_stamped(bytes)) unread = std::move(*event);
  unread.ingested_at = std::max(unread.ingested_at, std::max(time_, instant_of(0)));
  refuse(unread, bytes, {"poison", "body", "the shard has failed at this record twice"}, work);
}

void Shard::refuse(const Event& event, const std::string& bytes, Refusal refusal, Work& work) {
  DeadLetter letter;
  letter.value = bytes;
  letter.key = event.item_id;
  letter.refusal = std::move(refusal);
  letter.at = event.ingested_at;
  letter.source = event.source;
  letter.channel = kShardChannel;
  const std::uint64_t number =
      kShardDead | static_cast<std::uint64_t>(options_.shard) << 40 | work.offset;
  work.batch.put(Table::kDead, keys::u64(number), encode_dead(letter));
  ++work.progress.refused;
  ++work.progress.sources[event.source].dead;
}

}  // namespace kip
