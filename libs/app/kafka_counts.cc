#include "app/kafka_counts.h"

#include <algorithm>
#include <utility>

#include "app/totals.h"
#include "contract/publish.h"

namespace kip {

Result<std::unique_ptr<KafkaCounts>> KafkaCounts::open(const KafkaOptions& kafka) {
  auto reader = TopicReader::open(kafka, kafka.topics.items);
  if (!reader) return reader.error();
  return std::make_unique<KafkaCounts>(std::move(*reader));
}

Status KafkaCounts::step(std::chrono::milliseconds most) {
  auto records = reader_->read(most);
  if (!records) return records.error();
  const std::scoped_lock lock(mutex_);
  for (const TopicRecord& record : *records) take(record);
  return {};
}

// What is no view counts like none: it is not for us to stop by it.
void KafkaCounts::take(const TopicRecord& record) {
  static_assert(kStateWords.size() == kStates);
  Place now;
  if (record.value) {
    if (const auto view = read_view(*record.value)) {
      const auto* word = std::find(kStateWords.begin(), kStateWords.end(), view->state);
      now = {number_of(view->unit), static_cast<std::uint8_t>(word - kStateWords.begin())};
    }
  }
  const std::uint64_t item = std::hash<std::string>{}(record.key);
  const auto before = items_.find(item);
  if (before != items_.end()) --counts_[before->second.unit].at(before->second.state);
  if (now.state == kStates) {
    if (before != items_.end()) items_.erase(before);
    return;
  }
  ++counts_[now.unit].at(now.state);
  items_[item] = now;
}

std::uint32_t KafkaCounts::number_of(const std::string& unit) {
  const auto [at, is_new] = units_.try_emplace(unit, static_cast<std::uint32_t>(counts_.size()));
  if (is_new) counts_.emplace_back();
  return at->second;
}

UnitCountsOf KafkaCounts::of() const {
  std::map<std::string, UnitCounts> units;
  const std::scoped_lock lock(mutex_);
  for (const auto& [unit, number] : units_) {
    const auto& c = counts_[number];  // in the order of kStateWords
    units[unit] = {c[0], c[1], c[2], c[3]};
  }
  return [units = std::move(units)](const std::string& unit) {
    const auto found = units.find(unit);
    return std::optional(found == units.end() ? UnitCounts{} : found->second);
  };
}

}  // namespace kip
