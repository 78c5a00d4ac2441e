#pragma once
// What the engines have told, as a table to look things up in: reads kip.alerts.v1, as committed,
// into a store of its own (table alerts: partition, number; with the index by item). It can always
// be built again: remove its folder.
//
//   auto reader = AlertReader::open(kafka, store);
//   while (running) (*reader)->step(200ms);
//
// What is no AlertEvent is said (KafkaOptions::say) and passed over. One thread. Numbers are this
// table's own, without the gaps that offsets have.

#include <chrono>
#include <cstdint>
#include <memory>

#include "store/store.h"
#include "stream/options.h"

namespace kip {

class AlertReader {
 public:
  static Result<std::unique_ptr<AlertReader>> open(const KafkaOptions& kafka, Store& store);
  ~AlertReader();
  AlertReader(const AlertReader&) = delete;
  AlertReader& operator=(const AlertReader&) = delete;

  // Takes what is there, waiting for the first at most so long.
  Status step(std::chrono::milliseconds most);
  std::uint32_t partitions() const;  // of the topic

 private:
  struct Impl;
  explicit AlertReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kip
