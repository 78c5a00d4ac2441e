#pragma once
// The product under test: shards, their log and one store in one thread, with a process that dies
// at named points and a disk whose writes fail. The store outlives each death. What is stored is
// read back through the public forms only.

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "runtime/embedded_log.h"
#include "runtime/shard.h"
#include "simulation/rng.h"
#include "simulation/story.h"
#include "store/fault_store.h"

namespace kip::sim {

// The first difference between what is and what must be: the seed has failed.
struct Difference : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What was done, over all seeds: none of it may be nothing.
struct Counts {
  std::uint64_t seeds = 0, events = 0, commits = 0, failed_writes = 0, unknown_outcomes = 0;
  std::uint64_t repeats = 0, voids = 0, reorders = 0, reloads = 0, catch_ups = 0, alerts = 0;
  std::map<std::string, std::uint64_t> crashes;  // by point
  std::map<std::string, std::uint64_t> told;     // alerts by rule, by change and by cause
};

// A running hash of all that happened; on demand also a tale to read.
class Trace {
 public:
  void tell() { telling_ = true; }
  void note(const std::string& what);
  void mix(const std::string& bytes) { hash_ = fnv1a(bytes, hash_); }  // hashed, not told
  void append(const v1::StampedEvent& record, const std::string& bytes);
  std::uint64_t hash() const { return hash_; }

 private:
  bool telling_ = false;
  std::uint64_t hash_ = fnv1a("");
};

// The stored state of all shards.
struct Stored {
  std::map<std::string, ItemState> items;
  std::map<std::string, std::vector<v1::AlertEvent>> alerts;  // by item, in order
  std::vector<std::vector<v1::StampedEvent>> logs;            // by shard
  std::vector<std::uint64_t> positions;
  std::vector<std::map<std::string, std::int64_t>> totals;
  std::vector<std::map<std::string, std::vector<Instant>>> timers;  // by shard and item
  std::vector<v1::StampedEvent> ahead;  // folded, and not before their shard's position
  // All shards' records before their positions, and those that are folded ahead of them.
  std::vector<v1::StampedEvent> committed() const;
};

class Machine {
 public:
  struct Options {
    std::uint32_t shards = 1;
    Clock clock = Clock::kLog;
    std::size_t records_max = 5'000, timers_max = 10'000, held_max = 0;
  };
  Machine(Rng& rng, Options options, Counts& counts, Trace& trace);

  std::uint32_t shards() const { return options_.shards; }
  Shard& shard(std::uint32_t i) { return *shards_.at(i)->shard; }
  void use(std::shared_ptr<const Policy> policy);  // from now on, in every shard

  // Each may die on the way; then everything that died is open again, and the answer is none.
  bool append(const std::vector<v1::StampedEvent>& records);
  std::optional<Progress> step(std::uint32_t shard, Instant now);
  std::optional<Progress> tick(std::uint32_t shard, Instant until);
  void arm();  // an operation will soon meet a fault, unless one is due already
  void arm_write(WriteFault fault);
  void disarm_crash() { points_left_ = 0; }
  void restart();  // the process dies between two operations
  bool has_died() { return std::exchange(died_, false); }

  Stored read() const;

 private:
  struct Owned {
    std::unique_ptr<Seam> seam;
    std::unique_ptr<Shard> shard;
  };
  void read_waiting(Stored& stored) const;
  void read_ahead(Stored& stored) const;
  void open_all();
  void open_shard(std::uint32_t i);
  void fail(const Error& error, std::optional<std::uint32_t> shard);
  void crash(const std::string& point, std::optional<std::uint32_t> shard);
  template <typename Act>
  std::optional<Progress> run(std::uint32_t shard, const char* what, Act act);

  Rng& rng_;
  Options options_;
  Counts& counts_;
  Trace& trace_;
  FaultStore store_;
  std::unique_ptr<EmbeddedLog> log_;
  std::vector<std::unique_ptr<Owned>> shards_;
  std::shared_ptr<const Policy> policy_;
  int points_left_ = 0;   // until the crash; 0: none is due
  bool failing_ = false;  // a write will fail
  bool died_ = false;
};

}  // namespace kip::sim
