#pragma once
// The shard: the owner of the items whose keys fall to it. It reads its log, folds, settles and
// commits.
//
//        open()            step(now) ...                             (drop it)
//   created ──▶ running ─────────────▶ running ──▶ failed commit ──▶ closed, opened anew from what
//   is stored
//
//   Shard shard(seam, store, policy, options);
//   shard.open();
//   for (;;) { auto progress = shard.step(now); if (progress->idle) wait_until(shard.next_timer());
//   }
//
// One step is one commit at most: a slice of records, or of due timers, or of items whose policy
// has changed. Time is an argument; shard time never runs back (SEMANTICS 6). Under Clock::kLog a
// record's own time rules and `now` is ignored. One thread owns a shard; nobody else may call it. A
// failed step leaves the shard unusable: drop it.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "rules/policy.h"
#include "rules/settle.h"
#include "runtime/backlog.h"
#include "runtime/heard.h"
#include "runtime/items.h"
#include "runtime/progress.h"
#include "runtime/seam.h"
#include "runtime/shard_forecast.h"
#include "runtime/shard_links.h"
#include "runtime/shard_options.h"
#include "runtime/silence.h"

namespace kip {

class Shard {
 public:
  Shard(Seam& seam, const Store& store, std::shared_ptr<const Policy> policy, ShardOptions options);

  // Reads where it stands. kCorrupt: the stored state cannot be trusted.
  Status open();
  Result<Progress> step(Instant now);
  // Under Clock::kLog, when the input is drained: every item's timers up to `until` fire. One
  // slice; idle when done.
  Result<Progress> tick(Instant until);
  // From the next step on. Items are settled anew under it, slice by slice.
  void set_policy(std::shared_ptr<const Policy> policy);
  // Sources that are silent, from the next step on; not under Clock::kLog.
  void set_silences(const Silences& silences) { silence_.set(silences); }
  // What forecasts are made by, from the next step on; not under Clock::kLog.
  // `rows`: to be kept with what this shard says by it; null: they are kept elsewhere.
  void set_outlook(std::shared_ptr<const forecast::Outlook> outlook,
                   std::shared_ptr<const ForecastRows> rows = nullptr) {
    forecast_.set(std::move(outlook), std::move(rows));
  }
  // What shards know of items that others wait for, from the next step on; not under Clock::kLog.
  // Ignored while it is behind.
  void set_links(std::shared_ptr<const Links> links) {
    if (!behind()) links_.set(std::move(links));
  }
  // True, once: it was behind, and what it was handed before may be older than what it has read.
  bool wants_newer_links() { return links_.wants_newer(); }
  void set_records_max(std::size_t records) { options_.records_max = records; }  // a commit

  bool catching_up() const { return catching_up_; }
  // Catching up, or what was put off meanwhile is not all settled: what is told may be old.
  bool behind() const { return catching_up_ || backlog_.any(); }
  // The record that was in hand when a step failed; none: it was no record's fault.
  std::optional<std::uint64_t> failed_at() const { return in_hand_; }
  Instant time() const { return time_; }      // the greatest time it has seen
  std::optional<Instant> next_timer() const;  // the earliest that may be due; none: no timer
  std::uint64_t position() const { return position_; }
  std::map<std::string, std::int64_t> totals() const;

 private:
  using Entry = Items::Entry;
  struct Work;  // what one commit gathers

  // Of what is kept of a record, the bytes are moved out of it.
  Status fold_records(std::vector<Record>& records, Work& work);
  Status put_off_records(std::vector<Record>& records, Work& work);
  Status take_backlog(Work& work);
  Result<bool> take_item(const Backlog::One* next, Work& work);
  Status fold_record(Record& record, Work& work);
  Status fold_into(Entry& entry, const Event& event, std::string& bytes, Work& work);
  Status note_reading(const Record& record, Work& work);
  Status fold_event(Entry& entry, const Event& event, std::string& bytes, Work& work);
  Status refold(Entry& entry, const Event& event);
  Status refold_now(Entry& entry);
  void refuse(const Event& event, const std::string& bytes, Refusal refusal, Work& work);
  Status settle_entry(Entry& entry, Instant now, bool policy_changed, Work& work);
  void refuse_poison(const std::string& bytes, Work& work);
  void tell_causes(const Work& work) const;
  Status fire(Entry& entry, Instant until, Work& work);
  Status fire_until(Entry& entry, Instant until, Work& work);
  Result<bool> fire_due(Instant until, Work& work);
  Result<bool> resettle_slice(Instant now, Work& work);
  Result<bool> release_slice(Instant now, Work& work);
  Result<bool> foresee_slice(Instant now, Work& work);
  Result<bool> link_slice(Instant now, Work& work);
  Status each_own(const std::vector<std::string>& ids,
                  const std::function<Status(Entry& entry)>& visit);
  Status hear(std::string_view source, Instant at, std::optional<Instant> occurred, Work& work);
  Status open_backlog();
  void write_held(Work& work);
  Status commit(Work& work);
  std::vector<OutView> views();
  void write_totals(Work& work);
  void point(std::string_view name) const;
  Status look_behind(const std::vector<Record>& records, Work& work);
  void update_catch_up(Instant now, std::uint64_t end);

  Seam& seam_;
  const Store& store_;
  std::shared_ptr<const Policy> policy_;
  ShardOptions options_;
  Items items_;
  Backlog backlog_;
  HeardHours heard_;
  ShardSilence silence_;
  ShardForecast forecast_;
  ShardLinks links_;
  struct Total {
    std::int64_t count = 0;
    bool changed = false;  // by the commit under way
  };
  std::unordered_map<std::string, Total> totals_;
  std::uint64_t position_ = 0;  // as it was committed
  std::uint64_t read_to_ = 0;   // and beyond it what waits in memory
  std::uint64_t held_to_ = 0;   // up to here some of it has been folded, before a kill too
  Instant time_ = kFarPast;
  Instant timers_from_ = kFarPast;  // no timer stands before it: spares a walk over deleted ones
  std::optional<std::string> resettle_from_;  // the cursor of a policy change
  std::optional<std::uint64_t> in_hand_;
  bool catching_up_ = false;
  std::uint64_t catch_up_end_ = 0;
  std::optional<Instant> catch_up_since_;
};

}  // namespace kip
