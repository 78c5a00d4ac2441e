#pragma once
// `kip audit`: does everything that is stored agree with everything else? And three digests that
// two runs over the same input must share, whatever their order of commits, process, store or
// number of shards.
//
//   auto figures = audit(*reader, {.policy = policy, .on_difference = print});
//   if (figures->differences > 0) ...
//
// What is held against what:
//   totals of each shard      a recount of what the items say they are counted in
//   an item's counters        counters_of() its state                               (policy)
//   an unsealed item's state  the fold of its history, anew                         (policy)
//   timer rows                the items' next looks
//   what waits to be folded   its bucket, and the position up to which is read
//   rows of alerts            revisions 1..n of each id, and the item's own `ever` and `open`
//   positions                 the logs they point into
// Of the partitions of an engine on Kafka neither the alerts nor the input logs are in the stores;
// the last two rows are left out there.
// What needs the policy is done only with the one that the data was settled under, to its end:
// another gives other states and counters, and nothing would be wrong. The rest and the digests
// need none.
// Items that wait to be settled (catching up) are counted and named; what they stand in is not
// judged. Digests:
//   state   a chain of SHA-256 over (item id, what its events say, which rules are open with unit
//           and level, counters) of the items that exist, by id. Onsets and revisions are left to
//           the next digest but one: under a clock other than `log` they depend on what was
//           settled together.
//   totals  over counters summed over the shards, zero ones left out, by name
//   alerts  the sum modulo 2^256 of SHA-256 of each revision without detected_at
//
// Reads one state of the store: give it a reader that nobody refreshes. Any thread. Memory: the
// totals, and the alerts of one item at a time.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "rules/policy.h"
#include "store/store.h"

namespace kip {

// The store of one partition.
struct AuditPart {
  std::uint32_t shard = 0;
  const Store* store = nullptr;
};

struct AuditOptions {
  std::vector<AuditPart> parts = {};     // on Kafka: the audited store is their union; else none
  std::shared_ptr<const Policy> policy;  // none: what needs it is skipped
  std::function<void(const std::string& words)> on_difference;
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;
};

struct AuditFigures {
  std::uint64_t items = 0;                                 // that exist
  std::uint64_t gone = 0;                                  // void ones, of which history is kept
  std::string state_digest, totals_digest, alerts_digest;  // hex
  std::uint64_t differences = 0;

  std::uint64_t alerts = 0;  // revisions
  std::uint64_t sealed = 0;
  std::uint64_t refolded = 0;            // items whose history was folded anew
  std::uint64_t waiting = 0;             // items that wait to be settled
  std::vector<std::string> waiting_ids;  // the first few
  std::uint32_t shards = 0;
  std::vector<std::uint64_t> positions, ends;  // of the input logs, by shard
  std::string skipped;                   // why the policy's part was skipped; empty: it was not
  std::vector<std::string> not_checked;  // what that leaves open: "states", "counters"; or nothing
};

// kCorrupt, kUnavailable: the store could not be read. kNotFound: there is no data of kip in it.
Result<AuditFigures> audit(const Store& store, const AuditOptions& options);
std::string to_json(const AuditFigures& figures);

}  // namespace kip
