// Items that a shard looks at though nothing has come of them, a slice a commit.

#include "runtime/shard_work.h"

namespace kip {

Result<bool> Shard::resettle_slice(Instant now, Work& work) {
  if (!resettle_from_) return false;
  auto slice = next_items(store_, *resettle_from_, options_.timers_max,
                          [](std::string_view) { return true; });
  if (!slice) return slice.error();
  const auto anew = [&](Entry& entry) -> Status {
    if (!entry.state.sealed) {
      entry.refold = true;
      entry.state.trace.reset();
      if (Status folded = refold_now(entry); !folded) return folded;
    }
    ++work.progress.timers;
    return settle_entry(entry, options_.clock == Clock::kLog ? entry.state.clock : now, true, work);
  };
  if (Status done = each_own(slice->ids, anew); !done) return done.error();
  point("resettled");
  resettle_from_ = std::move(slice->next);
  return true;
}

// What waited for a source that is back.
Result<bool> Shard::release_slice(Instant now, Work& work) {
  if (!silence_.pending()) return false;
  auto ids = silence_.slice(options_.timers_max);
  if (!ids) return ids.error();
  const auto release = [&](Entry& entry) -> Status {
    const Folded& folded = entry.state.folded;
    const bool may_hold = is_open(folded.status) || folded.status == WorkStatus::kCompleted;
    if (!may_hold || !silence_.back(folded.frontier.source)) return {};
    ++work.progress.timers;
    return settle_entry(entry, now, false, work);
  };
  if (Status done = each_own(*ids, release); !done) return done.error();
  return true;
}

// What another outlook says of the open items.
Result<bool> Shard::foresee_slice(Instant now, Work& work) {
  if (!forecast_.pending()) return false;
  auto ids = forecast_.slice(options_.timers_max);
  if (!ids) return ids.error();
  const auto foresee = [&](Entry& entry) -> Status {
    if (!is_open(entry.state.folded.status)) return {};
    ++work.progress.timers;
    return settle_entry(entry, now, false, work);
  };
  if (Status done = each_own(*ids, foresee); !done) return done.error();
  return true;
}

// What has changed of items that others wait for, and who of ours is waited for.
Result<bool> Shard::link_slice(Instant now, Work& work) {
  if (!links_.pending()) return false;
  auto ids = links_.slice(options_.timers_max);
  if (!ids) return ids.error();
  Status known;
  std::erase_if(*ids, [&](const std::string& id) {
    const auto stored = store_.get(Table::kItem, id);
    if (!stored) known = stored.error();
    return !stored || !*stored;  // another shard's, or nowhere yet
  });
  if (!known) return known.error();
  const auto anew = [&](Entry& entry) -> Status {
    ++work.progress.timers;
    return settle_entry(entry, now, false, work);
  };
  if (Status done = each_own(*ids, anew); !done) return done.error();
  return true;
}

// Touches those of them that are this shard's.
Status Shard::each_own(const std::vector<std::string>& ids,
                       const std::function<Status(Entry& entry)>& visit) {
  for (const std::string& id : ids) {
    if (options_.owns && !options_.owns(id)) continue;
    auto touched = items_.touch(id);
    if (!touched) return touched.error();
    if (Status done = visit(**touched); !done) return done;
  }
  return {};
}

}  // namespace kip
