#include "runtime/shard.h"

#include <algorithm>

#include "base/planted.h"
#include "contract/publish.h"
#include "runtime/shard_work.h"
#include "store/keys.h"

namespace kip {
namespace {

std::string time_key(std::uint32_t shard) { return "time/" + std::to_string(shard); }
std::string held_key(std::uint32_t shard) { return "held/" + std::to_string(shard); }
std::string policy_key(std::uint32_t shard) { return "policy/" + std::to_string(shard); }

}  // namespace

Shard::Shard(Seam& seam, const Store& store, std::shared_ptr<const Policy> policy,
             ShardOptions options)
    : seam_(seam),
      store_(store),
      policy_(std::move(policy)),
      options_(std::move(options)),
      items_(store, options_.shard),
      backlog_(store, options_.shard, options_.held_max),
      heard_(store, options_.shard, options_.heard_grain),
      silence_(store, options_.shard),
      forecast_(store, options_.shard),
      links_(store, options_.shard) {}

void Shard::point(std::string_view name) const {
  if (options_.at_point) options_.at_point(name);
}

Status Shard::open() {
  auto position = seam_.position();
  if (!position) return position.error();
  position_ = read_to_ = *position;
  auto time = meta_instant(store_, time_key(options_.shard));
  if (!time) return time.error();
  time_ = time->value_or(time_);
  Status scanned = store_.scan(Table::kTotal, keys::total(options_.shard, ""),
                               keys::total(options_.shard + 1, ""),
                               [&](std::string_view key, std::string_view value) {
                                 totals_[std::string(key.substr(4))].count =
                                     static_cast<std::int64_t>(keys::read_u64(value));
                                 return true;
                               });
  if (!scanned) return scanned;
  auto settled = store_.get(Table::kMeta, policy_key(options_.shard));
  if (!settled) return settled.error();
  if (*settled) {
    const std::size_t line = (*settled)->find('\n');
    if ((*settled)->substr(0, line) != policy_->digest) {
      resettle_from_ = "";
    } else if (line != std::string::npos) {
      resettle_from_ = (*settled)->substr(line + 1);
    }
  }
  if (Status opened = open_backlog(); !opened) return opened;
  if (options_.clock == Clock::kGiven) {  // in `log` a silence holds back nothing (SEMANTICS 6)
    if (Status opened = silence_.open(); !opened) return opened;
    if (Status opened = forecast_.open(); !opened) return opened;
    if (Status opened = links_.open(!*time); !opened) return opened;
  } else if (Status forgotten = links_.forget(); !forgotten) {
    return forgotten;
  }
  auto end = seam_.end();
  if (!end) return end.error();
  catching_up_ = options_.clock == Clock::kGiven && position_ < *end;
  catch_up_end_ = *end;
  return {};
}

Status Shard::open_backlog() {
  auto held = store_.get(Table::kMeta, held_key(options_.shard));
  if (!held) return held.error();
  if (*held) held_to_ = keys::read_u64(**held);
  return backlog_.open();
}

// What some commits have folded while the position stood before it is all read again.
void Shard::write_held(Work& work) {
  if (backlog_.held() && read_to_ > held_to_) {
    held_to_ = read_to_;
    work.batch.put(Table::kMeta, held_key(options_.shard), keys::u64(held_to_));
  }
  if (!backlog_.held() && held_to_ > 0 && read_to_ >= held_to_) {
    held_to_ = 0;
    work.batch.erase(Table::kMeta, held_key(options_.shard));
  }
}

void Shard::set_policy(std::shared_ptr<const Policy> policy) {
  if (policy->digest != policy_->digest) resettle_from_ = "";
  policy_ = std::move(policy);
}

void Shard::update_catch_up(Instant now, std::uint64_t end) {
  if (!catching_up_) {
    catching_up_ = true;
    catch_up_end_ = end;
  }
  if (!catch_up_since_) catch_up_since_ = now;
}

Result<Progress> Shard::step(Instant now) {
  const bool given = options_.clock == Clock::kGiven;
  if (given) time_ = std::max(time_, now);
  // What waits is settled before more is read: records that all come late would else be put off
  // for ever.
  const bool settling = backlog_.any() && !catching_up_;
  auto records = settling ? Result<std::vector<Record>>(std::vector<Record>())
                          : seam_.read(read_to_, options_.records_max);
  if (!records) return records.error();
  point("read");
  if (!records->empty()) read_to_ = records->back().offset + 1;
  Work work;
  work.progress.records = records->size();
  if (given) {
    if (Status done = look_behind(*records, work); !done) return done.error();
  }
  // Nothing overtakes what waits.
  const bool put_off = !settling && (catching_up_ || backlog_.any());
  const Status folded = settling  ? take_backlog(work)
                        : put_off ? put_off_records(*records, work)
                                  : fold_records(*records, work);
  if (!folded) return folded.error();
  if (given && catching_up_ && read_to_ >= catch_up_end_) {
    catching_up_ = false;
    catch_up_since_.reset();
  }
  bool more = settling || !records->empty();
  if (given && behind()) links_.lose();
  if (!behind()) {
    auto resettled = resettle_slice(time_, work);
    if (!resettled) return resettled.error();
    more = more || *resettled;
    if (given) {
      auto released = release_slice(time_, work);
      if (!released) return released.error();
      more = more || *released;
      auto foreseen = foresee_slice(time_, work);
      if (!foreseen) return foreseen.error();
      more = more || *foreseen;
      auto linked = link_slice(time_, work);
      if (!linked) return linked.error();
      more = more || *linked;
      auto fired = fire_due(time_, work);
      if (!fired) return fired.error();
      more = more || *fired;
    }
  }
  work.progress.idle = !more;
  const bool only_held = put_off && backlog_.held() && work.batch.empty();
  if (more && !only_held) {
    if (Status done = commit(work); !done) return done.error();
  }
  return work.progress;
}

// Is it behind the given clock, and has that lasted too long?
Status Shard::look_behind(const std::vector<Record>& records, Work& work) {
  if (!records.empty()) {
    auto first = decode_stamped(records.front().value);
    const bool lags = first && first->ingested_at + options_.lag_max < time_;
    auto end = seam_.end();
    if (!end) return end.error();
    if (lags || catching_up_) update_catch_up(time_, *end);
  }
  const bool all_again = read_to_ >= held_to_;
  if (catching_up_ && all_again && catch_up_since_ &&
      time_ - *catch_up_since_ > options_.catch_up_max) {
    catching_up_ = false;
    catch_up_since_.reset();
    work.progress.overdue_catch_up = true;
  }
  return {};
}

Result<Progress> Shard::tick(Instant until) {
  Work work;
  time_ = std::max(time_, until);
  const bool settling = backlog_.any();
  if (settling) {
    if (Status taken = take_backlog(work); !taken) return taken.error();
  }
  auto fired = backlog_.any() ? Result<bool>(false) : fire_due(until, work);
  if (!fired) return fired.error();
  work.progress.idle = !settling && !*fired;
  if (!work.progress.idle) {
    if (Status done = commit(work); !done) return done.error();
  }
  return work.progress;
}

Status Shard::settle_entry(Entry& entry, Instant now, bool policy_changed, Work& work) {
  ItemState& item = entry.state;
  item.clock = std::max(item.clock, now);
  Trigger trigger{.c = entry.cause, .policy_changed = policy_changed};
  trigger.keeps_history = backlog_.held();
  trigger.source_silent = silence_.silent(item.folded.frontier.source);
  const bool foresees = options_.clock == Clock::kGiven;
  if (foresees) {
    trigger.cuts = &forecast_.cuts();
    const Status scored = forecast_.score(items_, entry, item.clock, policy_->fold);
    if (!scored) return scored;
    links_.look(item, item.clock, behind() || work.late);
  } else {
    ShardForecast::forget(item);
    item.dependencies.clear();
  }
  const Work::Cause cause{!policy_changed && !item.dirty && !work.late, entry.ingested};
  if (item.pending_cause) lower(trigger.c, *item.pending_cause);
  item.dirty = false;
  item.pending_cause.reset();
  entry.cause.reset();
  entry.ingested.reset();
  for (AlertChange& change : settle(item, item.clock, trigger, *policy_)) {
    work.alerts.push_back(std::move(change));
    work.causes.push_back(cause);
  }
  if (!foresees) return {};
  item.next_look =
      std::min(item.next_look, ShardForecast::next_look(item, item.clock, policy_->fold));
  links_.tell(item);
  return {};
}

Status Shard::fire_until(Entry& entry, Instant until, Work& work) {
  while (entry.state.next_look <= until) {
    const Status settled = settle_entry(entry, entry.state.next_look, false, work);
    if (!settled) return settled;
  }
  return {};
}

Result<bool> Shard::fire_due(Instant until, Work& work) {
  std::vector<std::string> due;
  bool all = true;
  const Status scanned = store_.scan(Table::kTimer, keys::timer(options_.shard, timers_from_, ""),
                                     keys::timer(options_.shard, until + Millis{1}, ""),
                                     [&](std::string_view key, std::string_view) {
                                       all = due.size() < options_.timers_max;
                                       if (all) due.emplace_back(keys::read_timer(key).item_id);
                                       return all;
                                     });
  if (!scanned) return scanned.error();
  for (const std::string& id : due) {
    auto touched = items_.touch(id);
    if (!touched) return touched.error();
    if (Status fired = fire(**touched, until, work); !fired) return fired.error();
  }
  if (all) timers_from_ = until;
  if (!due.empty()) point("timer_fired");
  return !due.empty();
}

Status Shard::fire(Entry& entry, Instant until, Work& work) {
  // Otherwise it was settled earlier in this very commit.
  if (entry.state.next_look > until) return {};
  ++work.progress.timers;
  return options_.clock == Clock::kLog ? fire_until(entry, until, work)
                                       : settle_entry(entry, until, false, work);
}

// An item that waits to be settled is shown when that is done.
std::vector<OutView> Shard::views() {
  std::vector<OutView> out;
  for (const Entry* entry : items_.touched()) {
    const ItemState& item = entry->state;
    if (item.dirty) continue;
    OutView& view = out.emplace_back();
    view.item_id = item.item_id;
    if (exists(item.folded)) view.value = view_json(item, *policy_, item.clock);
  }
  return out;
}

std::map<std::string, std::int64_t> Shard::totals() const {
  std::map<std::string, std::int64_t> out;
  for (const auto& [name, total] : totals_) out[name] = total.count;
  return out;
}

void Shard::write_totals(Work& work) {
  std::vector<std::pair<const std::string, Total>*> changed;
  const auto add = [&](const std::string& name, std::int64_t change) {
    auto& total = *totals_.try_emplace(name).first;
    total.second.count += change;
    if (!total.second.changed) changed.push_back(&total);
    total.second.changed = true;
  };
  for (Entry* entry : items_.touched()) {
    timers_from_ = std::min(timers_from_, entry->state.next_look);
    if (entry->stored_counted == entry->state.counted) continue;
    for (const std::string& name : entry->stored_counted) add(name, -1);
    for (const std::string& name : entry->state.counted) add(name, 1);
  }
  for (auto* total : changed) {
    total->second.changed = false;
    work.batch.put(Table::kTotal, keys::total(options_.shard, total->first),
                   keys::u64(static_cast<std::uint64_t>(total->second.count)));
  }
}

Status Shard::commit(Work& work) {
  if (Status done = items_.write(work.batch); !done) return done;
  backlog_.write(work.batch);
  write_held(work);
  heard_.write(work.batch);
  silence_.write(work.batch);
  forecast_.write(work.batch);
  work.progress.links = links_.write(work.batch);
  write_totals(work);
  work.batch.put(Table::kMeta, time_key(options_.shard), keys::instant(time_));
  // "digest", or "digest\ncursor" while items are still to be settled under it. In every commit: a
  // policy that comes back before that is done must not take its own digest for a settled state.
  if (!KIP_BUG(kPolicyReturnForgotten) || !resettle_from_) {
    work.batch.put(Table::kMeta, policy_key(options_.shard),
                   policy_->digest + (resettle_from_ ? "\n" + *resettle_from_ : ""));
  }
  Txn txn;
  // What waits in memory alone is to be read again after a kill.
  txn.position = backlog_.held() && !KIP_BUG(kHeldIsPassed) ? position_ : read_to_;
  const std::uint64_t position = txn.position;
  if (options_.views) txn.views = views();
  txn.state = std::move(work.batch);
  for (const AlertChange& change : work.alerts)
    txn.alerts.push_back({change.item_id, change.unit_id, encode_alert(change)});
  work.progress.alerts = work.alerts.size();
  point("before_commit");
  if (Status done = seam_.commit(std::move(txn)); !done) return done;
  point("committed");
  position_ = position;
  items_.committed();
  if (options_.on_alert) {
    for (const AlertChange& change : work.alerts) options_.on_alert(change);
  }
  if (options_.on_cause) tell_causes(work);
  point("applied");
  return {};
}

void Shard::tell_causes(const Work& work) const {
  for (std::size_t i = 0; i < work.alerts.size(); ++i) {
    if (work.causes[i].plain) options_.on_cause(work.alerts[i], work.causes[i].ingested_at);
  }
}

std::optional<Instant> Shard::next_timer() const {
  if (resettle_from_ || backlog_.any() || silence_.pending() || forecast_.pending() ||
      links_.pending())
    return kFarPast;
  std::optional<Instant> next;
  const Status scanned =
      store_.scan(Table::kTimer, keys::timer(options_.shard, timers_from_, ""),
                  keys::u32(options_.shard + 1), [&](std::string_view key, std::string_view) {
                    next = keys::read_timer(key).at;
                    return false;
                  });
  return scanned ? next : std::optional(kFarPast);
}

}  // namespace kip
