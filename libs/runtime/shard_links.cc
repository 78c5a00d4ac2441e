#include "runtime/shard_links.h"

#include <algorithm>

#include "contract/dependency_state.h"
#include "runtime/items.h"
#include "store/keys.h"

namespace kip {
namespace {

std::string walk_key(std::uint32_t shard) { return "links/" + std::to_string(shard); }

constexpr const char* kThere = "1";  // a row without contents: on Kafka an empty one may be lost

// Whom an open item waits for: sorted, each once, not itself.
std::vector<std::string> wanted_of(const ItemState& item) {
  const Folded& f = item.folded;
  if (!exists(f) || !is_open(f.status) || !f.facts.depends_on) return {};
  std::vector<std::string> ids = *f.facts.depends_on;
  std::erase_if(ids, [&](const std::string& id) { return id.empty() || id == item.item_id; });
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

// How an item is, for those who wait for it.
Dependency state_of(const ItemState& item) {
  const Folded& f = item.folded;
  Dependency out;
  out.item_id = item.item_id;
  out.state = DependencyState::kOnTrack;
  out.unit_id = f.facts.unit_id.value_or("");
  if (!is_open(f.status)) {
    out.state = DependencyState::kEnded;
    out.since = end_of(f).value_or(Instant{});
    return out;
  }
  for (const OpenAlert& alert : item.open) {
    const bool late = alert.rule == RuleId::kOverdue;
    if (!late && alert.rule != RuleId::kLikelyLate) continue;
    out.state = late ? DependencyState::kOverdue : DependencyState::kLikelyLate;
    out.since = alert.onset;
    if (late) break;
  }
  return out;
}

const Dependency* told_in(const Links* links, const std::string& item_id) {
  if (links == nullptr) return nullptr;
  const auto found = links->told.find(item_id);
  return found == links->told.end() ? nullptr : &found->second;
}

bool equal(const Dependency* a, const Dependency* b) {
  return a == nullptr || b == nullptr ? a == b : *a == *b;
}

}  // namespace

Status ShardLinks::open(bool fresh) {
  std::optional<Error> damaged;
  const auto rows = [&](char kind, const auto& take) {
    return store_.scan(Table::kLink, keys::link(kind, shard_, ""), keys::link(kind, shard_ + 1, ""),
                       [&](std::string_view key, std::string_view value) {
                         take(keys::read_link(key), value);
                         return !damaged;
                       });
  };
  Status read = rows('r', [&](const keys::LinkKey& row, std::string_view) {
    waiting_[std::string(row.item_id)].emplace(row.who);
  });
  if (!read) return read;
  read = rows('s', [&](const keys::LinkKey& row, std::string_view value) {
    auto told = decode_link(row.item_id, value);
    if (!told) damaged = told.error();
    if (told) told_[std::string(row.item_id)] = std::move(*told);
  });
  if (!read) return read;
  if (damaged) return *damaged;
  auto walked = store_.get(Table::kMeta, walk_key(shard_));
  if (!walked) return walked.error();
  // "done", or "from" and where it goes on.
  if (!*walked && fresh) {
    walked_ = "done";
  } else if (!*walked) {
    cursor_ = "";
  } else if ((*walked)->starts_with("from")) {
    cursor_ = (*walked)->substr(4);
  }
  return {};
}

Status ShardLinks::forget() {
  auto walked = store_.get(Table::kMeta, walk_key(shard_));
  if (!walked) return walked.error();
  if (!*walked) return {};
  for (const char kind : {'r', 'w', 's'}) {
    const Status scanned =
        store_.scan(Table::kLink, keys::link(kind, shard_, ""), keys::link(kind, shard_ + 1, ""),
                    [&](std::string_view key, std::string_view) {
                      rows_[std::string(key)] = std::nullopt;
                      return true;
                    });
    if (!scanned) return scanned;
  }
  walked_ = "";
  return {};
}

void ShardLinks::set(std::shared_ptr<const Links> links) {
  if (!links || links == links_) return;
  const std::shared_ptr<const Links> before = std::exchange(links_, std::move(links));
  for (const auto& [id, who] : waiting_) {
    if (!before || !equal(told_in(before.get(), id), told_in(links_.get(), id)))
      due_.insert(who.begin(), who.end());
    // A topic that was lost, or made anew, is told again.
    if (!links_->watched.contains(id)) rows_.emplace(keys::link('w', shard_, id), kThere);
  }
  for (const std::string& id : links_->watched) {
    if (!before || !before->watched.contains(id)) due_.insert(id);
  }
  for (const auto& [id, told] : told_) {
    if (!is_watched(id)) due_.insert(id);
    if (!equal(&told, told_in(links_.get(), id)))
      rows_.emplace(keys::link('s', shard_, id), encode_link(told));
  }
}

void ShardLinks::lose() {
  lost_ = lost_ || links_ != nullptr;
  links_.reset();
}

bool ShardLinks::is_watched(const std::string& item_id) const {
  if (waiting_.contains(item_id)) return true;
  return links_ ? links_->watched.contains(item_id) : told_.contains(item_id);
}

// Of our own we know best.
const Dependency* ShardLinks::told_of(const std::string& item_id) const {
  const auto own = told_.find(item_id);
  return own != told_.end() ? &own->second : told_in(links_.get(), item_id);
}

void ShardLinks::wait(const std::string& item_id, const std::string& who) {
  Who& all = waiting_[item_id];
  if (all.empty()) rows_[keys::link('w', shard_, item_id)] = kThere;
  if (all.insert(who).second) rows_[keys::link(shard_, item_id, who)] = kThere;
}

void ShardLinks::wait_no_more(const std::string& item_id, const std::string& who) {
  const auto all = waiting_.find(item_id);
  if (all == waiting_.end() || all->second.erase(who) == 0) return;
  rows_[keys::link(shard_, item_id, who)] = std::nullopt;
  if (!all->second.empty()) return;
  rows_[keys::link('w', shard_, item_id)] = std::nullopt;
  waiting_.erase(all);
}

void ShardLinks::look(ItemState& item, Instant now, bool behind) {
  std::vector<Dependency> before = std::exchange(item.dependencies, {});
  for (const std::string& id : wanted_of(item)) {
    const auto known = std::find_if(before.begin(), before.end(),
                                    [&](const Dependency& one) { return one.item_id == id; });
    Dependency& one = item.dependencies.emplace_back();
    one.item_id = id;
    one.since = one.asked = now;
    if (known != before.end()) {
      one = std::move(*known);
      before.erase(known);
    }
    wait(id, item.item_id);
    if (behind) due_.insert(item.item_id);
    if (behind || !links_) continue;
    if (const Dependency* told = told_of(id)) {
      const Instant asked = one.asked;
      one = *told;
      one.asked = asked;
    } else if (one.state != DependencyState::kUnknown) {
      one = {.item_id = id, .since = now, .unit_id = "", .asked = one.asked};
    }
  }
  for (const Dependency& gone : before) wait_no_more(gone.item_id, item.item_id);
}

void ShardLinks::tell(const ItemState& item) {
  if (waiting_.empty() && told_.empty() && (!links_ || links_->watched.empty())) return;
  const auto told = told_.find(item.item_id);
  if (!is_watched(item.item_id) || !exists(item.folded)) {
    if (told == told_.end()) return;
    rows_[keys::link('s', shard_, item.item_id)] = std::nullopt;
    told_.erase(told);
    return;
  }
  Dependency now = state_of(item);
  if (told != told_.end() && told->second == now) return;
  rows_[keys::link('s', shard_, item.item_id)] = encode_link(now);
  told_.insert_or_assign(item.item_id, std::move(now));
  const auto waiting = waiting_.find(item.item_id);
  if (waiting != waiting_.end()) due_.insert(waiting->second.begin(), waiting->second.end());
}

Result<std::vector<std::string>> ShardLinks::slice(std::size_t most) {
  std::vector<std::string> ids;
  if (cursor_) {
    auto open = next_items(store_, *cursor_, most,
                           [](std::string_view value) { return !has_ended(value); });
    if (!open) return open.error();
    ids = std::move(open->ids);
    cursor_ = std::move(open->next);
    walked_ = cursor_ ? "from" + *cursor_ : "done";
  }
  while (!due_.empty() && ids.size() < most)
    ids.push_back(std::move(due_.extract(due_.begin()).value()));
  return ids;
}

std::size_t ShardLinks::write(Batch& batch) {
  for (auto& [key, value] : rows_) {
    if (value) {
      batch.put(Table::kLink, key, std::move(*value));
    } else {
      batch.erase(Table::kLink, key);
    }
  }
  if (walked_ && walked_->empty()) batch.erase(Table::kMeta, walk_key(shard_));
  if (walked_ && !walked_->empty()) batch.put(Table::kMeta, walk_key(shard_), *walked_);
  walked_.reset();
  const std::size_t count = rows_.size();
  rows_.clear();
  return count;
}

}  // namespace kip
