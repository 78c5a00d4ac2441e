#include "runtime/items.h"

#include <algorithm>

#include "base/planted.h"
#include "store/keys.h"

namespace kip {

Result<std::vector<std::string>> read_history(const Store& store, std::string_view item_id,
                                              std::uint64_t until) {
  std::vector<std::string> out;
  std::optional<Error> damaged;
  const std::string end =
      until == UINT64_MAX ? keys::history_end(item_id) : keys::history(item_id, until);
  const Status scanned = store.scan(Table::kHistory, keys::history(item_id, 0), end,
                                    [&](std::string_view, std::string_view value) {
                                      auto chunk = decode_chunk(value);
                                      if (!chunk) {
                                        damaged = chunk.error();
                                        return false;
                                      }
                                      for (std::string& event : chunk->events)
                                        out.push_back(std::move(event));
                                      return true;
                                    });
  if (!scanned) return scanned.error();
  if (damaged) return *damaged;
  return out;
}

Result<bool> history_waits(const Store& store, std::string_view item_id, std::uint64_t next) {
  bool found = false;
  const Status scanned =
      store.scan(Table::kHistory, keys::history(item_id, next), keys::history_end(item_id),
                 [&](std::string_view, std::string_view) {
                   found = true;
                   return false;
                 });
  return scanned ? Result<bool>(found) : scanned.error();
}

Result<Items::Entry*> Items::touch(const std::string& item_id) {
  if (!marked_.empty()) Marked().swap(marked_);  // clear() would keep its buckets, and walk them
  auto& slot = young_[item_id];
  if (!slot) {
    if (auto found = old_.extract(item_id)) slot = std::move(found.mapped());
  }
  if (!slot) {
    auto entry = std::make_unique<Entry>();
    auto stored = store_.get(Table::kItem, item_id);
    if (!stored) return stored.error();
    if (*stored) {
      auto state = decode_item(**stored);
      if (!state) return state.error();
      entry->state = std::move(*state);
      entry->stored_look = entry->state.next_look;
      entry->stored_counted = entry->state.counted;
      entry->taken_from = entry->state.history_next;
    }
    entry->state.item_id = item_id;
    slot = std::move(entry);
  }
  if (!slot->touched) {
    slot->touched = true;
    touched_.push_back(slot.get());
  }
  return slot.get();
}

Result<std::vector<Event>*> Items::history(Entry& entry) {
  if (!entry.history) {
    auto stored = all_bytes(entry);
    if (!stored) return stored.error();
    std::vector<Event> events;
    events.reserve(stored->size());
    for (const std::string& bytes : *stored) {
      auto event = decode_stamped(bytes);
      if (!event) return corrupt("item '" + entry.state.item_id + "': " + event.error().message);
      events.push_back(std::move(*event));
    }
    entry.history = std::move(events);
  }
  return &*entry.history;
}

// Stored and fresh.
Result<std::vector<std::string>> Items::all_bytes(const Entry& entry) const {
  Result<std::vector<std::string>> all = std::vector<std::string>();
  if (entry.taken_from > 0) all = read_history(store_, entry.state.item_id, entry.taken_from);
  if (!all) return all;
  all->insert(all->end(), entry.taken.begin(), entry.taken.end());
  all->insert(all->end(), entry.fresh.begin(), entry.fresh.end());
  return all;
}

void Items::put_off(const std::string& item_id, const Chunk& waiting, Batch& batch) {
  batch.put(Table::kHistory, keys::history(item_id, waiting.offsets.front()),
            encode_chunk(waiting));
  const auto known = young_.find(item_id);
  const bool marked = known != young_.end() && (known->second->touched || KIP_BUG(kMarkForgotten));
  if (marked || !marked_.insert(item_id).second) return;
  if (marked_.size() > kMarkedMax) Marked{item_id}.swap(marked_);
  young_.erase(item_id);  // what is remembered would not know of it
  old_.erase(item_id);
  batch.put(Table::kTimer, keys::timer(shard_, kWaitingLook, item_id), "");
}

Status Items::waiting(const std::vector<Entry*>& entries, const TakeChunk& take) const {
  std::vector<Store::KeyRange> ranges;
  ranges.reserve(entries.size());
  for (const Entry* entry : entries) {
    const ItemState& item = entry->state;
    ranges.push_back(
        {keys::history(item.item_id, item.history_next), keys::history_end(item.item_id)});
  }
  std::optional<Error> damaged;
  const Status scanned = store_.scan_each(
      Table::kHistory, ranges, [&](std::size_t i, std::string_view key, std::string_view value) {
        if (damaged) return false;
        Entry& entry = *entries[i];
        auto chunk = decode_chunk(value);
        if (chunk && chunk->offsets.empty())
          chunk = corrupt("item '" + entry.state.item_id +
                          "': what waits in its history has no offsets");
        if (!chunk) damaged = chunk.error();
        return chunk && take(entry, key, std::move(*chunk));
      });
  return damaged ? Status(*damaged) : scanned;
}

Status Items::write_history(Entry& entry, Batch& batch) {
  ItemState& item = entry.state;
  if (item.sealed && item.chunks > 0) {
    batch.erase_range(Table::kHistory, keys::history(item.item_id, 0),
                      keys::history(item.item_id, item.history_next));
    item.chunks = 0;
    return {};
  }
  if (item.chunks + (entry.fresh.empty() ? 0U : 1U) > kChunksMax)
    return merge_history(entry, batch);
  if (entry.fresh.empty()) return {};
  batch.put(Table::kHistory, keys::history(item.item_id, entry.fresh_at),
            encode_chunk({.events = entry.fresh, .offsets = {}}));
  ++item.chunks;
  item.history_next = entry.fresh_at + 1;
  return {};
}

// Many small chunks: written anew as few of up to 64 KiB.
Status Items::merge_history(Entry& entry, Batch& batch) {
  ItemState& item = entry.state;
  auto all = all_bytes(entry);
  if (!all) return all.error();
  if (!entry.fresh.empty()) item.history_next = entry.fresh_at + 1;
  batch.erase_range(Table::kHistory, keys::history(item.item_id, 0),
                    keys::history(item.item_id, item.history_next));
  item.chunks = 0;
  Chunk part;
  std::size_t bytes = 0;
  const auto put = [&] {
    batch.put(Table::kHistory, keys::history(item.item_id, item.chunks++), encode_chunk(part));
    part.events.clear();
    bytes = 0;
  };
  for (std::string& event : *all) {
    if (!part.events.empty() && bytes + event.size() > (64U << 10)) put();
    bytes += event.size();
    part.events.push_back(std::move(event));
  }
  put();
  return {};
}

Status Items::write(Batch& batch) {
  // By key: each insert into the store's sorted memory then begins near the one before it.
  std::sort(touched_.begin(), touched_.end(),
            [](const Entry* a, const Entry* b) { return a->state.item_id < b->state.item_id; });
  for (Entry* entry : touched_) {
    if (Status done = write_history(*entry, batch); !done) return done;
    const ItemState& item = entry->state;
    if (entry->marked && entry->stored_look != kWaitingLook && item.next_look != kWaitingLook)
      batch.erase(Table::kTimer, keys::timer(shard_, kWaitingLook, item.item_id));
    if (entry->marked && item.history_events == 0) continue;  // new, and nothing of it was kept
    const bool stays = KIP_BUG(kTimerNotMoved) && item.next_look < entry->stored_look &&
                       entry->stored_look != kFarFuture;
    if (entry->stored_look != item.next_look && !stays) {
      if (entry->stored_look != kFarFuture)
        batch.erase(Table::kTimer, keys::timer(shard_, entry->stored_look, item.item_id));
      if (item.next_look != kFarFuture)
        batch.put(Table::kTimer, keys::timer(shard_, item.next_look, item.item_id), "");
    }
    batch.put(Table::kItem, item.item_id, encode_item(item));
  }
  return {};
}

void Items::committed() {
  for (Entry* entry : touched_) {
    entry->touched = false;
    entry->stored_look = entry->state.next_look;
    if (!KIP_BUG(kContributionKept) && entry->stored_counted != entry->state.counted)
      entry->stored_counted = entry->state.counted;
    entry->fresh.clear();
    entry->taken.clear();
    entry->taken_from = entry->state.history_next;
    if (entry->waits) entry->looked = false;
    entry->waits = entry->late = entry->marked = false;
    entry->seen = 0;
    entry->history.reset();
    entry->refold = false;
    entry->cause.reset();
    entry->ingested.reset();
  }
  touched_.clear();
  if (young_.size() > young_max_) {
    std::swap(old_, young_);
    young_.clear();  // keeps its buckets
  }
}

}  // namespace kip
