#pragma once
// What the engines have told, as a table to look things up in: reads kip.alerts.v1, as committed,
// into a store of its own (table alerts: partition, number; with the index by item). It can always
// be built again: remove its folder.
//
//   auto reader = AlertReader::open(kafka, store);
//   while (running) (*reader)->step(200ms);
//
// What is no AlertEvent is said (KafkaOptions::say) and passed over. Numbers are those of the
// topic's offsets, the same in every table that was made by this program. One thread but where it
// says otherwise.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "store/store.h"
#include "stream/options.h"
#include "subjects/source.h"

namespace kip {

class AlertReader {
 public:
  static Result<std::unique_ptr<AlertReader>> open(const KafkaOptions& kafka, Store& store);
  ~AlertReader();
  AlertReader(const AlertReader&) = delete;
  AlertReader& operator=(const AlertReader&) = delete;

  // Takes what is there, waiting for the first at most so long; how many records.
  Result<std::size_t> step(std::chrono::milliseconds most);
  // The sources that are silent by what has been read; none: it has not come to the end yet, and
  // does not know. Of the thread that steps.
  std::optional<Silences> silences() const;
  std::uint32_t partitions() const;  // of the topic
  // Returns when the store holds all that the topic held at the call; another thread steps. Any
  // thread. kUnavailable: the brokers do not say how much that is, or `stopped`.
  Status await_end(const std::function<bool()>& stopped) const;

 private:
  struct Impl;
  explicit AlertReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kip
