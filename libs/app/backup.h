#pragma once
// `kip backup` and `kip restore`: a copy of the whole store, beside a running `up`, with a manifest
// that says what must be found in it again.
//
//   backup("/var/lib/kip", "/mnt/backup/monday", tell);
//   restore("/mnt/backup/monday", "/var/lib/kip-new", tell);
//
// A backup is DIR/db (a RocksDB of one committed state, synced) and DIR/backup.json, which is
// written last: without it the copy is not whole and restore() refuses it. What is restored holds
// its positions and the revisions of all alerts, so nothing is raised again.
// Any thread. Times are no part of it.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "app/audit.h"
#include "base/result.h"

namespace kip {

struct BackupFigures {
  std::uint64_t format = 0;  // of the state
  AuditFigures audit;        // digests, shards, positions
};

// What is being done, and how far: `all` is 0 where that is not known.
using TellProgress =
    std::function<void(std::string_view what, std::uint64_t done, std::uint64_t all)>;

// `to` must not exist or be empty (kInvalid). kNotFound: no data in `data`; kUnavailable: `to`
// cannot be written; kCorrupt: the data cannot be read. What was begun is taken away again.
Result<BackupFigures> backup(const std::string& data, const std::string& to,
                             const TellProgress& tell);
// `data` must not exist or be empty (kInvalid). kNotFound: `from` is no whole backup; kCorrupt: the
// copy is not what the manifest says, and was taken away again.
Result<BackupFigures> restore(const std::string& from, const std::string& data,
                              const TellProgress& tell);

}  // namespace kip
