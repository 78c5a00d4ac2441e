#include "app/foresee.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "contract/state.h"
#include "runtime/forecaster.h"
#include "runtime/learn.h"
#include "runtime/shard.h"

namespace kip {
namespace {

constexpr std::chrono::days kLessonsApart{28};  // at most
constexpr std::chrono::days kRestsAfter{28};    // without a record
constexpr std::chrono::hours kCutsApart{12};
constexpr std::uint64_t kProgressEvery = 512;  // instants

// A log that grows with time: what is not recorded yet is not there to be read.
class GrowingLog final : public Seam {
 public:
  GrowingLog(const ImportedLog& log, const std::optional<Instant>& until, Store& store)
      : store_(store) {
    for (const Accepted& event : log.events) {
      const bool known = !until || event.ingested_at <= *until;
      if (event.what == Accepted::What::kEvent && known) events_.push_back(&event);
    }
    std::stable_sort(events_.begin(), events_.end(), [](const Accepted* a, const Accepted* b) {
      return a->ingested_at < b->ingested_at;
    });
  }

  // The items that the records up to `now` are of.
  std::set<std::string> grow(Instant now) {
    std::set<std::string> items;
    for (; next() <= now; ++end_) items.insert(events_[end_]->key);
    return items;
  }
  Instant next() const { return end_ < events_.size() ? events_[end_]->ingested_at : kFarFuture; }
  Instant last() const { return events_.back()->ingested_at; }
  bool empty() const { return events_.empty(); }
  std::uint64_t size() const { return events_.size(); }

  Result<std::vector<Record>> read(std::uint64_t from, std::size_t records_max) override {
    std::vector<Record> records;
    for (std::uint64_t at = from; at < end_ && records.size() < records_max; ++at) {
      records.push_back({at, events_[at]->bytes});
    }
    return records;
  }
  Result<std::uint64_t> end() override { return end_; }
  Result<std::uint64_t> position() override { return position_; }
  Status commit(Txn txn) override {
    position_ = txn.position;
    return store_.write(txn.state, Durability::kBuffered);
  }

 private:
  Store& store_;
  std::vector<const Accepted*> events_;
  std::uint64_t end_ = 0, position_ = 0;
};

ShardOptions virtual_options(const ForeseeOptions& options) {
  ShardOptions out;
  out.clock = Clock::kGiven;
  out.on_alert = options.on_change;
  return out;
}

class VirtualRun {
 public:
  VirtualRun(const ImportedLog& log, std::shared_ptr<const Policy> policy,
             const ForeseeOptions& options)
      : policy_(std::move(policy)),
        options_(options),
        store_(open_mem_store()),
        log_(log, options.until, *store_),
        shard_(log_, *store_, policy_, virtual_options(options)),
        forecaster_(*store_, shards_below(1), policy_),
        foresight_{AskedItems(policy_->fold), 0, 0, 0, 0, 0, {}} {}

  Result<Foresight> run() {
    if (log_.empty()) return std::move(foresight_);
    if (Status opened = shard_.open(); !opened) return opened.error();
    if (Status opened = forecaster_.open(); !opened) return opened.error();
    const Instant end = options_.until.value_or(log_.last());
    std::uint64_t instants = 0;
    for (now_ = log_.next(); now_ <= end; now_ = next()) {
      if (Status done = step(); !done) return done.error();
      if (options_.progress && instants++ % kProgressEvery == 0) report();
    }
    report();
    if (Status done = finish(); !done) return done.error();
    return std::move(foresight_);
  }

 private:
  Status step() {
    const std::set<std::string> told = log_.grow(now_);
    if (!told.empty()) told_at_ = now_;
    if (Status done = work(); !done) return done;
    for (const std::string& id : told) {
      const auto item = stored_item(id);
      if (!item) return item.error();
      if (is_ended(item->folded.status)) ended_.insert(id);
      foresight_.asked.see(*item, now_);
    }
    if (now_ >= ahead_) {
      if (Status done = look_ahead(); !done) return done;
    }
    while (foresight_.asked.next() <= now_) {
      const Status asked =
          foresight_.asked.ask([this](const std::string& id) { return stored_item(id); });
      if (!asked) return asked;
    }
    return {};
  }

  Status work() {
    for (;;) {
      shard_.set_links(links_);
      const auto progress = shard_.step(now_);
      if (!progress) return progress.error();
      if (progress->idle) return {};
    }
  }

  // Until nothing changes any more: a new model brings new cuts as soon as all has been looked at
  // by it.
  Status look_ahead() {
    for (;;) {
      const auto before = forecaster_.outlook();
      const auto next = forecaster_.step(now_);
      if (!next) return next.error();
      ahead_ = *next;
      if (forecaster_.to_learn() && worth_learning()) {
        if (Status done = learn_now(); !done) return done;
      }
      if (forecaster_.outlook() == before) break;
      shard_.set_outlook(forecaster_.outlook());
      if (Status done = work(); !done) return done;
    }
    if (policy_->calendars.common().is_always()) ahead_ = std::max(ahead_, now_ + kCutsApart);
    if (now_ > told_at_ + kRestsAfter) ahead_ = std::max(ahead_, log_.next());
    ++foresight_.cuts;
    return {};
  }

  bool worth_learning() {
    const bool more = ended_.size() > learned_from_ + learned_from_ / 10;
    if (!more && learned_at_ && now_ < *learned_at_ + kLessonsApart) return false;
    learned_from_ = ended_.size();
    learned_at_ = now_;
    return true;
  }

  Status learn_now() {
    const auto& outlook = forecaster_.outlook();
    auto learned = learn(*store_, *policy_, outlook ? outlook->lesson : nullptr, now_);
    if (!learned) return learned.error();
    ++foresight_.lessons;
    foresight_.models += learned->lesson ? 1 : 0;
    return forecaster_.adopt(*std::move(learned), now_);
  }

  Result<ItemState> stored_item(const std::string& item_id) const {
    const auto bytes = store_->get(Table::kItem, item_id);
    if (!bytes) return bytes.error();
    if (!*bytes) return ItemState{};
    return decode_item(**bytes);
  }

  Instant next() const {
    const Instant timer = shard_.next_timer().value_or(kFarFuture);
    const Instant at = std::min({log_.next(), timer, ahead_, foresight_.asked.next()});
    return std::max(at, now_ + Millis{1});
  }

  void report() const {
    if (options_.progress) options_.progress(shard_.position(), log_.size());
  }

  Status finish() {
    std::optional<Error> damaged;
    const Status scanned =
        store_->scan(Table::kItem, "", "", [&](std::string_view, std::string_view value) {
          const auto item = decode_item(value);
          if (!item) damaged = item.error();
          if (!item) return false;
          foresight_.warned += item->warned ? 1 : 0;
          foresight_.warned_unknown += item->warned && !item->warned->chance ? 1 : 0;
          return true;
        });
    if (!scanned) return scanned;
    if (damaged) return *damaged;
    const auto totals = read_totals(*store_);
    if (!totals) return totals.error();
    foresight_.saved = saved_by_month(*totals);
    return {};
  }

  std::shared_ptr<const Policy> policy_;
  const ForeseeOptions& options_;
  std::unique_ptr<Store> store_;
  GrowingLog log_;
  Shard shard_;
  Forecaster forecaster_;
  const std::shared_ptr<const Links> links_ = std::make_shared<Links>();  // there is no other shard
  Foresight foresight_;
  Instant now_{}, told_at_{}, ahead_ = kFarPast;
  std::unordered_set<std::string> ended_;  // items that have
  std::size_t learned_from_ = 0;           // so many of them
  std::optional<Instant> learned_at_;
};

}  // namespace

Result<Foresight> foresee(const ImportedLog& log, const std::shared_ptr<const Policy>& policy,
                          const ForeseeOptions& options) {
  return VirtualRun(log, policy, options).run();
}

}  // namespace kip
