// The shard's way from a record to the folded item.

#include <algorithm>
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
constexpr std::size_t kTakenMax = 5'000;           // of an item's waiting events a commit
constexpr std::size_t kTakenBytesMax = 64U << 20;  // of all of them

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
    if (Status done = refold_now(*entry); !done) return done;
    if (Status done = settle_entry(*entry, time_, false, work); !done) return done;
  }
  point("settled");
  return {};
}

Status Shard::fold_record(Record& record, Work& work) {
  auto event = decode_stamped(record.value);
  if (!event && event.error().code == Errc::kInvalid) return note_reading(record, work);
  if (!event) return event.error();
  if (Status done = hear(event->source, event->ingested_at, event->occurred_at, work); !done)
    return done;
  auto touched = items_.touch(event->item_id);
  if (!touched) return touched.error();
  return fold_into(**touched, *event, record.value, work);
}

Status Shard::hear(std::string_view source, Instant at, std::optional<Instant> occurred,
                   Work& work) {
  work.heard(source, at);
  if (!options_.heard || options_.clock == Clock::kLog) return {};
  const Source* known = policy_->registry.source(source);
  if (known == nullptr || !known->watched) return {};
  return heard_.note(source, at, occurred);
}

// In `log` it is settled too: each record by itself, at its own time.
Status Shard::fold_into(Entry& entry, const Event& event, std::string& bytes, Work& work) {
  if (options_.clock == Clock::kGiven) return fold_event(entry, event, bytes, work);
  time_ = std::max(time_, event.ingested_at);
  if (Status done = fire_until(entry, event.ingested_at, work); !done) return done;
  if (Status done = fold_event(entry, event, bytes, work); !done) return done;
  return settle_entry(entry, event.ingested_at, false, work);
}

// Catching up: see backlog.h.
Status Shard::put_off_records(std::vector<Record>& records, Work& work) {
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
    if (Status done = hear(seen->source, seen->ingested_at, std::nullopt, work); !done) return done;
    backlog_.put_off(seen->item_id, record.offset, record.value);
  }
  in_hand_.reset();
  point("folded");
  return {};
}

// Folds and settles a slice of what waits, an item after the other.
Status Shard::take_backlog(Work& work) {
  work.late = true;
  for (std::size_t items = 0; items < options_.timers_max; ++items) {
    if (work.taken_bytes > kTakenBytesMax) break;
    auto next = backlog_.next();
    if (!next) return next.error();
    if (*next == nullptr) break;
    auto whole = take_item(*next, work);
    if (!whole) return whole.error();
    if (!*whole) break;
  }
  in_hand_.reset();
  point("backlog_taken");
  return {};
}

// False: the rest of it in another commit.
Result<bool> Shard::take_item(const Backlog::One* next, Work& work) {
  const std::string item_id(next->item_id);
  auto touched = items_.touch(item_id);
  if (!touched) return touched.error();
  Entry& entry = **touched;
  std::size_t events = 0;
  for (; next != nullptr && next->item_id == item_id && events < kTakenMax; ++events) {
    std::string bytes(next->stamped);
    work.offset = next->offset;
    work.taken_bytes += bytes.size();
    in_hand_ = next->offset;
    auto event = decode_stamped(bytes);
    if (!event || next->offset == options_.poison) {
      refuse_poison(bytes, work);
    } else if (Status done = fold_into(entry, *event, bytes, work); !done) {
      return done.error();
    }
    backlog_.taken();
    auto following = backlog_.next();
    if (!following) return following.error();
    next = *following;
  }
  if (Status done = refold_now(entry); !done) return done.error();
  ItemState& item = entry.state;
  if (next != nullptr && next->item_id == item_id) {
    backlog_.store_held();
    item.dirty = true;
    if (entry.cause) lower(item.pending_cause, *entry.cause);
    entry.cause.reset();
    return false;
  }
  if (options_.clock == Clock::kGiven && item.history_events > 0) {
    if (Status done = settle_entry(entry, time_, false, work); !done) return done.error();
    ++work.progress.timers;
  }
  return true;
}

// No item's: nothing is folded or settled, and an item's time does not move.
Status Shard::note_reading(const Record& record, Work& work) {
  const auto reading = decode_reading(record.value);
  if (!reading) return reading.error();
  auto kept = keep_reading(store_, *reading, record.value, work.fresh_readings, work.batch);
  if (!kept) return kept.error();
  if (Status done = hear(reading->source, reading->ingested_at, std::nullopt, work); !done)
    return done;
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
  forecast_.see(item, event, placement == Placement::kAppend, policy_->fold);
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

// A letter is told with the position behind its record: read again, it would be told again.
void Shard::refuse(const Event& event, const std::string& bytes, Refusal refusal, Work& work) {
  backlog_.store_held();
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
