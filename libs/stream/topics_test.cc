// `create` ends when the brokers know the topics; the brokers are librdkafka's mock cluster.

#include "stream/topics.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

// After rdkafka.h, which it needs.
#include <librdkafka/rdkafka_mock.h>

#include <future>
#include <memory>

#include "stream/client.h"

namespace kip {
namespace {

struct DestroyCluster {
  void operator()(rd_kafka_mock_cluster_t* p) const { rd_kafka_mock_cluster_destroy(p); }
};

class CreateTopics : public ::testing::Test {
 protected:
  void SetUp() override {
    owner_ = std::move(*Conf({}).make(RD_KAFKA_PRODUCER));
    cluster_.reset(rd_kafka_mock_cluster_new(owner_.get(), 3));
    kafka_.brokers = rd_kafka_mock_cluster_bootstraps(cluster_.get());
    // The mock knows no request to create: they are there, and it is the wait that is seen.
    for (const Topic& topic : topics_)
      rd_kafka_mock_topic_create(cluster_.get(), topic.name.c_str(), topic.partitions, 1);
  }

  void set_leader(const std::string& topic, std::int32_t partition, std::int32_t broker) {
    rd_kafka_mock_partition_set_leader(cluster_.get(), topic.c_str(), partition, broker);
  }

  const std::vector<Topic> topics_ = {{"one", 2, 1, {}}, {"two", 3, 1, {}}};
  Owned<rd_kafka_t> owner_;
  std::unique_ptr<rd_kafka_mock_cluster_t, DestroyCluster> cluster_;
  KafkaOptions kafka_;
};

TEST_F(CreateTopics, EndsWhenEachPartitionHasALeader) {
  set_leader("two", 1, -1);
  auto made = std::async(std::launch::async, [&] { return create_topics(kafka_, topics_); });
  EXPECT_EQ(made.wait_for(std::chrono::milliseconds(500)), std::future_status::timeout);
  set_leader("two", 1, 2);
  const auto done = made.get();
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(done->empty());
}

TEST_F(CreateTopics, SaysWhichBrokerLacksWhatWhenTheTimeIsOver) {
  set_leader("two", 1, -1);
  const auto made = create_topics(kafka_, topics_, std::chrono::milliseconds(300));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::kUnavailable);
  EXPECT_NE(made.error().message.find("127.0.0.1:"), std::string::npos) << made.error().message;
  EXPECT_NE(made.error().message.find("two has no leader for partition 1"), std::string::npos)
      << made.error().message;
}

}  // namespace
}  // namespace kip
