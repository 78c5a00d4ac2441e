#include "runtime/items.h"

#include <algorithm>
#include <iterator>

#include "base/planted.h"
#include "contract/chunks.h"
#include "store/keys.h"

namespace kip {

Result<std::vector<std::string>> read_history(const Store& store, std::string_view item_id) {
  std::vector<std::string> out;
  std::optional<Error> damaged;
  const Status scanned =
      store.scan(Table::kHistory, keys::history(item_id, 0), keys::history_end(item_id),
                 [&](std::string_view, std::string_view value) {
                   auto chunk = decode_chunk(value);
                   if (!chunk) damaged = chunk.error();
                   if (chunk) std::move(chunk->begin(), chunk->end(), std::back_inserter(out));
                   return !damaged;
                 });
  if (!scanned) return scanned.error();
  if (damaged) return *damaged;
  return out;
}

Result<ItemSlice> next_items(const Store& store, const std::string& from, std::size_t rows,
                             const std::function<bool(std::string_view stored)>& wanted) {
  ItemSlice slice;
  std::size_t seen = 0;
  std::string last;
  const Status scanned =
      store.scan(Table::kItem, from, "", [&](std::string_view key, std::string_view value) {
        if (seen++ == rows) return false;
        last = key;
        if (wanted(value)) slice.ids.emplace_back(key);
        return true;
      });
  if (!scanned) return scanned.error();
  if (seen > rows) slice.next = last + '\0';
  return slice;
}

Result<Items::Entry*> Items::touch(const std::string& item_id) {
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
  if (entry.state.chunks > 0) all = read_history(store_, entry.state.item_id);
  if (!all) return all;
  all->insert(all->end(), entry.fresh.begin(), entry.fresh.end());
  return all;
}

Status Items::write_history(Entry& entry, Batch& batch) {
  ItemState& item = entry.state;
  const auto all = [&item, &batch] {
    batch.erase_range(Table::kHistory, keys::history(item.item_id, 0),
                      keys::history_end(item.item_id));
    item.chunks = 0;
  };
  if (item.sealed) {
    if (item.chunks > 0) all();
    return {};
  }
  if (entry.fresh.empty()) return {};
  if (item.chunks + 1U <= kChunksMax) {
    write_chunks(item, entry.fresh_at, entry.fresh, batch);
    return {};
  }
  // Many small chunks: written anew as few.
  auto events = all_bytes(entry);
  if (!events) return events.error();
  all();
  write_chunks(item, 0, *events, batch);
  return {};
}

// A record of the changelog holds a chunk: none becomes large.
void Items::write_chunks(ItemState& item, std::uint64_t number, std::vector<std::string>& events,
                         Batch& batch) {
  std::vector<std::string> part;
  std::size_t bytes = 0;
  const auto put = [&] {
    batch.put(Table::kHistory, keys::history(item.item_id, number), encode_chunk(part));
    ++item.chunks;
    number += part.size();  // no record that comes has a lower offset
    part.clear();
    bytes = 0;
  };
  for (std::string& event : events) {
    if (!part.empty() && bytes + event.size() > kChunkBytesMax) put();
    bytes += event.size();
    part.push_back(std::move(event));
  }
  put();
}

Status Items::write(Batch& batch) {
  // By key: each insert into the store's sorted memory then begins near the one before it.
  std::sort(touched_.begin(), touched_.end(),
            [](const Entry* a, const Entry* b) { return a->state.item_id < b->state.item_id; });
  for (Entry* entry : touched_) {
    if (Status done = write_history(*entry, batch); !done) return done;
    const ItemState& item = entry->state;
    if (item.history_events == 0 && item.chunks == 0) continue;  // new, and nothing was kept
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
