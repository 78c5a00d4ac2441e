#pragma once
// A member of a consumer group in the soak, in one of two ways: as Kịp's engine is one, and as
// librdkafka 2.0.2 is known to lose messages.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace kip::soak {

inline constexpr int kPartitions = 8;

// What all members of an arm have seen together.
class Seen {
 public:
  // The next offset that the owner of the partition must read.
  std::int64_t next(std::int32_t partition) const;
  // The owner begins there. Further than where the last one ended: that was never read, unless the
  // last one does not know what became of its last commit. Before: it will be read twice.
  void begin(std::int32_t partition, std::int64_t position);
  // [from, until) has been read and committed.
  void read(std::int32_t partition, std::int64_t from, std::int64_t until);
  // Perhaps committed up to there.
  void unknown(std::int32_t partition, std::int64_t until);
  void missing(std::int64_t count) { missing_ += static_cast<std::uint64_t>(count); }
  void failed() { ++failures_; }

  std::uint64_t missing() const { return missing_; }
  std::uint64_t twice() const { return twice_; }
  std::uint64_t records() const { return records_; }
  std::uint64_t failures() const { return failures_; }

 private:
  mutable std::mutex mutex_;
  std::array<std::int64_t, kPartitions> next_{}, perhaps_{};
  std::atomic<std::uint64_t> missing_{0}, twice_{0}, records_{0}, failures_{0};
};

class Member {
 public:
  virtual ~Member() = default;  // leaves
  virtual void poll() = 0;
  // It has been given its share (perhaps nothing), and not been asked to give it up since.
  bool settled() const { return settled_; }

 protected:
  std::atomic<bool> settled_{false};
};

// The group tells its members soon that it changes: else a soak is mostly waiting.
inline constexpr const char* kHeartbeatMs = "300";

// As the engine: range assignment, queues forwarded before assign, transactions, a store of its
// own.
std::unique_ptr<Member> join_as_engine(const std::string& brokers, Seen& seen);
// Cooperative-sticky assignment, queues forwarded after assign, and several messages taken at once.
std::unique_ptr<Member> join_as_known_to_lose(const std::string& brokers, const std::string& topic,
                                              Seen& seen);

}  // namespace kip::soak
