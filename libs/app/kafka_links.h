#pragma once
// What shards tell each other of items that others wait for, on Kafka: each partition's rows go to
// kip.links.v1 with the commit that makes them true; every process reads all of it and hands it to
// its shards. The rows are states, so the topic is compacted and can be read from its beginning.
//
//   KafkaLinks links(kafka, engine, say);
//   links.step();               // about twice a second, of one thread
//
// Until the topic has been read to its end since a shard came up or was behind, and while one is,
// shards go on by what their items knew.

#include <functional>
#include <memory>
#include <string>

#include "runtime/links.h"
#include "stream/kafka_engine.h"
#include "stream/topic_reader.h"

namespace kip {

class KafkaLinks {
 public:
  KafkaLinks(KafkaOptions kafka, KafkaEngine& engine,
             std::function<void(const std::string& what)> say)
      : kafka_(std::move(kafka)), engine_(engine), say_(std::move(say)) {}

  // An error is of a broker: the next call begins anew.
  Status step();

 private:
  Status read();
  void take(const TopicRecord& record);

  KafkaOptions kafka_;
  KafkaEngine& engine_;
  std::function<void(const std::string& what)> say_;
  std::unique_ptr<TopicReader> reader_;
  LinkRows rows_;
  std::uint64_t round_ = 0;  // of the engine, when rows were last handed
};

}  // namespace kip
