#include "stream/group_lag.h"

#include <algorithm>
#include <utility>

#include "stream/client.h"

namespace kip {
namespace {

constexpr int kLagMs = 5'000;

}  // namespace

struct GroupLag::Impl {
  std::string group;
  Owned<rd_kafka_t> client;
  Owned<rd_kafka_topic_partition_list_t> partitions;  // with the end at the mark as the offset
};

GroupLag::GroupLag(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GroupLag::~GroupLag() = default;

Result<std::unique_ptr<GroupLag>> GroupLag::open(const KafkaOptions& kafka,
                                                 const std::string& group,
                                                 const std::vector<std::string>& topics) {
  auto impl = std::make_unique<Impl>();
  impl->group = group;
  Conf conf(kafka);
  conf.set("group.id", group)  // not joined
      .set("enable.auto.commit", "false")
      .set("isolation.level", "read_committed");
  auto client = conf.make(RD_KAFKA_CONSUMER);
  if (!client) return client.error();
  impl->client = std::move(*client);
  impl->partitions.reset(rd_kafka_topic_partition_list_new(16));
  for (const std::string& topic : topics) {
    auto count = partition_count(impl->client.get(), topic);
    if (!count) return count.error();
    for (std::int32_t p = 0; p < *count; ++p)
      rd_kafka_topic_partition_list_add(impl->partitions.get(), topic.c_str(), p);
  }
  return std::unique_ptr<GroupLag>(new GroupLag(std::move(impl)));
}

Status GroupLag::mark() {
  for (int i = 0; i < impl_->partitions->cnt; ++i) {
    auto& p = impl_->partitions->elems[i];
    auto marks = watermarks(impl_->client.get(), p.topic, p.partition);
    if (!marks) return marks.error();
    // An empty partition has nothing that could be committed.
    p.offset = marks->high > marks->low ? marks->high : 0;
  }
  return {};
}

Result<bool> GroupLag::passed() const {
  const Owned<rd_kafka_topic_partition_list_t> list(
      rd_kafka_topic_partition_list_copy(impl_->partitions.get()));
  const auto code = rd_kafka_committed(impl_->client.get(), list.get(), kLagMs);
  if (is_missing_right(code)) return no_right("Read", "group", impl_->group);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(impl_->group, code);
  for (int i = 0; i < list->cnt; ++i) {
    if (std::max<std::int64_t>(list->elems[i].offset, 0) < impl_->partitions->elems[i].offset)
      return false;
  }
  return true;
}

}  // namespace kip
