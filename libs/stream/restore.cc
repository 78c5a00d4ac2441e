#include "stream/restore.h"

#include <vector>

#include "store/keys.h"
#include "stream/changelog.h"
#include "stream/client.h"

namespace kip {
namespace {

using Steady = std::chrono::steady_clock;
constexpr int kPollMs = 1'000;
constexpr std::chrono::seconds kSilenceMost{60};

Result<Owned<rd_kafka_t>> reader_from(const KafkaSeamOptions& options, std::int64_t from) {
  Conf conf(options.kafka);
  conf.set("group.id", options.group)  // not joined: the one that we have a right to
      .set("enable.auto.commit", "false")
      .set("isolation.level", "read_committed")
      .set("enable.partition.eof", "true")
      .set("auto.offset.reset", "error")
      .set("queued.min.messages", "1000000");
  auto client = conf.make(RD_KAFKA_CONSUMER);
  if (!client) return client.error();
  rd_kafka_poll_set_consumer(client->get());
  const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), options.kafka.topics.changelog.c_str(),
                                    options.partition)
      ->offset = from;
  const auto code = rd_kafka_assign(client->get(), list.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(options.kafka.topics.changelog, code);
  return client;
}

Instant now() { return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()); }

class Restoring {
 public:
  Restoring(Store& store, const KafkaSeamOptions& options, std::int64_t from, std::int64_t until)
      : store_(store), options_(options), from_(from), until_(until), next_(from) {}

  Result<std::int64_t> run() {
    auto reader = reader_from(options_, from_);
    if (!reader) return reader.error();
    auto last_came = Steady::now();
    for (;;) {
      const Owned<rd_kafka_message_t> message(rd_kafka_consumer_poll(reader->get(), kPollMs));
      if (options_.stopped && options_.stopped()) return unavailable("restore: stopped");
      if (!message) {
        if (Steady::now() - last_came < kSilenceMost) continue;
        return unavailable("restore: nothing has come for a minute, at changelog offset " +
                           std::to_string(next_));
      }
      last_came = Steady::now();
      if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        if (message->offset >= until_) break;
        continue;  // of a new leader that does not know yet how far the topic goes
      }
      if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (auto error = not_read(*message, options_.group)) return *error;
        if (rd_kafka_fatal_error(reader->get(), nullptr, 0) == RD_KAFKA_RESP_ERR_NO_ERROR &&
            message->err != RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
          continue;  // it heals by itself
        return kafka_error(options_.kafka.topics.changelog, message->err);
      }
      take(*message);
      if (records_.size() < options_.restore_slice) continue;
      if (Status done = apply(); !done) return done.error();
    }
    if (Status done = apply(); !done) return done.error();
    return next_;
  }

 private:
  void take(const rd_kafka_message_t& message) {
    ChangelogRecord& record = records_.emplace_back();
    record.key.assign(static_cast<const char*>(message.key), message.key_len);
    if (message.payload != nullptr)
      record.value.emplace(static_cast<const char*>(message.payload), message.len);
    next_ = message.offset + 1;
  }

  Status apply() {
    if (records_.empty()) return {};
    auto batch = from_changelog(records_, store_, static_cast<std::uint32_t>(options_.partition));
    if (!batch) return batch.error();
    batch->put(Table::kMeta, changelog_key(), keys::u64(static_cast<std::uint64_t>(next_)));
    batch->put(Table::kMeta, changelog_at_key(), changelog_now());
    records_.clear();
    if (options_.at_point) options_.at_point("restoring");
    if (Status written = store_.write(*batch, Durability::kBuffered); !written) return written;
    if (options_.on_restore) {
      options_.on_restore(static_cast<std::uint64_t>(next_ - from_),
                          static_cast<std::uint64_t>(until_ - from_));
    }
    return {};
  }

  Store& store_;
  const KafkaSeamOptions& options_;
  std::int64_t from_, until_, next_;
  std::vector<ChangelogRecord> records_;
};

}  // namespace

std::string changelog_key() { return "changelog"; }
std::string changelog_at_key() { return "changelog_at"; }
std::string changelog_now() { return keys::instant(now()); }

StoreAge age_of(std::int64_t from, std::int64_t low, std::int64_t high, std::chrono::hours since) {
  if (from > high) return StoreAge::kAhead;
  if (from < low) return StoreAge::kTooOld;
  return from < high && since >= kForgottenAfter / 2 ? StoreAge::kTooOld : StoreAge::kFits;
}

Result<std::int64_t> restore(Store& store, const KafkaSeamOptions& options) {
  auto stored = store.get(Table::kMeta, changelog_key());
  if (!stored) return stored.error();
  Conf conf(options.kafka);
  auto asking = conf.set("isolation.level", "read_committed").make(RD_KAFKA_CONSUMER);
  if (!asking) return asking.error();
  auto marks = watermarks(asking->get(), options.kafka.topics.changelog, options.partition);
  if (!marks) return marks.error();
  const std::int64_t from =
      *stored ? static_cast<std::int64_t>(keys::read_u64(**stored)) : marks->low;
  auto at = store.get(Table::kMeta, changelog_at_key());
  if (!at) return at.error();
  const Instant then = *at ? keys::read_instant(**at) : now();
  const auto since = std::chrono::duration_cast<std::chrono::hours>(now() - then);
  const std::string where = "the store stands at changelog offset " + std::to_string(from) +
                            ", the topic holds " + std::to_string(marks->low) + " to " +
                            std::to_string(marks->high);
  switch (age_of(from, marks->low, marks->high, since)) {
    case StoreAge::kFits:
      break;
    case StoreAge::kTooOld:
      return not_found(where + ": made anew from the beginning");
    case StoreAge::kAhead:
      return corrupt(where + ": this is another topic, or it has lost its end");
  }
  if (from == marks->high) return from;
  return Restoring(store, options, from, marks->high).run();
}

}  // namespace kip
