// What comes in: the door, the queue before the log, and the one thread that appends.

#include <algorithm>

#include "app/engine.h"

namespace kip {

void Engine::accept(Submission message, std::function<void(Outcome)> done) {
  std::shared_ptr<const Door> door;
  {
    const std::scoped_lock lock(mutex_);
    door = door_;
  }
  const bool from_record = options_.clock.kind == ClockSpec::Kind::kLog;
  enqueue({check_message(*door, std::move(message), now(), from_record), std::move(done)});
}

void Engine::refuse(Submission message, const Refusal& refusal, std::function<void(Outcome)> done) {
  enqueue({refuse_message(std::move(message), refusal, now()), std::move(done)});
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
      ++unanswered_;
      waiting_.push_back(std::move(waiting));
      wake_.notify_all();
      return;
    }
  }
  waiting.done(std::move(busy));
}

// A service that was just started must not take every source for silent: the end of the log tells
// when each was last heard.
Status Engine::recall_sources() {
  constexpr std::uint64_t kRecords = 20'000;  // a shard: less than 0.2 s
  for (std::uint32_t shard = 0; shard < log_->shards(); ++shard) {
    const std::uint64_t end = log_->end(shard);
    auto records = log_->seam(shard)->read(end > kRecords ? end - kRecords : 0, kRecords);
    if (!records) return records.error();
    SourceTally::Counts heard;
    for (const Record& record : *records) {
      const auto stamp = stamp_of(record.value);
      if (!stamp) continue;
      auto& last = heard[stamp->source].last_event;
      last = std::max(last.value_or(kFarPast), stamp->ingested_at);
    }
    sources_.add(heard);
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
    unanswered_ -= batch.size();
  }
}

void Engine::write_waiting(std::vector<Waiting>& batch) {
  std::vector<Appended> records;
  std::vector<std::string> dead;
  Instant last = kFarPast;
  for (const Waiting& w : batch) {
    const auto& accepted = w.checked.outcome.accepted;
    if (!accepted) {
      dead.push_back(encode_dead(w.checked.letter));
      continue;
    }
    records.push_back({accepted->key, accepted->bytes});
    last = std::max(last, accepted->ingested_at);
  }
  if (options_.at_point) options_.at_point("append");
  Status written = log_->append(records, dead);
  if (options_.at_point) options_.at_point("appended");
  if (!written) fail(written.error());
  note_appended(last);
  if (written) {
    for (const Waiting& w : batch) count(counters_, sources_, w.checked);
  }
  notify_shards();
  for (Waiting& w : batch) {
    if (!written) {
      w.checked.outcome.kind = Outcome::Kind::kFailed;
      w.checked.outcome.reason = written.error().message;
    }
    w.done(std::move(w.checked.outcome));
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
