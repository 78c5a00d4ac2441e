#include "runtime/shard_links.h"

#include <algorithm>

#include "contract/dependency_state.h"
#include "store/keys.h"

namespace kip {
namespace {

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
Dependency told_of(const ItemState& item) {
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

bool same(const Dependency* a, const Dependency* b) {
  return a == nullptr || b == nullptr ? a == b : *a == *b;
}

}  // namespace

Status ShardLinks::open() {
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
  return damaged ? Status(*damaged) : Status();
}

void ShardLinks::set(std::shared_ptr<const Links> links) {
  if (!links || links == links_) return;
  const std::shared_ptr<const Links> before = std::exchange(links_, std::move(links));
  for (const auto& [id, who] : waiting_) {
    if (!before || !same(told_in(before.get(), id), told_in(links_.get(), id)))
      due_.insert(who.begin(), who.end());
    // A topic that was lost begins anew with what shards say.
    if (!before && !links_->watched.contains(id))
      batch_.put(Table::kLink, keys::link('w', shard_, id), kThere);
  }
  for (const std::string& id : links_->watched) {
    if (!before || !before->watched.contains(id)) due_.insert(id);
  }
  for (const auto& [id, told] : told_) {
    if (!is_watched(id)) due_.insert(id);
    if (!before && !same(&told, told_in(links_.get(), id)))
      batch_.put(Table::kLink, keys::link('s', shard_, id), encode_link(told));
  }
}

bool ShardLinks::is_watched(const std::string& item_id) const {
  return waiting_.contains(item_id) || (links_ && links_->watched.contains(item_id));
}

void ShardLinks::wait(const std::string& item_id, const std::string& who) {
  Who& all = waiting_[item_id];
  if (all.empty()) batch_.put(Table::kLink, keys::link('w', shard_, item_id), kThere);
  if (all.insert(who).second) batch_.put(Table::kLink, keys::link(shard_, item_id, who), kThere);
}

void ShardLinks::wait_no_more(const std::string& item_id, const std::string& who) {
  const auto all = waiting_.find(item_id);
  if (all == waiting_.end() || all->second.erase(who) == 0) return;
  batch_.erase(Table::kLink, keys::link(shard_, item_id, who));
  if (!all->second.empty()) return;
  batch_.erase(Table::kLink, keys::link('w', shard_, item_id));
  waiting_.erase(all);
}

void ShardLinks::look(ItemState& item, Instant now) {
  std::vector<Dependency> before = std::exchange(item.dependencies, {});
  for (const std::string& id : wanted_of(item)) {
    const auto known = std::find_if(before.begin(), before.end(),
                                    [&](const Dependency& one) { return one.item_id == id; });
    Dependency& now_known = item.dependencies.emplace_back();
    now_known.item_id = id;
    now_known.since = now;
    if (known != before.end()) {
      now_known = std::move(*known);
      before.erase(known);
    } else {
      wait(id, item.item_id);
    }
    if (!links_) continue;
    if (const Dependency* told = told_in(links_.get(), id)) {
      now_known = *told;
    } else if (now_known.state != DependencyState::kUnknown) {
      now_known = {.item_id = id, .since = now, .unit_id = ""};
    }
  }
  for (const Dependency& gone : before) wait_no_more(gone.item_id, item.item_id);
}

void ShardLinks::tell(const ItemState& item) {
  if (waiting_.empty() && told_.empty() && (!links_ || links_->watched.empty())) return;
  const auto told = told_.find(item.item_id);
  if (!is_watched(item.item_id) || !exists(item.folded)) {
    if (told == told_.end()) return;
    batch_.erase(Table::kLink, keys::link('s', shard_, item.item_id));
    told_.erase(told);
    return;
  }
  Dependency now = told_of(item);
  if (told != told_.end() && told->second == now) return;
  batch_.put(Table::kLink, keys::link('s', shard_, item.item_id), encode_link(now));
  told_.insert_or_assign(item.item_id, std::move(now));
}

std::vector<std::string> ShardLinks::slice(std::size_t most) {
  std::vector<std::string> ids;
  while (!due_.empty() && ids.size() < most)
    ids.push_back(std::move(due_.extract(due_.begin()).value()));
  return ids;
}

void ShardLinks::write(Batch& batch) {
  for (const Write& write : batch_.writes()) batch.add(write);
  batch_.clear();
}

}  // namespace kip
