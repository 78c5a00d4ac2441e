#include "tools/publish.h"

#include <cstdio>

#ifdef KIP_KAFKA
#include "kip/kafka.h"
#include "stream/publisher.h"
#endif

namespace kip {

#ifdef KIP_KAFKA
int before_publish(const KafkaArguments& arguments) {
  int exit = kDone;
  const auto kafka = kafka_options(arguments, exit);
  return kafka ? await_kafka(*kafka, {.topics = {kafka->topics.work}}) : exit;
}

int publish_log(const KafkaArguments& arguments, const ImportedLog& log, Refused& refused) {
  int exit = kDone;
  const auto kafka = kafka_options(arguments, exit);
  if (!kafka) return exit;
  ProgressBar bar("gửi    ");
  const Status sent = publish_work(
      *kafka, log.events, [&](std::uint64_t done, std::uint64_t all) { bar.show(done, all); });
  bar.finish();
  if (!sent) return fail(sent.error(), kStopped);
  refused.rows(log.refused);
  if (Status told = refused.tell(); !told) return fail(told.error());
  std::printf("%s sự kiện: %s gửi, %s bị từ chối\n",
              grouped(log.events.size() + log.refused.size()).c_str(),
              grouped(log.events.size()).c_str(), grouped(log.refused.size()).c_str());
  return kDone;
}
#else
int before_publish(const KafkaArguments& arguments) {
  return fail(invalid("--kafka " + arguments.brokers + ": this kip was built without Kafka"));
}
int publish_log(const KafkaArguments& arguments, const ImportedLog&, Refused&) {
  return before_publish(arguments);
}
#endif

}  // namespace kip
