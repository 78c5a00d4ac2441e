#include "runtime/desks.h"

#include <utility>

#include "contract/desk_state.h"
#include "runtime/outbox.h"
#include "store/keys.h"
#include "subjects/source.h"

namespace kip {
namespace {

std::string alerts_key(std::size_t log) { return "desks/alerts/" + std::to_string(log); }
constexpr const char* kAnswersKey = "desks/answers";
constexpr const char* kTimeKey = "desks/time";

}  // namespace

struct Desks::Work {
  Batch batch;
  DeskStep step;
  std::set<std::string> changed;       // units
  std::optional<UnitCountsOf> counts;  // read once
  std::uint32_t lines = 0;             // of the journal
  std::optional<Error> failed;
  std::vector<DeskNote> notes;
};

Desks::Desks(Store& store, std::uint32_t logs, std::shared_ptr<const DeskSetup> setup)
    : store_(store), setup_(std::move(setup)), alerts_read_(logs) {}

Status Desks::open() {
  for (std::size_t log = 0; log < alerts_read_.size(); ++log) {
    auto at = meta_number(store_, alerts_key(log));
    if (!at) return at.error();
    alerts_read_[log] = at->value_or(0);
  }
  auto answers = meta_number(store_, kAnswersKey);
  if (!answers) return answers.error();
  answers_read_ = answers->value_or(0);
  auto time = meta_instant(store_, kTimeKey);
  if (!time) return time.error();
  time_ = time->value_or(time_);
  written_ = time_;
  Status read;
  const Status scanned =
      store_.scan(Table::kDesk, "", "", [&](std::string_view key, std::string_view value) {
        const auto [unit, alert_id] = keys::read_pair(key);
        Kept& kept = desks_[std::string(unit)];
        kept.now.unit = unit;
        if (alert_id.empty()) {
          kept.row = value;
          read = decode_desk(value, kept.now);
          return read.ok();
        }
        auto alert = decode_desk_alert(value);
        if (alert) kept.now.alerts[std::string(alert_id)] = std::move(*alert);
        if (!alert) read = alert.error();
        return read.ok();
      });
  if (!scanned) return scanned;
  if (!read) return read;
  for (auto& [unit, kept] : desks_) {
    kept.stored = kept.now.alerts;
    for (const auto& [id, alert] : kept.stored)
      note_source({alert.facts, AlertChangeKind::kRaised});
  }
  set_setup(setup_);
  return {};
}

void Desks::set_setup(std::shared_ptr<const DeskSetup> setup) {
  setup_ = std::move(setup);
  // Each unit has a desk, for the morning list; and each looks at what has changed.
  for (const Post& post : setup_->policy->directory.content().posts) desk(post.unit);
  for (auto& [unit, kept] : desks_) kept.look = kFarPast;
}

Desk& Desks::desk(const std::string& unit) {
  Kept& kept = desks_[unit];
  kept.now.unit = unit;
  return kept.now;
}

Office Desks::office() const {
  return {setup_->policy->directory, setup_->policy->calendars, setup_->rules, silences_};
}

// Back: every desk may have what waited for it.
void Desks::note_source(const AlertNews& news) {
  const AlertFacts& facts = news.facts;
  if (facts.subject_kind != 's' || facts.rule != kSourceSilent) return;
  if (news.change != AlertChangeKind::kResolved && facts.data_until) {
    silences_[facts.subject] = *facts.data_until;
  } else if (silences_.erase(facts.subject) > 0) {
    for (auto& [unit, kept] : desks_) kept.look = kFarPast;
  }
}

Instant Desks::next_look() const {
  Instant next = kFarFuture;
  for (const auto& [unit, kept] : desks_) next = std::min(next, kept.look);
  return next;
}

Result<DeskStep> Desks::step(Instant now) {
  time_ = std::max(time_, now);
  Work work;
  if (Status done = take_alerts(work); !done) return done.error();
  // An answer stands behind its alert in time, but in a log of its own.
  if (Status done = work.step.more ? Status() : take_answers(work); !done) return done.error();
  pass_notes(work);
  if (!work.step.more) settle(work);
  if (work.failed) return *work.failed;
  if (work.changed.empty()) return work.step;
  write(work);
  if (Status done = store_.write(work.batch, Durability::kSynced); !done) return done.error();
  written_ = time_;
  return work.step;
}

Status Desks::take_alerts(Work& work) {
  std::optional<Error> failed;
  for (std::uint32_t log = 0; log < alerts_read_.size() && !work.step.more; ++log) {
    const Status scanned =
        store_.scan(Table::kAlerts, keys::log(log, alerts_read_[log]), keys::u32(log + 1),
                    [&](std::string_view key, std::string_view value) {
                      work.step.more = work.step.alerts >= kTakenMax;
                      if (work.step.more) return false;
                      auto news = decode_news(value);
                      if (!news) failed = news.error();
                      if (failed) return false;
                      ++work.step.alerts;
                      alerts_read_[log] = keys::log_offset(key) + 1;
                      note_source(*news);
                      const std::string unit = news->facts.unit_id;
                      DeskEffects effects;
                      take_alert(desk(unit), *news, time_, office(), effects);
                      wake(unit, effects, work);
                      return true;
                    });
    if (failed) return *failed;
    if (!scanned) return scanned;
  }
  return {};
}

Status Desks::take_answers(Work& work) {
  std::optional<Error> failed;
  const Status scanned =
      store_.scan(Table::kAnswer, keys::u64(answers_read_), "",
                  [&](std::string_view key, std::string_view value) {
                    const auto [unit, ack] = keys::read_pair(value);
                    auto news = decode_answer(ack);
                    if (!news) failed = news.error();
                    if (failed) return false;
                    ++work.step.answers;
                    answers_read_ = keys::read_u64(key) + 1;
                    DeskEffects effects;
                    take_answer(desk(std::string(unit)), *news, time_, office(), effects);
                    for (const std::string& id : news->alert_ids) {
                      JournalLine line{std::string(unit), {}, news->answer};
                      line.decision.at = time_;
                      line.decision.why = Why::kMuted;
                      put_journal(id, line, work);
                    }
                    wake(std::string(unit), effects, work);
                    return true;
                  });
  if (failed) return *failed;
  return scanned;
}

void Desks::pass_notes(Work& work) {
  while (!work.notes.empty()) {
    for (const DeskNote& note : std::exchange(work.notes, {})) {
      DeskEffects effects;
      take_note(desk(note.to), note, time_, effects);
      wake(note.to, effects, work);
    }
  }
}

// Each desk whose look has come, until none has anything to say to another.
void Desks::settle(Work& work) {
  for (bool again = true; again; pass_notes(work)) {
    again = false;
    for (auto& [unit, kept] : desks_) {
      if (kept.look > time_) continue;
      again = true;
      DeskEffects effects;
      kept.look = settle_desk(kept.now, time_, office(), effects);
      for (Message& message : effects.messages) send(std::move(message), work);
      write_effects(unit, effects, work);
    }
  }
}

// What the reader of a morning list answers for: the unit's own items where its list is his, and
// those of the units that he is in charge of. None: neither, or not known.
std::optional<UnitCounts> Desks::counts_for(const Message& message, const UnitCountsOf& of) const {
  const Directory& directory = setup_->policy->directory;
  const Person* own = directory.recipient(message.desk, message.at).person;
  std::optional<UnitCounts> sum;
  const auto add = [&](const std::string& unit) {
    const auto counts = of(unit);
    if (!counts) return false;
    if (!sum) sum.emplace();
    sum->overdue += counts->overdue;
    sum->at_risk += counts->at_risk;
    sum->paused += counts->paused;
    sum->on_track += counts->on_track;
    return true;
  };
  if (own != nullptr && own->id == message.person && !add(message.desk)) return std::nullopt;
  for (const Unit& unit : setup_->policy->registry.units) {
    const Person* above = directory.superior(unit.id, "", message.at).person;
    if (unit.id == message.desk || above == nullptr || above->id != message.person) continue;
    if (!add(unit.id)) return std::nullopt;
    ++sum->in_charge;
  }
  return sum;
}

void Desks::send(Message message, Work& work) {
  if (message.kind == MessageKind::kDigest && setup_->counts) {
    if (!work.counts) work.counts = setup_->counts();
    // With the message, so that a repeat says the same.
    message.digest.counts = counts_for(message, *work.counts);
  }
  ++work.step.messages;
  work.batch.put(Table::kMessage, message.id, encode_message(message));
  put_delivery(work.batch, fresh_delivery(message.id, setup_->channels(message).front(), time_));
}

// It has news, and is to be settled, by a later commit where this one still reads.
void Desks::wake(const std::string& unit, const DeskEffects& effects, Work& work) {
  desks_.at(unit).look = kFarPast;
  write_effects(unit, effects, work);
}

void Desks::write_effects(const std::string& unit, const DeskEffects& effects, Work& work) {
  work.changed.insert(unit);
  for (const Decision& decision : effects.decisions)
    put_journal(decision.alert_id, {unit, decision, std::nullopt}, work);
  work.notes.insert(work.notes.end(), effects.notes.begin(), effects.notes.end());
}

// Behind what an earlier commit of the same instant has written.
void Desks::put_journal(const std::string& alert_id, const JournalLine& line, Work& work) {
  const Instant at = line.decision.at;
  std::uint32_t number = work.lines++;
  if (at <= written_) {
    auto last = store_.last_key(Table::kJournal, keys::journal(alert_id, at, 0),
                                keys::journal(alert_id, at + Millis{1}, 0));
    if (!last) work.failed = last.error();
    if (last && *last) number += keys::read_u32((*last)->substr((*last)->size() - 4)) + 1;
  }
  work.batch.put(Table::kJournal, keys::journal(alert_id, at, number), encode_journal(line));
}

void Desks::write(Work& work) {
  for (const std::string& unit : work.changed) write_desk(unit, work.batch);
  for (std::size_t log = 0; log < alerts_read_.size(); ++log)
    work.batch.put(Table::kMeta, alerts_key(log), keys::u64(alerts_read_[log]));
  work.batch.put(Table::kMeta, kAnswersKey, keys::u64(answers_read_));
  work.batch.put(Table::kMeta, kTimeKey, keys::instant(time_));
}

// What has changed of it.
void Desks::write_desk(const std::string& unit, Batch& batch) {
  Kept& kept = desks_.at(unit);
  if (std::string row = encode_desk(kept.now); row != kept.row) {
    kept.row = row;
    batch.put(Table::kDesk, keys::pair(unit, ""), std::move(row));
  }
  std::erase_if(kept.stored, [&](const auto& row) {
    const bool gone = !kept.now.alerts.contains(row.first);
    if (gone) batch.erase(Table::kDesk, keys::pair(unit, row.first));
    return gone;
  });
  for (const auto& [id, alert] : kept.now.alerts) {
    DeskAlert& stored = kept.stored[id];
    if (stored == alert) continue;
    stored = alert;
    batch.put(Table::kDesk, keys::pair(unit, id), encode_desk_alert(alert));
  }
}

Result<std::vector<AlertNews>> waiting_alerts(const Store& store, std::uint32_t logs) {
  std::vector<AlertNews> out;
  std::optional<Error> failed;
  for (std::uint32_t log = 0; log < logs; ++log) {
    auto read = meta_number(store, alerts_key(log));
    if (!read) return read.error();
    const Status scanned =
        store.scan(Table::kAlerts, keys::log(log, read->value_or(0)), keys::u32(log + 1),
                   [&](std::string_view, std::string_view value) {
                     auto news = decode_news(value);
                     if (news) out.push_back(std::move(*news));
                     if (!news) failed = news.error();
                     return !failed;
                   });
    if (failed) return *failed;
    if (!scanned) return scanned.error();
  }
  return out;
}

Result<std::vector<std::pair<std::string, AnswerNews>>> waiting_answers(const Store& store) {
  auto read = meta_number(store, kAnswersKey);
  if (!read) return read.error();
  std::vector<std::pair<std::string, AnswerNews>> out;
  std::optional<Error> failed;
  const Status scanned = store.scan(Table::kAnswer, keys::u64(read->value_or(0)), "",
                                    [&](std::string_view, std::string_view value) {
                                      const auto [unit, ack] = keys::read_pair(value);
                                      auto news = decode_answer(ack);
                                      if (news) out.emplace_back(unit, std::move(*news));
                                      if (!news) failed = news.error();
                                      return !failed;
                                    });
  if (failed) return *failed;
  if (!scanned) return scanned.error();
  return out;
}

Result<std::uint64_t> AnswerLog::end(const Store& store) {
  auto last = store.last_key(Table::kAnswer, "", "");
  if (!last) return last.error();
  return *last ? keys::read_u64(**last) + 1 : 0;
}

void AnswerLog::put(std::uint64_t number, const std::string& unit, const std::string& ack_event,
                    Batch& batch) {
  batch.put(Table::kAnswer, keys::u64(number), keys::pair(unit, ack_event));
}

Status AnswerLog::append(const std::string& unit, const std::string& ack_event) {
  const std::scoped_lock lock(mutex_);
  if (!next_) {
    auto number = end(store_);
    if (!number) return number.error();
    next_ = *number;
  }
  Batch batch;
  put(*next_, unit, ack_event, batch);
  if (Status written = store_.write(batch, Durability::kSynced); !written) return written;
  ++*next_;
  return {};
}

}  // namespace kip
