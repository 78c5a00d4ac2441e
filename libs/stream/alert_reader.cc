#include "stream/alert_reader.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "contract/desk_state.h"
#include "runtime/embedded_log.h"
#include "store/keys.h"
#include "stream/topic_reader.h"
#include "subjects/source.h"

namespace kip {
namespace {

constexpr std::chrono::milliseconds kLookAgain{200};  // whether it was stopped

// "silent/SOURCE" -> until when its data goes: the open alerts of sources.
constexpr std::string_view kSilent = "silent/", kSilentEnd = "silent0";

std::string read_key(std::int32_t partition) { return "alerts/" + std::to_string(partition); }

}  // namespace

struct AlertReader::Impl {
  Store* store = nullptr;
  std::string topic;
  std::function<void(const std::string&)> say;
  std::unique_ptr<TopicReader> reader;
  std::vector<std::uint64_t> next;  // number, by partition
  std::mutex mutex;                 // reached, silences
  std::condition_variable moved;
  std::vector<std::int64_t> reached;  // what the store has, by partition: offset after it
  Silences silences;

  void take(TopicRecord record, Batch& batch) {
    const auto partition = static_cast<std::uint32_t>(record.partition);
    const auto offset = static_cast<std::uint64_t>(record.offset);
    batch.put(Table::kMeta, read_key(record.partition), offset_after(record));
    auto news = record.value ? decode_news(*record.value) : not_found("null");
    if (!news) {  // no engine wrote it: it must not keep from reading what engines did
      if (say) {
        say(topic + " " + std::to_string(partition) + ", offset " + std::to_string(offset) +
            " is no alert; passed over");
      }
      return;
    }
    // Never back: older tables are numbered without the gaps that offsets have.
    const std::uint64_t number = std::max(next.at(partition), offset);
    next.at(partition) = number + 1;
    const std::string key = keys::log(partition, number);
    batch.put(Table::kAlerts, key, std::move(*record.value));
    batch.put(Table::kAlerts, alerts_of_prefix(news->facts.subject) + key, "");
    note_source(*news, batch);
  }

  void note_source(const AlertNews& news, Batch& batch) {
    const AlertFacts& facts = news.facts;
    if (facts.subject_kind != 's' || facts.rule != kSourceSilent) return;
    std::string row = std::string(kSilent) + facts.subject;
    const std::scoped_lock lock(mutex);
    if (news.change != AlertChangeKind::kResolved && facts.data_until) {
      silences[facts.subject] = *facts.data_until;
      batch.put(Table::kMeta, std::move(row), keys::instant(*facts.data_until));
    } else {
      silences.erase(facts.subject);
      batch.erase(Table::kMeta, std::move(row));
    }
  }
};

AlertReader::AlertReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AlertReader::~AlertReader() = default;

Result<std::unique_ptr<AlertReader>> AlertReader::open(const KafkaOptions& kafka, Store& store) {
  auto impl = std::make_unique<Impl>();
  impl->store = &store;
  impl->topic = kafka.topics.alerts;
  impl->say = kafka.say;
  const auto from = [&](std::int32_t p) { return meta_number(store, read_key(p)); };
  auto reader = TopicReader::open(kafka, impl->topic, from);
  if (!reader) return reader.error();
  impl->reader = std::move(*reader);
  impl->reached = impl->reader->reached();
  for (std::uint32_t p = 0; p < impl->reached.size(); ++p) {
    auto last = store.last_key(Table::kAlerts, keys::log(p, 0), keys::u32(p + 1));
    if (!last) return last.error();
    impl->next.push_back(*last ? keys::log_offset(**last) + 1 : 0);
  }
  const Status scanned = store.scan(
      Table::kMeta, kSilent, kSilentEnd, [&](std::string_view key, std::string_view value) {
        impl->silences[std::string(key.substr(kSilent.size()))] = keys::read_instant(value);
        return true;
      });
  if (!scanned) return scanned.error();
  return std::unique_ptr<AlertReader>(new AlertReader(std::move(impl)));
}

std::optional<Silences> AlertReader::silences() const {
  if (!impl_->reader->seen_end()) return std::nullopt;
  const std::scoped_lock lock(impl_->mutex);
  return impl_->silences;
}

Result<std::size_t> AlertReader::step(std::chrono::milliseconds most) {
  auto records = impl_->reader->read(most);
  if (!records) return records.error();
  Batch batch;
  for (TopicRecord& record : *records) impl_->take(std::move(record), batch);
  if (!batch.empty()) {
    if (Status done = impl_->store->write(batch, Durability::kBuffered); !done) return done.error();
  }
  const std::scoped_lock lock(impl_->mutex);
  impl_->reached = impl_->reader->reached();
  impl_->moved.notify_all();
  return records->size();
}

Status AlertReader::await_end(const std::function<bool()>& stopped) const {
  for (std::int32_t p = 0; p < impl_->reader->partitions(); ++p) {
    auto end = impl_->reader->end(p);
    if (!end) return end.error();
    std::unique_lock lock(impl_->mutex);
    while (impl_->reached[static_cast<std::size_t>(p)] < *end) {
      if (stopped()) return unavailable(impl_->topic + ": stopped before its end was read");
      impl_->moved.wait_for(lock, kLookAgain);
    }
  }
  return {};
}

std::uint32_t AlertReader::partitions() const {
  return static_cast<std::uint32_t>(impl_->reader->partitions());
}

}  // namespace kip
