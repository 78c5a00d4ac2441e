#include "tools/publish.h"

#include <cstdio>

#include "kip/commands.h"
#ifdef KIP_KAFKA
#include "stream/publisher.h"
#endif

namespace kip {

#ifdef KIP_KAFKA
int publish_log(const std::string& brokers, const ImportedLog& log, Refused& refused) {
  ProgressBar bar("gửi    ");
  const Status sent =
      publish_work({.brokers = brokers}, log.events,
                   [&](std::uint64_t done, std::uint64_t all) { bar.show(done, all); });
  bar.finish();
  if (!sent) return fail(sent.error());
  refused.rows(log.refused);
  if (Status told = refused.tell(); !told) return fail(told.error());
  std::printf("%s sự kiện: %s gửi, %s bị từ chối\n",
              grouped(log.events.size() + log.refused.size()).c_str(),
              grouped(log.events.size()).c_str(), grouped(log.refused.size()).c_str());
  return kDone;
}
#else
int publish_log(const std::string& brokers, const ImportedLog&, Refused&) {
  return fail(invalid("--kafka " + brokers + ": this kip was built without Kafka"));
}
#endif

}  // namespace kip
