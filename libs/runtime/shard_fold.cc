// The shard's way from a record to the folded item.

#include <algorithm>

#include "contract/publish.h"
#include "runtime/embedded_log.h"
#include "runtime/readings.h"
#include "runtime/shard_work.h"
#include "store/keys.h"

namespace kip {
namespace {

constexpr std::size_t kHistoryEventsMax = 5'000;  // an item (SEMANTICS 1)
constexpr std::uint64_t kHistoryBytesMax = 1 << 20;
constexpr Instant kDirtyLook =
    instant_of(0);  // before any real one: settle as soon as catching up ends

}  // namespace

Status Shard::fold_records(std::vector<Record>& records, Work& work) {
  for (Record& record : records) {
    work.offset = record.offset;
    in_hand_ = record.offset;
    if (record.offset == options_.poison) {
      refuse_poison(record, work);
    } else if (Status done = fold_record(record, work); !done) {
      return done;
    }
  }
  in_hand_.reset();
  point("folded");
  if (options_.clock == Clock::kLog) return {};
  for (Entry* entry : items_.touched()) {
    if (entry->refold) {
      auto history = items_.history(*entry);
      if (!history) return history.error();
      entry->state.folded = fold(**history, policy_->fold);
      entry->refold = false;
    }
    if (catching_up_) {
      entry->state.dirty = true;
      entry->state.next_look = kDirtyLook;
      if (entry->cause) lower(entry->state.pending_cause, *entry->cause);
      entry->cause.reset();
    } else {
      settle_entry(*entry, time_, false, work);
    }
  }
  point("settled");
  return {};
}

Status Shard::fold_record(Record& record, Work& work) {
  auto event = decode_stamped(record.value);
  if (!event && event.error().code == Errc::kInvalid) return note_reading(record, work);
  if (!event) return event.error();
  SourceCount& source = work.progress.sources[event->source];
  source.last_event = std::max(source.last_event.value_or(kFarPast), event->ingested_at);
  auto touched = items_.touch(event->item_id);
  if (!touched) return touched.error();
  Entry& entry = **touched;
  if (options_.clock == Clock::kGiven) return fold_event(entry, *event, record.value, work);

  time_ = std::max(time_, event->ingested_at);
  fire_until(entry, event->ingested_at, work);
  if (Status done = fold_event(entry, *event, record.value, work); !done) return done;
  settle_entry(entry, event->ingested_at, false, work);
  return {};
}

// No item's: nothing is folded or settled, and an item's time does not move.
Status Shard::note_reading(const Record& record, Work& work) {
  const auto reading = decode_reading(record.value);
  if (!reading) return reading.error();
  auto kept = keep_reading(store_, *reading, record.value, work.fresh_readings, work.batch);
  if (!kept) return kept.error();
  SourceCount& source = work.progress.sources[reading->source];
  source.last_event = std::max(source.last_event.value_or(kFarPast), reading->ingested_at);
  if (*kept) {
    ++source.accepted;
  } else {
    note_repeat(reading->source, work);
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
    note_repeat(event.source, work);
    return {};
  }
  if (placement == Placement::kRefold) {
    auto history = items_.history(entry);
    if (!history) return history.error();
    const bool met = std::any_of((*history)->begin(), (*history)->end(),
                                 [&](const Event& e) { return order_of(e) == order_of(event); });
    if (met) {
      note_repeat(event.source, work);
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
  entry.fresh.push_back(std::move(bytes));
  lower(entry.cause, event.occurred_at);
  entry.ingested = std::max(entry.ingested.value_or(kFarPast), event.ingested_at);
  ++work.progress.sources[event.source].accepted;
  if (placement == Placement::kRefold) return refold(entry, event);
  if (entry.history) entry.history->push_back(event);
  apply(item.folded, event, policy_->fold);
  return {};
}

void Shard::note_repeat(const std::string& source, Work& work) {
  ++work.progress.repeats;
  ++work.progress.sources[source].duplicate;
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

void Shard::refuse_poison(const Record& record, Work& work) {
  Event unread;
  if (auto event = decode_stamped(record.value)) unread = std::move(*event);
  unread.ingested_at = std::max(unread.ingested_at, std::max(time_, instant_of(0)));
  refuse(unread, record.value, {"poison", "body", "the shard has failed at this record twice"},
         work);
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
