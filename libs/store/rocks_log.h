#pragma once
// RocksDB's warnings, in the file LOG of its directory (decision 45). Used by rocks_db.cc only.
// Not RocksDB's own logger: that of 7.8 writes on after a write that failed, which Debian's build,
// where assertions are on, answers with abort() (WritableFileWriter); so a disk that is full for
// everybody would end the process before it has said why. What cannot be written here is lost.

#include <rocksdb/env.h>

#include <memory>
#include <string>

namespace kip {

// Threads: any. A LOG of more than 1 MiB becomes LOG.old, also while it is written. Never null;
// without a file, as where there is no room for one, it drops all.
std::shared_ptr<rocksdb::Logger> open_rocks_log(const std::string& dir);

}  // namespace kip
