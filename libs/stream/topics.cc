#include "stream/topics.h"

#include <algorithm>
#include <array>
#include <memory>
#include <thread>
#include <utility>

#include "stream/client.h"

namespace kip {
namespace {

constexpr int kAdminMs = 15'000;
constexpr std::chrono::milliseconds kAskAgain{100};

struct Destroyers {
  void operator()(rd_kafka_AdminOptions_t* p) const { rd_kafka_AdminOptions_destroy(p); }
  void operator()(rd_kafka_event_t* p) const { rd_kafka_event_destroy(p); }
  void operator()(rd_kafka_NewTopic_t* p) const { rd_kafka_NewTopic_destroy(p); }
  void operator()(rd_kafka_DeleteTopic_t* p) const { rd_kafka_DeleteTopic_destroy(p); }
  void operator()(rd_kafka_ConfigResource_t* p) const { rd_kafka_ConfigResource_destroy(p); }
  void operator()(const struct rd_kafka_metadata* p) const { rd_kafka_metadata_destroy(p); }
};
template <typename T>
using Held = std::unique_ptr<T, Destroyers>;

struct Admin {
  Owned<rd_kafka_t> client;
  Owned<rd_kafka_queue_t> queue;
};

Result<Admin> asking(const KafkaOptions& kafka) {
  auto client = Conf(kafka).make(RD_KAFKA_PRODUCER);
  if (!client) return client.error();
  Admin out;
  out.client = std::move(*client);
  out.queue.reset(rd_kafka_queue_new(out.client.get()));
  return out;
}

Result<Held<rd_kafka_event_t>> answer(const Admin& ask, const std::string& what) {
  Held<rd_kafka_event_t> event(rd_kafka_queue_poll(ask.queue.get(), kAdminMs));
  if (!event) return unavailable(what + ": no answer from the brokers");
  const auto code = rd_kafka_event_error(event.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return is_missing_right(code)
               ? kafka_error(what, code)
               : unavailable(what + ": " + rd_kafka_event_error_string(event.get()));
  return event;
}

using Metadata = Held<const struct rd_kafka_metadata>;

Result<Metadata> metadata(rd_kafka_t* client, std::chrono::milliseconds wait) {
  const struct rd_kafka_metadata* raw = nullptr;
  const auto code = rd_kafka_metadata(client, 1, nullptr, &raw, static_cast<int>(wait.count()));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error("topics", code);
  return Metadata(raw);
}

// By name, without their configuration.
Result<std::map<std::string, Topic>> there(rd_kafka_t* client) {
  const auto found = metadata(client, std::chrono::milliseconds(kAdminMs));
  if (!found) return found.error();
  std::map<std::string, Topic> out;
  for (int i = 0; i < (*found)->topic_cnt; ++i) {
    const auto& topic = (*found)->topics[i];
    const int copies = topic.partition_cnt > 0 ? topic.partitions[0].replica_cnt : 0;
    out[topic.topic] = {topic.topic, topic.partition_cnt, copies, {}};
  }
  return out;
}

Result<std::map<std::string, std::string>> config_of(const Admin& ask, const std::string& topic) {
  const Held<rd_kafka_ConfigResource_t> wanted(
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  std::array<rd_kafka_ConfigResource_t*, 1> list = {wanted.get()};
  rd_kafka_DescribeConfigs(ask.client.get(), list.data(), list.size(), nullptr, ask.queue.get());
  auto event = answer(ask, topic);
  if (!event) return event.error();
  std::size_t count = 0;
  const auto* resources = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event->get()), &count);
  std::map<std::string, std::string> out;
  if (count != 1) return unavailable(topic + ": the brokers do not describe it");
  const auto code = rd_kafka_ConfigResource_error(resources[0]);
  if (is_missing_right(code)) return no_right("DescribeConfigs", "topic", topic);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(topic, code);
  std::size_t entries = 0;
  const auto* entry = rd_kafka_ConfigResource_configs(resources[0], &entries);
  for (std::size_t i = 0; i < entries; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entry[i]);
    out[rd_kafka_ConfigEntry_name(entry[i])] = value == nullptr ? "" : value;
  }
  return out;
}

// The first that failed otherwise than by `harmless`.
Status each_done(const rd_kafka_topic_result_t* const* results, std::size_t count,
                 rd_kafka_resp_err_t harmless) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto code = rd_kafka_topic_result_error(results[i]);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == harmless) continue;
    if (is_missing_right(code)) {
      const bool making = harmless == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS;
      return no_right(making ? "Create" : "Delete", "topic",
                      rd_kafka_topic_result_name(results[i]));
    }
    const char* why = rd_kafka_topic_result_error_string(results[i]);
    return unavailable(std::string(rd_kafka_topic_result_name(results[i])) + ": " +
                       (why == nullptr ? rd_kafka_err2str(code) : why));
  }
  return {};
}

// What this broker's view lacks of a topic. One that was made just now has all its partitions.
Status lacks_nothing(const struct rd_kafka_metadata& view, const Topic& topic, bool made) {
  auto* const end = view.topics + view.topic_cnt;
  auto* const at = std::find_if(view.topics, end, [&](const auto& t) {
    return t.topic == topic.name && t.err == RD_KAFKA_RESP_ERR_NO_ERROR;
  });
  if (at == end) return unavailable(topic.name + " is not known");
  if (at->partition_cnt < (made ? topic.partitions : 1))
    return unavailable(topic.name + " has " + std::to_string(at->partition_cnt) + " partitions");
  for (int i = 0; i < at->partition_cnt; ++i) {
    const auto& partition = at->partitions[i];
    if (partition.leader < 0)
      return unavailable(topic.name + " has no leader for partition " +
                         std::to_string(partition.id));
  }
  return {};
}

// Waits until every broker knows the topics: brokers learn of them one after the other, and a
// client's metadata are those of whichever it asks.
class Spread {
 public:
  Spread(const KafkaOptions& kafka, const std::vector<Topic>& topics,
         const std::vector<std::string>& made, std::chrono::milliseconds wait)
      : kafka_(kafka), topics_(topics), made_(made), wait_(wait), end_(Clock::now() + wait) {}

  Status await(rd_kafka_t* client) {
    for (;;) {
      const Status known = everywhere(client);
      if (known) return {};
      if (known.error().code == Errc::kInvalid) return known;
      if (Clock::now() >= end_)
        return unavailable("create: not all brokers know the topics after " +
                           std::to_string(wait_.count()) + " ms: " + known.error().message);
      std::this_thread::sleep_for(kAskAgain);
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  Status everywhere(rd_kafka_t* client) {
    const auto view = metadata(client, left());
    if (!view) return view.error();
    for (int i = 0; i < (*view)->broker_cnt; ++i) {
      const auto& broker = (*view)->brokers[i];
      const std::string host = broker.host;
      const bool v6 = host.find(':') != std::string::npos;
      const Status known =
          at_broker((v6 ? "[" + host + "]" : host) + ":" + std::to_string(broker.port));
      if (!known) return known;
    }
    return {};
  }

  // A client that was given one broker is connected to no other before it needs it.
  Status at_broker(const std::string& address) {
    auto& client = clients_[address];
    if (!client) {
      KafkaOptions one = kafka_;
      one.brokers = address;
      auto made = Conf(one).make(RD_KAFKA_PRODUCER);
      if (!made) return made.error();
      client = std::move(*made);
    }
    const auto view = metadata(client.get(), left());
    if (!view) return unavailable(address + ": " + view.error().message);
    for (const Topic& topic : topics_) {
      const bool made = std::find(made_.begin(), made_.end(), topic.name) != made_.end();
      const Status known = lacks_nothing(**view, topic, made);
      if (known) continue;
      // Of all topics a broker names those that this user may see: asked for by name it says so.
      const auto named = partition_count(client.get(), topic.name);
      if (!named && named.error().code == Errc::kInvalid)
        return no_right("Describe", "topic", topic.name);
      return unavailable(address + ": " + known.error().message);
    }
    return {};
  }

  // Not so short that a broker could not answer at all.
  std::chrono::milliseconds left() const {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now());
    return std::clamp(rest, std::chrono::milliseconds(1'000), std::chrono::milliseconds(kAdminMs));
  }

  const KafkaOptions& kafka_;
  const std::vector<Topic>& topics_;
  const std::vector<std::string>& made_;
  const std::chrono::milliseconds wait_;
  const Clock::time_point end_;
  std::map<std::string, Owned<rd_kafka_t>> clients_;  // by address
};

// Asks for them; only one that is there already may fail.
Status create_all(const Admin& ask, std::vector<rd_kafka_NewTopic_t*>& list) {
  rd_kafka_CreateTopics(ask.client.get(), list.data(), list.size(), nullptr, ask.queue.get());
  auto event = answer(ask, "create");
  if (!event) return event.error();
  std::size_t count = 0;
  const auto* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event->get()), &count);
  return each_done(results, count, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS);
}

}  // namespace

std::vector<Topic> topics(const TopicPlan& plan) {
  const std::string forever = "-1";
  const std::string days = std::to_string(400LL * 86'400'000);
  std::map<std::string, std::string> kept = {{"cleanup.policy", "delete"},
                                             {"message.timestamp.type", "CreateTime"},
                                             {"max.message.bytes", kSourceBytesMax},
                                             {"retention.ms", plan.keep_all ? forever : days}};
  const std::string forgotten = std::to_string(Millis{kForgottenAfter}.count());
  const std::map<std::string, std::string> compacted = {{"cleanup.policy", "compact"},
                                                        {"max.message.bytes", kMessageBytesMax},
                                                        {"delete.retention.ms", forgotten}};
  const TopicNames& n = plan.names;
  std::vector<Topic> out;
  for (const std::string& name : {n.work, n.indicators, n.acks})
    out.push_back({name, plan.partitions, plan.replication, kept});
  kept["max.message.bytes"] = kMessageBytesMax;
  for (const std::string& name : {n.events, n.alerts, n.dead})
    out.push_back({name, plan.partitions, plan.replication, kept});
  for (const std::string& name : {n.items, n.changelog})
    out.push_back({name, plan.partitions, plan.replication, compacted});
  for (const std::string& name : {n.desks, n.sources, n.links})
    out.push_back({name, 1, plan.replication, compacted});
  return out;
}

Result<std::vector<std::string>> create_topics(const KafkaOptions& kafka,
                                               const std::vector<Topic>& topics,
                                               std::chrono::milliseconds wait) {
  auto ask = asking(kafka);
  if (!ask) return ask.error();
  auto found = there(ask->client.get());
  if (!found) return found.error();
  std::vector<std::string> made;
  std::vector<Held<rd_kafka_NewTopic_t>> owned;
  std::vector<rd_kafka_NewTopic_t*> list;
  for (const Topic& topic : topics) {
    if (found->contains(topic.name)) continue;
    std::array<char, 256> why{};
    Held<rd_kafka_NewTopic_t> entry(rd_kafka_NewTopic_new(
        topic.name.c_str(), topic.partitions, topic.replication, why.data(), why.size()));
    if (!entry) return invalid(topic.name + ": " + why.data());
    for (const auto& [name, value] : topic.config)
      rd_kafka_NewTopic_set_config(entry.get(), name.c_str(), value.c_str());
    list.push_back(entry.get());
    owned.push_back(std::move(entry));
    made.push_back(topic.name);
  }
  if (!list.empty()) {
    const Status done = create_all(*ask, list);
    if (!done) return done.error();
  }
  const Status known = Spread(kafka, topics, made, wait).await(ask->client.get());
  if (!known) return known.error();
  return made;
}

Result<std::optional<Topic>> find_topic(const KafkaOptions& kafka, const std::string& name) {
  auto ask = asking(kafka);
  if (!ask) return ask.error();
  auto found = there(ask->client.get());
  if (!found) return found.error();
  const auto at = found->find(name);
  return at == found->end() ? std::nullopt : std::optional(at->second);
}

Result<std::uint64_t> records_in(const KafkaOptions& kafka, const Topic& topic) {
  auto ask = asking(kafka);
  if (!ask) return ask.error();
  std::uint64_t sum = 0;
  for (int p = 0; p < topic.partitions; ++p) {
    auto marks = watermarks(ask->client.get(), topic.name, p);
    if (!marks) return marks.error();
    sum += static_cast<std::uint64_t>(marks->high - marks->low);
  }
  return sum;
}

Status delete_topics(const KafkaOptions& kafka, const std::vector<std::string>& names) {
  auto ask = asking(kafka);
  if (!ask) return ask.error();
  std::vector<Held<rd_kafka_DeleteTopic_t>> owned;
  std::vector<rd_kafka_DeleteTopic_t*> list;
  for (const std::string& name : names) {
    owned.emplace_back(rd_kafka_DeleteTopic_new(name.c_str()));
    list.push_back(owned.back().get());
  }
  if (list.empty()) return {};
  rd_kafka_DeleteTopics(ask->client.get(), list.data(), list.size(), nullptr, ask->queue.get());
  auto event = answer(*ask, "delete");
  if (!event) return event.error();
  std::size_t count = 0;
  const auto* results =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event->get()), &count);
  return each_done(results, count, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
}

Result<std::vector<std::string>> check_topics(const KafkaOptions& kafka,
                                              const std::vector<Topic>& topics) {
  auto ask = asking(kafka);
  if (!ask) return ask.error();
  auto found = there(ask->client.get());
  if (!found) return found.error();
  std::vector<std::string> out;
  for (const Topic& topic : topics) {
    const auto at = found->find(topic.name);
    if (at == found->end()) {
      out.push_back(topic.name + ": is not there, or this user has no right to describe it");
      continue;
    }
    if (at->second.partitions != topic.partitions) {
      out.push_back(topic.name + ": has " + std::to_string(at->second.partitions) +
                    " partitions, not " + std::to_string(topic.partitions));
    }
    auto config = config_of(*ask, topic.name);
    if (!config) return config.error();
    for (const auto& [name, value] : topic.config) {
      const std::string& is = (*config)[name];
      if (is != value) out.push_back(topic.name + ": " + name + " is " + is + ", not " + value);
    }
  }
  return out;
}

}  // namespace kip
