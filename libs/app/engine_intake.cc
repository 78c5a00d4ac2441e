// What comes in: the door, the queue before the log, and the one thread that appends.

#include <algorithm>

#include "app/engine.h"
#include "contract/cloudevents.h"

namespace kip {
namespace {

// The source of a message that was refused, where its envelope could be opened so far.
std::string source_of(const Arrival& arrival, const Limits& limits) {
  Envelope envelope;
  if (open_envelope(arrival, limits, envelope) || !envelope.source) return "";
  return envelope.source->value;
}

DeadLetter letter_of(Message message, const Refusal& refusal, Instant at) {
  DeadLetter letter;
  letter.value = std::move(message.body);
  letter.key = std::move(message.key);
  letter.headers = std::move(message.headers);
  letter.refusal = refusal;
  letter.at = at;
  letter.channel = std::move(message.channel);
  letter.principal = std::move(message.principal);
  return letter;
}

}  // namespace

void Engine::accept(Message message, std::function<void(Outcome)> done) {
  std::shared_ptr<const Door> door;
  {
    const std::scoped_lock lock(mutex_);
    door = door_;
  }
  Arrival arrival;
  if (message.body) arrival.body = *message.body;
  arrival.headers = message.headers;
  arrival.lane = message.lane;
  arrival.arrived_at = now();
  arrival.arrived_at_from_record = options_.clock.kind == ClockSpec::Kind::kLog;
  arrival.channel = message.channel;
  arrival.principal = message.principal;
  Verdict verdict = door->check(arrival);
  if (!verdict.accepted) {
    enqueue(refused(std::move(message), *verdict.refused,
                    source_of(arrival, door->options().limits), std::move(done)));
    return;
  }
  Waiting waiting;
  waiting.done = std::move(done);
  waiting.outcome.accepted = std::move(verdict.accepted);
  enqueue(std::move(waiting));
}

void Engine::refuse(Message message, const Refusal& refusal, std::function<void(Outcome)> done) {
  enqueue(refused(std::move(message), refusal, "", std::move(done)));
}

Engine::Waiting Engine::refused(Message message, const Refusal& refusal, std::string source,
                                std::function<void(Outcome)> done) const {
  Waiting waiting;
  waiting.done = std::move(done);
  waiting.outcome.kind = Outcome::Kind::kRefused;
  waiting.outcome.refusal = refusal;
  DeadLetter letter = letter_of(std::move(message), refusal, now());
  letter.source = source;
  waiting.source = std::move(source);
  waiting.dead = encode_dead(letter);
  return waiting;
}

void Engine::enqueue(Waiting waiting) {
  Outcome busy;
  busy.kind = Outcome::Kind::kBusy;
  {
    const std::scoped_lock lock(mutex_);
    if (failure_) {
      busy.reason = failure_->message;
    } else if (stopping_) {
      busy.reason = "stopping";
    } else if (waiting_.size() >= options_.queue_max) {
      busy.reason = "too many messages wait to be written";
    } else {
      waiting_.push_back(std::move(waiting));
      wake_.notify_all();
      return;
    }
  }
  waiting.done(std::move(busy));
}

// Under mutex_. A sender who makes up sources must not fill the memory.
SourceCount& Engine::count_of(std::string_view source) {
  constexpr std::size_t kSourcesMax = 1'000;
  const auto found = sources_.find(source);
  if (found != sources_.end()) return found->second;
  return sources_[sources_.size() < kSourcesMax ? std::string(source) : std::string()];
}

void Engine::note_sources(const SourceCounts& counts) {
  if (counts.empty()) return;
  const std::scoped_lock lock(mutex_);
  for (const auto& [source, count] : counts) {
    SourceCount& sum = count_of(source);
    sum.accepted += count.accepted;
    sum.duplicate += count.duplicate;
    sum.dead += count.dead;
    if (count.last_event) {
      sum.last_event = std::max(sum.last_event.value_or(kFarPast), *count.last_event);
    }
  }
}

// A service that was just started must not take every source for silent: the end of the log tells
// when each was last heard.
Status Engine::recall_sources() {
  constexpr std::uint64_t kRecords = 20'000;  // a shard: less than 0.2 s
  for (std::uint32_t shard = 0; shard < shards(); ++shard) {
    const std::uint64_t end = log_->end(shard);
    auto records = log_->seam(shard)->read(end > kRecords ? end - kRecords : 0, kRecords);
    if (!records) return records.error();
    SourceCounts heard;
    for (const Record& record : *records) {
      const auto stamp = stamp_of(record.value);
      if (!stamp) continue;
      auto& last = heard[stamp->source].last_event;
      last = std::max(last.value_or(kFarPast), stamp->ingested_at);
    }
    note_sources(heard);
  }
  return {};
}

void Engine::append_loop() {
  for (;;) {
    std::vector<Waiting> batch;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;  // stopping, and everything that was taken in is written
      const std::size_t n = std::min<std::size_t>(waiting_.size(), 2'000);
      std::move(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(n),
                std::back_inserter(batch));
      waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(n));
    }
    write_waiting(batch);
  }
}

void Engine::write_waiting(std::vector<Waiting>& batch) {
  std::vector<Appended> records;
  std::vector<std::string> dead;
  Instant last = kFarPast;
  for (const Waiting& w : batch) {
    if (!w.outcome.accepted) {
      dead.push_back(w.dead);
      continue;
    }
    records.push_back({w.outcome.accepted->key, w.outcome.accepted->bytes});
    last = std::max(last, w.outcome.accepted->ingested_at);
  }
  if (options_.at_point) options_.at_point("append");
  Status written = log_->append(records, dead);
  if (options_.at_point) options_.at_point("appended");
  if (!written) fail(written.error());
  note_appended(last);
  {
    const std::scoped_lock lock(mutex_);
    for (const Waiting& w : batch) {
      if (!written) break;
      if (!w.outcome.accepted) {
        ++counters_.refused;
        ++count_of(w.source).dead;
        continue;
      }
      ++counters_.accepted;
      counters_.unknown_fields += w.outcome.accepted->unknown_json_fields;
      SourceCount& source = count_of(w.outcome.accepted->source);
      // What becomes of an event is counted by its shard, which knows repeats.
      if (w.outcome.accepted->what != Accepted::What::kEvent) ++source.accepted;
      source.last_event =
          std::max(source.last_event.value_or(kFarPast), w.outcome.accepted->ingested_at);
    }
  }
  notify_shards();
  for (Waiting& w : batch) {
    if (!written) {
      w.outcome.kind = Outcome::Kind::kFailed;
      w.outcome.reason = written.error().message;
    }
    w.done(std::move(w.outcome));
  }
}

Status Engine::append(const std::vector<Accepted>& events) {
  std::vector<Appended> records;
  Instant last = kFarPast;
  for (const Accepted& event : events) {
    if (options_.until && options_.clock.kind == ClockSpec::Kind::kLog &&
        event.ingested_at > *options_.until)
      continue;
    records.push_back({event.key, event.bytes});
    last = std::max(last, event.ingested_at);
  }
  note_appended(last);
  counters_.accepted += records.size();
  if (options_.at_point) options_.at_point("append");
  const Status written = log_->append(records, {});
  if (options_.at_point) options_.at_point("appended");
  notify_shards();
  return written;
}

Status Engine::append_dead(const std::vector<DeadLetter>& letters) {
  std::vector<std::string> dead;
  for (const DeadLetter& letter : letters) dead.push_back(encode_dead(letter));
  counters_.refused += dead.size();
  return log_->append({}, dead);
}

}  // namespace kip
