#pragma once
// What a folder of data says of itself: whose it is, and by which options it was last written, so
// that commands that look at it decide as the service does.
//
// Embedded the folder is one store. On Kafka it holds a store for each partition, in a folder of
// its number, one for the table of alerts, which also has what is said here, and one for the desks.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/rocks_store.h"
#include "store/store.h"

namespace kip {

inline constexpr const char* kAlertsFolder = "alerts";  // on Kafka
inline constexpr const char* kDesksFolder = "desks";

struct StoredOptions {
  std::string config;  // the whole path; empty: the default one
  std::string calendar, registry;
};
// Opens an embedded store to look at it, also beside its writer. Errors as RocksStore::open_reader;
// kInvalid: it is of a format that this program cannot read.
Result<std::unique_ptr<RocksStore>> open_data(const std::string& dir);

// All that a folder holds, whichever of the two it is. Errors as open_data().
struct DataView {
  std::shared_ptr<const Store> store;  // as one
  struct Partition {
    std::uint32_t shard = 0;
    std::shared_ptr<const Store> store;
  };
  bool on_kafka = false;
  std::vector<Partition> partitions;  // on Kafka; without the tables of alerts and of desks
};
Result<DataView> view_data(const std::string& dir);

std::uint64_t state_format();  // the one that this program writes

// kNotFound: never written.
Result<StoredOptions> stored_options(const Store& store);
Status remember(Store& store, const StoredOptions& options, const std::string& ward);

// kInvalid: the data is another ward's.
Status check_ward(const Store& store, const std::string& ward);
Status same_ward(const std::string& now, const std::string& data);

}  // namespace kip
