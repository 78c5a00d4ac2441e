#include "app/kafka_links.h"

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
  if (!reader_) {
    const auto beginning = [](std::int32_t) -> Result<std::optional<std::uint64_t>> {
      return std::optional<std::uint64_t>();
    };
    auto reader = TopicReader::open(kafka_, topic, beginning);
    if (!reader) return reader.error();
    reader_ = std::move(*reader);
  }
  auto records = reader_->read({});
  if (!records) return records.error();
  for (const TopicRecord& record : *records) {
    const Status taken = rows_.take(record.key, record.value);
    if (!taken && say_)
      say_(topic + ": offset " + std::to_string(record.offset) + ": " + taken.error().message +
           "; passed over");
  }
  if (reader_->seen_end()) engine_.set_links(rows_.links());
  return {};
}

}  // namespace kip
