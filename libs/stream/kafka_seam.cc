#include "stream/kafka_seam.h"

#include <algorithm>
#include <vector>

#include "base/planted.h"
#include "contract/state.h"
#include "runtime/embedded_log.h"
#include "runtime/format.h"
#include "store/keys.h"
#include "stream/changelog.h"
#include "stream/group_consumer_impl.h"
#include "stream/letter.h"
#include "stream/restore.h"

namespace kip {
namespace {

constexpr std::chrono::seconds kInitMost{60};
constexpr int kInitSliceMs = 2'000;
constexpr int kSeekMs = 30'000;
constexpr std::size_t kReadAtOnce = 10'000;
constexpr const char* kPartitionsKey = "partitions";

}  // namespace

struct KafkaSeam::Impl {
  GroupConsumer* group_consumer = nullptr;
  GroupConsumer::Impl* group = nullptr;
  rd_kafka_queue_t* queue = nullptr;
  Store* store = nullptr;
  KafkaSeamOptions options;
  Owned<rd_kafka_t> producer;
  Owned<rd_kafka_topic_t> changelog, alerts, items;  // of the producer
  std::deque<Record> buffered;
  std::optional<Error> read_error;  // of the queue; the next read() tells it
  std::optional<Error> unwritable;  // a right is missing
  std::uint64_t position = 0;
  std::uint64_t next_offset = 0;  // the least that may come from the queue
  std::uint64_t end_at_open = 0;
  std::uint32_t partitions = 0;
  bool partitions_stored = false;
  std::int64_t changelog_end = 0;  // after what is applied
  std::uint64_t commits = 0;       // only counted for a planted fault
  std::int64_t delivered = -1;     // the greatest changelog offset of the transaction under way

  void point(std::string_view name) const {
    if (options.at_point) options.at_point(name);
  }
  Status fence();
  Status check_partitions();
  Status find_position();
  Status seek() const;
  void fill(std::size_t wanted, int wait_ms);
  void take(const rd_kafka_message_t& message);
  Status produce_all(const Txn& txn) const;
  Status send_offsets(std::uint64_t to) const;
  Status transaction(const Txn& txn);
  Error why(const Error& failed) const;

  static void note_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    auto& impl = opaque_of<Impl>(opaque);
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {  // the commit fails by it
      if (is_missing_right(message->err)) impl.unwritable = not_taken(*message);
      return;
    }
    if (rd_kafka_topic_name(message->rkt) != impl.options.kafka.topics.changelog) return;
    impl.delivered = std::max(impl.delivered, message->offset);
  }
  Status apply(Batch state) const;
};

namespace {

Status fenced_or(const std::string& what, rd_kafka_error_t* error) {
  if (error == nullptr) return {};
  const auto code = rd_kafka_error_code(error);
  Status status = kafka_status(what, error);
  const bool fenced = code == RD_KAFKA_RESP_ERR__FENCED ||
                      code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH ||
                      code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED;
  return fenced ? Status(Error{Errc::kFenced, status.error().message}) : status;
}

Status not_begun(const std::string& id, rd_kafka_error_t* error) {
  const bool missing = is_missing_right(rd_kafka_error_code(error));
  Status why = fenced_or("init_transactions", error);
  return missing ? no_right("Write", "transactional-id", id) : why;
}

// Dead letters go to their topic; the store on Kafka keeps none.
Batch without_dead(Batch batch) {
  const auto dead = [](const Write& w) { return w.table == Table::kDead; };
  const auto& writes = batch.writes();
  if (std::none_of(writes.begin(), writes.end(), dead)) return batch;
  Batch kept;
  for (const Write& w : writes) {
    if (dead(w)) continue;
    if (w.until) {
      kept.erase_range(w.table, w.key, *w.until);
    } else if (w.value) {
      kept.put(w.table, w.key, *w.value);
    } else {
      kept.erase(w.table, w.key);
    }
  }
  return kept;
}

}  // namespace

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
  impl->changelog_end = *restored;
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

// The new producer of this transactional id ends what an earlier owner has open, and shuts it out.
Status KafkaSeam::Impl::fence() {
  Conf conf(options.kafka);
  const std::string id = options.group + "/" + std::to_string(options.partition);
  conf.set("transactional.id", id)
      .set("transaction.timeout.ms", "60000")
      .set("linger.ms", "5")
      .set("compression.codec", "lz4")
      .set("partitioner", "murmur2_random")
      .set("message.max.bytes", kMessageBytesMax)
      .set("queue.buffering.max.messages", "1000000");
  conf.opaque(this);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), note_delivery);
  auto made = conf.make(RD_KAFKA_PRODUCER);
  if (!made) return made.error();
  producer = std::move(*made);
  const auto topic = [this](const std::string& name) {
    return Owned<rd_kafka_topic_t>(rd_kafka_topic_new(producer.get(), name.c_str(), nullptr));
  };
  changelog = topic(options.kafka.topics.changelog);
  alerts = topic(options.kafka.topics.alerts);
  items = topic(options.kafka.topics.items);
  const auto until = std::chrono::steady_clock::now() + kInitMost;
  for (;;) {
    rd_kafka_error_t* error = rd_kafka_init_transactions(producer.get(), kInitSliceMs);
    if (error == nullptr) return {};
    const bool stop = options.stopped && options.stopped();
    if (stop || !rd_kafka_error_is_retriable(error) || std::chrono::steady_clock::now() > until)
      return not_begun(id, error);
    rd_kafka_error_destroy(error);
  }
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

Status KafkaSeam::Impl::produce_all(const Txn& txn) const {
  Bulk rows(producer.get(), changelog.get(), options.partition);
  Status told = to_changelog(
      txn.state, *store, [&](std::string_view key, auto value) { return rows.add(key, value); });
  if (told) told = rows.flush();
  if (!told) return told;
  Bulk changes(producer.get(), alerts.get(), RD_KAFKA_PARTITION_UA);
  for (const OutAlert& alert : txn.alerts)
    if (Status done = changes.add(alert.unit_id, alert.value); !done) return done;
  if (Status done = changes.flush(); !done) return done;
  Bulk views(producer.get(), items.get(), RD_KAFKA_PARTITION_UA);
  for (const OutView& view : txn.views) {
    Status done = view.value ? views.add(view.item_id, *view.value) : views.add(view.item_id, {});
    if (!done) return done;
  }
  if (Status done = views.flush(); !done) return done;
  for (const Write& write : txn.state.writes()) {
    if (write.table != Table::kDead || !write.value) continue;
    auto letter = decode_dead(*write.value);
    if (!letter) return letter.error();
    Outgoing out{.topic = options.kafka.topics.dead.c_str(), .key = letter->key};
    if (letter->value) out.value = *letter->value;
    out.headers = headers_of(*letter);
    if (Status done = produce(producer.get(), out); !done) return done;
  }
  return {};
}

Status KafkaSeam::Impl::send_offsets(std::uint64_t to) const {
  const Owned<rd_kafka_consumer_group_metadata_t> member(
      rd_kafka_consumer_group_metadata(group->client.get()));
  const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
  auto* entry = rd_kafka_topic_partition_list_add(
      list.get(), group->options.kafka.topics.events.c_str(), options.partition);
  entry->offset = static_cast<std::int64_t>(to);
  return fenced_or("send_offsets", rd_kafka_send_offsets_to_transaction(
                                       producer.get(), list.get(), member.get(),
                                       static_cast<int>(options.commit_timeout.count())));
}

Status KafkaSeam::Impl::transaction(const Txn& txn) {
  delivered = -1;
  if (Status begun = fenced_or("begin_transaction", rd_kafka_begin_transaction(producer.get()));
      !begun)
    return begun;
  if (Status produced = produce_all(txn); !produced) return produced;
  point("produced");
  if (Status sent = send_offsets(txn.position); !sent) return sent;
  point("offsets_sent");
  point("committing");  // and what comes after it: with a delay its outcome is not known
  return fenced_or("commit_transaction",
                   rd_kafka_commit_transaction(producer.get(),
                                               static_cast<int>(options.commit_timeout.count())));
}

Status KafkaSeam::Impl::apply(Batch state) const {
  Batch batch = without_dead(std::move(state));
  batch.put(Table::kMeta, changelog_key(), keys::u64(static_cast<std::uint64_t>(changelog_end)));
  batch.put(Table::kMeta, changelog_at_key(), changelog_now());
  return store->write(batch, Durability::kBuffered);
}

// A missing right with the name of the topic: the transaction's own error leaves it out, and the
// call that comes to it first may only say that the transaction is in a wrong state.
Error KafkaSeam::Impl::why(const Error& failed) const {
  if (unwritable) return *unwritable;
  return missing_right(producer.get()).value_or(failed);
}

Status KafkaSeam::commit(Txn txn) {
  const auto began = std::chrono::steady_clock::now();
  txn.state.put(Table::kMeta, position_key(static_cast<std::uint32_t>(impl_->options.partition)),
                keys::u64(txn.position));
  if (!impl_->partitions_stored)
    txn.state.put(Table::kMeta, kPartitionsKey, keys::u32(impl_->partitions));
  // Whatever failed, and also where it is not known whether it was committed: the caller drops this
  // seam, and the next one's init_transactions and restore tell.
  if (KIP_BUG(kApplyBeforeCommit)) {
    if (Status written = impl_->apply(txn.state); !written) return written;
  }
  if (Status done = impl_->transaction(txn); !done) return impl_->why(done.error());
  if (KIP_BUG(kCommitAnswerLost) && ++impl_->commits % 3 == 0) return unavailable("planted");
  impl_->point("committed_unapplied");
  if (impl_->delivered >= 0) impl_->changelog_end = impl_->delivered + 1;
  if (Status written = impl_->apply(std::move(txn.state)); !written) return written;
  impl_->position = txn.position;
  impl_->partitions_stored = true;
  if (impl_->options.on_commit) impl_->options.on_commit(std::chrono::steady_clock::now() - began);
  return {};
}

}  // namespace kip
