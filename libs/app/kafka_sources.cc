#include "app/kafka_sources.h"

#include <algorithm>
#include <utility>

#include "runtime/heard.h"
#include "store/keys.h"

namespace kip {
namespace {

constexpr std::chrono::milliseconds kLook{500};
// Ingest and engines are always a little behind; for longer, and they have not listened.
constexpr std::chrono::seconds kBehindMost{60};

std::string sources_key(std::int32_t partition) { return "sources/" + std::to_string(partition); }

}  // namespace

Result<std::unique_ptr<KafkaSources>> KafkaSources::open(const KafkaSourcesOptions& options,
                                                         Store& store,
                                                         std::shared_ptr<const Policy> policy) {
  const KafkaOptions& kafka = options.kafka;
  std::unique_ptr<KafkaSources> sources(new KafkaSources(store));
  sources->factor_ = options.factor;
  const auto from = [&](std::int32_t partition) {
    return meta_number(store, sources_key(partition));
  };
  auto reader = TopicReader::open(kafka, kafka.topics.sources, from);
  if (!reader) return reader.error();
  sources->reader_ = std::move(*reader);
  auto ingest =
      GroupLag::open(kafka, options.ingest_group, {kafka.topics.work, kafka.topics.indicators});
  if (!ingest) return ingest.error();
  sources->ingest_ = std::move(*ingest);
  auto engines = GroupLag::open(kafka, options.engine_group, {kafka.topics.events});
  if (!engines) return engines.error();
  sources->engines_ = std::move(*engines);
  // Its alerts go to their topic, whichever log they are said to be of.
  sources->subjects_ = std::make_unique<Subjects>(store, 0, std::move(policy));
  if (Status opened = sources->subjects_->open(); !opened) return opened.error();
  return sources;
}

Status KafkaSources::take_heard() {
  auto records = reader_->read({});
  if (!records) return records.error();
  if (records->empty()) return {};
  Batch batch;
  for (const TopicRecord& record : *records) {
    // A shard that has moved says of its hour what it has heard since; what is known is more.
    if (record.value) {
      if (Status merged = merge_heard(store_, record.key, *record.value, batch); !merged)
        return merged;
    }
    batch.put(Table::kMeta, sources_key(record.partition), offset_after(record));
  }
  return store_.write(batch, Durability::kSynced);
}

// True: all that was published by published_ has been heard.
Result<bool> KafkaSources::all_taken(Instant now) {
  if (waits_ == Waits::kNothing) {
    published_ = now;
    began_ = Wall::now();
    if (Status marked = ingest_->mark(); !marked) return marked.error();
    waits_ = Waits::kIngest;
  }
  if (waits_ == Waits::kIngest) {
    auto passed = ingest_->passed();
    if (!passed || !*passed) return passed;
    if (Status marked = engines_->mark(); !marked) return marked.error();
    waits_ = Waits::kEngines;
  }
  if (waits_ == Waits::kEngines) {
    auto passed = engines_->passed();
    if (!passed || !*passed) return passed;
    auto end = reader_->end(0);
    if (!end) return end.error();
    rows_end_ = *end;
    waits_ = Waits::kRows;
  }
  const bool all = reader_->reached().front() >= rows_end_;
  if (all) waits_ = Waits::kNothing;
  return all;
}

Status KafkaSources::step(Instant now, const std::shared_ptr<const Policy>& policy) {
  const auto wall = Wall::now();
  if (!lapse_) lapse_.emplace(factor_, wall, now);
  if (wall - asked_ < kLook) return {};
  asked_ = wall;
  if (lapse_->passed(wall, now)) subjects_->not_listening(now);
  if (Status heard = take_heard(); !heard) return heard;
  const auto taken = all_taken(now);
  if (!taken && taken.error().code == Errc::kInvalid) return taken.error();
  if (!taken || !*taken) {
    if (wall - began_ > kBehindMost) subjects_->not_listening(now);
    return {};
  }
  subjects_->set_policy(policy);
  if (auto looked = subjects_->step(published_); !looked) return looked.error();
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, source] : subjects_->sources()) phases_[id] = source.phase;
  return {};
}

std::map<std::string, SourcePhase> KafkaSources::phases() const {
  const std::scoped_lock lock(mutex_);
  return phases_;
}

}  // namespace kip
