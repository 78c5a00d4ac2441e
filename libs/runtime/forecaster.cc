#include "runtime/forecaster.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "contract/state.h"
#include "rules/item.h"
#include "runtime/shard_forecast.h"

namespace kip {
namespace {

namespace fc = forecast;

// What a unit has to look at is not late yet, and can be hurried.
std::optional<double> counts(const ItemState& item) {
  const bool overdue = std::any_of(item.open.begin(), item.open.end(),
                                   [](const OpenAlert& a) { return a.rule == RuleId::kOverdue; });
  if (!item.forecast || item.folded.stop || overdue) return std::nullopt;
  return item.forecast->chance;
}

}  // namespace

std::vector<std::uint32_t> shards_below(std::uint32_t count) {
  std::vector<std::uint32_t> all(count);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

Instant next_half_day(const Calendar& calendar, Instant t) {
  constexpr std::chrono::hours kAlways{4};
  constexpr int kMost = 1'000;  // a calendar with no work at all
  if (calendar.is_always()) return t + kAlways;
  Instant at = t;
  for (int i = 0; i < kMost && at < kFarFuture; ++i) {
    at = calendar.next_boundary(at);
    if (at < kFarFuture && calendar.between(at, at + Millis{1}).ms > 0) return at;
  }
  return kFarFuture;
}

std::size_t can_look_at(const RuleSet& rules, std::string_view unit, std::size_t open,
                        double part) {
  for (const RuleEntry& entry : rules.entries(RuleId::kLikelyLate)) {
    const auto& units = entry.when.units;
    if (!units.empty() && std::find(units.begin(), units.end(), unit) == units.end()) continue;
    const auto& rule = std::get<LikelyLate>(entry.params);
    const auto share = static_cast<std::size_t>(rule.share_percent);
    const auto least = static_cast<std::size_t>(std::ceil(static_cast<double>(rule.items) * part));
    return std::max<std::size_t>(least, (open * share + 50) / 100);
  }
  return 0;
}

Status Forecaster::open() {
  auto state = store_.get(Table::kForecast, kLearningRow);
  if (!state) return state.error();
  if (!*state) return {};
  auto learning = decode_learning(**state);
  if (!learning) return learning.error();
  state_ = std::move(*learning);
  known_ = true;
  auto stored = store_.get(Table::kForecast, kLessonRow);
  if (!stored) return stored.error();
  std::shared_ptr<const fc::Lesson> lesson;
  if (*stored) {
    auto read = decode_lesson(**stored);
    if (!read) {
      trouble_ = read.error().message;
      return {};
    }
    lesson = std::move(*read);
  }
  auto row = store_.get(Table::kForecast, kOutlookRow);
  if (!row) return row.error();
  if (!*row) return {};
  auto outlook = decode_outlook(**row, lesson);
  if (!outlook) {
    trouble_ = outlook.error().message;
    return {};
  }
  outlook_ = std::make_shared<const fc::Outlook>(std::move(*outlook));
  return {};
}

Result<Instant> Forecaster::step(Instant now) {
  time_ = std::max(time_, now);
  const Calendar& calendar = policy_->calendars.common();
  if (!known_) {
    known_ = true;
    state_.next = next_half_day(calendar, time_);
    if (Status done = keep_state(Batch()); !done) return done.error();
  }
  const bool due = time_ >= state_.next;
  if (!due && !state_.recut) return state_.next;
  // New cuts are of chances that were all said by the model in use.
  auto reached = shards_reached();
  if (!reached) return reached.error();
  if (!reached->all && !due) return time_;
  if (due) {
    const bool today = state_.tried && local_day(*state_.tried) == local_day(time_);
    to_learn_ = to_learn_ || !today;
    state_.next = next_half_day(calendar, time_);
  }
  state_.recut = outlook_ && !reached->all;
  if (!reached->all) {
    if (Status done = keep_state(Batch()); !done) return done.error();
    return state_.next;
  }
  auto outlook = look(outlook_->lesson);
  if (!outlook) return outlook.error();
  if (Status done = publish(std::move(*outlook), Batch()); !done) return done.error();
  return state_.next;
}

Status Forecaster::adopt(Learning learning, Instant now) {
  time_ = std::max(time_, now);
  to_learn_ = false;
  state_.tried = time_;
  state_.outcome = std::move(learning.outcome);
  if (!learning.lesson) return keep_state(Batch());
  Batch batch;
  trouble_.reset();
  auto lesson = std::make_shared<const fc::Lesson>(std::move(*learning.lesson));
  batch.put(Table::kForecast, kLessonRow, encode_lesson(*lesson));
  return change(std::move(lesson), std::move(batch));
}

Status Forecaster::renew(Instant now) {
  time_ = std::max(time_, now);
  return outlook_ ? change(outlook_->lesson, Batch()) : Status();
}

// What another model said says nothing of this one's chances; but what is open stays so until there
// are cuts.
Status Forecaster::change(std::shared_ptr<const fc::Lesson> lesson, Batch batch) {
  state_.recut = true;
  auto outlook = look(std::move(lesson));
  if (!outlook) return outlook.error();
  outlook->cuts = outlook_ ? outlook_->cuts : fc::Cuts{};
  return publish(std::move(*outlook), std::move(batch));
}

Status Forecaster::publish(fc::Outlook outlook, Batch batch) {
  auto reached = shards_reached();
  if (!reached) return reached.error();
  // Above what shards have met, also where the outlook in use could not be read.
  outlook.number = std::max(outlook_ ? outlook_->number : 0, reached->greatest) + 1;
  outlook.at = time_;
  batch.put(Table::kForecast, kOutlookRow, encode_outlook(outlook));
  if (Status done = keep_state(std::move(batch)); !done) return done;
  outlook_ = std::make_shared<const fc::Outlook>(std::move(outlook));
  return {};
}

Status Forecaster::keep_state(Batch batch) {
  batch.put(Table::kForecast, kLearningRow, encode_learning(state_));
  return store_.write(batch, Durability::kSynced);
}

Result<Forecaster::Reached> Forecaster::shards_reached() const {
  Reached reached;
  for (const std::uint32_t shard : shards_) {
    auto progress = outlook_progress(store_, shard);
    if (!progress) return progress.error();
    reached.greatest = std::max(reached.greatest, progress->number);
    reached.all = reached.all && progress->done && outlook_ != nullptr &&
                  progress->number == outlook_->number;
  }
  return reached;
}

Result<fc::Outlook> Forecaster::look(std::shared_ptr<const fc::Lesson> lesson) const {
  fc::Gathered all(part_);
  std::optional<Error> failed;
  const Status scanned =
      store_.scan(Table::kItem, "", "", [&](std::string_view, std::string_view value) {
        if (has_ended(value)) return true;
        auto item = decode_item(value);
        if (!item) {
          failed = item.error();
          return false;
        }
        if (!item->trace || !is_open(item->folded.status)) return true;
        all.add(std::string(Seen(item->folded, *policy_, time_).holder), *item->trace,
                counts(*item));
        return true;
      });
  if (failed) return *failed;
  if (!scanned) return scanned.error();
  return fc::outlook_of(all, std::move(lesson), [&](const std::string& unit, std::size_t open) {
    return can_look_at(policy_->rules, unit, open, part_);
  });
}

}  // namespace kip
