#include "runtime/subjects.h"

#include <algorithm>

#include "contract/subject_state.h"
#include "runtime/embedded_log.h"
#include "runtime/heard.h"
#include "store/keys.h"

namespace kip {
namespace {

constexpr char kSource = 's';
// Since when it has listened, and until when.
constexpr const char *kSinceKey = "subjects/since", *kUntilKey = "subjects/until";
constexpr std::chrono::minutes kNoteEach{5}, kShortStop{15};

std::string source_key(std::string_view source) {
  return std::string(1, kSource) + std::string(source);
}

// `last` alone is not worth a write: table heard has it.
bool worth_writing(const SourceState& before, SourceState after) {
  after.last = before.last;
  return before != after;
}

}  // namespace

struct Subjects::Work {
  Batch batch;
  Instant next = kFarFuture;
  std::optional<std::uint64_t> alerts_end;
};

Subjects::Subjects(Store& store, std::uint32_t log, std::shared_ptr<const Policy> policy)
    : store_(store), log_(log), policy_(std::move(policy)) {}

Status Subjects::open() {
  auto stored = stored_sources(store_);
  if (!stored) return stored.error();
  sources_ = std::move(*stored);
  return {};
}

Silences Subjects::silences() const {
  Silences out;
  for (const auto& [id, source] : sources_) {
    if (source.silent()) out.emplace(id, source.until);
  }
  return out;
}

Result<Instant> Subjects::step(Instant now) {
  time_ = std::max(time_, now);
  if (!listening_) {
    if (Status done = recall_listening(); !done) return done.error();
  }
  for (const Source& source : policy_->registry.sources) sources_[source.id].id = source.id;
  Work work;
  for (auto& [id, source] : sources_) {
    if (Status done = step_one(source, work); !done) return done.error();
  }
  if (time_ - noted_ >= kNoteEach) {
    noted_ = time_;
    work.batch.put(Table::kMeta, kSinceKey, keys::instant(*listening_));
    work.batch.put(Table::kMeta, kUntilKey, keys::instant(time_));
  }
  if (work.batch.empty()) return work.next;
  if (Status done = store_.write(work.batch, Durability::kSynced); !done) return done.error();
  return work.next;
}

// After a short stop it goes on as if there was none: sources send again what nobody took.
Status Subjects::recall_listening() {
  auto since = meta_instant(store_, kSinceKey);
  if (!since) return since.error();
  auto until = meta_instant(store_, kUntilKey);
  if (!until) return until.error();
  const bool short_stop = *since && *until && time_ - **until <= kNoteEach + kShortStop;
  listening_ = short_stop ? **since : time_;
  return {};
}

Status Subjects::step_one(SourceState& source, Work& work) {
  const Source* known = policy_->registry.source(source.id);
  const bool watched = known != nullptr && known->watched;
  if (!watched && !source.told()) return {};
  const SourceState before = source;
  std::optional<AlertChangeKind> change;
  if (watched) {
    auto heard = heard_hours(store_, source.id, source.counted - 1);
    if (!heard) return heard.error();
    const std::string& unit = known->unit.empty() ? policy_->registry.ward.duty_unit : known->unit;
    const SourceStep step =
        step_source(source, *heard, time_, *listening_,
                    {policy_->calendars.common(), policy_->registry.silence, unit});
    change = step.change;
    work.next = std::min(work.next, step.next_look);
  } else {  // nobody asks any more
    source.phase = SourcePhase::kUsual;
    change = AlertChangeKind::kResolved;
  }
  if (change) {
    if (!work.alerts_end) {
      auto end = alerts_end(store_, log_);
      if (!end) return end.error();
      work.alerts_end = *end;
    }
    put_alert(work.batch, log_, (*work.alerts_end)++, source.id,
              source_alert(source, *change, time_, *policy_));
  }
  if (worth_writing(before, source)) {
    work.batch.put(Table::kSubject, source_key(source.id), encode_source(source));
    work.batch.erase_range(
        Table::kHeard, keys::heard(source.id, 0, 0),
        keys::heard(source.id, std::max<std::int64_t>(source.counted - 1, 0), 0));
  }
  return {};
}

Result<std::map<std::string, SourceState>> stored_sources(const Store& store) {
  std::map<std::string, SourceState> out;
  std::optional<Error> failed;
  const Status scanned =
      store.scan(Table::kSubject, std::string(1, kSource), std::string(1, kSource + 1),
                 [&](std::string_view key, std::string_view value) {
                   auto source = decode_source(key.substr(1), value);
                   if (!source) failed = source.error();
                   if (source) out.emplace(key.substr(1), std::move(*source));
                   return !failed;
                 });
  if (failed) return *failed;
  if (!scanned) return scanned.error();
  return out;
}

}  // namespace kip
