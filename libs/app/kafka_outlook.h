#pragma once
// What forecasts are made by, on Kafka: each process makes it for the partitions that it owns, from
// what is in their stores, and each of their shards keeps it with the first commit that goes by it;
// so it goes where the partition goes. A process that owns some of the partitions takes them for so
// much of the whole: loads are counted up, the least that a unit is told of is shared out.
//
//   KafkaOutlook outlook(engine, say);
//   outlook.step(now, policy);               // about twice a second, of one thread
//
// Nothing is learned, cut or said while a partition is being brought up.

#include <functional>
#include <memory>
#include <string>

#include "app/learner.h"
#include "stream/kafka_engine.h"

namespace kip {

class KafkaOutlook {
 public:
  KafkaOutlook(KafkaEngine& engine, std::function<void(const std::string& what)> say);
  ~KafkaOutlook();  // waits for who is learning

  // An error is of a store or of a broker: the next call begins anew.
  Status step(Instant now, const std::shared_ptr<const Policy>& policy);

 private:
  class Parts;
  Status open(Instant now, const std::shared_ptr<const Policy>& policy);

  KafkaEngine& engine_;
  std::unique_ptr<Parts> parts_;            // null: not all is here
  std::unique_ptr<Forecaster> forecaster_;  // of parts_
  Learner learner_;
};

}  // namespace kip
