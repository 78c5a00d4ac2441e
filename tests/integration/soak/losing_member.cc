// The combination that loses: what a soak must be able to see.

#include <array>
#include <map>
#include <thread>
#include <vector>

#include "integration/soak/member.h"
#include "stream/client.h"

namespace kip::soak {
namespace {

// Reads one partition's queue, several messages at once, and goes on whatever is missing.
class Reader {
 public:
  Reader(Owned<rd_kafka_queue_t> queue, std::int32_t partition, Seen& seen)
      : queue_(std::move(queue)), partition_(partition), seen_(seen) {
    thread_ = std::thread([this] { run(); });
  }
  ~Reader() {
    stop_ = true;
    thread_.join();
  }

 private:
  void run() {
    std::array<rd_kafka_message_t*, 200> messages{};
    std::int64_t next = seen_.next(partition_);
    while (!stop_) {
      const ssize_t n =
          rd_kafka_consume_batch_queue(queue_.get(), 100, messages.data(), messages.size());
      for (ssize_t i = 0; i < n; ++i) {
        const Owned<rd_kafka_message_t> message(messages[static_cast<std::size_t>(i)]);
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR || message->offset < next) continue;
        seen_.missing(message->offset - next);
        seen_.read(partition_, message->offset, message->offset + 1);
        next = message->offset + 1;
      }
    }
  }

  Owned<rd_kafka_queue_t> queue_;
  std::int32_t partition_;
  Seen& seen_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

class LosingMember : public Member {
 public:
  LosingMember(const std::string& brokers, const std::string& topic, Seen& seen) : seen_(seen) {
    KafkaOptions kafka;
    kafka.brokers = brokers;
    Conf conf(kafka);
    conf.set("group.id", "soak-losing")
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", kHeartbeatMs)
        .set("fetch.wait.max.ms", "50");
    conf.opaque(this);
    rd_kafka_conf_set_rebalance_cb(conf.get(), rebalance);
    auto made = conf.make(RD_KAFKA_CONSUMER);
    KIP_CHECK(made);
    client_ = std::move(*made);
    rd_kafka_poll_set_consumer(client_.get());
    const Owned<rd_kafka_topic_partition_list_t> topics(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    KIP_CHECK(rd_kafka_subscribe(client_.get(), topics.get()) == RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  ~LosingMember() override {
    // Closing before it has settled ends 2.0.2 in a failed assertion.
    for (int i = 0; i < 1'000 && !settled_; ++i) poll();
    rd_kafka_consumer_close(client_.get());
    readers_.clear();
  }
  void poll() override {
    const Owned<rd_kafka_message_t> message(rd_kafka_consumer_poll(client_.get(), 20));
  }

 private:
  static void rebalance(rd_kafka_t* client, rd_kafka_resp_err_t code,
                        rd_kafka_topic_partition_list_t* list, void* opaque) {
    auto& self = opaque_of<LosingMember>(opaque);
    if (code != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
      for (int i = 0; i < list->cnt; ++i) self.readers_.erase(list->elems[i].partition);
      static_cast<void>(kafka_status("unassign", rd_kafka_incremental_unassign(client, list)));
      return;
    }
    self.settled_ = true;
    for (int i = 0; i < list->cnt; ++i)
      list->elems[i].offset = self.seen_.next(list->elems[i].partition);
    static_cast<void>(kafka_status("assign", rd_kafka_incremental_assign(client, list)));
    for (int i = 0; i < list->cnt; ++i) {
      const auto& p = list->elems[i];
      Owned<rd_kafka_queue_t> queue(rd_kafka_queue_get_partition(client, p.topic, p.partition));
      rd_kafka_queue_forward(queue.get(), nullptr);
      self.readers_[p.partition] =
          std::make_unique<Reader>(std::move(queue), p.partition, self.seen_);
    }
  }

  Seen& seen_;
  Owned<rd_kafka_t> client_;
  std::map<std::int32_t, std::unique_ptr<Reader>> readers_;
};

}  // namespace

std::unique_ptr<Member> join_as_known_to_lose(const std::string& brokers, const std::string& topic,
                                              Seen& seen) {
  return std::make_unique<LosingMember>(brokers, topic, seen);
}

}  // namespace kip::soak
