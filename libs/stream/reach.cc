#include "stream/reach.h"

#include <memory>
#include <set>
#include <utility>

#include "stream/client.h"

namespace kip {
namespace {

using Steady = std::chrono::steady_clock;
constexpr int kSliceMs = 500;
// A topic that was made a moment ago is not known everywhere yet.
constexpr std::chrono::seconds kTopicSettles{3};
// Time for the other brokers to be better than the one that refuses us.
constexpr std::chrono::seconds kRefusalStands{2};
constexpr int kPauseMs = 100;

class Asking {
 public:
  Asking(const KafkaOptions& kafka, const Reaching& reaching, rd_kafka_t* client)
      : kafka_(kafka), reaching_(reaching), client_(client) {}

  Status run() {
    if (Status there = until([&] { return metadata(nullptr); }); !there) return there;
    for (const std::string& topic : reaching_.topics) {
      if (Status there = known(topic); !there) return there;
      // At its leader: the name by which the brokers call each other may be another one.
      Watermarks w;
      Status answers = until([&] {
        return rd_kafka_query_watermark_offsets(client_, topic.c_str(), 0, &w.low, &w.high,
                                                kSliceMs);
      });
      if (!answers) return answers;
    }
    return {};
  }

 private:
  // Asks until it is answered; an error that is no matter of the connection is an answer too.
  template <typename Ask>
  Status until(const Ask& ask) {
    for (;;) {
      const rd_kafka_resp_err_t code = ask();
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
      if (is_missing_right(code)) return kafka_error("kafka", code);
      if (auto trouble = take_trouble(client_)) trouble_ = std::move(trouble);
      if (reaching_.stopped && reaching_.stopped()) return unavailable("kafka: stopped");
      const bool refused = trouble_ && trouble_->kind == Trouble::Kind::kRefused;
      if (Steady::now() - began_ >= (refused ? kRefusalStands : reaching_.patience))
        return given_up(code);
      rd_kafka_poll(client_, kPauseMs);
    }
  }

  Error given_up(rd_kafka_resp_err_t code) const {
    if (!trouble_)
      return unavailable("kafka " + kafka_.brokers + ": no answer: " + rd_kafka_err2str(code));
    // A mismatch after all this time is no broker that only comes up.
    const bool away = trouble_->kind == Trouble::Kind::kAway;
    return away ? unavailable(trouble_->words) : invalid(trouble_->words);
  }

  // Of one topic, or of the brokers alone; what is wrong with the topic is in `topic_error_`.
  rd_kafka_resp_err_t metadata(const char* name) {
    struct Gone {
      void operator()(rd_kafka_topic_t* p) const { rd_kafka_topic_destroy(p); }
      void operator()(const struct rd_kafka_metadata* p) const { rd_kafka_metadata_destroy(p); }
    };
    const std::unique_ptr<rd_kafka_topic_t, Gone> topic(
        name == nullptr ? nullptr : rd_kafka_topic_new(client_, name, nullptr));
    const struct rd_kafka_metadata* raw = nullptr;
    const auto code = rd_kafka_metadata(client_, 0, topic.get(), &raw, kSliceMs);
    const std::unique_ptr<const struct rd_kafka_metadata, Gone> found(raw);
    topic_error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && name != nullptr)
      topic_error_ = found->topic_cnt == 1 ? found->topics[0].err : RD_KAFKA_RESP_ERR__BAD_MSG;
    return code;
  }

  Status known(const std::string& topic) {
    const auto settled = Steady::now() + kTopicSettles;
    for (;;) {
      if (Status told = until([&] { return metadata(topic.c_str()); }); !told) return told;
      if (topic_error_ == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
      if (is_missing_right(topic_error_)) return no_right("Describe", "topic", topic);
      if (Steady::now() < settled) {
        rd_kafka_poll(client_, kSliceMs);
        continue;
      }
      if (topic_error_ == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        return not_found("kafka: there is no topic " + topic + ": kip topics create makes it");
      if (Steady::now() - began_ >= reaching_.patience) return kafka_error(topic, topic_error_);
    }
  }

  const KafkaOptions& kafka_;
  const Reaching& reaching_;
  rd_kafka_t* client_;
  Steady::time_point began_ = Steady::now();
  std::optional<Trouble> trouble_;
  rd_kafka_resp_err_t topic_error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
};

// A fetch at the end of the first partition of each: its answer is a message, the end, or no right.
// Later librdkafka tells the missing right once a partition, and a seek at that moment swallows it.
Status readable(const KafkaOptions& kafka, const Reaching& reaching) {
  Conf conf(kafka);
  conf.set("group.id", reaching.group)
      .set("enable.auto.commit", "false")
      .set("enable.partition.eof", "true")
      .set("fetch.wait.max.ms", "10");
  auto client = conf.make(RD_KAFKA_CONSUMER);
  if (!client) return client.error();
  rd_kafka_poll_set_consumer(client->get());
  const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(4));
  for (const std::string& topic : reaching.reads)
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), 0)->offset = RD_KAFKA_OFFSET_END;
  const auto assigned = rd_kafka_assign(client->get(), list.get());
  if (assigned != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error("assign", assigned);
  std::set<std::string> answered;
  const auto began = Steady::now();
  while (answered.size() < reaching.reads.size()) {
    if (reaching.stopped && reaching.stopped()) return unavailable("kafka: stopped");
    if (Steady::now() - began >= reaching.patience)
      return unavailable("kafka " + kafka.brokers + ": topics are there, but not read from");
    const Owned<rd_kafka_message_t> message(rd_kafka_consumer_poll(client->get(), kSliceMs));
    if (!message) continue;
    const bool of_group = message->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
    if (auto error = not_read(*message, reaching.group); error && !of_group) return *error;
    const bool ours = message->err == RD_KAFKA_RESP_ERR_NO_ERROR ||
                      message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (ours && message->rkt != nullptr) answered.insert(rd_kafka_topic_name(message->rkt));
  }
  return {};
}

}  // namespace

Status usable(const KafkaOptions& kafka) {
  KafkaOptions alone = kafka;
  alone.brokers = "";  // else it would begin to ask
  alone.say = nullptr;
  for (const auto type : {RD_KAFKA_PRODUCER, RD_KAFKA_CONSUMER}) {
    Conf conf(alone);
    if (type == RD_KAFKA_CONSUMER) conf.set("group.id", "none");  // it joins when it subscribes
    auto client = conf.make(type);
    if (!client) return client.error();
  }
  return {};
}

Status reach(const KafkaOptions& kafka, const Reaching& reaching) {
  KafkaOptions silent = kafka;
  silent.say = nullptr;  // the answer says it
  auto client = Conf(silent).make(RD_KAFKA_PRODUCER);
  if (!client) return client.error();
  if (Status there = Asking(kafka, reaching, client->get()).run(); !there) return there;
  return reaching.reads.empty() ? Status{} : readable(silent, reaching);
}

}  // namespace kip
