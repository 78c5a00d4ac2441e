// kip topics create|check: the topics of the contract, as they must be.

#include "stream/topics.h"

#include <cstdio>
#include <memory>

#include "kip/kafka.h"

namespace kip {
namespace {

struct TopicsFlags {
  KafkaArguments kafka;
  TopicPlan plan;
};

int create(const KafkaOptions& kafka, const TopicPlan& plan) {
  auto made = create_topics(kafka, topics(plan));
  if (!made) return fail(made.error(), kStopped);
  for (const std::string& name : *made) std::printf("tạo  %s\n", name.c_str());
  if (made->empty()) std::printf("Đã có đủ.\n");
  return kDone;
}

int check(const KafkaOptions& kafka, const TopicPlan& plan) {
  auto mistakes = check_topics(kafka, topics(plan));
  if (!mistakes) return fail(mistakes.error(), kStopped);
  for (const std::string& mistake : *mistakes) std::printf("%s\n", mistake.c_str());
  if (mistakes->empty()) std::printf("Đúng như cần.\n");
  return mistakes->empty() ? kDone : kFindings;
}

using Command = int (*)(const KafkaOptions&, const TopicPlan&);

int run_topics(const TopicsFlags& options, Command command) {
  int exit = kDone;
  const auto kafka = kafka_options(options.kafka, exit);
  if (!kafka) return exit;
  if (const int left = await_kafka(*kafka, {.topics = {}})) return left;
  return command(*kafka, options.plan);
}

}  // namespace

void add_topics(CLI::App& app, int& exit) {
  auto options = std::make_shared<TopicsFlags>();
  CLI::App* topics = app.add_subcommand("topics", "the topics on Kafka");
  topics->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, Command act) {
    CLI::App* command = topics->add_subcommand(name, what);
    add_kafka(*command, options->kafka)->required();
    command->add_option("--partitions", options->plan.partitions, "one a shard (default 4)")
        ->check(CLI::Range(1, 1000));
    command->add_option("--replication", options->plan.replication, "copies (default 1)")
        ->check(CLI::Range(1, 9));
    command->add_flag("--keep-all", options->plan.keep_all, "retention without an end");
    command->callback([options, act, &exit] { exit = run_topics(*options, act); });
  };
  add("create", "make those that are not there", create);
  add("check", "say what differs", check);
}

}  // namespace kip
