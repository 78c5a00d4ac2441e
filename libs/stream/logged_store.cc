#include "stream/logged_store.h"

#include <utility>

#include "runtime/format.h"
#include "stream/restore.h"
#include "stream/transactor.h"

namespace kip {
namespace {

Status check_one_partition(const KafkaOptions& kafka, const std::string& topic) {
  auto client = Conf(kafka).make(RD_KAFKA_PRODUCER);
  if (!client) return client.error();
  auto count = partition_count(client->get(), topic);
  if (!count) return count.error();
  if (*count == 1) return {};
  return invalid(topic + " has " + std::to_string(*count) +
                 " partitions, and must have one: the desks are one machine");
}

}  // namespace

struct LoggedStore::Waiting {
  const Batch* batch = nullptr;
  std::optional<Status> status;
};

LoggedStore::LoggedStore(std::shared_ptr<Store> local, std::unique_ptr<Transactor> transactor)
    : local_(std::move(local)), transactor_(std::move(transactor)) {}

LoggedStore::~LoggedStore() = default;

Result<std::unique_ptr<LoggedStore>> LoggedStore::open(std::shared_ptr<Store> local,
                                                       LoggedStoreOptions options) {
  if (Status known = refuse_newer(*local); !known) return known.error();
  if (Status one = check_one_partition(options.kafka, options.topic); !one) return one.error();
  KafkaSeamOptions of_topic;
  of_topic.kafka = std::move(options.kafka);
  of_topic.kafka.topics.changelog = options.topic;
  of_topic.group = options.group;
  of_topic.stopped = options.stopped;
  of_topic.at_point = options.at_point;
  auto transactor = Transactor::open({.kafka = of_topic.kafka,
                                      .id = options.group + "/0",
                                      .stopped = options.stopped,
                                      .at_point = options.at_point});
  if (!transactor) return transactor.error();
  auto end = restore(*local, of_topic);
  if (!end) return end.error();
  (*transactor)->set_end(*end);
  std::unique_ptr<LoggedStore> store(new LoggedStore(std::move(local), std::move(*transactor)));
  // A migration is told by the changelog like any commit.
  const Status brought = bring_up(*store->local_, [&store](const Batch& batch) {
    return store->write(batch, Durability::kSynced);
  });
  if (!brought) return brought.error();
  return store;
}

// A transaction costs the same whatever is in it: who comes while one is under way goes with the
// others in the next.
Status LoggedStore::write(const Batch& batch, Durability) {
  Waiting own{&batch, std::nullopt};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&own);
  done_.wait(lock, [&] { return own.status || !committing_; });
  if (own.status) return *own.status;
  committing_ = true;
  const std::vector<Waiting*> taken = std::exchange(waiting_, {});
  Status status = broken_ ? Status(*broken_) : Status();
  if (status) {
    lock.unlock();
    Batch all;
    for (const Waiting* waiting : taken) {
      for (const Write& write : waiting->batch->writes()) all.add(write);
    }
    status = transactor_->commit(*local_, std::move(all));
    lock.lock();
  }
  if (!status) broken_ = status.error();
  for (Waiting* waiting : taken) waiting->status = status;
  committing_ = false;
  done_.notify_all();
  return status;
}

}  // namespace kip
