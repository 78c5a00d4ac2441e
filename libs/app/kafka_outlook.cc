#include "app/kafka_outlook.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/result.h"
#include "runtime/shard_forecast.h"
#include "store/union_store.h"
#include "stream/letter.h"

namespace kip {

// The stores of the partitions as one: items of all of them, and of what forecasts are made by the
// rows of the one that is furthest, until others are written. A write is handed to the shards.
class KafkaOutlook::Parts final : public Store {
 public:
  using Stores = std::map<std::uint32_t, std::shared_ptr<const Store>>;  // by shard

  static Result<std::unique_ptr<Parts>> open(const Stores& stores) {
    auto out = std::make_unique<Parts>();
    std::optional<std::uint64_t> furthest;
    for (const auto& [shard, store] : stores) {
      auto progress = outlook_progress(*store, shard);
      if (!progress) return progress.error();
      out->stores_[shard] = store;
      if (furthest && *furthest >= progress->number) continue;
      furthest = progress->number;
      out->home_ = shard;
    }
    out->hold(stores);
    return out;
  }

  // They stay open for as long as somebody holds them, and are held for a step only: a shard that
  // fails opens its store anew.
  void hold(const Stores& stores) {
    std::vector<std::shared_ptr<const Store>> all;
    for (const auto& [shard, store] : stores) all.push_back(store);
    all_ = open_union(std::move(all));
    held_ = stores;
  }
  void let_go() {
    all_.reset();
    held_.clear();
  }

  bool are(const Stores& stores) const {
    return std::equal(stores.begin(), stores.end(), stores_.begin(), stores_.end(),
                      [](const auto& now, const auto& then) {
                        return now.first == then.first && now.second == then.second.lock();
                      });
  }
  // All go by the same: equal numbers of two processes need not mean the same.
  Result<bool> agree() const {
    auto home = held_.at(home_)->get(Table::kForecast, kOutlookRow);
    if (!home) return home.error();
    for (const auto& [shard, store] : held_) {
      auto row = store->get(Table::kForecast, kOutlookRow);
      if (!row) return row.error();
      if (*row != *home) return false;
    }
    return true;
  }
  const std::shared_ptr<const Store>& all() const { return all_; }
  std::vector<std::uint32_t> shards() const {
    std::vector<std::uint32_t> out;
    for (const auto& [shard, store] : stores_) out.push_back(shard);
    return out;
  }
  // `rows`: what the shards have to keep; null: nothing was written since this was opened.
  OutlookNews news(std::shared_ptr<const forecast::Outlook> outlook) const {
    OutlookNews out{std::move(outlook), handed_, {}};
    for (const auto& [shard, store] : stores_) out.stores.push_back(store);
    return out;
  }

  Result<std::optional<std::string>> get(Table table, std::string_view key) const override {
    if (table != Table::kForecast) return all_->get(table, key);
    if (!handed_) return held_.at(home_)->get(table, key);
    const auto found = handed_->find(std::string(key));
    return found == handed_->end() ? std::optional<std::string>() : found->second;
  }
  Status scan(Table table, std::string_view from, std::string_view until,
              const Visit& visit) const override {
    return all_->scan(table, from, until, visit);
  }
  Result<std::optional<std::string>> last_key(Table table, std::string_view from,
                                              std::string_view until) const override {
    return all_->last_key(table, from, until);
  }
  // kInvalid: more than a changelog takes. All rows are handed each time: a shard may have kept
  // none of them yet.
  Status write(const Batch& batch, Durability) override {
    auto rows = std::make_shared<ForecastRows>();
    for (const char* key : kForecastRows) {
      auto row = get(Table::kForecast, key);
      if (!row) return row.error();
      if (*row) (*rows)[key] = std::move(**row);
    }
    for (const Write& one : batch.writes()) {
      KIP_CHECK(one.table == Table::kForecast && one.value);
      if (one.value->size() > kLetterBytesMax) {
        return invalid("the row '" + one.key + "' of the forecast has " +
                       std::to_string(one.value->size()) + " bytes; a changelog takes " +
                       std::to_string(kLetterBytesMax));
      }
      (*rows)[one.key] = *one.value;
    }
    handed_ = std::move(rows);
    return {};
  }

 private:
  std::map<std::uint32_t, std::weak_ptr<const Store>> stores_;
  std::uint32_t home_ = 0;
  Stores held_;
  std::shared_ptr<const Store> all_;
  std::shared_ptr<const ForecastRows> handed_;
};

KafkaOutlook::KafkaOutlook(KafkaEngine& engine, std::function<void(const std::string& what)> say)
    : engine_(engine), learner_(std::move(say)) {}

KafkaOutlook::~KafkaOutlook() = default;

Status KafkaOutlook::step(Instant now, const std::shared_ptr<const Policy>& policy) {
  Status done = open(now, policy);
  if (done && parts_) done = learner_.step(*forecaster_, parts_->all(), policy, now);
  if (!done) parts_.reset();
  if (!parts_) return done;
  engine_.set_outlook(parts_->news(forecaster_->outlook()));
  parts_->let_go();
  return {};
}

Status KafkaOutlook::open(Instant now, const std::shared_ptr<const Policy>& policy) {
  Parts::Stores stores;
  bool all_here = true;
  for (auto& p : engine_.partitions()) {
    all_here = all_here && p.store && !p.catching_up;
    stores[static_cast<std::uint32_t>(p.number)] = std::move(p.store);
  }
  all_here = all_here && !stores.empty();
  if (parts_ && all_here && parts_->are(stores)) {
    parts_->hold(stores);
    return {};
  }
  forecaster_.reset();
  parts_.reset();
  if (!all_here) return {};
  auto in_all = engine_.partitions_in_all();
  if (!in_all) return in_all.error();
  const auto all = std::max(static_cast<double>(*in_all), static_cast<double>(stores.size()));
  const double part = static_cast<double>(stores.size()) / all;
  auto opened = Parts::open(stores);
  if (!opened) return opened.error();
  parts_ = std::move(*opened);
  forecaster_ = std::make_unique<Forecaster>(*parts_, parts_->shards(), policy, part);
  if (Status read = forecaster_->open(); !read) return read;
  learner_.say_trouble(*forecaster_);
  auto agree = parts_->agree();
  if (!agree) return agree.error();
  return *agree ? Status() : forecaster_->renew(now);
}

}  // namespace kip
