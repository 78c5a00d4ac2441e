#include "app/kafka_links.h"

#include <algorithm>

namespace kip {

Status KafkaLinks::step() {
  Status done = read();
  if (!done) {
    reader_.reset();
    rows_ = {};
  }
  return done;
}

Status KafkaLinks::read() {
  const std::string& topic = kafka_.topics.links;
  const std::uint64_t round = engine_.links_round();
  if (!reader_) {
    auto reader = TopicReader::open(kafka_, topic);
    if (!reader) return reader.error();
    reader_ = std::move(*reader);
  }
  auto end = reader_->end(0);
  if (!end) return end.error();
  for (;;) {
    auto records = reader_->read({});
    if (!records) return records.error();
    if (records->empty()) break;
    for (const TopicRecord& record : *records) take(record);
  }
  // Whole, as of this call: neither a part of the topic, nor of a transaction, nor what was before
  // a shard came here.
  if (*end > 0 && reader_->reached().front() < *end) return {};
  const auto partitions = engine_.partitions();
  const bool behind = std::any_of(partitions.begin(), partitions.end(),
                                  [](const auto& p) { return p.catching_up; });
  if (behind) return {};
  if (round != round_) rows_.renew();
  round_ = round;
  engine_.set_links(rows_.links(), round);
  return {};
}

void KafkaLinks::take(const TopicRecord& record) {
  const Status taken = rows_.take(record.key, record.value);
  if (taken || !say_) return;
  say_(kafka_.topics.links + ": offset " + std::to_string(record.offset) + ": " +
       taken.error().message + "; passed over");
}

}  // namespace kip
