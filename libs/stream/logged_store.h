#pragma once
// A store of which each batch is a transaction of its changelog first (SEMANTICS 7): for what is
// one machine in the whole city, as the desks are. The topic has one partition; whoever the group
// gives it opens the store, shuts out the last owner by it, and brings it to the end of the topic.
//
//   auto store = LoggedStore::open(local, {.kafka = kafka, .topic = kafka.topics.desks, ...});
//   (*store)->write(batch, Durability::kSynced);     // committed on Kafka when it returns
//
// Threads: any, as of any store; batches that wait for each other go in one transaction, each of
// them whole. Dead letters and alerts in a batch go to their topics. After an error of write() the
// outcome may be unknown: every later write() fails by it too; drop the store and open it again.
// kFenced: another process owns it now.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/through_store.h"
#include "stream/options.h"

namespace kip {

class Transactor;

struct LoggedStoreOptions {
  KafkaOptions kafka;
  std::string topic;              // the changelog
  std::string group;              // whose right to read the topic is used; transactional.id GROUP/0
  std::function<bool()> stopped;  // asked where opening waits for brokers
  std::function<void(std::string_view point)> at_point;  // for crash tests
};

class LoggedStore final : public ThroughStore {
 public:
  // kNotFound: `local` is older than what the topic still tells: remove it and begin with an empty
  // one. kCorrupt: it is ahead of the topic. kInvalid: the topic has not one partition, or the
  // state is of a newer format.
  static Result<std::unique_ptr<LoggedStore>> open(std::shared_ptr<Store> local,
                                                   LoggedStoreOptions options);
  ~LoggedStore() override;

  Status write(const Batch& batch, Durability durability) override;

 private:
  struct Waiting;
  const Store& under(Table) const override { return *local_; }
  LoggedStore(std::shared_ptr<Store> local, std::unique_ptr<Transactor> transactor);

  const std::shared_ptr<Store> local_;
  const std::unique_ptr<Transactor> transactor_;  // of whoever set committing_
  std::mutex mutex_;
  std::condition_variable done_;
  std::vector<Waiting*> waiting_;
  bool committing_ = false;
  std::optional<Error> broken_;
};

}  // namespace kip
