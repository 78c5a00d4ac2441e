#include "stream/kafka_seam.h"

#include <algorithm>
#include <vector>

#include "runtime/embedded_log.h"
#include "runtime/format.h"
#include "runtime/links.h"
#include "store/keys.h"
#include "stream/group_consumer_impl.h"
#include "stream/restore.h"
#include "stream/transactor.h"

namespace kip {
namespace {

constexpr int kSeekMs = 30'000;
constexpr std::size_t kReadAtOnce = 10'000;
constexpr const char* kPartitionsKey = "partitions";

// A row that others than the shard read, and their topic.
struct Told {
  const std::string* topic;
  Write row;
};

// What was heard of sources goes to who watches them, what is told of items to all shards.
std::vector<Told> told_rows(const Batch& state, const TopicNames& topics) {
  std::vector<Told> rows;
  for (const Write& write : state.writes()) {
    if (write.table == Table::kHeard && write.value) rows.push_back({&topics.sources, write});
    if (write.table == Table::kLink && LinkRows::is_for_others(write.key))
      rows.push_back({&topics.links, write});
  }
  return rows;
}

}  // namespace

struct KafkaSeam::Impl {
  GroupConsumer* group_consumer = nullptr;
  GroupConsumer::Impl* group = nullptr;
  rd_kafka_queue_t* queue = nullptr;
  Store* store = nullptr;
  KafkaSeamOptions options;
  std::unique_ptr<Transactor> transactor;
  Owned<rd_kafka_topic_t> alerts, items;  // of its producer
  std::deque<Record> buffered;
  std::optional<Error> read_error;  // of the queue; the next read() tells it
  std::uint64_t position = 0;
  std::uint64_t next_offset = 0;  // the least that may come from the queue
  std::uint64_t end_at_open = 0;
  std::uint32_t partitions = 0;
  bool partitions_stored = false;

  Status fence();
  Status check_partitions();
  Status find_position();
  Status seek() const;
  void fill(std::size_t wanted, int wait_ms);
  void take(const rd_kafka_message_t& message);
  Status produce_outputs(rd_kafka_t* producer, const Txn& txn, const std::vector<Told>& told) const;
  Status send_offsets(rd_kafka_t* producer, std::uint64_t to) const;
};

KafkaSeam::KafkaSeam(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KafkaSeam::~KafkaSeam() = default;

Result<std::unique_ptr<KafkaSeam>> KafkaSeam::open(GroupConsumer& consumer, Store& store,
                                                   KafkaSeamOptions options) {
  auto impl = std::make_unique<Impl>();
  impl->group_consumer = &consumer;
  impl->group = &consumer.impl();
  impl->queue = impl->group->queues.at(options.partition).get();
  impl->store = &store;
  impl->options = std::move(options);
  if (Status known = refuse_newer(store); !known) return known.error();
  if (Status done = impl->fence(); !done) return done.error();
  auto restored = restore(store, impl->options);
  if (!restored) return restored.error();
  impl->transactor->set_end(*restored);
  if (Status done = impl->check_partitions(); !done) return done.error();
  if (Status done = impl->find_position(); !done) return done.error();
  impl->next_offset = impl->position;
  if (Status done = impl->seek(); !done) return done.error();
  std::unique_ptr<KafkaSeam> seam(new KafkaSeam(std::move(impl)));
  // A migration is told by the changelog like any commit: else the next owner would restore rows of
  // the old format under the new number. And the number that was restored is the topic's.
  const Status brought = bring_up(store, [&seam](Batch batch) {
    Txn txn;
    txn.state = std::move(batch);
    txn.position = seam->impl_->position;
    return seam->commit(std::move(txn));
  });
  if (!brought) return brought.error();
  return seam;
}

Status KafkaSeam::Impl::fence() {
  TransactorOptions wanted;
  wanted.kafka = options.kafka;
  wanted.id = options.group + "/" + std::to_string(options.partition);
  wanted.partition = options.partition;
  wanted.commit_timeout = options.commit_timeout;
  wanted.stopped = options.stopped;
  wanted.at_point = options.at_point;
  auto opened = Transactor::open(std::move(wanted));
  if (!opened) return opened.error();
  transactor = std::move(*opened);
  const auto topic = [this](const std::string& name) {
    return Owned<rd_kafka_topic_t>(
        rd_kafka_topic_new(transactor->producer(), name.c_str(), nullptr));
  };
  alerts = topic(options.kafka.topics.alerts);
  items = topic(options.kafka.topics.items);
  return {};
}

// Items have come to this partition by the number of all: with another number they would be others.
Status KafkaSeam::Impl::check_partitions() {
  auto count = group_consumer->partitions();
  if (!count) return count.error();
  partitions = static_cast<std::uint32_t>(*count);
  auto stored = store->get(Table::kMeta, kPartitionsKey);
  if (!stored) return stored.error();
  partitions_stored = stored->has_value();
  if (!*stored || keys::read_u32(**stored) == partitions) return {};
  return invalid(group->options.kafka.topics.events + " has " + std::to_string(*count) +
                 " partitions, the stored state was made with " +
                 std::to_string(keys::read_u32(**stored)));
}

// Where to go on reading; not where the topic no longer, or never, was.
Status KafkaSeam::Impl::find_position() {
  auto stored =
      store->get(Table::kMeta, position_key(static_cast<std::uint32_t>(options.partition)));
  if (!stored) return stored.error();
  auto marks =
      watermarks(group->client.get(), group->options.kafka.topics.events, options.partition);
  if (!marks) return marks.error();
  const auto low = static_cast<std::uint64_t>(marks->low);
  end_at_open = static_cast<std::uint64_t>(marks->high);
  position = *stored ? keys::read_u64(**stored) : low;
  const auto begins =
      group->options.kafka.topics.events + " " + std::to_string(options.partition) + ": it ";
  const auto to_read = ", offset " + std::to_string(position) + " is to be read next";
  if (position > end_at_open)
    return corrupt(begins + "ends at " + std::to_string(end_at_open) + to_read);
  if (position < low) {
    // Deleted before they were read: nothing can bring them back, so go on, but not in silence.
    if (options.say) options.say(begins + "begins at " + std::to_string(low) + to_read);
    position = low;
  }
  return {};
}

Status KafkaSeam::Impl::seek() const {
  const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
  auto* entry = rd_kafka_topic_partition_list_add(
      list.get(), group->options.kafka.topics.events.c_str(), options.partition);
  entry->offset = static_cast<std::int64_t>(position);
  Status done =
      kafka_status("seek", rd_kafka_seek_partitions(group->client.get(), list.get(), kSeekMs));
  if (done && list->elems[0].err != RD_KAFKA_RESP_ERR_NO_ERROR)
    return kafka_error("seek", list->elems[0].err);
  return done;
}

void KafkaSeam::Impl::fill(std::size_t wanted, int wait_ms) {
  std::vector<rd_kafka_message_t*> messages(kReadAtOnce);
  while (buffered.size() < wanted && !read_error) {
    const ssize_t n =
        rd_kafka_consume_batch_queue(queue, wait_ms, messages.data(), messages.size());
    if (n <= 0) return;
    wait_ms = 0;
    for (ssize_t i = 0; i < n; ++i) {
      const Owned<rd_kafka_message_t> message(messages[static_cast<std::size_t>(i)]);
      take(*message);
    }
  }
}

// What is no record and what is out of order may not be passed over: a record would be missing
// after it and nobody would know. The seam is opened anew, and then it shows what is there.
void KafkaSeam::Impl::take(const rd_kafka_message_t& message) {
  const std::string where =
      group->options.kafka.topics.events + " " + std::to_string(options.partition);
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (auto error = not_read(message, options.group)) read_error = error;
    if (!read_error) read_error = kafka_error(where, message.err);
    return;
  }
  const auto offset = static_cast<std::uint64_t>(message.offset);
  if (message.partition != options.partition || offset < next_offset) {
    if (!read_error)
      read_error = unavailable(where + ": offset " + std::to_string(offset) + " came, " +
                               std::to_string(next_offset) + " or a later one is next");
    return;
  }
  next_offset = offset + 1;
  buffered.push_back({offset, {static_cast<const char*>(message.payload), message.len}});
}

void KafkaSeam::wait(std::chrono::milliseconds most) {
  if (impl_->buffered.empty()) impl_->fill(1, static_cast<int>(most.count()));
}

Result<std::vector<Record>> KafkaSeam::read(std::uint64_t from, std::size_t records_max) {
  impl_->fill(records_max, 0);
  auto& buffered = impl_->buffered;
  if (buffered.empty() && impl_->read_error) return *impl_->read_error;
  while (!buffered.empty() && buffered.front().offset < from) buffered.pop_front();
  std::vector<Record> out;
  while (!buffered.empty() && out.size() < records_max) {
    out.push_back(std::move(buffered.front()));
    buffered.pop_front();
  }
  return out;
}

// What the last fetch has told, and never less than what was there at the opening: that one may
// have come before the partition was ours.
Result<std::uint64_t> KafkaSeam::end() {
  Watermarks cached;
  const auto code = rd_kafka_get_watermark_offsets(
      impl_->group->client.get(), impl_->group->options.kafka.topics.events.c_str(),
      impl_->options.partition, &cached.low, &cached.high);
  const bool told = code == RD_KAFKA_RESP_ERR_NO_ERROR && cached.high >= 0;
  const auto high = told ? static_cast<std::uint64_t>(cached.high) : 0;
  return std::max({high, impl_->end_at_open, impl_->position});
}

Result<std::uint64_t> KafkaSeam::position() { return impl_->position; }

Status KafkaSeam::Impl::produce_outputs(rd_kafka_t* producer, const Txn& txn,
                                        const std::vector<Told>& told) const {
  Bulk changes(producer, alerts.get(), RD_KAFKA_PARTITION_UA);
  for (const OutAlert& alert : txn.alerts)
    if (Status done = changes.add(alert.unit_id, alert.value); !done) return done;
  if (Status done = changes.flush(); !done) return done;
  Bulk views(producer, items.get(), RD_KAFKA_PARTITION_UA);
  for (const OutView& view : txn.views) {
    Status done = view.value ? views.add(view.item_id, *view.value) : views.add(view.item_id, {});
    if (!done) return done;
  }
  if (Status done = views.flush(); !done) return done;
  for (const auto& [topic, row] : told) {
    const Outgoing out{.topic = topic->c_str(), .key = row.key, .value = row.value};
    if (Status done = produce(producer, out); !done) return done;
  }
  return {};
}

Status KafkaSeam::Impl::send_offsets(rd_kafka_t* producer, std::uint64_t to) const {
  const Owned<rd_kafka_consumer_group_metadata_t> member(
      rd_kafka_consumer_group_metadata(group->client.get()));
  const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
  auto* entry = rd_kafka_topic_partition_list_add(
      list.get(), group->options.kafka.topics.events.c_str(), options.partition);
  entry->offset = static_cast<std::int64_t>(to);
  return fenced_or("send_offsets", rd_kafka_send_offsets_to_transaction(
                                       producer, list.get(), member.get(),
                                       static_cast<int>(options.commit_timeout.count())));
}

Status KafkaSeam::commit(Txn txn) {
  const auto began = std::chrono::steady_clock::now();
  txn.state.put(Table::kMeta, position_key(static_cast<std::uint32_t>(impl_->options.partition)),
                keys::u64(txn.position));
  if (!impl_->partitions_stored)
    txn.state.put(Table::kMeta, kPartitionsKey, keys::u32(impl_->partitions));
  Batch state = std::move(txn.state);
  const std::vector<Told> told = told_rows(state, impl_->options.kafka.topics);
  const Status committed = impl_->transactor->commit(
      *impl_->store, std::move(state),
      [&](rd_kafka_t* producer) { return impl_->produce_outputs(producer, txn, told); },
      [&](rd_kafka_t* producer) { return impl_->send_offsets(producer, txn.position); });
  if (!committed) return committed;
  impl_->position = txn.position;
  impl_->partitions_stored = true;
  if (impl_->options.on_commit) impl_->options.on_commit(std::chrono::steady_clock::now() - began);
  return {};
}

}  // namespace kip
