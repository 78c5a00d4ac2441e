#include "simulation/month_run.h"

#include <algorithm>
#include <memory>

#include "contract/desk_state.h"
#include "runtime/desks.h"
#include "runtime/embedded_log.h"
#include "runtime/forecaster.h"
#include "runtime/learn.h"
#include "runtime/shard.h"
#include "runtime/subjects.h"
#include "simulation/month_heads.h"
#include "store/keys.h"

namespace kip::sim::month {
namespace {

constexpr std::uint32_t kShards = 2;
constexpr std::string_view kWay = "outbox";
constexpr std::chrono::hours kNoon{12};

template <typename T>
T must(Result<T> result) {
  if (!result) std::fprintf(stderr, "%s\n", result.error().message.c_str());
  KIP_CHECK(result);
  return std::move(*result);
}
void must(const Status& status) {
  if (!status) std::fprintf(stderr, "%s\n", status.error().message.c_str());
  KIP_CHECK(status);
}

class Runner {
 public:
  Runner(const Plan& plan, const World& world, const RunOptions& options)
      : plan_(plan),
        world_(world),
        options_(options),
        store_(open_mem_store()),
        answers_(*store_),
        subjects_(*store_, kShards, world.policy),
        forecaster_(*store_, shards_below(kShards), world.policy) {
    log_ = must(EmbeddedLog::open(*store_, kShards));
    for (std::uint32_t i = 0; i < kShards; ++i) open_shard(i);
    auto setup = std::make_shared<DeskSetup>();
    setup->policy = world.policy;
    setup->rules = world.rules;
    setup->channels = [](const Message&) { return std::vector<std::string>{std::string(kWay)}; };
    desks_ = std::make_unique<Desks>(*store_, alert_logs(kShards), std::move(setup));
    must(desks_->open());
    must(subjects_.open());
    must(forecaster_.open());
  }

  Month run() {
    noon_ = day_start(local_day(plan_.dates.begin)) + kNoon;
    for (now_ = plan_.dates.warm_up; now_ < plan_.dates.end; now_ = next()) step();
    read_journal();
    return std::move(month_);
  }

 private:
  void open_shard(std::uint32_t i) {
    ShardOptions options;
    options.shard = i;
    options.owns = [i](std::string_view id) { return shard_of(id, kShards) == i; };
    options.heard = true;
    options.on_alert = [this](const AlertChange& change) { note(change); };
    seams_.push_back(log_->seam(i));
    shards_.push_back(std::make_unique<Shard>(*seams_[i], *store_, world_.policy, options));
    must(shards_[i]->open());
  }

  void note(const AlertChange& change) {
    const auto [found, fresh] = month_.alerts.try_emplace(change.alert_id);
    Known& known = found->second;
    if (change.change == AlertChangeKind::kRaised) {
      if (!fresh) known.before.emplace_back(known.raised, known.resolved);
      known.first = change;
      known.raised = now_;
      known.resolved = kFarFuture;
    } else if (change.change == AlertChangeKind::kResolved) {
      known.resolved = now_;
    }
  }

  void step() {
    ++month_.steps;
    std::vector<Appended> records;
    for (; said_ < plan_.said.size() && plan_.said[said_].at <= now_; ++said_)
      records.push_back({plan_.said[said_].item, plan_.said[said_].bytes});
    month_.events += records.size();
    if (!records.empty()) must(log_->append(records, {}));
    work_shards();
    look_at_ = must(subjects_.step(now_));
    for (auto& shard : shards_) shard->set_silences(subjects_.silences());
    note_silences();
    if (options_.forecasts) look_ahead();
    work_shards();
    while (!replies_.empty() && replies_.begin()->first <= now_) {
      answer(replies_.begin()->second);
      replies_.erase(replies_.begin());
    }
    while (must(desks_->step(now_)).more) {
    }
    deliver();
    if (now_ >= noon_) look_at_noon();
  }

  void look_ahead() {
    ahead_at_ = must(forecaster_.step(now_));
    if (forecaster_.to_learn()) {
      const auto outlook = forecaster_.outlook();
      auto learned =
          must(learn(*store_, *world_.policy, outlook ? outlook->lesson : nullptr, now_));
      month_.models += learned.lesson ? 1 : 0;
      must(forecaster_.adopt(std::move(learned), now_));
    }
    for (auto& shard : shards_) shard->set_outlook(forecaster_.outlook());
  }

  void note_silences() {
    for (const auto& row : subjects_.sources()) {
      const auto& [id, source] = row;
      const auto open = std::find_if(
          month_.silences.begin(), month_.silences.end(),
          [&](const Silence& s) { return s.source == row.first && s.to == kFarFuture; });
      const bool was = open != month_.silences.end();
      if (source.told() && !was) month_.silences.push_back({id, source.until, now_});
      if (!source.told() && was) open->to = now_;
    }
  }

  void work_shards() {
    for (auto& shard : shards_) {
      for (;;) {
        const Progress progress = must(shard->step(now_));
        month_.refused += progress.refused;
        if (progress.idle) break;
      }
    }
  }

  void answer(const Reply& reply) {
    must(answers_.append(reply.desk, encode_answer(reply.news)));
    for (const std::string& id : reply.news.alert_ids)
      month_.answers.push_back(
          {now_, reply.desk, reply.news.answer.person, id, reply.news.answer.what});
  }

  // As the notifier does: what the outbox has is sent at once and never fails.
  void deliver() {
    Batch sent;
    must(store_->scan(Table::kOutbox, "", "", [&](std::string_view key, std::string_view) {
      const auto row = keys::read_outbox(key);
      const auto bytes = must(store_->get(Table::kMessage, row.message_id));
      KIP_CHECK(bytes.has_value());
      month_.messages.push_back(without_sources(must(decode_message(*bytes))));
      sent.erase(Table::kOutbox, std::string(key));
      read(month_.messages.back());
      return true;
    }));
    if (!sent.empty()) must(store_->write(sent, Durability::kSynced));
  }

  // What is judged here is what is told of items.
  Message without_sources(Message message) {
    const auto strip = [&](std::vector<MessageEntry>& entries) {
      std::erase_if(entries, [&](const MessageEntry& e) {
        if (e.alert.subject_kind != 's') return false;
        for (Silence& silence : month_.silences)
          silence.told |= silence.source == e.alert.subject && silence.to == kFarFuture;
        return true;
      });
    };
    strip(message.entries);
    strip(message.digest.open);
    strip(message.digest.below);
    std::erase_if(message.digest.resolved,
                  [](const AlertFacts& f) { return f.subject_kind == 's'; });
    return message;
  }

  void read(const Message& message) {
    if (!options_.answers) return;
    for (Reply& reply : replies_to(message, plan_, world_.calendar()))
      replies_.emplace(std::max(reply.at, now_ + Millis{1}), std::move(reply));
  }

  void look_at_noon() {
    if (world_.calendar().is_working_day(local_day(noon_))) {
      Noon noon;
      for (const auto& shard : shards_) {
        for (const auto& [name, count] : shard->totals()) {
          if (!name.starts_with("items|")) continue;
          noon.open += count;
          if (name.ends_with("|at_risk")) noon.at_risk += count;
          if (name.ends_with("|overdue")) noon.overdue += count;
        }
      }
      month_.noons.push_back(noon);
    }
    noon_ += std::chrono::days{1};
  }

  Instant next() const {
    Instant at = std::min({noon_, desks_->next_look(), look_at_, ahead_at_});
    if (said_ < plan_.said.size()) at = std::min(at, plan_.said[said_].at);
    for (const auto& shard : shards_) at = std::min(at, shard->next_timer().value_or(kFarFuture));
    if (!replies_.empty()) at = std::min(at, replies_.begin()->first);
    return std::max(at, now_ + Millis{1});
  }

  void read_journal() {
    must(store_->scan(Table::kJournal, "", "", [&](std::string_view key, std::string_view value) {
      const std::string id(key.substr(0, key.find('\0')));
      JournalLine line = must(decode_journal(id, value));
      if (!line.answer) month_.journal[id].push_back(std::move(line.decision));
      return true;
    }));
  }

  const Plan& plan_;
  const World& world_;
  const RunOptions& options_;
  std::unique_ptr<Store> store_;
  AnswerLog answers_;
  Subjects subjects_;
  Forecaster forecaster_;
  std::unique_ptr<EmbeddedLog> log_;
  std::vector<std::unique_ptr<Seam>> seams_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::unique_ptr<Desks> desks_;
  std::multimap<Instant, Reply> replies_;
  std::size_t said_ = 0;
  Instant now_{}, noon_{}, look_at_ = kFarFuture, ahead_at_ = kFarFuture;
  Month month_;
};

}  // namespace

bool Known::open_at(Instant at) const {
  if (at >= raised && at < resolved) return true;
  return std::any_of(before.begin(), before.end(),
                     [&](const auto& span) { return at >= span.first && at < span.second; });
}

Month run_month(const Plan& plan, const World& world, const RunOptions& options) {
  return Runner(plan, world, options).run();
}

}  // namespace kip::sim::month
