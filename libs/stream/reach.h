#pragma once
// Whether Kafka can be worked with, asked before anything is begun: so that a wrong password, a
// wrong name or a missing topic is said at once instead of waited for.
//
//   Status there = reach(kafka, {.topics = {kafka.topics.work}});
//
// It only asks: nothing is written, no group is joined. What shows at the first use alone (the
// right to write, to join a group, to a transactional id) is not found here.

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "stream/options.h"

namespace kip {

// kInvalid: no client can be made of the settings, as a certificate that is none. Asks nobody.
Status usable(const KafkaOptions& kafka);

struct Reaching {
  std::vector<std::string> topics = {};  // that must be there
  std::vector<std::string> reads = {};   // of these the ones that are read, by `group`
  std::string group = {};
  std::chrono::milliseconds patience{15'000};
  std::function<bool()> stopped = {};  // ends it early, with kUnavailable
};
// kUnavailable: the brokers do not answer, which may heal. kInvalid: they refuse us, or the
// settings do not fit them. kNotFound: a topic is not there. In each case one sentence.
Status reach(const KafkaOptions& kafka, const Reaching& reaching);

}  // namespace kip
