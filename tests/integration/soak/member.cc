#include "integration/soak/member.h"

#include <cstdio>
#include <map>
#include <thread>

#include "stream/group_consumer.h"
#include "stream/kafka_seam.h"

namespace kip::soak {
namespace {

using namespace std::chrono_literals;

// The shard's thread of one partition, without the shard: it reads and commits.
class Owner {
 public:
  Owner(GroupConsumer& group, KafkaOptions kafka, std::int32_t partition, Store& store, Seen& seen)
      : group_(group), partition_(partition), store_(store), seen_(seen) {
    options_.kafka = std::move(kafka);
    options_.partition = partition;
    options_.stopped = [this] { return stop_.load(); };
    thread_ = std::thread([this] {
      while (!stop_) {
        const Status done = live();
        if (done) continue;
        if (!stop_) seen_.failed();
        if (!stop_)
          std::fprintf(stderr, "partition %d: %s\n", partition_, done.error().message.c_str());
        std::this_thread::sleep_for(stop_ ? 0ms : 200ms);
      }
    });
  }
  void stop() { stop_ = true; }
  ~Owner() {
    stop();
    thread_.join();
  }

 private:
  Status live() {
    auto seam = KafkaSeam::open(group_, store_, options_);
    if (!seam) return seam.error();
    auto position = (*seam)->position();
    seen_.begin(partition_, static_cast<std::int64_t>(*position));
    while (!stop_) {
      (*seam)->wait(100ms);
      auto records = (*seam)->read(*position, 5'000);
      if (!records) return records.error();
      if (records->empty()) continue;
      const std::uint64_t from = *position;
      for (const Record& record : *records) {
        seen_.missing(static_cast<std::int64_t>(record.offset - *position));
        *position = record.offset + 1;
      }
      Txn txn;
      txn.position = *position;
      const auto until = static_cast<std::int64_t>(*position);
      if (Status done = (*seam)->commit(std::move(txn)); !done) {
        seen_.unknown(partition_, until);
        return done;
      }
      seen_.read(partition_, static_cast<std::int64_t>(from), until);
    }
    return {};
  }

  GroupConsumer& group_;
  std::int32_t partition_;
  Store& store_;
  Seen& seen_;
  KafkaSeamOptions options_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

class EngineMember : public Member {
 public:
  EngineMember(const std::string& brokers, Seen& seen) : seen_(seen) {
    GroupOptions options;
    kafka_.brokers = brokers;
    options.kafka = kafka_;
    options.topic = kafka_.topics.events;
    options.kafka.settings["heartbeat.interval.ms"] = kHeartbeatMs;
    options.assigned = [this](const auto& partitions) { take(partitions); };
    options.revoked = [this](const auto& partitions) { give(partitions); };
    options.failed = [this](const Error&) { seen_.failed(); };
    auto joined = GroupConsumer::join(std::move(options));
    KIP_CHECK(joined);
    group_ = std::move(*joined);
  }
  ~EngineMember() override { group_->leave(); }
  void poll() override { group_->poll(20ms); }

 private:
  void take(const std::vector<std::int32_t>& partitions) {
    settled_ = true;
    for (const std::int32_t p : partitions) {
      if (!stores_.contains(p)) stores_[p] = open_mem_store();
      owners_[p] = std::make_unique<Owner>(*group_, kafka_, p, *stores_[p], seen_);
    }
  }
  void give(const std::vector<std::int32_t>& partitions) {
    settled_ = false;
    for (const std::int32_t p : partitions) {
      if (owners_.contains(p)) owners_[p]->stop();
    }
    for (const std::int32_t p : partitions) owners_.erase(p);
  }

  Seen& seen_;
  KafkaOptions kafka_;
  std::unique_ptr<GroupConsumer> group_;
  std::map<std::int32_t, std::unique_ptr<Store>> stores_;  // its disk
  std::map<std::int32_t, std::unique_ptr<Owner>> owners_;
};

}  // namespace

std::int64_t Seen::next(std::int32_t partition) const {
  const std::scoped_lock lock(mutex_);
  return next_.at(static_cast<std::size_t>(partition));
}

void Seen::begin(std::int32_t partition, std::int64_t position) {
  const std::scoped_lock lock(mutex_);
  const auto at = static_cast<std::size_t>(partition);
  if (position > next_[at] && position <= perhaps_[at]) {
    records_ += static_cast<std::uint64_t>(position - next_[at]);
    next_[at] = position;
  }
  if (position > next_[at]) missing_ += static_cast<std::uint64_t>(position - next_[at]);
  if (position < next_[at]) twice_ += static_cast<std::uint64_t>(next_[at] - position);
}

void Seen::read(std::int32_t partition, std::int64_t from, std::int64_t until) {
  const std::scoped_lock lock(mutex_);
  const auto at = static_cast<std::size_t>(partition);
  if (from < next_[at]) twice_ += static_cast<std::uint64_t>(next_[at] - from);
  next_[at] = perhaps_[at] = until;
  records_ += static_cast<std::uint64_t>(until - from);
}

void Seen::unknown(std::int32_t partition, std::int64_t until) {
  const std::scoped_lock lock(mutex_);
  perhaps_.at(static_cast<std::size_t>(partition)) = until;
}

std::unique_ptr<Member> join_as_engine(const std::string& brokers, Seen& seen) {
  return std::make_unique<EngineMember>(brokers, seen);
}

}  // namespace kip::soak
