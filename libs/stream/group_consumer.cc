#include "stream/group_consumer.h"

#include "stream/group_consumer_impl.h"

namespace kip {
namespace {

std::vector<std::int32_t> numbers(const rd_kafka_topic_partition_list_t& list) {
  std::vector<std::int32_t> out;
  for (int i = 0; i < list.cnt; ++i) out.push_back(list.elems[i].partition);
  return out;
}

void assign(GroupConsumer::Impl& impl, rd_kafka_topic_partition_list_t* list) {
  for (int i = 0; i < list->cnt; ++i) {
    const auto& p = list->elems[i];
    Owned<rd_kafka_queue_t> queue(
        rd_kafka_queue_get_partition(impl.client.get(), p.topic, p.partition));
    rd_kafka_queue_forward(queue.get(), nullptr);  // before assign: else messages go astray
    impl.queues[p.partition] = std::move(queue);
  }
  rd_kafka_assign(impl.client.get(), list);
  if (!impl.options.reads) rd_kafka_pause_partitions(impl.client.get(), list);
  impl.options.assigned(numbers(*list));
}

void revoke(GroupConsumer::Impl& impl, rd_kafka_topic_partition_list_t* list) {
  impl.options.revoked(numbers(*list));
  rd_kafka_assign(impl.client.get(), nullptr);
  for (int i = 0; i < list->cnt; ++i) impl.queues.erase(list->elems[i].partition);
}

void rebalance(rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list,
               void* opaque) {
  auto& impl = opaque_of<GroupConsumer::Impl>(opaque);
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    assign(impl, list);
  } else {
    revoke(impl, list);
  }
}

}  // namespace

GroupConsumer::GroupConsumer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<GroupConsumer>> GroupConsumer::join(GroupOptions options) {
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  const GroupOptions& o = impl->options;
  Conf conf(o.kafka);
  conf.set("group.id", o.group)
      .set("partition.assignment.strategy", "range")
      .set("enable.auto.commit", "false")
      .set("enable.auto.offset.store", "false")
      .set("auto.offset.reset", "earliest")
      .set("isolation.level", "read_committed")
      .set("session.timeout.ms", "10000")
      .set("queued.min.messages", "200000")
      .set("queued.max.messages.kbytes", "32768")  // a partition
      .set("fetch.wait.max.ms", "50");
  if (!o.member.empty()) conf.set("group.instance.id", o.member);
  conf.opaque(impl.get());
  rd_kafka_conf_set_rebalance_cb(conf.get(), rebalance);
  auto client = conf.make(RD_KAFKA_CONSUMER);
  if (!client) return client.error();
  impl->client = std::move(*client);
  rd_kafka_poll_set_consumer(impl->client.get());
  const Owned<rd_kafka_topic_partition_list_t> topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), o.topic.c_str(), RD_KAFKA_PARTITION_UA);
  const auto code = rd_kafka_subscribe(impl->client.get(), topics.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error("subscribe", code);
  return std::unique_ptr<GroupConsumer>(new GroupConsumer(std::move(impl)));
}

GroupConsumer::~GroupConsumer() { leave(); }

void GroupConsumer::leave() {
  if (impl_->leaving) return;
  impl_->leaving = true;
  rd_kafka_consumer_close(impl_->client.get());  // revokes
  impl_->queues.clear();
}

void GroupConsumer::poll(std::chrono::milliseconds most) {
  const Owned<rd_kafka_message_t> message(
      rd_kafka_consumer_poll(impl_->client.get(), static_cast<int>(most.count())));
  if (auto error = ended(impl_->client.get())) return impl_->options.failed(*error);
  if (!message || message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  if (auto error = not_read(*message, impl_->options.group)) impl_->options.failed(*error);
}

bool GroupConsumer::lost() const { return rd_kafka_assignment_lost(impl_->client.get()) != 0; }

Result<std::int32_t> GroupConsumer::partitions() const {
  return partition_count(impl_->client.get(), impl_->options.topic);
}

}  // namespace kip
