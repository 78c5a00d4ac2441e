#pragma once
// The parts of the audit that its source files share. Used by audit*.cc only; one thread.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/audit.h"
#include "base/hash.h"
#include "rules/item.h"

namespace kip {

// Collects differences and tells the progress.
class Findings {
 public:
  Findings(const AuditOptions& options, AuditFigures& figures)
      : options_(options), figures_(figures) {}
  void add(const std::string& words) {
    ++figures_.differences;
    if (options_.on_difference) options_.on_difference(words);
  }
  void expect(std::uint64_t rows) { all_ = rows; }
  void step() {
    if (++done_ % 256 == 0 && options_.progress) options_.progress(done_, all_);
  }

 private:
  const AuditOptions& options_;
  AuditFigures& figures_;
  std::uint64_t done_ = 0, all_ = 0;
};

// A sum modulo 2^256 of digests: the same for every order.
class DigestSum {
 public:
  void add(const Sha256& digest);
  std::string text() const;  // hex

 private:
  Sha256 sum_{};
};

// All rows of table alerts and its index, against each other and the items; digest and count into
// `figures`.
Status audit_alerts(const Store& store, std::uint32_t shards, Findings& findings,
                    AuditFigures& figures);

// All of table backlog, against the positions of the shards that are here; the items that wait into
// `figures`.
Status audit_backlog(const Store& store, const std::map<std::uint32_t, std::uint64_t>& positions,
                     Findings& findings, AuditFigures& figures);

// Of an item without any row in the index: nothing may have been raised.
bool has_alert_rows(const Store& store, std::string_view item_id);

}  // namespace kip
