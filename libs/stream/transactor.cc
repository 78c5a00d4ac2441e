#include "stream/transactor.h"

#include <algorithm>
#include <utility>

#include "base/planted.h"
#include "contract/desk_state.h"
#include "contract/state.h"
#include "store/keys.h"
#include "stream/changelog.h"
#include "stream/letter.h"
#include "stream/restore.h"

namespace kip {
namespace {

constexpr std::chrono::seconds kInitMost{60};
constexpr int kInitSliceMs = 2'000;

Status not_begun(const std::string& id, rd_kafka_error_t* error) {
  const bool missing = is_missing_right(rd_kafka_error_code(error));
  Status why = fenced_or("init_transactions", error);
  return missing ? no_right("Write", "transactional-id", id) : why;
}

bool is_output(const Write& w) { return w.table == Table::kDead || w.table == Table::kAlerts; }

Batch without_outputs(Batch batch) {
  const auto& writes = batch.writes();
  if (std::none_of(writes.begin(), writes.end(), is_output)) return batch;
  Batch kept;
  for (const Write& w : writes) {
    if (!is_output(w)) kept.add(w);
  }
  return kept;
}

}  // namespace

Status fenced_or(const std::string& what, rd_kafka_error_t* error) {
  if (error == nullptr) return {};
  const auto code = rd_kafka_error_code(error);
  Status status = kafka_status(what, error);
  const bool fenced = code == RD_KAFKA_RESP_ERR__FENCED ||
                      code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH ||
                      code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED;
  return fenced ? Status(Error{Errc::kFenced, status.error().message}) : status;
}

void Transactor::note_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto& self = opaque_of<Transactor>(opaque);
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {  // the commit fails by it
    if (is_missing_right(message->err)) self.unwritable_ = not_taken(*message);
    return;
  }
  if (rd_kafka_topic_name(message->rkt) != self.options_.kafka.topics.changelog) return;
  self.delivered_ = std::max(self.delivered_, message->offset);
}

Result<std::unique_ptr<Transactor>> Transactor::open(TransactorOptions options) {
  std::unique_ptr<Transactor> made(new Transactor(std::move(options)));
  if (Status begun = made->begin(); !begun) return begun.error();
  return made;
}

// The new producer of this transactional id ends what an earlier owner has open, and shuts it out.
Status Transactor::begin() {
  Conf conf(options_.kafka);
  conf.producing()
      .set("transactional.id", options_.id)
      .set("transaction.timeout.ms", "60000")
      .set("linger.ms", "5")
      .set("queue.buffering.max.messages", "1000000");
  conf.opaque(this);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), note_delivery);
  auto made = conf.make(RD_KAFKA_PRODUCER);
  if (!made) return made.error();
  producer_ = std::move(*made);
  changelog_.reset(
      rd_kafka_topic_new(producer_.get(), options_.kafka.topics.changelog.c_str(), nullptr));
  const auto until = std::chrono::steady_clock::now() + kInitMost;
  for (;;) {
    rd_kafka_error_t* error = rd_kafka_init_transactions(producer_.get(), kInitSliceMs);
    if (error == nullptr) return {};
    const bool stop = options_.stopped && options_.stopped();
    if (stop || !rd_kafka_error_is_retriable(error) || std::chrono::steady_clock::now() > until)
      return not_begun(options_.id, error);
    rd_kafka_error_destroy(error);
  }
}

Status Transactor::produce_rows(const Store& store, const Batch& state) const {
  Bulk rows(producer_.get(), changelog_.get(), options_.partition);
  Status told = to_changelog(
      state, store, [&](std::string_view key, auto value) { return rows.add(key, value); });
  return told ? rows.flush() : told;
}

Status Transactor::produce_dead(const Batch& state) const {
  for (const Write& write : state.writes()) {
    if (write.table != Table::kDead || !write.value) continue;
    auto letter = decode_dead(*write.value);
    if (!letter) return letter.error();
    const Outgoing out = dead_letter(options_.kafka.topics.dead, *letter, letter->value);
    if (Status done = produce(producer_.get(), out); !done) return done;
  }
  return {};
}

// The rows of its index have no value: whoever reads the topic makes one of his own.
Status Transactor::produce_alerts(const Batch& state) const {
  for (const Write& write : state.writes()) {
    if (write.table != Table::kAlerts || !write.value || write.value->empty()) continue;
    auto news = decode_news(*write.value);
    if (!news) return news.error();
    const Outgoing out{.topic = options_.kafka.topics.alerts.c_str(),
                       .key = news->facts.unit_id,
                       .value = *write.value};
    if (Status done = produce(producer_.get(), out); !done) return done;
  }
  return {};
}

Status Transactor::transaction(const Store& store, const Batch& state, const Within& outputs,
                               const Within& offsets) {
  delivered_ = -1;
  if (Status begun = fenced_or("begin_transaction", rd_kafka_begin_transaction(producer_.get()));
      !begun)
    return begun;
  if (Status done = produce_rows(store, state); !done) return done;
  if (Status done = outputs ? outputs(producer_.get()) : Status(); !done) return done;
  if (Status done = produce_dead(state); !done) return done;
  if (Status done = produce_alerts(state); !done) return done;
  point("produced");
  if (Status done = offsets ? offsets(producer_.get()) : Status(); !done) return done;
  point("offsets_sent");
  point("committing");  // and what comes after it: with a delay its outcome is not known
  return fenced_or("commit_transaction",
                   rd_kafka_commit_transaction(producer_.get(),
                                               static_cast<int>(options_.commit_timeout.count())));
}

Status Transactor::apply(Store& store, Batch state) const {
  Batch batch = without_outputs(std::move(state));
  batch.put(Table::kMeta, changelog_key(), keys::u64(static_cast<std::uint64_t>(changelog_end_)));
  batch.put(Table::kMeta, changelog_at_key(), changelog_now());
  return store.write(batch, Durability::kBuffered);
}

// A missing right with the name of the topic: the transaction's own error leaves it out, and the
// call that comes to it first may only say that the transaction is in a wrong state.
Error Transactor::why(const Error& failed) const {
  if (unwritable_) return *unwritable_;
  return missing_right(producer_.get()).value_or(failed);
}

// Whatever failed, and also where it is not known whether it was committed: the caller drops this
// one, and the next one's init_transactions and restore tell.
Status Transactor::commit(Store& store, Batch state, const Within& outputs, const Within& offsets) {
  if (KIP_BUG(kApplyBeforeCommit)) {
    if (Status written = apply(store, state); !written) return written;
  }
  if (Status done = transaction(store, state, outputs, offsets); !done) return why(done.error());
  if (KIP_BUG(kCommitAnswerLost) && ++commits_ % 3 == 0) return unavailable("planted");
  point("committed_unapplied");
  if (delivered_ >= 0) changelog_end_ = delivered_ + 1;
  return apply(store, std::move(state));
}

}  // namespace kip
