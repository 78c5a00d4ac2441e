#include "runtime/silence.h"

#include <algorithm>

#include "runtime/items.h"

namespace kip {
namespace {

std::string silence_key(std::uint32_t shard) { return "silence/" + std::to_string(shard); }

}  // namespace

Status ShardSilence::open() {
  auto stored = store_.get(Table::kMeta, silence_key(shard_));
  if (!stored) return stored.error();
  if (!*stored) return {};
  auto news = decode_silence(**stored);
  if (!news) return news.error();
  news_ = std::move(*news);
  return {};
}

void ShardSilence::set(const Silences& silences) {
  const SilenceNews before = news_;
  for (const std::string& source : before.silent) {
    if (silences.contains(source)) continue;
    news_.silent.erase(source);
    news_.back.insert(source);
    news_.cursor.clear();  // for the others too: looking twice is harmless
  }
  for (const auto& [source, until] : silences) {
    news_.silent.insert(source);
    news_.back.erase(source);
  }
  changed_ = changed_ || news_ != before;
}

Result<std::vector<std::string>> ShardSilence::slice(std::size_t rows) {
  if (news_.back.empty()) return std::vector<std::string>();
  auto slice = next_items(store_, news_.cursor, rows, [&](std::string_view value) {
    return std::any_of(news_.back.begin(), news_.back.end(),
                       [&](const auto& s) { return value.find(s) != std::string_view::npos; });
  });
  if (!slice) return slice.error();
  changed_ = true;
  finished_ = !slice->next;
  if (slice->next) news_.cursor = std::move(*slice->next);
  return std::move(slice->ids);
}

void ShardSilence::write(Batch& batch) {
  if (!changed_) return;
  changed_ = false;
  if (finished_) news_.back.clear();
  if (finished_) news_.cursor.clear();
  finished_ = false;
  batch.put(Table::kMeta, silence_key(shard_), encode_silence(news_));
}

}  // namespace kip
